/** The open chat: its head, its messages in order, and staying at the end while one reads there. */

import { sendPress, Refused } from "./api.js";
import { renderMessage } from "./bubbles.js";
import { oneLine, titleOf } from "./chat-list.js";
import { choose } from "./choose.js";
import { avatar, h, icon, safeUrl } from "./dom.js";
import { openStartLink } from "./opening.js";
import { actionMenu, alertBox, announce, toast } from "./overlays.js";
import { routeTo } from "./route.js";
import { dayLabel, instant, sameDay } from "./time.js";

/**
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./state.js").Message} Message
 */

const NEAR_END_PX = 120;
const TOGETHER_MS = 5 * 60_000;
const FLASH_MS = 1600;

/** Shows one chat and keeps the elements of messages that did not change. */
export class Talk {
  /** @type {Map<number, {key: string, element: HTMLElement}>} */ drawn = new Map();
  newBelow = 0;
  atEnd = true;
  top = 0;
  /** @type {number | null} */ shown = null;

  /** @param {Store} store @param {import("./composer.js").Composer} composer */
  constructor(store, composer) {
    this.store = store;
    this.composer = composer;
    this.log = /** @type {HTMLElement} */ (document.getElementById("log"));
    this.rows = h("div", { class: "rows" });
    this.log.append(this.rows);
    this.head = /** @type {HTMLElement} */ (document.getElementById("talk-head"));
    this.toEnd = /** @type {HTMLButtonElement} */ (document.getElementById("to-end"));
    this.log.addEventListener("scroll", () => this.onScroll(), { passive: true });
    const sizes = new ResizeObserver(() => this.atEnd && this.scrollToEnd());
    for (const element of [this.log, this.rows]) sizes.observe(element);
    this.toEnd.addEventListener("click", () => this.scrollToEnd());
    store.addEventListener("route", () => this.open());
    store.addEventListener("snapshot", () => this.drawHead());
    store.addEventListener("messages", (event) => this.onMessages(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("visibilitychange", () => this.markRead());
  }

  get chat() {
    return this.store.openChat;
  }

  open() {
    const key = this.chat ? this.chat.id : null;
    this.drawn.clear();
    this.rows.replaceChildren();
    this.newBelow = 0;
    this.atEnd = true;
    this.shown = key;
    if (key === null) return;
    this.drawHead();
    this.draw();
    this.scrollToEnd();
  }

  drawHead() {
    const { chat, store } = this;
    if (!chat) return;
    if (this.shown !== chat.id) this.open();
    const title = titleOf(store, chat);
    const kind = chat.type === "private" ? "bot" : "group";
    const count = Array.isArray(chat.members) ? `${chat.members.length} 位成员` : "工作群";
    const line = [store.person && `您是 ${store.person.name}`, kind === "bot" ? "仅您可见" : count].filter(Boolean).join(" · ");
    this.head.replaceChildren(
      h("a", { class: "icon-button back", href: routeTo(Number(store.me)), "aria-label": "返回会话列表", dataset: { testid: "back" } },
        icon("back")),
      avatar({ id: chat.id, name: title, kind }),
      h("div", { class: "head-words" }, h("h1", null, title), h("p", null, line)));
  }

  /** @param {{chat: number, fresh: Message[], first: boolean}} detail */
  onMessages({ chat, fresh, first }) {
    if (chat !== this.shown) return;
    const others = fresh.filter((message) => message.from?.id !== this.store.me);
    const follow = first || this.atEnd || others.length < fresh.length;
    this.draw();
    if (follow) this.scrollToEnd();
    else this.newBelow += others.length;
    this.showToEnd();
    for (const message of others.slice(-1)) announce(`${message.from?.name ?? ""}：${oneLine(message)}`);
    this.offerReply(first ? this.store.list(chat).slice(-1) : fresh);
    this.markRead();
  }

  /** A question of the bot to this person opens the box as an answer to it. @param {Message[]} messages */
  offerReply(messages) {
    const { composer, store, shown } = this;
    const mine = (/** @type {Message} */ one) =>
      shown === store.me || store.thread(Number(shown)).messages.get(one.reply_to ?? 0)?.from?.id === store.me;
    const question = messages.findLast((one) => one.force_reply && mine(one));
    if (question) composer.replyTo(question);
  }

  draw() {
    const { composer, store } = this;
    const { chat } = this;
    if (!chat) return;
    const messages = store.list(chat.id);
    const talk = this.context(chat);
    const rows = [];
    let before = /** @type {Message | null} */ (null);
    messages.forEach((message, index) => {
      const at = instant(message.date);
      if (!before || !sameDay(instant(before.date), at)) rows.push(h("p", { class: "day" }, h("span", null, dayLabel(at, store.now))));
      const element = this.element(message, talk);
      const after = messages[index + 1];
      element.classList.toggle("first", !together(before, message));
      element.classList.toggle("last", !after || !together(message, after));
      rows.push(element);
      before = message;
    });
    if (!rows.length && store.thread(chat.id).loaded) rows.push(welcome(chat.type === "private", () => composer.sendCommand("/start")));
    place(this.rows, rows);
  }

  /** @param {Message} message @param {import("./bubbles.js").Talk} talk */
  element(message, talk) {
    const key = JSON.stringify(message);
    const known = this.drawn.get(message.id);
    if (known?.key === key) return known.element;
    const element = renderMessage(message, talk);
    if (known?.element.isConnected) known.element.replaceWith(element);
    this.drawn.set(message.id, { key, element });
    return element;
  }

  /** @param {import("./state.js").Chat} chat @returns {import("./bubbles.js").Talk} */
  context(chat) {
    const { composer, store } = this;
    return {
      me: Number(store.me), group: chat.type !== "private",
      find: (id) => store.thread(chat.id).messages.get(id),
      onCommand: (text) => composer.sendCommand(text),
      onWord: (text) => composer.fill(text),
      onStart: (link) => void openStartLink(store, link),
      bot: store.snapshot?.bot.username ?? "",
      onPress: (message, button, element) => void this.press(chat.id, message, button, element),
      onReply: (message) => composer.replyTo(message),
      onMenu: (message) => this.menu(chat, message),
      onJump: (id) => this.jump(id),
    };
  }

  /** @param {number} chat @param {Message} message @param {import("./state.js").Button} button @param {HTMLButtonElement} element */
  async press(chat, message, button, element) {
    if (element.getAttribute("aria-busy") === "true") return;
    if (button.copy !== undefined) {
      await copy(button.copy);
      return;
    }
    element.setAttribute("aria-busy", "true");
    try {
      const answer = await sendPress({ chat, message_id: message.id, from: Number(this.store.me), data: button.data ?? "" });
      const href = safeUrl(answer.url);
      if (!answer.answered) toast("助手还没有回应这个按钮。", "warn");
      else if (href) open(href, "_blank", "noopener,noreferrer");
      else if (answer.text && answer.alert) alertBox(answer.text);
      else if (answer.text) toast(answer.text);
    } catch (error) {
      toast(error instanceof Refused ? `这个按钮没有生效：${error.message}` : "沙盒暂时没有回应，请稍后再点一次。", "warn");
    } finally {
      element.removeAttribute("aria-busy");
    }
  }

  /** @param {import("./state.js").Chat} chat @param {Message} message */
  menu(chat, message) {
    const { composer, store } = this;
    const text = message.text ?? message.caption ?? "";
    const mine = message.from?.id === store.me;
    /** @type {{label: string, icon: any, run: () => void}[]} */
    const actions = [{ label: "回复", icon: "reply", run: () => composer.replyTo(message) }];
    if (mine && text && !message.forward) actions.push({ label: "编辑", icon: "edit", run: () => composer.edit(message) });
    actions.push({ label: "转发给督办助手", icon: "forward", run: () => void composer.forward(chat.id, message, Number(store.me)) });
    actions.push({ label: "转发到其他会话", icon: "forward", run: () => void this.forward(chat.id, message) });
    if (text) actions.push({ label: "复制文字", icon: "copy", run: () => void copy(text) });
    actionMenu(actions, oneLine(message));
  }

  /** @param {number} source @param {Message} message */
  async forward(source, message) {
    const { composer, store } = this;
    const chosen = await choose("转发到哪里？", oneLine(message), store.myChats.map((chat) => (
      { id: chat.id, name: titleOf(store, chat), kind: chat.type === "private" ? "bot" : "group" })));
    if (chosen && "id" in chosen) await composer.forward(source, message, chosen.id);
  }

  /** @param {number} id */
  jump(id) {
    const target = this.drawn.get(id)?.element;
    if (!target) return;
    target.scrollIntoView({ block: "center", behavior: "smooth" });
    target.classList.add("flash");
    setTimeout(() => target.classList.remove("flash"), FLASH_MS);
  }

  /** Only moving up leaves the end: a picture that arrives late pushes it down without anybody scrolling. */
  onScroll() {
    const { log } = this;
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    if (near || log.scrollTop < this.top) this.atEnd = near;
    this.top = log.scrollTop;
    if (this.atEnd) this.newBelow = 0;
    this.showToEnd();
  }

  scrollToEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.atEnd = true;
    this.newBelow = 0;
    this.showToEnd();
    this.markRead();
  }

  showToEnd() {
    this.toEnd.hidden = this.atEnd;
    this.toEnd.setAttribute("aria-label", this.newBelow ? `到最新消息，${this.newBelow} 条新消息` : "到最新消息");
    this.toEnd.replaceChildren(icon("down"), ...(this.newBelow ? [h("span", { class: "badge" }, this.newBelow)] : []));
  }

  markRead() {
    if (this.shown !== null && !document.hidden && this.atEnd) this.store.markRead(this.shown);
  }
}

/** @param {Message | null} one @param {Message} other */
function together(one, other) {
  if (!one || one.from?.id !== other.from?.id || one.service || other.service) return false;
  const gap = instant(other.date).getTime() - instant(one.date).getTime();
  return Math.abs(gap) < TOGETHER_MS && sameDay(instant(one.date), instant(other.date));
}

/**
 * Put the rows in order, moving as few elements as possible so that focus and scroll stay.
 * @param {HTMLElement} log
 * @param {HTMLElement[]} rows
 */
function place(log, rows) {
  const keep = new Set(rows);
  for (const child of [...log.children]) if (!keep.has(/** @type {HTMLElement} */ (child))) child.remove();
  rows.forEach((row, index) => {
    if (log.children[index] !== row) log.insertBefore(row, log.children[index] ?? null);
  });
}

/** @param {boolean} own @param {() => void} start */
function welcome(own, start) {
  return h("div", { class: "welcome" }, h("span", { class: "seal seal-large", "aria-hidden": "true" }, "督"),
    h("p", null, own ? "这里是您和督办助手的私聊，只有您看得到。" : "群里还没有人说话。"),
    own ? h("button", { type: "button", class: "primary", onclick: start, dataset: { testid: "start" } }, "开始")
      : h("p", { class: "quiet" }, "提到助手或点下面的按钮，助手就会回答。"));
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("已复制。", "good");
  } catch {
    toast("浏览器不允许复制，请长按文字手动选择。", "warn");
  }
}
