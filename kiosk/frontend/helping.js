/* Calls for help on the staff's screens: how long each waits, and, where the shop wants it, a sound that comes again. */

const AGAIN_S = 10;
let rung = -Infinity;
let audio = null;

function waited(place) {
  place.dataset.since ??= performance.now() - 1000 * place.dataset.waited;
  const seconds = Math.floor((performance.now() - place.dataset.since) / 1000);
  place.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/* Two soft tones. A browser that lets no page sound before it was touched stays silent: the strip is there all the same. */
function ring() {
  audio ??= new AudioContext();
  [659, 880].forEach((pitch, i) => {
    const [tone, loud, at] = [audio.createOscillator(), audio.createGain(), audio.currentTime + i * 0.22];
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.25, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
    tone.connect(loud).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.6);
  });
}

function tick() {
  document.querySelectorAll("[data-waited]").forEach(waited);
  const now = performance.now() / 1000;
  if (!document.querySelector("[data-ring]")) rung = -Infinity;
  else if (now - rung >= AGAIN_S) {
    rung = now;
    ring();
  }
}

export function watchCalls() {
  setInterval(tick, 1000);
  document.addEventListener("tote:screen", tick);
}
