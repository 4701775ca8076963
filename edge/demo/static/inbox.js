// A new mail shows by itself, without loading the open one again; a mail comes into view once its pictures are there.
"use strict";
document.documentElement.classList.add("waits");
document.addEventListener("load", ({ target }) => target.classList?.toggle("whole", true), true); // "load" does not bubble

async function renew(mails) {
  const open = location.pathname !== "/";
  if (!open && mails.length === 1) return location.assign("/mails/1");
  const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
  document.querySelector(".mails").replaceWith(page.querySelector(".mails"));
  document.body.dataset.count = page.body.dataset.count;
}

setInterval(async () => {
  try {
    const mails = await (await fetch("/messages.json")).json();
    if (mails.length !== Number(document.body.dataset.count)) await renew(mails);
  } catch { /* the demo has stopped */ }
}, 1000);
