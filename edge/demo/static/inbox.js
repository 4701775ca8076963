// A new mail shows by itself: the list is read again when there is more than the page knows.
"use strict";
const known = Number(document.body.dataset.count);
setInterval(async () => {
  try {
    const mails = await (await fetch("/messages.json")).json();
    if (mails.length !== known) location.assign(mails.length === 1 ? "/mails/1" : location.pathname);
  } catch { /* the demo has stopped */ }
}, 1000);
