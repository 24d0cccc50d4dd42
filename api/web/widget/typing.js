/** Who of the shop is typing, in place of where the conversation stands; and that the shopper is, for the shop. */

import { h, home } from "./dom.js";

const EVERY_MS = 3000;

export class Typing {
  #panel;
  #who = null;
  /** For screen readers: once for each message that is being written, however often they pause. */
  #said = h("p", { class: "unseen", role: "status" });
  #saidAt = -1;
  #toldAt = 0;

  constructor(panel) {
    this.#panel = panel;
    panel.state.after(this.#said);
    panel.conversation.addEventListener("heard", ({ detail }) => this.#hear(detail));
    panel.conversation.addEventListener("change", () => this.#show());
    panel.textarea.addEventListener("input", () => this.#tell());
  }

  /** Nobody else would read that somebody types. */
  get #isWithPeople() {
    return ["waiting", "human"].includes(this.#panel.conversation.transcript.status);
  }

  #hear({ event, typing }) {
    if (event === "presence") this.#who = typing;
  }

  #show() {
    const { length } = this.#panel.conversation.transcript.messages;
    if (length !== this.#saidAt) this.#said.textContent = "";
    if (!this.#who || !this.#isWithPeople) return;
    this.#panel.state.textContent = `${this.#who} is typing…`;
    if (length === this.#saidAt) return;
    this.#said.textContent = `${this.#who} is writing an answer.`;
    this.#saidAt = length;
  }

  /** A hint: whether it arrives or not, the message does. */
  async #tell() {
    if (!this.#isWithPeople || !this.#panel.textarea.value || Date.now() < this.#toldAt + EVERY_MS) return;
    this.#toldAt = Date.now();
    const { id, token } = await this.#panel.conversation.begun();
    const request = { method: "POST", headers: { Authorization: `Bearer ${token}` } };
    fetch(new URL(`api/conversations/${id}/typing`, home), request).catch(() => {});
  }
}
