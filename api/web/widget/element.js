/** <parley-chat>: the launcher, the window, and what the page may ask of them. */

import { Conversation } from "./conversation.js";
import { h, home, icon } from "./dom.js";
import { Format } from "./format.js";
import { Panel } from "./panel.js";
import { getJson } from "./transport.js";

/** What is shown when the server cannot be asked about its shop; the colors are then the browser's. */
const SHOP = { name: "Chat", greeting: "Hi! What can I do for you?", suggestions: [], theme: { light: {}, dark: {} } };

/**
 * Attributes: `identity` (token), `open`, `position` (left), `theme` (light, dark), `label` (of the launcher).
 * Events: `parley-open`, `parley-close`, `parley-answer`, `parley-identity-refused`.
 */
export class ParleyChat extends HTMLElement {
  static observedAttributes = ["identity"];

  #conversation = new Conversation();
  #colors = new CSSStyleSheet();
  #life = new AbortController();
  /** The window, once the shop is known; `widget-more.js` adds to it. */
  panel = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const styles = new CSSStyleSheet();
    styles.replaceSync(STYLES); // widget.css, put in by api/widget_script.py
    root.adoptedStyleSheets = [styles, this.#colors];
    this.launcher = h("button", { type: "button", class: "launcher", onclick: () => this.open() }, icon("chat"));
    this.launcher.hidden = true;
  }

  async connectedCallback() {
    this.#life = new AbortController();
    const shop = await getJson("api/shop", { cache: "default", signal: this.#life.signal }).catch(() => SHOP);
    if (this.#life.signal.aborted) return;
    this.#paint(shop.theme);
    this.#build(shop);
    this.#conversation.start();
    const isCalled = this.hasAttribute("open") || location.hash.startsWith("#parley="); // by an e-mail's link
    if (isCalled || (this.#conversation.wasOpen && innerWidth > 520)) this.#show(false);
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#conversation.stop();
    this.#conversation = new Conversation();
    this.shadowRoot.replaceChildren();
  }

  attributeChangedCallback(_name, before, token) {
    if (token !== before) this.identify(token || null);
  }

  open() {
    if (this.panel) this.#show(true);
    else this.setAttribute("open", "");
  }

  close() {
    this.panel?.close();
  }

  /** Opens the window and asks. */
  ask(text) {
    this.open();
    this.#conversation.send(text);
  }

  /** @param {string | null} token signed by the shop's server; null when the shopper has signed out */
  identify(token) {
    this.#conversation.identify(token);
  }

  #build(shop) {
    const { signal } = this.#life;
    const panel = new Panel(this.#conversation, new Format(shop.locale, shop.time_zone), () => this.#closed());
    this.panel = panel;
    this.launcher.setAttribute("aria-label", this.getAttribute("label") ?? `Chat with ${shop.name}`);
    this.launcher.hidden = false;
    this.shadowRoot.append(this.launcher, panel.node);
    panel.introduce(shop);
    this.#conversation.addEventListener("change", () => panel.isOpen && panel.render(), { signal });
    this.#conversation.addEventListener("answer", (event) => this.#answered(event.detail), { signal });
    this.#conversation.addEventListener("identityrefused", () => this.#tell("identity-refused"), { signal });
    visualViewport?.addEventListener("resize", () => this.#fit(), { signal });
    this.#fit();
  }

  #show(takesFocus) {
    if (!this.panel || this.panel.isOpen) return;
    this.panel.open(takesFocus);
    if (!this.panel.isWhole) document.head.append(h("script", { src: new URL("widget-more.js", home) }));
    this.launcher.classList.remove("news");
    this.launcher.hidden = true;
    this.#opened(true);
  }

  #closed() {
    this.launcher.hidden = false;
    this.launcher.focus();
    this.#opened(false);
  }

  #opened(isOpen) {
    this.#conversation.watch(isOpen);
    this.#tell(isOpen ? "open" : "close");
  }

  #answered(messages) {
    if (!this.panel.isOpen) this.launcher.classList.add("news");
    this.#tell("answer", { messages });
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(`parley-${name}`, { bubbles: true, composed: true, detail }));
  }

  /** Keeps the composer above an on-screen keyboard. */
  #fit() {
    this.style.setProperty("--visible-height", `${visualViewport?.height ?? innerHeight}px`);
  }

  /** @param {Record<"light" | "dark", Record<string, string>>} theme colors as #rrggbb; the page's --parley-… go first */
  #paint({ light, dark }) {
    const rules = Object.keys(light)
      .filter((name) => /^[a-z_]+#[0-9a-f]{6}#[0-9a-f]{6}$/i.test(name + light[name] + dark[name]))
      .map((name) => [name.replace("_", "-"), `light-dark(${light[name]}, ${dark[name]})`])
      .map(([name, color]) => `--${name}: var(--parley-${name}, ${color});`);
    this.#colors.replaceSync(`:host { ${rules.join(" ")} }`);
  }
}
