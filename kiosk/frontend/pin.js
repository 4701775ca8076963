/* The pad of the PIN: its keys write into the field beside them, which a real keyboard reaches too. */

function pressed(event) {
  const key = event.target.closest?.("[data-pad] [data-digit], [data-pad] [data-erase]");
  if (!key) return;
  const field = key.form.elements.pin;
  field.value = key.dataset.digit ? (field.value + key.dataset.digit).slice(0, field.maxLength) : field.value.slice(0, -1);
}

/* Right or wrong, what was typed does not stay. */
function answered(event) {
  if (event.target.matches?.("[data-pad]")) event.target.reset();
}

export function watchPin() {
  document.addEventListener("click", pressed);
  document.body.addEventListener("htmx:afterRequest", answered);
  document.addEventListener("tote:screen", () => document.querySelector("[data-pad] input")?.focus());
}
