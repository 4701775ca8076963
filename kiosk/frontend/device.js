/* Tells the box what this screen runs on, and how full its battery is where the browser knows: a tablet that goes flat in a
   drawer is noticed at HQ. Told when the page opens, when the charger comes or goes, and every five minutes. */

const EVERY_MS = 5 * 60_000;

const kind = () => navigator.userAgentData?.platform || navigator.platform || "";

function tell(battery) {
  const said = new URLSearchParams({ device: kind() });
  if (battery) {
    said.set("battery", Math.round(battery.level * 100));
    said.set("charging", battery.charging ? "yes" : "no");
  }
  fetch(`/s/${encodeURIComponent(document.body.dataset.station)}/device`, { method: "POST", body: said }).catch(() => {});
}

export async function watchDevice() {
  const battery = await navigator.getBattery?.().catch(() => undefined);
  const now = () => tell(battery);
  battery?.addEventListener("chargingchange", now);
  setInterval(now, EVERY_MS);
  now();
}
