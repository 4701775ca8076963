/* A sheet over the screen: it has the focus, what lies below rests, Escape and a touch beside it close it. */

function rest() {
  const over = document.querySelector("[data-sheet]");
  if (!over) return;
  for (const part of over.parentElement.children) if (part !== over && !part.matches(".idle, .lost")) part.inert = true;
  over.querySelector("h2").focus();
}

function close(event) {
  const beside = event.type === "click" ? event.target.matches?.("[data-sheet]") : event.key === "Escape";
  if (beside) document.querySelector("[data-close-sheet]")?.click();
}

export function watchSheet() {
  document.addEventListener("tote:screen", rest);
  document.addEventListener("click", close);
  document.addEventListener("keydown", close);
}
