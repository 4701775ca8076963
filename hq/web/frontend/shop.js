// The web shop's half of the basket that it shares with the stores (docs/webapi.md). It stores nothing before the shop
// calls consent(true) and HQ says that this person allows it, and forgets all of it at consent(false).
const script = document.currentScript;
const { key, layer } = script.dataset;
const base = new URL(script.src).origin;
const KEPT = "tote";
const MOST = 50, PAUSE = 1000, LONGEST = 60000;
const opted = navigator.globalPrivacyControl === true;
let allowed = false, queue = [], timer = 0, wait = PAUSE, passed = taken(), known = null;

// What HQ's basket page gave along; it must not be passed on with the address.
function taken() {
  const found = /([?&])tote_pass=([^&#]*)(&?)/.exec(location.href);
  if (found) history.replaceState(history.state, "", location.href.replace(found[0], found[3] && found[1]));
  return found ? found[2] : "";
}

function stored(value) {
  try {
    if (value === undefined) return localStorage.getItem(KEPT) || "";
    if (value) localStorage.setItem(KEPT, value);
    else localStorage.removeItem(KEPT);
  } catch {} // storage that is switched off: nobody is known here
  return value || "";
}

async function call(path, body) {
  const answer = await fetch(base + path, {
    method: body ? "POST" : "GET",
    body: body && JSON.stringify(body), // as text: browsers ask nothing before it
    keepalive: !!body,
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  if (!answer.ok) throw Object.assign(new Error(path + ": " + answer.status), { status: answer.status });
  return answer.json();
}

// The one that HQ knows this browser by, "" for nobody.
function visitor() {
  if (!allowed) return Promise.resolve("");
  known ??= (async () => {
    const pass = passed;
    passed = "";
    if (pass && !stored()) { // whoever is known here stays so, whoever passed the link on
      const fresh = (await call("/web/visitor", { key, passed: pass }).catch(() => ({}))).visitor;
      if (fresh && allowed) return stored(fresh);
    }
    return stored();
  })();
  return known;
}

function consent(yes) {
  allowed = !!yes && !opted;
  known = null;
  if (!allowed) stored("");
  else if (passed) visitor();
}

function track(name, properties) {
  queue.push({ id: crypto.randomUUID(), name, properties: properties || {} });
  timer ||= setTimeout(flush, wait);
}

async function flush() {
  clearTimeout(timer);
  timer = 0;
  const events = queue.splice(0, MOST);
  if (!events.length) return;
  try {
    const who = await visitor();
    const told = await call("/web/events", { key, visitor: who, events });
    wait = PAUSE;
    if (who && !told.visitor) known = Promise.resolve(stored(""));
  } catch ({ status }) {
    // Told again with the same ids, each counts once. What HQ refuses as such is not.
    if (!status || status === 429 || status >= 500) {
      queue.unshift(...events);
      queue.length = Math.min(queue.length, 10 * MOST);
      wait = Math.min(2 * wait, LONGEST);
    }
  }
  if (queue.length) timer ||= setTimeout(flush, wait);
}

async function asked(path, more) {
  const who = await visitor();
  if (!who) return null;
  const words = new URLSearchParams({ key, visitor: who, language: document.documentElement.lang.slice(0, 2), ...more });
  return call(path + "?" + words).catch(() => null);
}

const calls = {
  consent,
  track,
  flush,
  visitor: (value) => allowed && (known = Promise.resolve(stored(value))),
  basket: async (then) => then(((await asked("/web/basket")) || {}).lines || []),
  retarget: async (then, limit = 4) => then(((await asked("/retarget", { limit })) || {}).items || []),
};

function run(words) {
  const [name, ...rest] = words;
  return calls[name]?.(...rest);
}

const before = (window.tote && window.tote.q) || [];
window.tote = (...words) => run(words);
before.forEach(run);

// What the shop tells Google's tag manager anyway: the same events, nothing else of it.
if (layer) {
  const heard = (one) => one && one.event && one.ecommerce && track(one.event, one.ecommerce);
  const list = (window[layer] ||= []);
  const push = list.push;
  list.forEach(heard);
  list.push = function (...more) {
    more.forEach(heard);
    return push.apply(list, more);
  };
}

addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => document.hidden && flush());
