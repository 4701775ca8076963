/* This page as a reader: what its camera, its tag reader and a scanner that types have read goes to the box, in order, each
   once. A reading that the box does not take within three seconds is lost: later it would surprise whoever stands here. */

const TRY_MS = 3000;
const AGAIN_MS = 200;
const ANSWER_MS = 2000;
const BEAT_MS = 3000;

const body = document.body;
const hex = (octets) => [...octets].map((octet) => octet.toString(16).padStart(2, "0")).join("");
const fresh = () => hex(crypto.getRandomValues(new Uint8Array(12)));
const source = fresh();
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/* The reader's name in the settings; "" where the page reads though nobody configured it, null where it does not. */
export const reader = () => body.dataset.reader ?? null;

export const base64 = (octets) => btoa(Array.from(octets, (octet) => String.fromCharCode(octet)).join(""));

const address = (place) => `/s/${encodeURIComponent(body.dataset.station)}/${place}`;
const worded = (fields) => JSON.stringify({ ...(reader() && { reader: reader() }), source, ...fields });

/* True where the box has it, false where it never will, null where it may be tried again. */
async function post(place, text) {
  try {
    const answer = await fetch(address(place), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: text,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (answer.status === 429) await wait(1000 * Number(answer.headers.get("Retry-After") ?? 1));
    return answer.status === 429 || answer.status >= 500 ? null : answer.ok;
  } catch {
    return null;
  }
}

async function insist(place, fields) {
  const text = worded({ ...fields, id: fresh() });
  const began = performance.now();
  for (;;) {
    const taken = await post(place, text);
    if (taken !== null) return taken;
    if (performance.now() - began > TRY_MS) return false;
    await wait(AGAIN_MS);
  }
}

let last = Promise.resolve();

function inOrder(place, fields) {
  last = last.then(() => insist(place, fields));
  return last;
}

/* Post a reading: `data` are octets. Resolves to whether the box has it. */
export const scanned = (symbology, data, uid = []) =>
  inOrder("scan", { symbology, data: base64(data), ...(uid.length && { uid: base64(uid) }) });

export const unreadable = (reason, error) => inOrder("reader", { kind: "partial", reason, error });

/* ---- the reader's own life: up while the page can be seen, told again and again, down when it goes ---- */

function up() {
  if (!document.hidden) post("reader", worded({ kind: "up" }));
}

function down(error) {
  navigator.sendBeacon(address("reader"), new Blob([worded({ kind: "down", error })], { type: "application/json" }));
}

export function watchReader() {
  if (!reader()) return;
  up();
  setInterval(up, BEAT_MS);
  document.addEventListener("visibilitychange", () => (document.hidden ? down("its page is out of sight: bring it to the front") : up()));
  window.addEventListener("pagehide", () => down("its page was closed: open the station’s page on its tablet"));
  window.addEventListener("pageshow", (event) => event.persisted && up());
}
