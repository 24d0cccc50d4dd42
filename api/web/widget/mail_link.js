/** The link of an e-mail, behind the page's address: it opens its conversation here once it is pressed for, and once. */

import { button, h, home } from "./dom.js";

const SECRET = /^#parley=([\w-]+)$/;
const ASKED = "You came here from our e-mail. Shall I open your conversation in this browser?";
const OVER =
  "This link was used before, or its time is over. Ask here how your case stands: a code by e-mail is enough to tell you.";
const NOT_NOW = "That didn't work just now. Please try again in a moment.";

export class MailLink {
  #secret;
  #panel;
  #words;
  #opener;
  #closer;
  #node;
  /** The conversation's token in this browser, should it be opened; the same for every try. */
  #key = Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  /** @param {import("./panel.js").Panel} panel */
  constructor(panel) {
    this.#secret = location.hash.match(SECRET)?.[1];
    if (!this.#secret) return;
    this.#panel = panel;
    this.#words = h("span", { role: "status" }, ASKED);
    this.#opener = button("Open my conversation", () => this.#open());
    this.#closer = button("Not now", () => this.#leave());
    this.#node = h("div", { class: "banner link" }, this.#words, this.#opener, this.#closer);
    panel.banner.before(this.#node);
    this.#opener.focus();
  }

  async #open() {
    this.#opener.ariaDisabled = true;
    try {
      const response = await fetch(new URL("api/conversations/links", home), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ link: this.#secret, key: this.#key }),
      });
      if (response.ok) this.#enter(await response.json());
      else if (response.status === 404) this.#say(OVER);
      else this.#words.textContent = NOT_NOW;
    } catch {
      this.#words.textContent = NOT_NOW;
    }
    this.#opener.ariaDisabled = false;
  }

  #enter({ id, subject = null }) {
    this.#panel.conversation.startOver({ id, token: this.#key, subject });
    this.#leave();
  }

  #say(words) {
    this.#words.textContent = words;
    this.#opener.hidden = true;
    this.#closer.textContent = "All right";
    this.#closer.focus();
    forget();
  }

  #leave() {
    forget();
    this.#node.remove();
    this.#panel.textarea.focus();
  }
}

/** Out of the address, so that it is not shared or kept with it. */
function forget() {
  history.replaceState(history.state, "", location.pathname + location.search);
}
