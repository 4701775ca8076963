/* A scanner that can only type: a burst of keys, faster than any hand, that ends with Enter or Tab. It is posted as a scan,
   and the field that happened to have the focus is as it was. A hand's typing goes its way.

   Keys are let through until the burst is known for one, since holding them back would make typing sticky; but what the field
   tells its listeners (a search, say) waits until it is clear that a hand typed. */

import { reader, scanned } from "./reader.js";

const BETWEEN_MS = 50;
const SHORTEST = 6;
const CALM_MS = 80;
const GS = "\x1d";
const ENDS = new Set(["Enter", "Tab"]);
const FEEDS = new Set(["j", "m"]); /* with Ctrl: LF and CR */
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "CapsLock", "Meta", "NumLock"]);

let keys = "";
let lastKey = -Infinity;
let ended = -Infinity;
let before = null;
let told = null;
let calm = 0;

const isField = (element) => element?.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea") ?? false;

/* The character a key stands for; FNC1 comes as Ctrl+] or as the control character itself. null: not of a barcode. */
function letter(event) {
  const control = event.ctrlKey && !event.altKey && !event.getModifierState("AltGraph");
  if (event.metaKey) return null;
  if (control) return event.key === "]" || event.code === "BracketRight" || event.key === GS ? GS : null;
  return [...event.key].length === 1 ? event.key : null;
}

function begin() {
  keys = "";
  const field = isField(document.activeElement) ? document.activeElement : null;
  before = field && { field, value: field.value, from: field.selectionStart, to: field.selectionEnd };
}

function restore() {
  clearTimeout(calm);
  const unheard = told !== null;
  told = null;
  if (!before || before.field.value === before.value) return;
  before.field.value = before.value;
  before.field.setSelectionRange?.(before.from, before.to);
  /* Whoever heard of a part of the burst, because the page was too busy, hears that it is gone. */
  if (!unheard) before.field.dispatchEvent(new Event("input", { bubbles: true }));
}

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function finish(event) {
  swallow(event);
  restore();
  ended = event.timeStamp;
  lastKey = -Infinity;
  scanned("", new TextEncoder().encode(keys));
  keys = "";
}

/* Times are the keys' own, not of when the page got round to them: a busy page must not take a hand for a scanner. */
function keydown(event) {
  if (!event.isTrusted || MODIFIERS.has(event.key)) return;
  const quick = event.timeStamp - lastKey < BETWEEN_MS && !event.repeat && !event.isComposing;
  if (ENDS.has(event.key) || (event.ctrlKey && FEEDS.has(event.key))) {
    if (event.timeStamp - ended < BETWEEN_MS) swallow(event); /* CR LF: the second half of the end */
    else if (quick && [...keys].length >= SHORTEST) finish(event);
    return;
  }
  const typed = letter(event);
  if (!quick) begin();
  const counts = typed !== null && !event.repeat && !event.isComposing;
  lastKey = counts ? event.timeStamp : -Infinity;
  if (counts) take(event, typed);
}

function take(event, typed) {
  keys += typed;
  if (typed === GS) swallow(event);
  else if (keys.length > 1 && !isField(event.target)) event.preventDefault(); /* a blank presses no button */
}

function input(event) {
  if (!event.isTrusted || !isField(event.target)) return;
  event.stopImmediatePropagation();
  told = event.target;
  clearTimeout(calm);
  calm = setTimeout(release, CALM_MS);
}

/* It was a hand: what it typed is told. */
function release() {
  const field = told;
  told = null;
  if (field?.isConnected) field.dispatchEvent(new Event("input", { bubbles: true }));
}

/* Whoever leaves a field or sends it off must not have to wait. */
function hurry() {
  clearTimeout(calm);
  release();
}

export function watchWedge() {
  if (reader() === null) return;
  window.addEventListener("keydown", keydown, { capture: true });
  window.addEventListener("input", input, { capture: true });
  for (const kind of ["submit", "change", "focusout"]) window.addEventListener(kind, hurry, { capture: true });
}
