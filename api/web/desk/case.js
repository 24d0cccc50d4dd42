/** The live parts of a case: what is said, who is there, and what came in while an answer was being written. */

import { add, parsed, refresh, refreshSoon } from "./desk.js";

const TYPING_MS = 3000;

const log = document.querySelector("#log");
let toldAt = 0;

function listen() {
  const events = new EventSource(`${log.dataset.case}/events?after=${log.dataset.after}`);
  events.addEventListener("message", ({ data }) => {
    const message = parsed(JSON.parse(data).html).querySelector(".said");
    add(message);
    tellWhoIsWriting(message);
    refreshSoon();
  });
  events.addEventListener("presence", ({ data }) => {
    const { shopper, colleagues } = JSON.parse(data);
    say("shopper-there", shopper);
    say("colleagues-there", colleagues);
  });
  events.addEventListener("error", () => {
    // Closed for good: no longer signed in, or the server is starting. The page itself tells which.
    if (events.readyState === EventSource.CLOSED) setTimeout(() => (refresh(), listen()), 3000);
  });
}

function say(id, text) {
  const place = document.getElementById(id);
  if (place) place.textContent = text;
}

/** What comes in while one writes may change the answer: whoever writes is told beside the button. */
function tellWhoIsWriting(message) {
  const hint = document.querySelector("#hint");
  if (!hint || !document.querySelector("#text")?.value || !message.matches(".user, .agent")) return;
  hint.dataset.before ??= hint.textContent;
  hint.textContent = "One more message came in.";
  hint.classList.add("news");
}

/** Whoever goes on writing has seen what is on the page. */
function write({ form, value }) {
  form.elements.seen.value = log.lastElementChild?.dataset.id ?? 0;
  const hint = document.querySelector("#hint");
  hint.textContent = hint.dataset.before ?? hint.textContent;
  hint.classList.remove("news");
  if (!value || Date.now() < toldAt + TYPING_MS) return;
  toldAt = Date.now();
  const body = new URLSearchParams({ form_token: form.elements.form_token.value });
  fetch(`${log.dataset.case}/typing`, { method: "POST", body, signal: AbortSignal.timeout(5000) }).catch(() => {});
}

/** What was paid for the items that are picked, to the cent as the server says it; which versions, of those alone. */
function sumUp(pick) {
  const { currency, digits } = pick.dataset;
  let minor = 0;
  for (const field of pick.querySelectorAll("[data-paid]")) {
    const { dataset, value } = field;
    const paid = dataset.paid.split(" ").filter(Boolean);
    const version = field.closest(".item").querySelector(".version");
    if (version) version.hidden = !Number(value);
    minor += Number(paid[Math.min(Number(value), paid.length) - 1] ?? 0);
  }
  const money = new Intl.NumberFormat("en-US", { style: "currency", currency });
  pick.querySelector("output").textContent = money.format(minor / 10 ** digits);
  pick.querySelector("p").hidden = false;
}

/** A question that is suggested goes behind what is being written, to be edited: nothing is sent. */
function suggest(event) {
  const words = event.target.closest("[data-says]")?.dataset.says;
  const field = document.querySelector("#text");
  if (!words || !field) return;
  event.preventDefault();
  field.value = [field.value, words].filter(Boolean).join("\n\n");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

document.addEventListener("click", suggest);
document.addEventListener("input", ({ target }) => {
  if (target.id === "text") write(target);
  const pick = target.closest("[data-pick]");
  if (pick) sumUp(pick);
});
document.addEventListener("toggle", ({ target }) => target.querySelectorAll?.("[data-pick]").forEach(sumUp), true);
log.scrollTop = log.scrollHeight;
setInterval(refresh, 30_000);
listen();
