/** The left column: who one is, and the own chats with what is unread. */

import { avatar, h, icon } from "./dom.js";
import { botName } from "./message.js";
import { foundGroup } from "./opening.js";
import { plainBlocks } from "./rich.js";
import { routeTo } from "./route.js";
import { noteOf } from "./state.js";
import { instant, shortLabel, wall } from "./time.js";

/** @typedef {import("./state.js").Store} Store */

/**
 * Name a chat as the person sees it.
 * @param {Store} store
 * @param {import("./state.js").Chat} chat
 */
export const titleOf = (store, chat) =>
  chat.type === "private" ? botName(store.snapshot) : (chat.title ?? "群聊");

/**
 * Return a message as one line.
 * @param {import("./state.js").Message} message
 */
export function oneLine(message) {
  const text = message.text ?? message.caption ?? "";
  const prefix = message.photo ? "［图片］" : message.document ? "［文件］" : "";
  const name = message.document && !text ? message.document.name : "";
  if (text || prefix) return `${prefix}${text || name}`.replace(/\s+/gu, " ").slice(0, 120);
  if (message.table) return plainBlocks(message.table.blocks).replace(/\s+/gu, " ").slice(0, 120);
  return message.service ?? "";
}

/** @param {Store} store */
export function mountChatList(store) {
  const root = /** @type {HTMLElement} */ (document.getElementById("side"));
  let drawn = "";
  const draw = () => {
    const { person } = store;
    const key = JSON.stringify([person, store.chat, wall(store.now).date, ...ordered(store).map((chat) => summary(store, chat))]);
    if (!person || key === drawn) return;
    drawn = key;
    const focused = document.activeElement?.closest?.("#side [data-testid]")?.getAttribute("data-testid");
    root.replaceChildren(meCard(person), h("ul", { class: "chat-list" }, ...ordered(store).map((chat) => row(store, chat)), newGroup(store)));
    if (focused) /** @type {any} */ (root.querySelector(`[data-testid="${CSS.escape(focused)}"]`))?.focus();
    const total = store.myChats.reduce((sum, chat) => sum + store.unread(chat.id), 0);
    document.title = `${total ? `(${total}) ` : ""}${person.name} · 督办演练沙盒`;
  };
  for (const name of ["snapshot", "clock", "route", "messages", "read"]) store.addEventListener(name, draw);
}

/** What a row shows, to draw only when something changed. @param {Store} store @param {import("./state.js").Chat} chat */
const summary = (store, chat) => [chat, store.unread(chat.id), store.list(chat.id).at(-1)];

/** The chat with the bot stays on top; groups follow by their last message. @param {Store} store */
function ordered(store) {
  const [own, ...groups] = store.myChats;
  const last = (/** @type {import("./state.js").Chat} */ chat) => lastAt(store, chat.id)?.getTime() ?? 0;
  return own ? [own, ...groups.sort((one, other) => last(other) - last(one))] : [];
}

/** @param {Store} store @param {number} chat */
function lastAt(store, chat) {
  const message = store.list(chat).at(-1);
  return message ? instant(message.date) : null;
}

/** @param {import("./state.js").Person} person */
function meCard(person) {
  const note = noteOf(person);
  return h("div", { class: "me-card" }, avatar(person),
    h("div", { class: "me-words" }, h("strong", null, person.name), note ? h("span", null, note) : null),
    h("a", { class: "chip", href: "#", dataset: { testid: "switch-person" } }, icon("swap"), "换人"));
}

/** @param {Store} store */
function newGroup(store) {
  return h("button", { type: "button", class: "chip new-group", onclick: () => void foundGroup(store), dataset: { testid: "new-group" } },
    icon("people"), "新建群聊");
}

/** @param {Store} store @param {import("./state.js").Chat} chat */
function row(store, chat) {
  const message = store.list(chat.id).at(-1);
  const unread = store.unread(chat.id);
  const title = titleOf(store, chat);
  const kind = chat.type === "private" ? "bot" : "group";
  return h("li", null, h("a", {
    class: "chat-row", href: routeTo(Number(store.me), chat.id), dataset: { testid: `chat-${chat.id}` },
    "aria-current": chat.id === store.chat ? "page" : null,
  },
  avatar({ id: chat.id, name: title, kind }),
  h("span", { class: "chat-words" },
    h("span", { class: "chat-line" }, h("span", { class: "chat-title" }, title),
      message ? h("time", { class: "chat-time" }, shortLabel(instant(message.date), store.now)) : null),
    h("span", { class: "chat-line" }, h("span", { class: "chat-preview" }, preview(store, chat, message)),
      unread ? h("span", { class: "badge", "aria-label": `${unread} 条未读` }, unread > 99 ? "99+" : unread) : null))));
}

/** @param {Store} store @param {import("./state.js").Chat} chat @param {import("./state.js").Message | undefined} message */
function preview(store, chat, message) {
  if (!message) return chat.type === "private" ? "与督办助手的私聊，点这里开始" : "还没有消息";
  if (message.service) return message.service;
  const who = message.from?.id === store.me ? "我" : message.from?.name;
  return chat.type === "private" && who !== "我" ? oneLine(message) : `${who ? `${who}：` : ""}${oneLine(message)}`;
}
