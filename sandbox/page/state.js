/** What the page knows: people, chats, messages, who one is and what one has read. No elements, no network. */

/**
 * @typedef {{id: number, name: string, username?: string, unit?: string, role?: string, note?: string}} Person
 * @typedef {{id: number, type: string, title?: string, members?: (number | {id: number})[]}} Chat
 * @typedef {{now: string, bot: {id?: number, username: string, name?: string}, people: Person[], chats: Chat[]}} Snapshot
 * @typedef {{type: string, offset: number, length: number, url?: string}} Entity
 * @typedef {{text: string, data?: string, url?: string}} Button
 * @typedef {{id: number, revision: number, date: string | number, from?: {id: number, name: string, is_bot?: boolean},
 *   text?: string, caption?: string, entities?: Entity[], caption_entities?: Entity[], table?: {blocks: any[]},
 *   buttons?: Button[][], photo?: any, document?: any, reply_to?: any, edited?: unknown, edit_date?: unknown,
 *   forward?: any, service?: string, name?: string}} Message
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
    const { me, snapshot } = this;
    if (me === null || !snapshot) return [];
    const own = snapshot.chats.find((chat) => chat.id === me) ?? { id: me, type: "private" };
    const groups = snapshot.chats.filter((chat) => chat.type !== "private" && belongs(chat, me));
    return [own, ...groups];
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
   * Merge what the server sent; an edit comes again under its own number.
   * @param {number} chat
   * @param {Message[]} messages
   */
  takeMessages(chat, messages) {
    const thread = this.thread(chat);
    if (thread.stale) Object.assign(thread, { messages: new Map(), revision: 0, stale: false });
    const first = !thread.loaded;
    thread.loaded = true;
    const fresh = messages.filter((message) => !thread.messages.has(message.id));
    for (const message of messages) {
      const known = thread.messages.get(message.id);
      if (!known || known.revision <= message.revision) thread.messages.set(message.id, message);
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
    return this.list(chat).filter((message) => message.id > seen && message.from?.id !== this.me).length;
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

/** @param {Chat} chat @param {number} person */
function belongs(chat, person) {
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
