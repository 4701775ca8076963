/* Typing errors in the domain of a mail address: "gmial.com" is asked about, never changed by itself. */

function distance(a, b) {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array(b.length).fill(0)]);
  for (let j = 1; j <= b.length; j++) rows[0][j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  return rows[a.length][b.length];
}

export function meant(address, domains) {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1).toLowerCase();
  if (at < 1 || domain.length < 4 || domains.includes(domain)) return "";
  const beginning = domains.some((known) => known.startsWith(domain));
  const near = domains.map((known) => [distance(domain, known), known]).sort((a, b) => a[0] - b[0])[0];
  return near && !beginning && near[0] <= 2 ? address.slice(0, at + 1) + near[1] : "";
}

function hint(event) {
  const field = event.target;
  if (field.id !== "mail-input") return;
  const guess = meant(field.value.trim(), field.form.dataset.domains.split(" "));
  const place = document.getElementById("mail-hint");
  place.hidden = !guess;
  place.querySelector("button").textContent = guess;
}

function take(event) {
  const button = event.target.closest("#mail-hint button");
  if (!button) return;
  const field = document.getElementById("mail-input");
  field.value = button.textContent;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/* The field outlives a refusal: whether it is refused now is the new screen's to say. */
function judge() {
  const refused = document.getElementById("mail-error");
  for (const field of document.querySelectorAll("#mail-input, #phone-input"))
    for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", "mail-error"]])
      if (refused) field.setAttribute(name, value);
      else field.removeAttribute(name);
}

export function watchMail() {
  document.addEventListener("tote:screen", judge);
  document.addEventListener("input", hint);
  document.addEventListener("click", take);
}
