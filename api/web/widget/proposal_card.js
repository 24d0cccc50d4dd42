/** A change that is proposed, with the buttons that decide it; and the receipt of one that was carried out. */

import { button, h } from "./dom.js";
import { words } from "./format.js";
import { amount, drawSources, facts, frame, heading, line, note, pill, row, rows, steps } from "./card_parts.js";

const MINUTE_MS = 60_000;
const NOTHING = "Nothing was changed.";
const OUTCOMES = {
  accepted: ["Done", ""],
  needs_approval: ["Waiting", "Our team has to approve this; nothing changes until then."],
  declined: ["Declined", NOTHING],
  expired: ["Expired", NOTHING],
  failed: ["Not possible", NOTHING],
  replaced: ["Replaced", "A newer offer has taken its place."],
};

export function drawProposal(card, desk) {
  const { summary, parts, payouts } = card;
  const changed = card.lines.map(({ name, options, quantity, becomes, amount: price }) => {
    const notes = [note(quantity > 1 && `Quantity ${quantity}`, options), becomes && h("p", {}, `Becomes ${becomes}`)];
    return row(...line(null, name, notes, price && amount(price.text)));
  });
  const sum = parts.length > 1 ? parts.map((part) => [part.label, part.amount.text]) : [];
  const total = sum.length > 0 && payouts.length > 1 && card.money.text;
  return frame(
    summary,
    titleOf(card),
    h("p", {}, summary),
    rows(changed),
    facts([...sum, ["Total", total], ...payoutFacts(payouts)]),
    [card.notice, card.approval].map((text) => text && h("p", { class: "aside" }, text)),
    steps(card.next_steps),
    drawRules(card.rules.filter((rule) => rule.url)),
    new Decision(card, desk).node,
  );
}

/** Draws nothing where nothing was done: the answer, and the card of the proposal, tell that. */
export function drawReceipt(card) {
  const { status, done, payouts, next_steps } = card;
  if (status !== "accepted") return null;
  return frame(
    "Receipt",
    titleOf(card, pill(status, "Done")),
    done.map((text) => h("p", {}, text)),
    facts(payoutFacts(payouts)),
    steps(next_steps),
  );
}

function drawRules(rules) {
  const title = "The rules for this";
  return rules.length > 0 && h("details", {}, h("summary", {}, title), drawSources(rules, title));
}

function titleOf({ change, order_number: number }, ...beside) {
  return heading(words(change) + (number ? ` · ${number}` : ""), ...beside);
}

function payoutFacts(payouts) {
  return payouts.map(({ to, amount: { text }, direction }) => [
    direction === "pay" ? `You pay with ${to}` : `Back to ${to}`,
    h("strong", {}, text),
  ]);
}

/** What the card of a change says in the words of the answer that comes with it, which need not say it again. */
export function sentencesOf({ summary, parts = [], notice, approval, done = [], next_steps = [] }) {
  const sum = parts.map((part) => `${part.label}: ${part.amount.text}`).join("; ");
  return [summary, `That is made up of ${sum}.`, notice, approval, ...done, ...next_steps].filter(Boolean);
}

/** The end of a proposal's card: how it stands. It changes in place, so that the card is not read out again. */
class Decision {
  constructor(card, { conversation, format }) {
    this.card = card;
    this.conversation = conversation;
    this.format = format;
    this.state = h("p", { class: "note", tabindex: "-1" });
    this.clock = h("span", { class: "note", role: "timer" });
    this.actions = h("div", { class: "chips" }, this.#action("Confirm", "chip primary"), this.#action("Decline", "chip"));
    this.node = h("div", { class: "decision" }, this.state, this.clock, this.actions);
    this.node.refresh = () => this.refresh();
    this.refresh();
  }

  #action(label, style) {
    const decide = () => this.conversation.decide(this.card.id, label.toLowerCase());
    return button(label, decide, style, { "aria-label": `${label}: ${this.card.summary}` });
  }

  refresh() {
    const { conversation, card, actions } = this;
    const standing = conversation.transcript.standingOf(card.id);
    const pending = conversation.decisionOn(card.id);
    const isOpen = standing === "open";
    const isSending = isOpen && !!pending && !pending.failure && !conversation.trouble;
    this.#say(standing, isOpen ? ["", this.#openText(pending, isSending)] : OUTCOMES[standing]);
    for (const action of actions.children) action.ariaDisabled = isSending;
    this.#countDown(isOpen && !pending);
    const hadFocus = actions.matches(":focus-within");
    actions.hidden = !isOpen;
    if (hadFocus && !isOpen) this.state.focus({ preventScroll: true });
  }

  #openText(pending, isSending) {
    if (isSending) return pending.decision === "confirm" ? "Confirming…" : "Declining…";
    if (pending) return "We have no answer to that yet. You can press again: it is never done twice.";
    return `Good until ${this.format.deadline(this.card.expires_at)}`;
  }

  #say(standing, [title, text]) {
    if (title + text === this.said) return;
    this.said = title + text;
    this.state.replaceChildren(title && pill(standing, title), ` ${text}`);
  }

  #countDown(isWaiting) {
    clearTimeout(this.alarm);
    const left = new Date(this.card.expires_at) - Date.now();
    const isSoon = isWaiting && left > 0 && left < 60 * MINUTE_MS;
    this.clock.textContent = isSoon ? `· ${Math.ceil(left / MINUTE_MS)} min left` : "";
    if (isWaiting) this.alarm = setTimeout(() => this.#tick(), left > 0 ? (left % MINUTE_MS) + 1000 : MINUTE_MS);
  }

  /** When the time is over the server is asked: its clock is the one that counts. */
  #tick() {
    if (!this.node.isConnected) return;
    if (new Date(this.card.expires_at) < Date.now()) this.conversation.reload();
    this.refresh();
  }
}
