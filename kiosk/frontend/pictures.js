/* A picture that the box does not hold just now: asking for it makes the box fetch it (edge/feeds/pictures.py). Until it has
   come the shop's mark stands in for it, and it is asked for again, ever more seldom, as long as it is on the screen. */

const FIRST_MS = 1500;
const LONGEST_MS = 30_000;
const STAND_IN = "/mark.svg";

function isPicture(element) {
  return element instanceof HTMLImageElement && new URL(element.src, location.href).pathname.startsWith("/pictures/");
}

function wait(picture, wanted, tries) {
  setTimeout(() => ask(picture, wanted, tries), Math.min(FIRST_MS * 2 ** tries, LONGEST_MS));
}

function ask(picture, wanted, tries) {
  if (!picture.isConnected) return;
  const probe = new Image();
  const address = new URL(wanted, location.href);
  address.searchParams.set("again", tries + 1);
  probe.onload = () => {
    picture.src = probe.src;
    picture.classList.remove("missing");
  };
  probe.onerror = () => wait(picture, wanted, tries + 1);
  probe.src = address.href;
}

function missed(element) {
  if (!isPicture(element)) return;
  wait(element, element.src, 0);
  element.classList.add("missing");
  element.src = STAND_IN;
}

export function watchPictures() {
  document.addEventListener("error", (event) => missed(event.target), true);
  for (const picture of document.images) if (picture.complete && !picture.naturalWidth) missed(picture);
}
