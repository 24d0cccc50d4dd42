/**
 * Photos in the transcript, and larger on top of the page. They are drawn on canvases: an <img> would need an address
 * that carries the conversation's token, or a page's policy that allows `blob:`.
 */

import { button, h, home, icon } from "./dom.js";

/** Pixels; a conversation's photos at full size would take half a gigabyte. */
const THUMBNAIL = 480;

export class PhotoView {
  /** The bytes of photos by their ids: what was just sent is not fetched. @type {Map<string, Promise<Blob>>} */
  #blobs = new Map();
  #conversation;
  #large = h("dialog", { class: "large", onclick: () => this.#large.close() });
  #seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) this.#show(target);
  });
  /** @type {WeakMap<Element, () => void>} */
  #waiting = new WeakMap();

  constructor(conversation, root) {
    this.#conversation = conversation;
    root.append(this.#large);
  }

  /** What is known already, so that it need not be fetched. */
  keep(id, blob) {
    this.#blobs.set(id, Promise.resolve(blob));
  }

  /** The bytes of one that was uploaded before. Throws when it is gone. */
  bytes(id) {
    return this.#blob(id);
  }

  /** @param {{id: string, width: number, height: number}[]} photos */
  draw(photos) {
    if (!photos.length) return null;
    const items = photos.map((photo, index) => this.#draw(photo, `Photo ${index + 1} of ${photos.length}`));
    return h("div", { class: "photos" }, items);
  }

  #draw(photo, name) {
    const scale = Math.min(1, THUMBNAIL / Math.max(photo.width, photo.height));
    const [width, height] = [photo.width, photo.height].map((side) => Math.max(1, Math.round(side * scale)));
    const canvas = h("canvas", { width, height });
    const label = `${name}, open larger`;
    const opener = button(canvas, () => this.#enlarge(photo, name), "photo", { "aria-label": label });
    this.#waiting.set(canvas, () => this.#paint(canvas, photo, opener));
    this.#seen.observe(canvas);
    return opener;
  }

  #show(canvas) {
    this.#seen.unobserve(canvas);
    this.#waiting.get(canvas)?.();
  }

  async #paint(canvas, photo, frame) {
    try {
      const image = await createImageBitmap(await this.#blob(photo.id));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
    } catch {
      frame.replaceChildren("This photo can't be shown right now. Press to try again.");
    }
  }

  async #enlarge(photo, name) {
    const canvas = h("canvas", { width: photo.width, height: photo.height, role: "img", "aria-label": name });
    const close = button(icon("close"), () => this.#large.close(), "icon", { "aria-label": "Close photo" });
    this.#large.replaceChildren(canvas, close);
    this.#large.setAttribute("aria-label", name);
    this.#large.showModal();
    await this.#paint(canvas, photo, this.#large);
  }

  #blob(id) {
    const found = this.#blobs.get(id) ?? this.#fetch(id);
    this.#blobs.set(id, found);
    found.catch(() => this.#blobs.delete(id));
    return found;
  }

  async #fetch(photoId) {
    const { id, token } = await this.#conversation.begun();
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(new URL(`api/conversations/${id}/photos/${photoId}`, home), { headers });
    if (!response.ok) throw new Error(`${response.status}`);
    return response.blob();
  }
}
