/**
 * One shopper's conversation: its transcript, what is on its way, and the state of the connection.
 *
 * A single loop does one thing at a time: deliver the oldest unanswered message, else listen for news. A message
 * stays in the saved outbox until its answer is complete and is sent again with the same id whenever there is
 * doubt; the server knows the id, so nothing is lost and nothing is said twice.
 */

import { ApiError, Interrupted, getEvents, getJson } from "./transport.js";
import { newId, Record, subjectOf } from "./record.js";
import { Transcript, isAnswer } from "./transcript.js";
import { home } from "./dom.js";

const LONGEST_WAIT_MS = 30_000;

/** @typedef {import("./record.js").Outgoing | import("./record.js").Decided} Outgoing */

export class Conversation extends EventTarget {
  #record = new Record();
  #identity = null;
  #attempts = 0;
  /** Aborted to make the loop look round; what is being delivered goes on. */
  #pause = new AbortController();
  /** Aborted when the conversation is another one from now on. */
  #session = new AbortController();
  #life = new AbortController();
  #conversationId = null;
  #isLoaded = false;
  #isOpen = false;

  transcript = new Transcript();
  /** Set while the connection is lost or the server is too busy. */
  trouble = null;
  isIdentityRefused = false;

  start() {
    const { signal } = this.#life;
    this.#record.onChange(() => this.#followOtherTab(), signal);
    addEventListener("online", () => this.retryNow(), { signal });
    addEventListener("offline", () => this.#session.abort(), { signal });
    document.addEventListener("visibilitychange", () => this.#nudge(), { signal });
    this.#conversationId = this.#record.read().id;
    this.#run();
  }

  stop() {
    this.#life.abort();
    this.#session.abort();
    this.#nudge();
  }

  /** All that is said, oldest first: stored messages, then those on their way. */
  get entries() {
    const stored = this.transcript.messages;
    const known = new Set(stored.map((message) => message.client_message_id));
    const outgoing = this.outbox.filter(({ id, at }) => at && !known.has(id));
    return [
      ...stored,
      ...outgoing.map(({ id, text, photos, at }) => ({
        role: "user",
        text,
        photos,
        client_message_id: id,
        created_at: at,
      })),
    ];
  }

  /** @returns {Outgoing[]} */
  get outbox() {
    return this.#record.read().outbox;
  }

  /** @returns {import("./record.js").Decided | undefined} the yes or no to a proposal that is on its way */
  decisionOn(proposal) {
    return this.outbox.find((outgoing) => outgoing.proposal === proposal);
  }

  get isEmpty() {
    return !this.entries.length;
  }

  /** Whether the window was open on the page before this one. */
  get wasOpen() {
    return this.#record.read().isOpen;
  }

  /** @param {boolean} isOpen whether anybody is looking; news are listened for only then */
  watch(isOpen) {
    this.#isOpen = isOpen;
    this.#record.update({ isOpen });
    this.#nudge();
  }

  /** Keeps the message, then sends it when those before it are answered. `photos` were uploaded before. */
  send(text, photos) {
    this.#record.add({ id: newId(), text, photos, at: new Date().toISOString() });
    this.#changed();
    this.retryNow();
  }

  /** Keeps a yes or no to a proposal and sends it like a message; it takes the place of one that is not answered yet. */
  decide(proposal, decision) {
    const before = this.decisionOn(proposal);
    if (before) this.#record.drop(before.id);
    this.#record.add({ id: newId(), proposal, decision });
    this.#changed();
    this.retryNow();
  }

  /** The conversation's id and token; begun now if it was not. */
  async begun() {
    await this.#alone(() => this.#record.read().id ?? this.#create());
    return this.#record.read();
  }

  /** Asks the server how everything stands. */
  reload() {
    this.#isLoaded = false;
    this.#nudge();
  }

  retryNow() {
    this.#attempts = 0;
    this.#nudge();
  }

  /** Sends a failed message again. */
  resend(id) {
    this.#record.change(id, { failure: undefined });
    this.#changed();
    this.retryNow();
  }

  /** Takes back a message that was not accepted, and returns its text. */
  takeBack(id) {
    const text = this.outbox.find((outgoing) => outgoing.id === id)?.text ?? "";
    this.#record.drop(id);
    this.#changed();
    return text;
  }

  /** @param {Partial<import("./record.js").Saved>} found the conversation that takes its place, else a new one */
  startOver(found) {
    this.#forget({ outbox: [], ...found });
  }

  /**
   * @param {string | null} token the shop's word on who this is; null when they have signed out. Somebody else
   * gets a conversation of their own; what an anonymous visitor has not had answered yet comes along.
   */
  identify(token) {
    const subject = subjectOf(token);
    const saved = this.#record.read();
    this.#identity = token;
    this.isIdentityRefused = false;
    if (saved.subject === subject) return;
    this.#forget({ subject, outbox: saved.subject ? [] : saved.outbox });
  }

  // ---- the loop

  async #run() {
    while (!this.#life.signal.aborted) {
      this.#pause = new AbortController();
      if (this.#session.signal.aborted) this.#session = new AbortController();
      try {
        await this.#step();
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  async #step() {
    const { id } = this.#record.read();
    const outgoing = this.outbox.find(({ failure }) => !failure);
    const isWatched = this.#isOpen && !document.hidden;
    if (id && !this.#isLoaded && (isWatched || outgoing)) return this.#load(id);
    if (outgoing) return this.#alone(() => this.#deliver(outgoing.id));
    if (id && isWatched) return this.#listen(id);
    this.#settle();
    return this.#rest(2 ** 31 - 1);
  }

  /** One tab at a time delivers; browsers without locks rely on the message's id alone. */
  async #alone(task) {
    if (!navigator.locks) return task();
    return navigator.locks.request(`parley:${home.href}`, { signal: this.#session.signal }, task);
  }

  async #load(id) {
    const view = await getJson(`api/conversations/${id}`, this.#options());
    if (this.#record.read().id !== id) return;
    this.transcript.load(view);
    this.#isLoaded = true;
    this.#settle();
  }

  async #deliver(outgoingId) {
    const outgoing = this.outbox.find(({ id }) => id === outgoingId);
    if (!outgoing) return; // another tab has delivered it meanwhile
    const id = this.#record.read().id ?? (await this.#create());
    try {
      await this.#converse(id, outgoing);
      this.#record.drop(outgoing.id);
    } catch (error) {
      if (!(error instanceof ApiError) || error.isTransient || error.isUnknown) throw error;
      this.#record.change(outgoing.id, { failure: error.code });
      if (outgoing.proposal) this.reload();
    } finally {
      this.transcript.draft = null;
      this.#changed();
    }
  }

  async #converse(id, { id: client_message_id, text, photos, proposal, decision }) {
    const path = `api/conversations/${id}/${proposal ? `proposals/${proposal}` : "messages"}`;
    const options = { ...this.#options(), body: proposal ? { decision } : { text, client_message_id, photos: photos?.map((photo) => photo.id) } };
    this.transcript.expect();
    this.#changed();
    for await (const event of getEvents(path, options)) {
      if (event.event === "error") throw new ApiError(event.status ?? 500, event.code);
      this.#apply(event);
      if (event.event === "done") return this.#settle();
    }
    throw new Interrupted();
  }

  async #create() {
    const { signal } = this.#session;
    let started;
    try {
      started = await getJson("api/conversations", { body: { identity: this.#identity }, signal });
    } catch (error) {
      const isRefused = this.#identity && /^identity-/.test(error.code ?? "");
      if (!isRefused) throw error;
      this.#identity = null;
      this.isIdentityRefused = true;
      this.dispatchEvent(new Event("identityrefused"));
      started = await getJson("api/conversations", { body: { identity: null }, signal });
    }
    this.#conversationId = started.id;
    this.#isLoaded = true;
    this.#record.update({ id: started.id, token: started.token });
    return started.id;
  }

  /** Hears what others say (a person of the shop, another tab) until something else is to be done. */
  async #listen(id) {
    const after = this.transcript.messages.at(-1)?.id ?? 0;
    const { token, signal: session } = this.#options();
    const signal = AbortSignal.any([session, this.#pause.signal]);
    const onOpen = () => this.#settle();
    for await (const event of getEvents(`api/conversations/${id}/events?after=${after}`, { token, signal, onOpen })) {
      this.#apply(event);
    }
    await this.#rest(1000);
  }

  #apply(event) {
    this.trouble = null;
    const news = this.transcript.apply(event);
    this.dispatchEvent(new CustomEvent("heard", { detail: event }));
    if (news.some(isAnswer)) this.dispatchEvent(new CustomEvent("answer", { detail: news }));
    this.#changed();
  }

  // ---- when something goes wrong

  async #recover(error) {
    const isAnswer = error instanceof ApiError;
    const isOurDoing = this.#pause.signal.aborted || this.#session.signal.aborted;
    if (!isAnswer && isOurDoing && navigator.onLine) return;
    if (isAnswer && error.isUnknown && this.#record.read().id) {
      this.#forget({});
      if (!this.#attempts++) return; // once quietly; a server that goes on denying is given time
    }
    const backoff = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** this.#attempts++) * (0.5 + Math.random() / 2);
    const wait = Math.max(backoff, (error.retryAfter ?? 0) * 1000);
    this.trouble = { isBusy: isAnswer, until: Date.now() + wait };
    this.#changed();
    await this.#rest(wait);
  }

  #settle() {
    this.#attempts = 0;
    this.trouble = null;
    this.#changed();
  }

  /** Waits, unless there is something to do earlier. */
  #rest(milliseconds) {
    const { signal } = this.#pause;
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener("abort", () => resolve(clearTimeout(timer)));
    });
  }

  // ---- what is saved

  #options() {
    return { token: this.#record.read().token, signal: this.#session.signal };
  }

  #followOtherTab() {
    const { id } = this.#record.read();
    if (id !== this.#conversationId) {
      this.#conversationId = id;
      this.#reset();
    }
    this.#changed();
    this.#nudge();
  }

  #forget(changes) {
    const { outbox } = { ...this.#record.read(), ...changes };
    // A decision is about what was offered in the conversation that is left.
    const messages = outbox.filter(({ proposal }) => !proposal);
    this.#record.update({ id: null, token: null, ...changes, outbox: messages });
    this.#conversationId = null;
    this.#reset();
    this.#nudge();
  }

  #reset() {
    this.#session.abort();
    this.transcript = new Transcript();
    this.#isLoaded = false;
    this.#changed();
  }

  #nudge() {
    this.#pause.abort();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
