/** What has been said in a conversation, and the answer that is being given. */

/** Whether a message is the assistant's, or of a person of the shop. */
export const isAnswer = ({ role }) => role !== "user";

export class Transcript {
  /** @type {Map<number, any>} stored messages by their id */
  #stored = new Map();
  #draftName = null;

  status = "bot";
  /** An answer on its way: null, or its text so far (empty while it is being looked up). */
  draft = null;
  isLookingUp = false;

  /** Oldest first. */
  get messages() {
    return [...this.#stored.values()].sort((a, b) => a.id - b.id);
  }

  /**
   * How a proposal stands: as its card says, unless what was said later tells more.
   * @returns {string} the status of its last card or receipt; `replaced` when another was offered in its time
   */
  standingOf(id) {
    let standing;
    let until;
    for (const { cards = [], created_at } of this.messages) {
      for (const card of cards) {
        if (card.id === id) [standing, until] = [card.status, card.expires_at];
        else if (card.proposal_id === id && standing !== "replaced") standing = card.status;
        else if (card.kind === "proposal" && /open|expired/.test(standing) && new Date(created_at) < new Date(until)) {
          standing = "replaced";
        }
      }
    }
    return standing;
  }

  /** @param {{messages: any[], status: string}} view the whole conversation, as the server has it */
  load({ messages, status }) {
    this.#stored.clear();
    this.#store(messages, status);
  }

  /** An answer is on its way. */
  expect() {
    this.draft = "";
    this.isLookingUp = false;
  }

  /** Takes in an event of the server. @returns {any[]} the messages that are new by it */
  apply({ event, draft, text, reply, message, status }) {
    if (event === "working") this.isLookingUp = true;
    else if (event === "text") this.#extendDraft(draft, text);
    else if (event === "done") return this.#store(reply.messages, reply.status);
    else if (message) return this.#store([message], status);
    return [];
  }

  #extendDraft(name, text) {
    if (this.draft == null) return;
    this.draft = name === this.#draftName ? this.draft + text : text;
    this.#draftName = name;
  }

  #store(messages, status = this.status) {
    const news = messages.filter(({ id }) => !this.#stored.has(id));
    for (const message of news) this.#stored.set(message.id, message);
    this.status = status;
    if (this.draft != null && news.some(isAnswer)) {
      this.draft = "";
      this.#draftName = null;
    }
    return news;
  }
}
