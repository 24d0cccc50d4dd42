/**
 * What is being written to a shopper outlives the page: a reload, a session that is over, a case that went to somebody
 * else meanwhile. It is kept in this tab, for whoever is signed in, until it is sent.
 */

const composer = document.querySelector("#composer");
const key = `${location.pathname} ${document.querySelector(".who").textContent}`;
const KEPT = "What you had typed is kept, and comes back when you take it again.";

function keep({ target }) {
  if (target.id !== "text") return;
  if (target.value) sessionStorage.setItem(key, target.value);
  else sessionStorage.removeItem(key);
}

function bringBack() {
  const draft = sessionStorage.getItem(key);
  const field = composer.querySelector("#text");
  if (!draft) return;
  if (field) field.value ||= draft;
  else if (!composer.querySelector(".kept")) {
    composer.append(Object.assign(document.createElement("p"), { className: "note kept", textContent: KEPT }));
  }
}

document.addEventListener("input", keep);
new MutationObserver(bringBack).observe(composer, { childList: true });
bringBack();
