// Keeps what lies in [data-live] fresh: the page is fetched again and that part of it replaced, while somebody looks.
const PAUSE = 3000;

async function refresh() {
  const live = document.querySelector("[data-live]");
  if (!live || document.hidden || live.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(`[data-live="${live.dataset.live}"]`);
  if (fresh && fresh.innerHTML !== live.innerHTML) live.replaceWith(fresh);
}

if (document.querySelector("[data-live]")) setInterval(() => refresh().catch(() => {}), PAUSE);
