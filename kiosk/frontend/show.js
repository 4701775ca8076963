/* The showcase: one picture after the other, until somebody comes. */

const SLIDE_MS = 7000;

function turn() {
  const show = document.querySelector("[data-show]");
  if (!show || document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const slides = [...show.querySelectorAll(".slide")];
  const now = slides.findIndex((slide) => slide.classList.contains("on"));
  slides.forEach((slide, i) => {
    const on = i === (now + 1) % slides.length;
    slide.classList.toggle("on", on);
    slide.tabIndex = on ? 0 : -1;
    slide.toggleAttribute("aria-hidden", !on);
    if (!on) slide.setAttribute("aria-hidden", "true");
    if (i === (now + 2) % slides.length) slide.querySelector("img")?.setAttribute("loading", "eager");
  });
}

export function watchShow() {
  setInterval(turn, SLIDE_MS);
}
