/* The keyboard on the screen: it belongs to the field that has the focus, and lies outside the stage, so that a new screen
   does not shake it. A real keyboard works beside it. */

import Keyboard from "simple-keyboard/build/index.modern.esm.js";

const ROWS = {
  en: ["q w e r t y u i o p", "a s d f g h j k l", "z x c v b n m"],
  de: ["q w e r t z u i o p ü", "a s d f g h j k l ö ä", "y x c v b n m ß"],
  es: ["q w e r t y u i o p", "a s d f g h j k l ñ", "z x c v b n m"],
  et: ["q w e r t y u i o p ü õ", "a s d f g h j k l ö ä", "z x c v b n m š ž"],
};
const DIGITS = "1 2 3 4 5 6 7 8 9 0";

const dock = () => document.getElementById("keyboard");
let keyboard = null;
let field = null;

const plain = (row) => row.split(" ").filter((letter) => letter < "{").join(" ");

function layout(language) {
  const [first, second, third] = ROWS[language] ?? ROWS.en;
  if (isNumber()) return ["1 2 3", "4 5 6", "7 8 9", "{bksp} 0 {enter}"];
  if (field.dataset.keyboard === "phone") return ["1 2 3", "4 5 6", "7 8 9", "+ 0 {bksp}", "{close} {enter}"];
  if (field.dataset.keyboard !== "mail")
    return [DIGITS, first, second, `${third} - {bksp}`, "{close} {space} {enter}"];
  const domains = field.form.dataset.keys.split(" ").map((domain) => `{@${domain}}`).join(" ");
  return [domains, DIGITS, plain(first), `${plain(second)} @`, `_ ${plain(third)} - . {bksp}`, "{close} + {enter}"];
}

function display() {
  const words = document.querySelector("[data-keys-close]").dataset;
  const domains = (field.form.dataset.keys ?? "").split(" ").map((domain) => [`{@${domain}}`, `@${domain}`]);
  return {
    "{bksp}": "⌫",
    "{space}": " ",
    "{close}": words.keysClose,
    "{enter}": { mail: words.keysSend, phone: words.keysSend, number: "✓", code: "✓" }[field.dataset.keyboard] ?? words.keysSearch,
    ...Object.fromEntries(domains),
  };
}

function typed(value) {
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/* A mail domain is one key: it replaces what was begun after the @. */
function pressed(key) {
  if (key === "{close}") queueMicrotask(close);
  else if (key === "{enter}") field.form.requestSubmit();
  else if (key.startsWith("{@")) typed(field.value.split("@")[0] + key.slice(1, -1));
}

/* A number takes the place of the one that stood there, and counts as typed once its field is left. */
const isNumber = () => field?.dataset.keyboard === "number";

function leave() {
  if (isNumber() && field.isConnected && field.value !== field.defaultValue) field.dispatchEvent(new Event("change", { bubbles: true }));
}

/* How somebody is to be written to decides which field there is; it is the one that gets the keys. */
function choose(event) {
  document.getElementById(event.target.dataset?.opens)?.focus();
}

function open(event) {
  if (!event.target.dataset?.keyboard || event.target === field) return;
  field = event.target;
  if (isNumber()) field.select();
  build();
  dock().hidden = false;
  document.body.dataset.typing = field.dataset.keyboard;
  reveal();
}

/* A code's field stands below a list: it must not lie where the keys are now. */
function reveal() {
  if (field?.dataset.keyboard === "code") field.form.scrollIntoView({ block: "center" });
}

const spoken = () => document.querySelector(".screen").dataset.lang;

function build() {
  clear();
  keyboard = new Keyboard(".simple-keyboard", {
    layout: { default: layout(spoken()) },
    display: display(),
    onChange: typed,
    onKeyPress: pressed,
    useButtonTag: true,
    preventMouseDownDefault: true,
    theme: `keys ${field.dataset.keyboard}`,
  });
  keyboard.setInput(isNumber() ? "" : field.value);
  dock().lang = spoken();
}

/* Nothing of what was typed stays: no key, no text, no timer of a key that is held. */
function clear() {
  keyboard?.setMouseHold(false);
  keyboard?.destroy();
  keyboard = null;
  dock().firstElementChild.className = "simple-keyboard";
}

function close() {
  field = null;
  clear();
  dock().hidden = true;
  delete document.body.dataset.typing;
}

/* The field outlives the screens it is on; what it says and the keys it asks for are the new screen's. */
function follow() {
  const said = document.querySelector("[data-hint-mail]")?.dataset ?? {};
  const hints = { mail: said.hintMail, phone: said.hintPhone };
  for (const kept of document.querySelectorAll("[data-keyboard]")) {
    kept.placeholder = hints[kept.name] ?? kept.form.dataset.hint ?? "";
    if (hints[kept.name]) kept.ariaLabel = kept.placeholder;
  }
  if (!field) return;
  if (!field.isConnected) close();
  else if (dock().lang !== spoken()) build();
  reveal();
}

export function watchKeyboard() {
  document.addEventListener("change", choose);
  document.addEventListener("focusin", open);
  document.addEventListener("click", open);
  document.addEventListener("focusout", (event) => event.target === field && leave());
  document.addEventListener("input", (event) => event.target === field && keyboard.setInput(field.value));
  document.addEventListener("keydown", (event) => event.key === "Escape" && field && close());
  document.addEventListener("tote:screen", follow);
  document.addEventListener("tote:forgotten", close);
}
