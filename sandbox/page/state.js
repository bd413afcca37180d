/** What the page knows: people, chats, messages, who one is and what one has read. No elements, no network. */

import { readMessage } from "./message.js";

/**
 * @typedef {{id: number, name: string, username?: string, unit?: string, role?: string, note?: string,
 *   blocked?: boolean, deactivated?: boolean}} Person
 * @typedef {{id: number, type: string, title?: string, members?: (number | {id: number})[], administrators?: number[], bot?: string,
 *   moved_to?: number}} Chat
 * @typedef {{now: string, bot: {id?: number, username: string, name?: string}, people: Person[], chats: Chat[]}} Snapshot
 * @typedef {{type: string, offset: number, length: number, url?: string}} Entity
 * @typedef {{text: string, data?: string, url?: string, copy?: string, style?: string}} Button
 * @typedef {{id: number, revision: number, date: string | number, from?: {id: number, name: string, is_bot?: boolean, as?: string}, topic?: number,
 *   text?: string, caption?: string, entities: Entity[], table?: {blocks: any[]}, buttons?: Button[][],
 *   photo?: any, document?: any, reply_to?: number, edited: boolean, forward?: {name: string}, service?: string,
 *   reactions?: Record<string, string[]>, media_group_id?: string, deleted?: boolean,
 *   keyboard?: string[][], force_reply?: boolean, remove_keyboard?: boolean, input_field_placeholder?: string}} Message
 * @typedef {{revision: number, loaded: boolean, stale: boolean, messages: Map<number, Message>}} Thread
 */

/** @type {(id: number) => string} */
const readKey = (person) => `duban.sandbox.read.${person}`;

/** One page's memory; every change is told as an event of the same name. */
export class Store extends EventTarget {
  /** @type {Snapshot | null} */ snapshot = null;
  shape = "";
  takenAt = 0;
  /** @type {number | null} */ me = null;
  /** @type {number | null} */ chat = null;
  online = true;
  /** @type {Map<number, Thread>} */ threads = new Map();
  /** @type {Record<string, number>} */ read = {};

  /** @param {string} name @param {unknown} [detail] */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {Snapshot} snapshot */
  takeSnapshot(snapshot) {
    const shape = JSON.stringify({ ...snapshot, now: null });
    const changed = shape !== this.shape;
    Object.assign(this, { snapshot, shape, takenAt: performance.now() });
    if (changed) this.tell("snapshot");
    this.tell("clock");
  }

  /** @param {string} now */
  takeClock(now) {
    if (!this.snapshot) return;
    this.takeSnapshot({ ...this.snapshot, now });
  }

  /** The sandbox's own time, which runs on between two answers of the server. @returns {Date} */
  get now() {
    return new Date(new Date(this.snapshot?.now ?? 0).getTime() + performance.now() - this.takenAt);
  }

  get person() {
    return this.snapshot?.people.find((person) => person.id === this.me) ?? null;
  }

  /** @param {number | null} me @param {number | null} chat */
  go(me, chat) {
    if (me !== this.me) this.read = me === null ? {} : loadRead(me);
    this.me = me;
    this.chat = chat;
    this.tell("route");
  }

  /** The chats one sees: the own private chat first, then the groups one belongs to. @returns {Chat[]} */
  get myChats() {
    const { me, person, snapshot } = this;
    if (me === null || !person || !snapshot) return [];
    const own = snapshot.chats.find((chat) => chat.id === me) ?? { id: me, type: "private" };
    const groups = snapshot.chats.filter((chat) => chat.type !== "private" && !chat.moved_to && belongs(chat, me));
    return [own, ...groups];
  }

  /** The chat on the screen, if the address names one of ours. @returns {Chat | null} */
  get openChat() {
    return this.myChats.find((chat) => chat.id === this.chat) ?? null;
  }

  /** @param {number} id @returns {Thread} */
  thread(id) {
    let thread = this.threads.get(id);
    if (!thread) {
      thread = { revision: 0, loaded: false, stale: false, messages: new Map() };
      this.threads.set(id, thread);
    }
    return thread;
  }

  /**
   * Merge what the server sent; an edit or a deletion comes again under its own number.
   * @param {number} chat
   * @param {any[]} raw
   */
  takeMessages(chat, raw) {
    if (!this.snapshot) return;
    const { snapshot } = this;
    const messages = raw.map((one) => readMessage(one, snapshot));
    const thread = this.thread(chat);
    if (thread.stale) Object.assign(thread, { messages: new Map(), revision: 0, stale: false });
    const first = !thread.loaded;
    thread.loaded = true;
    const fresh = messages.filter((message) => !message.deleted && !thread.messages.has(message.id));
    for (const message of messages) {
      if (message.deleted) thread.messages.delete(message.id);
      else thread.messages.set(message.id, message);
      thread.revision = Math.max(thread.revision, message.revision);
    }
    if (first && this.lastId(chat) < (this.read[chat] ?? 0)) this.read[chat] = 0;
    if (first || messages.length) this.tell("messages", { chat, fresh: first ? [] : fresh, first });
  }

  /** After an outage the server may be another one: everything is asked for again, and replaced when it comes. */
  distrust() {
    for (const thread of this.threads.values()) Object.assign(thread, { revision: 0, stale: true });
  }

  /** @param {number} chat @returns {Message[]} */
  list(chat) {
    return [...this.thread(chat).messages.values()].sort((one, other) => one.id - other.id);
  }

  /** @param {number} chat */
  lastId(chat) {
    return Math.max(0, ...this.thread(chat).messages.keys());
  }

  /** @param {number} chat */
  unread(chat) {
    const seen = this.read[chat] ?? 0;
    return this.list(chat).filter((message) => message.id > seen && message.from?.id !== this.me && !message.service).length;
  }

  /** @param {number} chat */
  markRead(chat) {
    const last = this.lastId(chat);
    if (this.me === null || last === (this.read[chat] ?? 0)) return;
    this.read[chat] = last;
    saveRead(this.me, this.read);
    this.tell("read");
  }

  /** @param {boolean} online */
  setOnline(online) {
    if (online === this.online) return;
    this.online = online;
    if (online) this.distrust();
    this.tell("online");
  }
}

/** Tell whether a person is in a chat; of a chat without a list everybody is. @param {Chat} chat @param {number} person */
export function belongs(chat, person) {
  if (!Array.isArray(chat.members)) return true;
  return chat.members.some((member) => (typeof member === "object" ? member.id : member) === person);
}

/** @param {number} person @returns {Record<string, number>} */
function loadRead(person) {
  try {
    return JSON.parse(localStorage.getItem(readKey(person)) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {number} person @param {Record<string, number>} read */
function saveRead(person, read) {
  try {
    localStorage.setItem(readKey(person), JSON.stringify(read));
  } catch {
    // A browser that keeps nothing only forgets what was read.
  }
}

/**
 * Return the line under a person's name: unit and role, or whatever note the sandbox gives.
 * @param {Person} person
 */
export const noteOf = (person) =>
  [person.unit, person.role, person.note, person.blocked && "已屏蔽助手", person.deactivated && "账号已停用"]
    .filter((part) => typeof part === "string" && part !== "").join(" · ");
