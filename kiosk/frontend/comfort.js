/* The sheet of comforts closes at a touch beside it and with Escape. Whether motion is wanted: the visit and the system say. */

const sheet = () => document.querySelector("details.comfort[open]");

export const still = () =>
  document.documentElement.matches("[data-comfort~=still]") || matchMedia("(prefers-reduced-motion: reduce)").matches;

export function watchComfort() {
  document.addEventListener("click", ({ target }) => sheet() && !sheet().contains(target) && sheet().removeAttribute("open"));
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !sheet()) return;
    sheet().querySelector("summary").focus();
    sheet().removeAttribute("open");
  });
}
