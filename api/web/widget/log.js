/** The list of messages. It is redrawn by difference: a message on screen keeps its element. */

import { drawSources } from "./card_parts.js";
import { drawCard } from "./cards.js";
import { button, h } from "./dom.js";
import { drawMarkdown } from "./markdown.js";
import { sentencesOf } from "./proposal_card.js";

const TOO_LONG = "This message is too long. Please shorten it to 4,000 characters.";
const FAILURES = {
  "message-too-long": TOO_LONG,
  "body-too-large": TOO_LONG,
};

export class Log {
  /**
   * @param {import("./conversation.js").Conversation} conversation
   * @param {import("./card_parts.js").Desk} desk
   * @param {(text: string) => void} edit puts a text back into the composer
   */
  constructor(conversation, desk, edit) {
    this.conversation = conversation;
    this.desk = desk;
    this.edit = edit;
    this.drawn = new Map();
    this.greeting = h("article", { class: "message assistant" });
    this.suggestions = h("div", { class: "chips", role: "group", "aria-label": "Suggested questions" });
    this.draft = h("article", { class: "message assistant draft", "aria-hidden": "true" });
    this.node = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "Messages", tabindex: "0" });
    this.node.append(this.greeting, this.suggestions, this.draft);
  }

  /** @param {{greeting: string, suggestions: string[]}} shop */
  greet(shop) {
    this.greeting.replaceChildren(drawMarkdown(shop.greeting));
    this.suggestions.replaceChildren(
      ...shop.suggestions.map((text) => button(text, () => this.desk.ask(text))),
    );
  }

  render() {
    const wasAtEnd = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 60;
    const fresh = this.#renderEntries();
    this.#refreshEntries();
    this.#renderDraft();
    this.suggestions.hidden = !this.conversation.isEmpty;
    this.#scroll(fresh, wasAtEnd);
  }

  /** Draws anew the messages that `concerns` is true of. */
  redraw(concerns) {
    for (const item of this.drawn.values()) if (concerns(item.entry)) item.version = null;
    this.render();
  }

  /** @returns {HTMLElement[]} the elements that are new */
  #renderEntries() {
    const outbox = new Map(this.conversation.outbox.map((outgoing) => [outgoing.id, outgoing]));
    const before = this.drawn;
    this.drawn = new Map();
    const fresh = [];
    for (const entry of this.conversation.entries) {
      const key = entry.role === "user" ? (entry.client_message_id ?? entry.id) : entry.id;
      const outgoing = outbox.get(entry.client_message_id);
      const version = `${entry.id}/${outgoing?.failure ?? !outgoing}`;
      let item = before.get(key);
      if (item?.version !== version) {
        const node = this.#drawEntry(entry, outgoing);
        if (item) item.node.replaceWith(node);
        else fresh.push(node);
        item = { node, version, entry };
      }
      this.drawn.set(key, item);
    }
    for (const [key, { node }] of before) if (!this.drawn.has(key)) node.remove();
    this.#arrange([...this.drawn.values()].map(({ node }) => node));
    return fresh;
  }

  #arrange(nodes) {
    let place = this.suggestions.nextSibling;
    for (const node of nodes) {
      if (node === place) place = place.nextSibling;
      else this.node.insertBefore(node, place);
    }
  }

  #drawEntry(entry, outgoing) {
    const isUser = entry.role === "user";
    const { author } = entry;
    const isTyped = isUser || author;
    const text = isTyped ? entry.text : textBeside(entry);
    const said = isTyped ? h("div", { class: "text" }, text) : drawMarkdown(text);
    const at = entry.created_at && this.desk.format.time(entry.created_at);
    const cards = (entry.cards ?? []).map((card) => drawCard(card, this.desk));
    return h(
      "article",
      { class: `message ${entry.role} ${entry.id == null ? "pending" : ""}`, title: at },
      author ? h("b", { class: "note" }, author) : h("span", { class: "unseen" }, isUser ? "You: " : "Assistant: "),
      text && said,
      this.desk.photos?.(entry.photos ?? []),
      this.#drawChoices(entry),
      cards,
      drawSources(entry.citations ?? [], "Sources"),
      outgoing?.failure && this.#drawFailure(entry, outgoing),
    );
  }

  #drawChoices({ choices }) {
    const chips = choices?.map((text) => button(text, () => this.desk.ask(text)));
    return chips?.length > 0 && h("div", { class: "chips choices", role: "group", "aria-label": "Answers" }, chips);
  }

  /** What has changed in a message that is on screen: how its proposal stands, and whether its question is still open. */
  #refreshEntries() {
    for (const decision of this.node.querySelectorAll(".decision")) decision.refresh();
    const last = [...this.drawn.values()].at(-1)?.node;
    for (const chip of this.node.querySelectorAll(".choices *")) chip.ariaDisabled = !last.contains(chip);
  }

  #drawFailure(entry, { id, failure }) {
    const words = FAILURES[failure];
    const isKept = entry.id != null;
    return h(
      "div",
      { class: "failure" },
      h("span", {}, words ?? "Something went wrong on our side."),
      !words && button("Try again", () => this.conversation.resend(id)),
      !isKept && button("Edit", () => this.edit(this.conversation.takeBack(id))),
    );
  }

  #renderDraft() {
    const { draft, isLookingUp } = this.conversation.transcript;
    this.draft.hidden = draft == null;
    if (draft == null) return;
    const dots = h("span", { class: "dots" }, h("i"), h("i"), h("i"));
    this.draft.replaceChildren(draft ? drawMarkdown(draft) : h("div", { class: "text" }, dots, isLookingUp && " Looking that up…"));
  }

  /** Keeps the end in view, yet never scrolls past the beginning of an answer, or what is to be decided in it. */
  #scroll(fresh, wasAtEnd) {
    const answer = fresh.find((node) => !node.matches(".user"));
    const own = fresh.some((node) => node.matches(".user"));
    if (!wasAtEnd && !own) return;
    const end = this.node.scrollHeight - this.node.clientHeight;
    const start = answer?.querySelector(".card:has(.decision)") ?? answer;
    this.node.scrollTop = start && fresh.length < 4 ? Math.min(end, start.offsetTop - 12) : end;
  }
}

/** What an answer says besides what is drawn below it: the answers to pick, and the cards of changes. */
function textBeside({ text, choices = [], cards = [] }) {
  const list = choices.map((choice, index) => `\n${index + 1}. ${choice}`).join("");
  return [list, ...cards.flatMap(sentencesOf)].reduce((rest, said) => rest.replace(said, ""), text).trim();
}
