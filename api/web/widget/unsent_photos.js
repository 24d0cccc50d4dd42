/** The photos that are uploaded and not sent, by their ids: a page that is loaded anew finds them again. */

import { home } from "./dom.js";

const KEY = `parley-photos:${home.href}`;

/** @typedef {{id: string, width: number, height: number}} Photo */

/** @param {string} conversation its id @returns {Photo[]} those of that conversation alone */
export function unsent(conversation) {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept?.conversation === conversation ? kept.photos : [];
  } catch {
    return [];
  }
}

/** Whether there are any, of whichever conversation. */
export function hasUnsent() {
  try {
    return KEY in localStorage;
  } catch {
    return false;
  }
}

/** @param {string} conversation its id @param {Photo[]} photos */
export function keepUnsent(conversation, photos) {
  try {
    if (photos.length) localStorage.setItem(KEY, JSON.stringify({ conversation, photos }));
    else localStorage.removeItem(KEY);
  } catch {
    // Where the browser keeps nothing, they last as long as the page.
  }
}
