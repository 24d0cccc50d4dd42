/** What the browser remembers between pages: which conversation it is, and what has not been answered yet. */

import { home } from "./dom.js";

const KEY = `parley:${home.href}`;

/**
 * @typedef {{id: string, text: string, photos?: {id: string}[], at: string, failure?: string}} Outgoing  `id` is the client_message_id
 * @typedef {{id: string, proposal: string, decision: "confirm" | "decline", failure?: string}} Decided
 * @typedef {{id: string | null, token: string | null, subject: string | null, outbox: (Outgoing | Decided)[], isOpen: boolean}} Saved
 */

/** @returns {Saved} */
const empty = () => ({ id: null, token: null, subject: null, outbox: [], isOpen: false });

/** The saved record, in localStorage; in memory alone where the browser keeps nothing. */
export class Record {
  #memory = empty();

  /** @returns {Saved} */
  read() {
    try {
      const text = localStorage.getItem(KEY);
      return text ? { ...empty(), ...JSON.parse(text) } : this.#memory;
    } catch {
      return this.#memory;
    }
  }

  /** @param {Partial<Saved>} changes */
  update(changes) {
    this.#memory = { ...this.read(), ...changes };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#memory));
    } catch {
      // Private browsing or a full store: the conversation lasts as long as the page.
    }
  }

  /** @param {Outgoing | Decided} outgoing */
  add(outgoing) {
    this.update({ outbox: [...this.read().outbox, outgoing] });
  }

  /** @param {string} id of one in the outbox @param {Partial<Outgoing>} changes */
  change(id, changes) {
    this.update({ outbox: this.read().outbox.map((one) => (one.id === id ? { ...one, ...changes } : one)) });
  }

  drop(id) {
    this.update({ outbox: this.read().outbox.filter((one) => one.id !== id) });
  }

  /** Calls back when another tab has changed the record. */
  onChange(callback, signal) {
    addEventListener("storage", (event) => event.key === KEY && callback(), { signal });
  }
}

/**
 * Whom an identity token is about. A token is signed anew on every page, its subject stays; nothing is
 * verified here, that is the server's part.
 */
export function subjectOf(token) {
  if (!token) return null;
  try {
    const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return String(claims.sub ?? claims.email ?? token);
  } catch {
    return token;
  }
}

/** 128 random bits; crypto.randomUUID is missing from pages without TLS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
