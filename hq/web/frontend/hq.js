// Keeps what lies in each [data-live] fresh: the page is fetched again and those parts of it replaced, while somebody looks.
const PAUSE = 3000;
const parts = () => [...document.querySelectorAll("[data-live]")];

async function refresh() {
  if (document.hidden || parts().some((part) => part.contains(document.activeElement))) return;
  const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts()) {
    const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceWith(fresh);
  }
}

if (parts().length) setInterval(() => refresh().catch(() => {}), PAUSE);
