/** Parley's HTTP contract: requests, server-sent events, and what can go wrong with them. */

import { home } from "./dom.js";

/** Longer than the server's keep-alive; a stream that is silent for so long is taken to be dead. */
const SILENCE_MS = 45_000;

/** The server's answer was not the one hoped for. */
export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {number | null} retryAfter seconds */
  constructor(status, code, retryAfter = null) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may well succeed in a while. */
  get isTransient() {
    return [408, 429, 502, 503, 504].includes(this.status);
  }

  /** Whether the conversation itself is unknown to the server. */
  get isUnknown() {
    return this.status === 401 || this.code === "unknown-conversation";
  }
}

/** The connection broke off before all was said. */
export class Interrupted extends Error {}

/**
 * @param {string} path below Parley's address
 * @param {{token?: string, body?: object, accept?: string, cache?: RequestCache, signal?: AbortSignal}} options
 * @returns {Promise<Response>}
 */
async function request(path, { token, body, accept = "application/json", cache = "no-store", signal }) {
  const headers = { Accept: accept };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(new URL(path, home), {
    method: body ? "POST" : "GET",
    headers,
    body: body && JSON.stringify(body),
    cache,
    signal,
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const code = String(problem.type).split(":").pop();
  throw new ApiError(response.status, code, Number(response.headers.get("Retry-After")) || null);
}

export async function getJson(path, options = {}) {
  return (await request(path, options)).json();
}

/**
 * Yields the JSON of each server-sent event. `onOpen` is called when the server has begun to answer.
 * Throws Interrupted when the connection is lost or falls silent.
 */
export async function* getEvents(path, { signal, onOpen, ...options }) {
  const silence = new AbortController();
  const either = AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]);
  let timer;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  watch();
  try {
    const response = await request(path, { ...options, accept: "text/event-stream", signal: either });
    onOpen?.();
    yield* parseEvents(response.body, watch);
  } catch (error) {
    if (signal?.aborted || error instanceof ApiError) throw error;
    throw new Interrupted(String(error));
  } finally {
    clearTimeout(timer);
  }
}

async function* parseEvents(body, onBytes) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const data = block.split("\n").filter((line) => line.startsWith("data:"));
        if (data.length) yield JSON.parse(data.map((line) => line.slice(5)).join("\n"));
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
