/** The window of the chat: header, messages, the state of the connection, and where one writes. */

import { button, h, icon, iconButton } from "./dom.js";
import { Log } from "./log.js";

const MAX_CHARACTERS = 4000;
/** Narrower than this the window covers the page, and keeps the keyboard's focus. */
const PHONE = matchMedia("(max-width: 520px)");
const STATUS = {
  bot: "",
  waiting: "A person will join this conversation.",
  human: "You are talking with a person.",
  closed: "Closed for now. Write here to go on.",
};

export class Panel {
  /** @param {import("./conversation.js").Conversation} conversation @param {import("./format.js").Format} format */
  constructor(conversation, format, onClose) {
    this.conversation = conversation;
    const ask = (text) => conversation.send(text);
    this.log = new Log(conversation, { format, ask, conversation }, (text) => this.#edit(text));
    this.title = h("h2", { id: "title" });
    this.state = h("p", { class: "note" });
    this.banner = h("div", { class: "banner", role: "status" });
    this.typing = h("p", { class: "unseen", role: "status" });
    this.menu = this.#drawMenu();
    this.composer = this.#drawComposer();
    this.node = h(
      "dialog",
      { class: "panel", "aria-labelledby": "title", oncancel: (event) => this.#escape(event), onclose: onClose },
      h(
        "div",
        { class: "head" },
        h("div", { class: "grow" }, this.title, this.state),
        this.menu,
        iconButton("close", "Close chat", () => this.close()),
      ),
      this.log.node,
      this.typing,
      this.banner,
      this.composer,
    );
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape(event));
    this.node.addEventListener("click", (event) => this.#dismissMenu(event));
  }

  /** @param {{name: string, greeting: string, suggestions: string[]}} shop */
  introduce(shop) {
    this.title.textContent = shop.name;
    this.log.greet(shop);
    this.render();
  }

  get isOpen() {
    return this.node.open;
  }

  /** @param {boolean} takesFocus false when the page, not the shopper, opens it */
  open(takesFocus = true) {
    if (this.isOpen) return;
    const page = document.activeElement;
    if (PHONE.matches) this.node.showModal();
    else this.node.show();
    this.render();
    this.log.node.scrollTop = this.log.node.scrollHeight;
    if (takesFocus) this.textarea.focus();
    else page?.focus();
  }

  close() {
    this.node.close();
  }

  render() {
    const { status, draft } = this.conversation.transcript;
    this.log.render();
    this.state.textContent = STATUS[status] ?? "";
    this.typing.textContent = draft == null ? "" : "Writing an answer…";
    this.startOver.disabled = this.conversation.isEmpty;
    this.#renderBanner(status === "closed");
  }

  #renderBanner(isClosed) {
    const { trouble, isIdentityRefused } = this.conversation;
    const retry = button("Try now", () => this.conversation.retryNow());
    const again = button("New conversation", () => this.#restart());
    let content = [];
    if (trouble?.isBusy) content = ["We cannot answer right now. Trying again in a moment.", retry];
    else if (trouble) content = ["Connection lost. Reconnecting…", retry];
    else if (isClosed) content = ["You can go on where we left off, or begin anew.", again];
    else if (isIdentityRefused) content = ["We could not confirm your sign-in. Please sign in again."];
    // Said again and again it would be read out each time.
    if (content[0] === this.saying) return;
    this.saying = content[0];
    this.banner.replaceChildren(...content);
  }

  #drawMenu() {
    this.startOver = button("New conversation", () => this.#restart(), "");
    return h(
      "details",
      { class: "menu" },
      h("summary", { class: "icon", "aria-label": "Menu" }, icon("more")),
      h("div", {}, this.startOver),
    );
  }

  #drawComposer() {
    this.textarea = h("textarea", {
      rows: "1",
      maxlength: MAX_CHARACTERS,
      placeholder: "Write a message…",
      "aria-label": "Your message",
      enterkeyhint: "send",
      oninput: () => this.#fit(),
      onkeydown: (event) => this.#typed(event),
    });
    this.sendButton = h("button", { class: "icon send", "aria-label": "Send", disabled: true }, icon("send"));
    const submit = (event) => {
      event.preventDefault();
      this.#send();
    };
    return h("form", { class: "composer", onsubmit: submit }, this.textarea, this.sendButton);
  }

  #typed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.textarea.value.trim();
    if (!text) return;
    this.textarea.value = "";
    this.#fit();
    this.conversation.send(text);
  }

  #edit(text) {
    this.textarea.value = text;
    this.#fit();
    this.textarea.focus();
  }

  #fit() {
    const { style } = this.textarea;
    style.setProperty("height", "auto");
    style.setProperty("height", `${this.textarea.scrollHeight + 2}px`);
    this.sendButton.disabled = !this.textarea.value.trim();
  }

  #restart() {
    this.menu.open = false;
    this.conversation.startOver();
    this.textarea.focus();
  }

  #escape(event) {
    event.preventDefault();
    if (this.menu.open) {
      this.menu.open = false;
      this.menu.querySelector("summary").focus();
    } else this.close();
  }

  #dismissMenu(event) {
    if (!event.composedPath().includes(this.menu)) this.menu.open = false;
  }
}
