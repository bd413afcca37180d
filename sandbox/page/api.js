/** The sandbox server's JSON, and nothing about how it looks. */

/** The server could not be reached; trying again is right. */
export class Unreachable extends Error {}

/** The server answered that it will not; trying again is not. */
export class Refused extends Error {
  /** @param {number} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const GATEWAY = new Set([502, 503, 504]);
const ANSWER_SECONDS = 20;

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Unreachable(String(error));
  }
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  if (answer?.error === undefined && GATEWAY.has(response.status)) throw new Unreachable(`HTTP ${response.status}`);
  throw new Refused(response.status, String(answer?.error ?? `HTTP ${response.status}`));
}

/** @param {string} path @param {unknown} body */
const post = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** @returns {Promise<import("./state.js").Snapshot>} */
export const fetchSnapshot = () => call("/sandbox/state");

/**
 * Ask for what is newer than `after`; the server holds the line open for up to `wait` seconds.
 * @param {number} chat
 * @param {number} after revision
 * @param {number} wait seconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./state.js").Message[]>}
 */
export async function fetchMessages(chat, after, wait, signal) {
  const answer = await call(`/sandbox/chats/${chat}/messages?after=${after}&wait=${wait}`, { signal });
  return Array.isArray(answer) ? answer : (answer?.messages ?? []);
}

/** @param {Record<string, unknown>} message @returns {Promise<{message_id: number}>} */
export const sendMessage = (message) => post("/sandbox/messages", message);

/**
 * Press an inline button and wait for what the bot answers: a text for a toast, or for an alert one puts away.
 * @param {{chat: number, message_id: number, from: number, data: string}} press
 * @returns {Promise<{answered: boolean, text: string, alert: boolean, url?: string}>}
 */
export async function sendPress(press) {
  const { callback_query_id: query } = await post("/sandbox/presses", press);
  const answer = await call(`/sandbox/presses/${query}?wait=${ANSWER_SECONDS}`);
  const { answered, text = "", show_alert: alert = false, url } = answer;
  return { answered, text, alert, url };
}

/** @param {{chat: number, message_id: number, from: number, text: string}} edit */
export const sendEdit = (edit) => post("/sandbox/edits", edit);

/** @param {string} name @returns {Promise<{id: number}>} */
export const addPerson = (name) => post("/sandbox/people", { name });

/** @param {string} title @param {number[]} members the first owns it @returns {Promise<{id: number}>} */
export const addGroup = (title, members) => post("/sandbox/chats", { title, members });

/** @param {number} chat @param {number} by */
export const addBot = (chat, by) => post("/sandbox/members", { chat, person: "bot", standing: "member", by });

/** Set the clock; resolves once the bot has ticked. @param {string} now ISO @returns {Promise<{now: string}>} */
export const setClock = (now) => post("/sandbox/clock", { now });

/** Ask what the bot will do next. @returns {Promise<{organisations: import("./due.js").Office[]}>} */
export const fetchDue = () => call("/sandbox/due");
