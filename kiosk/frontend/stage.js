/* The stage: which fragment goes in, and what survives the change. */

import htmx from "htmx.org";

const stage = () => document.getElementById("stage");
export const screen = () => stage().querySelector(".screen");

const attribute = (html, name) => html.slice(0, 1200).match(new RegExp(`${name}="([^"]*)"`))?.[1] ?? "";

/* Two fragments can cross on their way (the answer to a touch, the push of a scan): the later numbered one is the newer.
   A number of another start of the server is always newer. */
function older(order, than) {
  const [start, n] = order.split(".");
  const [startThan, nThan] = (than ?? "").split(".");
  return start === startThan && Number(n) < Number(nThan);
}

/* True where the fragment says nothing new: then the picture on the screen stays, with what was typed into it. */
function needless(html) {
  const shown = screen();
  const order = attribute(html, "data-order");
  if (!shown || !order) return false;
  if (older(order, shown.dataset.order)) return true;
  if (attribute(html, "data-digest") !== shown.dataset.digest || attribute(html, "data-kind") !== shown.dataset.kind) return false;
  shown.dataset.order = order;
  return true;
}

/* What the new fragment takes over from the old one: scrolled positions, what was chosen, and whether the price is another. */
let before = null;

/* How somebody wants the article, where they chose it themselves. */
function chosen(shown) {
  const way = shown.querySelector("[name=fulfilment]:checked");
  return way && !way.defaultChecked && way.id;
}

function remember(html) {
  const shown = screen();
  const stays = shown?.dataset.key === attribute(html, "data-key");
  stage().dataset.motion = stays ? "stay" : "enter";
  before = stays && {
    scrolled: [...shown.querySelectorAll("[data-keep]")].map((part) => [part.dataset.keep, part.scrollTop, part.scrollLeft]),
    price: shown.dataset.sku === attribute(html, "data-sku") && shown.querySelector("[data-price]")?.textContent,
    count: shown.querySelector("[data-count]")?.dataset.count,
    open: [...shown.querySelectorAll("details[data-open][open]")].map((part) => part.id),
    way: shown.dataset.sku === attribute(html, "data-sku") && chosen(shown),
  };
  before ||= { scrolled: [], count: shown?.querySelector("[data-count]")?.dataset.count };
}

function takeOver() {
  const shown = screen();
  for (const [name, top, left] of before.scrolled) {
    const part = shown.querySelector(`[data-keep="${name}"]`);
    if (part) [part.scrollTop, part.scrollLeft] = [top, left];
  }
  shown.querySelector(".categories [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  for (const id of before.open ?? []) shown.querySelector(`#${id}`)?.setAttribute("open", "");
  const way = before.way && document.getElementById(before.way);
  if (way && !way.disabled) way.checked = true;
  const price = shown.querySelector("[data-price]");
  if (before.price && price && price.textContent !== before.price) price.classList.add("changed");
  const count = shown.querySelector("[data-count]");
  if (count && before.count && count.dataset.count !== before.count) count.classList.add("changed");
  document.documentElement.lang = shown.dataset.lang;
  document.documentElement.dataset.comfort = shown.dataset.comfort;
}

/* Frames are painted after the callbacks of the frame: the second callback runs when the first frame is out. */
function painted() {
  const { sku = "", screen: name, order } = screen().dataset;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    document.dispatchEvent(new CustomEvent("tote:painted", { detail: { sku, screen: name, order } }));
  }));
}

function said() {
  const text = screen().dataset.say || screen().querySelector("h1, [role=heading]")?.textContent.trim();
  const place = document.getElementById("said");
  if (text && place.textContent !== text) place.textContent = text;
}

/* A touch may ask for a field of the screen it leads to; whichever way that screen comes, the field gets the focus. */
let wanted = "";

function noteWanted(event) {
  const { focus, clear, fill } = event.target.closest?.("[data-focus], [data-clear], [data-fill]")?.dataset ?? {};
  wanted = focus ?? "";
  const field = clear && document.getElementById(clear);
  if (field) field.value = "";
  const filled = fill && document.getElementById(fill);
  if (filled) filled.value = event.target.closest("[data-fill]").textContent;
}

function focusWanted() {
  const field = wanted && document.getElementById(wanted);
  if (!field) return;
  wanted = "";
  field.focus();
}

/* Nobody is here: nothing of the last shopper stays with the browser either. */
function forget() {
  sessionStorage.clear();
  localStorage.clear();
}

function swapped() {
  takeOver();
  focusWanted();
  painted();
  said();
  if (!("visit" in screen().dataset)) forget();
  document.dispatchEvent(new CustomEvent("tote:screen"));
}

/* A finger is down: the screen stands still, or the touch would land on something else. What came meanwhile waits. */
const TAP_MS = 60;
const LONGEST_MS = 700;
let pressed = false;
let held = "";
let waiting = 0;

function press() {
  pressed = true;
  clearTimeout(waiting);
  waiting = setTimeout(release, LONGEST_MS);
}

/* A tap's click comes a moment after the finger has gone. */
function lift() {
  clearTimeout(waiting);
  waiting = setTimeout(release, TAP_MS);
}

function release() {
  pressed = false;
  const html = held;
  held = "";
  if (!html || !wants(html)) return;
  htmx.swap(stage(), html, { swapStyle: "innerHTML" });
  swapped();
}

/* Whether a fragment is to be swapped in now. */
function wants(html) {
  if (needless(html)) {
    focusWanted();
    painted();
    return false;
  }
  if (pressed) {
    held = html;
    return false;
  }
  remember(html);
  return true;
}

export function watchStage() {
  const body = document.body;
  body.addEventListener("htmx:sseBeforeMessage", (event) => wants(event.detail.data) || event.preventDefault());
  body.addEventListener("htmx:sseMessage", (event) => event.detail.type === "screen" && swapped());
  body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== stage() || !event.detail.shouldSwap) return;
    event.detail.shouldSwap = wants(event.detail.serverResponse);
  });
  body.addEventListener("htmx:afterSwap", (event) => event.detail.target === stage() && event.detail.xhr && swapped());
  document.addEventListener("pointerdown", press, { capture: true });
  for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, lift, { capture: true });
  document.addEventListener("click", noteWanted, { capture: true });
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("DOMContentLoaded", () => document.dispatchEvent(new CustomEvent("tote:screen")));
}
