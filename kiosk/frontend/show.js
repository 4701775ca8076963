/* The showcase: one picture after the other, and the invitation in one language after the other, until somebody comes. What
   moves is opacity and transform alone. */

import { still } from "./comfort.js";

const SLIDE_MS = 7000;
const TONGUE_MS = 3500;
const REST_MS = 60_000;
let touched = -Infinity;

/* Somebody's hand is here: nothing moves under it, whatever the touch leads to. */
const rests = () => document.hidden || still() || performance.now() - touched < REST_MS;

function next(parts) {
  const now = parts.findIndex((part) => part.classList.contains("on"));
  parts[now]?.classList.remove("on");
  parts[(now + 1) % parts.length]?.classList.add("on");
  return now + 1;
}

function turn() {
  const slides = [...document.querySelectorAll("[data-show] > button")];
  if (slides.length < 2 || rests()) return;
  const now = next(slides) % slides.length;
  slides.forEach((slide, i) => {
    slide.tabIndex = i === now ? 0 : -1;
    if (i === now) slide.removeAttribute("aria-hidden");
    else slide.setAttribute("aria-hidden", "true");
  });
  slides[(now + 1) % slides.length].querySelector("img")?.setAttribute("loading", "eager");
}

function say() {
  const tongues = [...document.querySelectorAll("[data-tongues] > span")];
  if (tongues.length > 1 && !rests()) next(tongues);
}

export function watchShow() {
  setInterval(turn, SLIDE_MS);
  setInterval(say, TONGUE_MS);
  for (const kind of ["pointerdown", "keydown"])
    document.addEventListener(kind, () => (touched = performance.now()), { capture: true, passive: true });
  document.addEventListener("tote:screen", () => {
    if (document.querySelector("[data-visit]")) touched = -Infinity;
  });
}
