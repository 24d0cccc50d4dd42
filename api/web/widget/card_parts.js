/** What cards are put together from: a frame, pills, rows, facts and small print. */

import { button, h, link } from "./dom.js";
import { words } from "./format.js";

/**
 * @typedef {{format: import("./format.js").Format, ask: (text: string) => void,
 *   conversation: import("./conversation.js").Conversation}} Desk
 * what cards need: the shop's way of writing days, a way to ask on the shopper's behalf, and what was decided
 */

const GOOD = new Set(["delivered", "issued", "completed", "in_stock", "accepted"]);
export const BAD = new Set(["cancelled", "unavailable", "exception", "lost", "failed", "rejected", "returned", "late", "sold_out", "discontinued"]);

export function frame(label, ...children) {
  return h("section", { class: "card", "aria-label": label }, ...children);
}

export function heading(title, ...beside) {
  return h("header", {}, h("h3", {}, title), ...beside);
}

export function pill(status, text = words(status)) {
  const tone = GOOD.has(status) ? "good" : BAD.has(status) ? "bad" : "";
  return h("span", { class: `pill ${tone}` }, text);
}

/** A line of small print; empty parts are left out. */
export function note(...parts) {
  const said = parts.filter(Boolean);
  return said.length ? h("p", { class: "note" }, said.join(" · ")) : null;
}

/** Label and value pairs; pairs without a value are left out. */
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value);
  if (!known.length) return null;
  return h("dl", {}, known.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
}

export function askButton(desk, label, question) {
  return h("div", {}, button(label, () => desk.ask(question)));
}

/** A whole row that asks about what it shows. */
export function askRow(desk, question, ...children) {
  return h("li", {}, h("button", { type: "button", class: "row", onclick: () => desk.ask(question) }, ...children));
}

/** `Placed Mon, Nov 2 · Delivered Fri, Nov 6`: what happened on which day; what has no day is left out. */
export function dates({ format }, days) {
  return note(...Object.entries(days).map(([what, day]) => day && `${what} ${format.day(day)}`));
}

/** A line of a list: a picture perhaps, a title over its notes, and what stands at the end. */
export function line(image, title, notes, ...end) {
  return [image, h("span", { class: "grow" }, h("strong", {}, title), notes), ...end];
}

export function row(...parts) {
  return h("li", { class: "row" }, ...parts);
}

export function rows(items) {
  return h("ul", { class: "rows" }, items);
}

export function amount(text) {
  return h("span", { class: "amount" }, text);
}

/** What happens one after the other. */
export function steps(items, props = {}) {
  return items.length > 0 && h("ol", { class: "events", ...props }, items.map((item) => h("li", {}, item)));
}

/** Links to articles, numbered. @param {{title: string, url: string}[]} sources */
export function drawSources(sources, label) {
  const items = sources.map(({ title, url }, index) =>
    h("li", {}, link(url, [h("b", {}, String(index + 1)), title], { class: "chip" })),
  );
  return items.length > 0 && h("ol", { class: "sources", "aria-label": label }, items);
}
