/** Pictures on their way: made smaller in the browser, then uploaded with a few more tries. */

import { home } from "./dom.js";

const LONGEST_SIDE = 2048;
const QUALITY = 0.85;
const TIMEOUT_MS = 60_000;
const TRIES = 3;
const WORDS = {
  409: "This conversation has all the photos that it can have.",
  413: "This photo is too large.",
  422: "This photo can't be read. Please send a JPEG or PNG.",
  429: "Too many photos at once. Please wait a minute.",
};

/** A photo could not be sent; its message may be shown. */
export class NotSent extends Error {
  /** @param {number} status 0 when there was no answer @param {number} retryAfter seconds */
  constructor(status = 0, retryAfter = 0) {
    super(WORDS[status] ?? "This photo could not be sent.");
    this.isTransient = [0, 408, 500, 502, 503, 504].includes(status);
    this.retryAfter = retryAfter;
  }
}

/**
 * What the browser can show, as a JPEG of bounded size: nothing that the camera wrote beside it leaves the device,
 * and a slow line carries a tenth. @param {Blob} file @returns {Promise<Blob>} Throws NotSent.
 */
export async function shrunk(file) {
  const image = await createImageBitmap(file).catch(() => {
    throw new NotSent(422);
  });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const ground = canvas.getContext("2d");
  ground.fillStyle = "#fff";
  ground.fillRect(0, 0, canvas.width, canvas.height);
  ground.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new NotSent(422);
  return blob;
}

/**
 * Uploaded twice it is one, so it is tried again wherever there is doubt. Throws NotSent.
 * @param {import("./conversation.js").Conversation} conversation @param {Blob} blob
 * @param {(share: number) => void} onProgress from 0 to 1 @param {AbortSignal} signal
 */
export async function uploaded(conversation, blob, onProgress, signal) {
  for (let tried = 1; ; tried++) {
    try {
      const { id, token } = await conversation.begun();
      return await post(`api/conversations/${id}/photos`, token, blob, onProgress, signal);
    } catch (error) {
      const isFinal = error instanceof NotSent && !error.isTransient;
      if (signal.aborted || isFinal) throw error;
      if (tried === TRIES) throw new NotSent();
      await new Promise((resolve) => setTimeout(resolve, (error.retryAfter || tried) * 1000));
    }
  }
}

/** By XMLHttpRequest, for fetch does not tell how far it has come. */
function post(path, token, blob, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", new URL(path, home));
    request.timeout = TIMEOUT_MS;
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Content-Type", blob.type);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onload = () => {
      if (request.status === 201) resolve(request.response);
      else reject(new NotSent(request.status, Number(request.getResponseHeader("Retry-After"))));
    };
    request.onerror = request.ontimeout = request.onabort = () => reject(new NotSent());
    signal.addEventListener("abort", () => request.abort());
    request.send(blob);
  });
}
