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
  if (GATEWAY.has(response.status)) throw new Unreachable(`HTTP ${response.status}`);
  const body = await response.text();
  const parsed = parse(body);
  if (!response.ok) throw new Refused(response.status, String(parsed?.error ?? parsed?.description ?? body));
  return parsed;
}

/** @param {string} body */
function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
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
 * Press an inline button; the answer may carry a text to show, as a toast or as an alert.
 * @param {{chat: number, message_id: number, from: number, data: string}} press
 */
export async function sendPress(press) {
  const answer = (await post("/sandbox/presses", press)) ?? {};
  const inner = typeof answer.answer === "object" && answer.answer ? answer.answer : answer;
  const alert = inner.alert ?? inner.show_alert ?? false;
  const text = inner.text ?? (typeof alert === "string" ? alert : "");
  return { text: String(text ?? ""), alert: Boolean(alert), url: inner.url };
}

/** @param {{chat: number, message_id: number, from: number, text: string}} edit */
export const sendEdit = (edit) => post("/sandbox/edits", edit);

/** Set the clock; resolves once the bot has ticked. @param {string} now ISO @returns {Promise<{now: string}>} */
export const setClock = (now) => post("/sandbox/clock", { now });
