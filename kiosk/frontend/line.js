/* The line to the box: pings come every second. Without them the screen says so, keeps what is typed, and goes on trying;
   when nobody touched it for as long as a visit lasts, it forgets what it shows, for the box can't tell it to. */

const SILENCE_MS = 4000;
let heard = performance.now();
let left = null;
let source = null;

export const secondsLeft = () => left;

const body = document.body;

function alive() {
  heard = performance.now();
  if (body.dataset.line === "lost") delete body.dataset.line;
}

function ping(event) {
  alive();
  left = JSON.parse(event.data).left;
  document.dispatchEvent(new CustomEvent("tote:left", { detail: left }));
}

function follow(event) {
  if (event.detail.source === source) return;
  source = event.detail.source;
  source.addEventListener("ping", ping);
  source.addEventListener("screen", alive);
  source.addEventListener("reload", () => location.reload());
  alive();
}

function lost() {
  body.dataset.line = "lost";
}

function look() {
  const silent = performance.now() - heard;
  if (silent > SILENCE_MS) lost();
  if (left !== null && silent / 1000 > left) {
    document.getElementById("stage").replaceChildren();
    body.dataset.forgotten = "";
    left = null;
    document.getElementById("said").textContent = "";
    document.dispatchEvent(new CustomEvent("tote:forgotten"));
  }
}

export function watchLine() {
  body.addEventListener("htmx:sseOpen", follow);
  body.addEventListener("htmx:sseError", () => performance.now() - heard > 1500 && lost());
  body.addEventListener("htmx:sendError", lost);
  body.addEventListener("htmx:timeout", lost);
  document.addEventListener("tote:screen", () => delete body.dataset.forgotten);
  setInterval(look, 1000);
}
