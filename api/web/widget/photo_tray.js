/** Photos to be sent: picked or pasted, seen above where one writes, and uploaded meanwhile. */

import { button, h, iconButton } from "./dom.js";
import { hasUnsent, keepUnsent, unsent } from "./unsent_photos.js";
import { shrunk, uploaded } from "./upload.js";

const MOST = 6;
const ICON = "M4 8h4l2-3h4l2 3h4v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z";

export class PhotoTray {
  /** @type {{node: Element, sent?: {id: string}, life: AbortController}[]} */
  #items = [];

  /** @param {import("./panel.js").Panel} panel @param {import("./photo_view.js").PhotoView} view */
  constructor(panel, view) {
    this.panel = panel;
    this.view = view;
    this.input = h("input", { type: "file", accept: "image/*", multiple: true, hidden: true, onchange: () => this.#picked() });
    this.opener = iconButton("send", "Add a photo", () => this.input.click());
    this.opener.querySelector("path").setAttribute("d", ICON);
    this.list = h("ul", { class: "tray", "aria-label": "Photos to send" });
    this.list.hidden = true;
    this.news = h("p", { class: "unseen", role: "status" });
    panel.composer.prepend(this.opener, this.input);
    panel.composer.before(this.list, this.news);
    panel.composer.addEventListener("submit", (event) => this.#sending(event), { capture: true });
    panel.composer.addEventListener("keydown", (event) => this.#typed(event), { capture: true });
    panel.textarea.addEventListener("input", () => this.refresh());
    panel.textarea.addEventListener("paste", (event) => this.#pasted(event));
    this.refresh();
    if (hasUnsent()) this.#findAgain();
  }

  /** Those that were ready before the page was loaded anew. */
  async #findAgain() {
    const { id } = await this.panel.conversation.begun();
    for (const photo of unsent(id)) {
      const blob = await this.view.bytes(photo.id).catch(() => null);
      if (blob && this.#items.length < MOST) this.#take({ name: "photo" }, photo, blob);
    }
    this.#remember();
  }

  async #remember() {
    const { id } = await this.panel.conversation.begun();
    keepUnsent(id, this.#items.flatMap(({ sent }) => sent ?? []));
  }

  get #isReady() {
    return this.#items.length > 0 && this.#items.every(({ sent }) => sent);
  }

  refresh() {
    const { textarea, sendButton } = this.panel;
    this.opener.disabled = textarea.disabled || this.#items.length >= MOST;
    this.list.hidden = !this.#items.length;
    if (this.#items.length) sendButton.disabled = !this.#isReady;
  }

  #picked() {
    this.#add([...this.input.files]);
    this.input.value = "";
    this.panel.textarea.focus();
  }

  #pasted(event) {
    const pictures = [...event.clipboardData.files].filter(({ type }) => type.startsWith("image/"));
    if (!pictures.length || this.opener.disabled) return;
    event.preventDefault();
    this.#add(pictures);
  }

  #add(files) {
    for (const file of files.slice(0, MOST - this.#items.length)) this.#take(file);
    if (files.length > MOST) this.news.textContent = `At most ${MOST} photos fit in one message.`;
  }

  /** @param {File | {name: string}} file @param {{id: string}} [sent] as it was uploaded before @param {Blob} [blob] */
  #take(file, sent, blob) {
    const item = { life: new AbortController() };
    const name = file.name || "photo";
    const said = h("span", {});
    const progress = h("progress", { max: "1", "aria-label": `Sending ${name}` });
    const canvas = h("canvas", { width: 64, height: 64, role: "img", "aria-label": name });
    const remove = iconButton("close", `Remove ${name}`, () => this.#remove(item));
    item.node = h("li", {}, canvas, h("div", { class: "grow" }, said, progress), remove);
    item.send = () => this.#send(item, file, { canvas, said, progress });
    this.#items.push(item);
    this.list.append(item.node);
    if (sent) {
      paint(canvas, blob);
      this.#ready(item, sent, { said, progress });
    } else item.send();
    this.refresh();
  }

  async #send(item, file, { canvas, said, progress }) {
    said.replaceChildren("Sending…");
    progress.hidden = false;
    try {
      const blob = await shrunk(file);
      paint(canvas, blob);
      const { conversation } = this.panel;
      const sent = await uploaded(conversation, blob, (share) => (progress.value = share), item.life.signal);
      this.view.keep(sent.id, blob);
      this.#ready(item, sent, { said, progress });
      this.news.textContent = "Photo ready to send.";
      this.#remember();
    } catch (error) {
      if (item.life.signal.aborted) return;
      said.replaceChildren(h("span", { class: "failure" }, error.message), error.isTransient ? button("Try again", item.send) : "");
      this.news.textContent = error.message;
    }
    progress.hidden = true;
    this.refresh();
  }

  #ready(item, sent, { said, progress }) {
    item.sent = sent;
    said.replaceChildren("Ready to send");
    progress.hidden = true;
  }

  #remove(item) {
    item.life.abort();
    item.node.remove();
    this.#items = this.#items.filter((other) => other !== item);
    this.#remember();
    this.panel.textarea.dispatchEvent(new Event("input"));
    this.panel.textarea.focus();
    this.refresh();
  }

  #typed(event) {
    const isSend = event.target === this.panel.textarea && event.key === "Enter" && !event.shiftKey;
    if (isSend && !event.isComposing) this.#sending(event);
  }

  /** Takes the place of the panel's own sending as long as there are photos. */
  #sending(event) {
    if (!this.#items.length) return;
    event.preventDefault();
    event.stopPropagation();
    const { conversation, textarea } = this.panel;
    if (!this.#isReady || textarea.disabled) return;
    const photos = [...new Map(this.#items.map(({ sent }) => [sent.id, sent])).values()];
    conversation.send(textarea.value.trim(), photos);
    this.#items = [];
    this.#remember();
    this.list.replaceChildren();
    this.news.textContent = "";
    textarea.value = "";
    textarea.dispatchEvent(new Event("input"));
  }
}

/** As much of the picture as fills the square. */
async function paint(canvas, blob) {
  const image = await createImageBitmap(blob);
  const scale = Math.max(canvas.width / image.width, canvas.height / image.height);
  const [width, height] = [image.width * scale, image.height * scale];
  canvas.getContext("2d").drawImage(image, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  image.close();
}
