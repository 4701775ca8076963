/* Tags held to the tablet itself (Web NFC: Chrome on Android, over https). Nothing is shown of it: it either works or is not
   there. What the browser has already taken apart is put together again as an NDEF message, which is what the box reads. */

import { reader, scanned, unreadable } from "./reader.js";

const AGAIN_MS = 1000;
const encoder = new TextEncoder();
let last = { name: "", at: -Infinity };

/* One record of NFC Forum's well-known types (NDEF 1.0): flags, lengths, type, payload. */
function record(type, payload, first, final) {
  const short = payload.length < 256;
  const flags = 0x01 | (first ? 0x80 : 0) | (final ? 0x40 : 0) | (short ? 0x10 : 0);
  const length = short ? [payload.length] : [24, 16, 8, 0].map((bits) => (payload.length >>> bits) & 0xff);
  return [flags, type.length, ...length, ...encoder.encode(type), ...payload];
}

function url(data) {
  return ["U", [0, ...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]];
}

function text(data, { encoding, lang }) {
  const language = encoder.encode(lang ?? "");
  const letters = encoder.encode(new TextDecoder(encoding ?? "utf-8").decode(data));
  return ["T", [language.length & 0x3f, ...language.slice(0, 0x3f), ...letters]];
}

export function message(records) {
  const kept = records.flatMap((found) => {
    if (!found.data) return [];
    if (found.recordType === "url" || found.recordType === "absolute-url") return [url(found.data)];
    return found.recordType === "text" ? [text(found.data, found)] : [];
  });
  return kept.flatMap(([type, payload], i) => record(type, payload, i === 0, i === kept.length - 1));
}

function read({ message: { records }, serialNumber }) {
  const octets = message(records);
  const name = `${serialNumber} ${octets}`;
  const again = name === last.name && performance.now() - last.at < AGAIN_MS;
  last = { name, at: performance.now() };
  if (again) return;
  const uid = (serialNumber ?? "").split(":").filter(Boolean).map((pair) => parseInt(pair, 16));
  if (octets.length) scanned("ndef", octets, uid);
  else if (records.some(({ recordType }) => recordType !== "empty")) unreadable("tag-foreign", "neither an address nor a text is on the tag");
  else unreadable("tag-empty", "nothing is on the tag");
}

async function listen() {
  const device = new NDEFReader();
  device.addEventListener("reading", read);
  device.addEventListener("readingerror", () => unreadable("tag-damaged", "the browser could not read the tag"));
  await device.scan().catch((error) => console.warn("tags can't be read by this page:", error.message));
}

/* The browser asks once, and only after a touch: the first one, which is that of whoever sets the screen up. */
export async function watchTags() {
  if (reader() === null || !("NDEFReader" in window)) return;
  const permission = await navigator.permissions?.query({ name: "nfc" }).catch(() => null);
  if (permission?.state === "granted") listen();
  else if (permission?.state !== "denied") document.addEventListener("click", listen, { once: true });
}
