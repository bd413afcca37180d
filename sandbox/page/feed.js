/** Keeps the store up to date: one held line for the open chat, short questions for the others. */

import { fetchMessages, fetchSnapshot, Refused, Unreachable } from "./api.js";

const HOLD_SECONDS = 20;
const HIDDEN_PAUSE_MS = 4000;
const SIDE_PAUSE_MS = 2500;
const SNAPSHOT_PAUSE_MS = 4000;
const FIRST_RETRY_MS = 800;
const LAST_RETRY_MS = 5000;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The page's questions to the server. A browser opens six lines per host, so only one of them may be held. */
export class Feed {
  /** @param {import("./state.js").Store} store */
  constructor(store) {
    this.store = store;
    this.retryMs = FIRST_RETRY_MS;
    this.held = new AbortController();
    this.rouse = () => {};
    this.woken = Promise.resolve();
    this.wake();
    store.addEventListener("route", () => this.letGo());
    store.addEventListener("online", () => this.letGo());
    store.addEventListener("snapshot", () => this.letGo());
    for (const name of ["route", "snapshot"]) store.addEventListener(name, () => this.wake());
    document.addEventListener("visibilitychange", () => this.letGo());
  }

  start() {
    void this.repeat(() => this.askSnapshot(), SNAPSHOT_PAUSE_MS);
    void this.repeat(() => this.askOthers(), SIDE_PAUSE_MS);
    void this.followOpen();
  }

  /** Drop the held line so that the next question is about what is open now. */
  letGo() {
    this.held.abort();
    this.held = new AbortController();
  }

  async askSnapshot() {
    this.store.takeSnapshot(await fetchSnapshot());
  }

  async askOthers() {
    const { store } = this;
    for (const { id } of store.myChats) {
      if (id !== store.chat) await this.ask(id, 0);
    }
  }

  /** @param {number} chat @param {number} wait @param {AbortSignal} [signal] */
  async ask(chat, wait, signal) {
    const thread = this.store.thread(chat);
    const { stale } = thread;
    const messages = await fetchMessages(chat, thread.revision, thread.loaded ? wait : 0, signal);
    if (thread.stale === stale) this.store.takeMessages(chat, messages);
  }

  async followOpen() {
    for (;;) {
      const { openChat, online } = this.store;
      const { signal } = this.held;
      if (!openChat || !online) {
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        continue;
      }
      const { stale } = this.store.thread(openChat.id);
      const done = await this.attempt(() => this.ask(openChat.id, stale || document.hidden ? 0 : HOLD_SECONDS, signal));
      if (!done && !signal.aborted) await pause(this.retryMs);
      else if (document.hidden) await pause(HIDDEN_PAUSE_MS);
    }
  }

  /** @param {() => Promise<void>} question @param {number} ms */
  async repeat(question, ms) {
    for (;;) {
      await this.attempt(question);
      await Promise.race([pause(this.store.online ? ms : this.retryMs), this.woken]);
    }
  }

  /** Let every loop that rests ask again at once: another person or chat is on the screen. */
  wake() {
    this.rouse();
    this.woken = new Promise((resolve) => {
      this.rouse = () => resolve(undefined);
    });
  }

  /** @param {() => Promise<void>} question @returns {Promise<boolean>} whether it was answered */
  async attempt(question) {
    try {
      await question();
      this.retryMs = FIRST_RETRY_MS;
      this.store.setOnline(true);
      return true;
    } catch (error) {
      if (error instanceof Unreachable) {
        this.retryMs = Math.min(this.retryMs * 1.6, LAST_RETRY_MS);
        this.store.setOnline(false);
      } else if (error instanceof Refused) {
        this.store.tell("refused", error);
      } else if (!(error instanceof DOMException)) {
        console.error(error);
      }
      return false;
    }
  }
}
