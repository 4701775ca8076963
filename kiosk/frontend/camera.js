/* The camera of this screen as a scanner: a sheet with its picture, open from a touch until a code was read. The camera runs
   only while the sheet is there; it goes with the visit, with the page, and after a while in which nothing was held before it. */

import htmx from "htmx.org";
import { detector } from "./camera-detect.js";
import { watch } from "./camera-watch.js";
import { reader, scanned } from "./reader.js";

const PAUSE_MS = 80;
const UNUSED_MS = 45_000;
const SHOWN_MS = 450;
const PUSHED_MS = 2000;
const WANTED = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } };
const REASONS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "absent", OverconstrainedError: "absent", NotReadableError: "busy" };

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
let sheet = null;
let opened = 0;
let stream = null;

const video = () => sheet.querySelector("video");

/* One of the texts of the sheet; its button to the search comes with those that end in words. */
function say(state) {
  sheet.dataset.state = state;
  for (const text of sheet.querySelectorAll("[data-when]")) text.hidden = !text.dataset.when.split(" ").includes(state);
}

/* The sheet is made from the screen's own words, so that it speaks the shopper's language. */
function build() {
  sheet = document.createElement("dialog");
  sheet.className = "camera";
  sheet.setAttribute("aria-labelledby", "camera-title");
  sheet.lang = document.querySelector(".screen").dataset.lang;
  sheet.append(document.getElementById("camera-words").content.cloneNode(true));
  sheet.addEventListener("close", (event) => event.target === sheet && close());
  sheet.addEventListener("click", (event) => (event.target === sheet || event.target.closest("[data-close]")) && close());
  document.body.append(sheet);
  htmx.process(sheet);
}

async function open() {
  if (sheet) return;
  build();
  say("starting");
  sheet.showModal();
  follow();
  const turn = ++opened;
  const stays = () => turn === opened;
  let decoder = null;
  try {
    await start(stays);
    decoder = stays() ? await detector() : null;
    await look(decoder, stays);
  } catch (error) {
    if (stays()) fail(error);
  } finally {
    decoder?.close();
  }
}

async function start(stays) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", isSecureContext ? "NotFoundError" : "Insecure");
  const got = await navigator.mediaDevices.getUserMedia(WANTED);
  if (!stays()) return stop(got);
  stream = got;
  const [track] = stream.getVideoTracks();
  track.addEventListener("ended", () => stays() && fail(new DOMException("", "NotReadableError")));
  video().classList.toggle("mirrored", track.getSettings().facingMode === "user");
  video().srcObject = stream;
  await video().play();
}

/* At most half the time is spent reading, whatever the tablet: the pause is never shorter than the reading took. While a
   reading is posted nobody looks, and what is not looked for is not out of sight. */
async function look(decoder, stays) {
  const counts = watch();
  const began = performance.now();
  let posting = 0;
  if (stays()) say("looking");
  while (stays()) {
    const at = performance.now();
    const [code] = counts(await decoder.read(video()), at - posting);
    const took = performance.now() - at;
    if (code && stays()) await take(code, stays);
    posting += performance.now() - at - took;
    if (at - began > UNUSED_MS && stays()) return close();
    await wait(Math.max(PAUSE_MS, took));
  }
}

/* The screen that a scan leads to comes by a push, before or after the answer to the post: the sheet goes when it is there. */
const painted = () => new Promise((done) => document.addEventListener("tote:painted", done, { once: true }));

async function take(code, stays) {
  say("read");
  navigator.vibrate?.(40);
  const led = painted();
  const [taken] = await Promise.all([scanned(code.symbology, code.data), wait(SHOWN_MS)]);
  if (taken) await Promise.race([led, wait(PUSHED_MS)]);
  if (!stays()) return;
  if (taken) close();
  else say("lost");
}

function fail(error) {
  opened += 1;
  stop(stream);
  say(error.name === "Insecure" ? "insecure" : (REASONS[error.name] ?? "broken"));
  if (!(error.name in REASONS)) console.warn("the camera can't be used:", error);
}

function stop(which) {
  for (const track of which?.getTracks() ?? []) track.stop();
}

/* The focus goes back to where the eye is: to the button, or to the headline of the screen that the scan has led to. */
function close() {
  if (!sheet) return;
  const gone = sheet;
  sheet = null;
  opened += 1;
  stop(stream);
  stream = null;
  gone.close();
  gone.remove();
  document.querySelector(gone.dataset.state === "read" ? ".screen h1" : ".screen [data-camera]")?.focus({ preventScroll: true });
}

/* The sheet covers the question whether anybody is still here, and must not outlive who opened it. */
function follow() {
  const here = "visit" in (document.querySelector(".screen")?.dataset ?? {});
  if (sheet?.dataset.visit && !here) close();
  else if (sheet && here) sheet.dataset.visit = "yes";
}

export function watchCamera() {
  if (reader() === null) return;
  document.addEventListener("click", (event) => event.target.closest?.("[data-camera]") && open());
  document.addEventListener("tote:screen", follow);
  document.addEventListener("tote:forgotten", close);
  document.addEventListener("tote:left", ({ detail }) => detail !== null && detail <= 30 && close());
  document.addEventListener("visibilitychange", () => document.hidden && close());
  window.addEventListener("pagehide", close);
}
