/**
 * What makes the desk's pages live. They work without it, by plain links and forms: it sends the forms in the
 * background, and takes over what has changed from the page that the server draws.
 */

import { isOnWatch, titled } from "./alerts.js";

/** A form's own button, beside those that send it elsewhere. */
const SENDS = "button:not([formaction])";

const QUEUE_MS = 5000;

const log = document.querySelector("#log");
const queue = document.querySelector("#queue");
const address = new URL(queue?.dataset.address ?? "", location.href);
let isAsking = false;
let isAskedAgain = false;
/** Forms on their way. */
const underWay = new Set();
let before = Promise.resolve();
let pause;

/** Asks for this page anew and takes over what has changed. */
export async function refresh() {
  if (document.hidden && !isOnWatch()) return;
  // What has come since it was asked for is not in the answer.
  if (isAsking) return void (isAskedAgain = true);
  isAsking = true;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(10_000) });
    if (new URL(answer.url).pathname !== address.pathname) location.reload(); // signed out
    else if (answer.ok) takeOver(withoutNotice(parsed(await answer.text())));
  } catch {
    // Not reachable at the moment: the next time it may be.
  } finally {
    isAsking = false;
    if (isAskedAgain) refreshSoon();
    isAskedAgain = false;
  }
}

export function refreshSoon() {
  clearTimeout(pause);
  pause = setTimeout(refresh, 200);
}

export const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

/** What the answer to a form has told stays until another form is sent. */
function withoutNotice(fresh) {
  fresh.querySelector("#notice")?.remove();
  return fresh;
}

/**
 * @param {Document} fresh the same page as it is now
 * @param {Element | null} [sent] the form that was sent and has been taken
 */
function takeOver(fresh, sent = null) {
  document.title = titled(fresh.title);
  for (const message of fresh.querySelectorAll("#log .said")) add(message);
  const focused = document.activeElement;
  const isAtEnd = log && log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    const isTypedIn = now?.querySelector("textarea") && old.querySelector("textarea");
    if (isTypedIn && !(old.contains(sent) && "redraw" in old.dataset)) {
      if (old.contains(sent)) renew(old, now);
    } else if (now && now.innerHTML !== old.innerHTML) {
      old.replaceChildren(...now.childNodes);
      if (old.matches(".asked")) old.scrollTop = old.scrollHeight;
    }
  }
  // A composer that has come leaves the log less room.
  if (isAtEnd) log.scrollTop = log.scrollHeight;
  if (!focused.isConnected) goOnFrom(focused.id);
}

/** The keyboard's focus stays on what has the same id, or goes to where one can go on. */
function goOnFrom(id) {
  const ids = ["confirm-outcome", id, "text", "take", "back", "main"];
  ids.map((each) => document.getElementById(each)).find(Boolean)?.focus();
}

/** The same form, for the next text: an empty one, or a canned reply to be edited. */
function renew(old, now) {
  old.querySelector("[name=form_id]").value = now.querySelector("[name=form_id]").value;
  const field = old.querySelector("textarea");
  field.value = now.querySelector("textarea").value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (!field.value) return;
  field.focus();
  const open = /\{[a-z_]+\}/.exec(field.value);
  if (open) field.setSelectionRange(open.index, open.index + open[0].length);
}

/** @param {Element} message drawn by the server */
export function add(message) {
  if (!log || document.getElementById(message.id)) return;
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const later = [...log.children].find((other) => Number(other.dataset.id) > Number(message.dataset.id));
  log.insertBefore(document.importNode(message, true), later ?? null);
  if (isAtEnd || message.matches(".agent")) log.scrollTop = log.scrollHeight;
}

/** Sends forms in the background, one after the other: pressed twice, a form is sent once; pressed early, it waits. */
function send(form, button) {
  if (underWay.has(form)) return;
  underWay.add(form);
  const body = new URLSearchParams(new FormData(form, button));
  before = before.then(() => deliver(form, button, body)).finally(() => underWay.delete(form));
}

/** If it does not work out, what was typed stays. */
async function deliver(form, button, body) {
  try {
    const action = button.getAttribute("formaction") ?? form.action;
    const answer = await fetch(action, { method: "POST", body, signal: AbortSignal.timeout(20_000) });
    const fresh = parsed(await answer.text());
    if (!fresh.querySelector("#notice")) location.reload(); // signed out, or gone
    else takeOver(fresh, answer.ok ? form : null);
    // What was missed is on the page now: sent once more, it is meant.
    const seen = fresh.querySelector("[name=seen]");
    if (seen && form.elements.seen) form.elements.seen.value = seen.value;
  } catch {
    tell("That could not be sent. Please try again: nothing is said twice.");
  }
}

function tell(problem) {
  const said = Object.assign(document.createElement("p"), { className: "problem", textContent: problem });
  document.querySelector("#notice").replaceChildren(said);
}

document.addEventListener("submit", (event) => {
  const isOfCase = log && event.target.closest("main") && !("whole" in event.target.dataset);
  if (!isOfCase) return;
  event.preventDefault();
  send(event.target, event.submitter ?? event.target.querySelector(SENDS));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit(event.target.form.querySelector(SENDS));
});
document.addEventListener("visibilitychange", refresh);

if (queue) setInterval(refresh, QUEUE_MS);
// What Parley is still looking up.
setInterval(() => document.querySelector("[data-pending]") && refresh(), 1000);
