// The shelf: an act at the chosen station, a size or colour chosen on a card, the line to HQ pulled or mended.
"use strict";
const did = document.getElementById("did");
const screen = document.querySelector(".screen");
const station = () => document.querySelector("input[name=station]:checked").value;

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return answer.headers.get("Content-Type").includes("json") ? answer.json() : { error: await answer.text() };
}

async function act(button) {
  const card = button.closest(".thing") ?? document.querySelector(".thing");
  const said = await post("/act", { act: button.dataset.act, station: station(), sku: card.dataset.sku });
  did.textContent = said.did ?? said.error;
  did.classList.toggle("wrong", Boolean(said.error));
  button.classList.remove("done");
  requestAnimationFrame(() => button.classList.add("done"));
}

function press(buttons, pressed) {
  for (const button of buttons) button.setAttribute("aria-pressed", String(button === pressed));
}

function choose(button) {
  const card = button.closest(".thing");
  card.dataset.sku = button.dataset.choose;
  press(card.querySelectorAll("[data-choose]"), button);
}

function colour(button) {
  const card = button.closest(".thing");
  press(card.querySelectorAll("[data-colour]"), button);
  card.querySelector("img").src = button.dataset.picture;
  const all = [...card.querySelectorAll("[data-choose]")];
  for (const size of all) size.hidden = size.dataset.of !== button.dataset.colour || size.tagName === "SPAN";
  choose(all.find((size) => size.dataset.of === button.dataset.colour));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.act) act(button);
  else if (button?.dataset.choose) choose(button);
  else if (button?.dataset.colour) colour(button);
});

document.querySelector(".stations").addEventListener("change", () => {
  screen.href = `${screen.dataset.box}/s/${station()}`;
  for (const button of document.querySelectorAll("[data-only]")) button.hidden = button.dataset.only !== station();
});

document.getElementById("line").addEventListener("change", async (event) => {
  event.target.disabled = true;
  const { up } = await post("/line", { up: event.target.checked });
  Object.assign(event.target, { checked: up, disabled: false });
  did.textContent = up ? "The line to HQ is up: what waited goes now." : "The line to HQ is down: shoppers go on, everything waits in the box.";
});
