/* Somebody is there: any touch, key, wheel or scroll tells the box, which ends visits by itself. Shortly before, the screen
   asks, and whatever is done then counts as an answer. */

const WARN_S = 30;
const TELL_EVERY_MS = 5000;
let told = -Infinity;
let warning = false;

const dialog = () => document.querySelector(".idle");
const here = () => document.querySelector(".screen[data-visit]");

function tell(event) {
  if (event?.target.closest?.("[data-longer]")) return; // that touch is to land: what it asks for tells the box
  if (!here() || (!warning && performance.now() - told < TELL_EVERY_MS)) return;
  told = performance.now();
  fetch(`/s/${encodeURIComponent(document.body.dataset.station)}/touch`, { method: "POST" }).catch(() => {});
  show(false);
}

let focused = null;

function show(on) {
  if (on === warning && dialog()?.hidden === !on) return;
  warning = on;
  if (dialog()) dialog().hidden = !on;
  if (on) {
    focused = document.activeElement;
    document.getElementById("idle-stay")?.focus();
  } else focused?.isConnected && focused.focus();
}

function count(event) {
  const left = event.detail;
  const ends = left !== null && left <= WARN_S && here();
  if (ends) {
    show(true);
    dialog().querySelector("output").textContent = Math.max(0, left);
  } else if (warning) show(false);
}

export function watchIdle() {
  document.addEventListener("tote:left", count);
  document.addEventListener("tote:screen", () => (warning = false));
  for (const kind of ["pointerdown", "keydown", "wheel", "touchmove", "scroll", "input"])
    document.addEventListener(kind, tell, { capture: true, passive: true });
}
