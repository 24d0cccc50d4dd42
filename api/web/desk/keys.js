/** The desk by single keys, beside Tab and Enter. The list of them is on every page, below "Keys". */

const FIELDS = "input, textarea, select";

/** By its key, what it goes to: the first that the page has. */
const KEYS = {
  "/": "#q",
  r: "#text",
  c: "#reply",
  n: "#note",
  a: "#question",
  e: ".evidence > summary",
  o: "#confirm-outcome, [id^=accept-], [id^=question-], .dispute summary",
  x: "#close",
  t: "#take",
  q: "#back",
};

/** What is pressed as well, for nothing is decided by it. */
const PRESSED = "#take, #back, summary";

/** The cases and what waits for approval, in the order of the page. */
const rows = () => [...document.querySelectorAll(".cases li")];
const linkOf = (row) => row.querySelector("a, button");

function move(by) {
  const all = rows();
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1);
  if (!all.length) return;
  linkOf(all[next])?.focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function takeRow() {
  const row = document.activeElement.closest(".cases li");
  row?.querySelector("[id^=take-]")?.click();
}

function goTo(place) {
  // Also of what is pressed: the focus then goes on from there.
  place.focus();
  if (place.matches(PRESSED)) place.click();
}

/** @returns {boolean} whether the key means something here */
function press(key) {
  const place = KEYS[key] && document.querySelector(KEYS[key]);
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "?") document.querySelector("#keys").togglePopover();
  else if (place) goTo(place);
  else if (key === "t") takeRow();
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches(FIELDS)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (press(event.key)) event.preventDefault();
});
