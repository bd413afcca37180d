/** One message as a bubble: text, table, picture, file, quotation, buttons. */

import { oneLine } from "./chat-list.js";
import { avatar, h, icon, iconButton, safeUrl, tintOf } from "./dom.js";
import { readStartLink } from "./links.js";
import { BOT_NAME, reactionCounts } from "./message.js";
import { isTall, lightbox } from "./overlays.js";
import { renderBlocks } from "./rich.js";
import { renderText } from "./text.js";
import { hourMinute, instant } from "./time.js";

/**
 * @typedef {import("./state.js").Message} Message
 * @typedef {{
 *   me: number, group: boolean, find: (id: number) => Message | undefined,
 *   onCommand: (text: string) => void, onWord: (text: string) => void,
 *   onStart: (link: import("./links.js").StartLink) => void, bot: string,
 *   onPress: (message: Message, button: import("./state.js").Button, element: HTMLButtonElement) => void,
 *   onReply: (message: Message) => void, onMenu: (message: Message) => void, onJump: (id: number) => void,
 * }} Talk
 */

const LONG_PRESS_MS = 480;
const MOVED_PX = 12;
const SIZE_UNITS = ["B", "KB", "MB", "GB"];

/**
 * Render a message for the person whose eyes we look through.
 * @param {Message} message
 * @param {Talk} talk
 */
export function renderMessage(message, talk) {
  const mine = message.from?.id === talk.me;
  if (message.service) return notice(message);
  const sender = message.from ?? { id: 0, name: "" };
  const wide = Boolean(message.table) || (message.buttons ?? []).some((row) => row.length > 2);
  const bubble = h("div", { class: "bubble" },
    mine || !talk.group ? null : h("p", { class: `sender ${tintOf(sender.id)}` }, sender.name,
      mark(message) ? h("span", { class: "bot-mark" }, mark(message)) : null),
    ...content(message, talk), foot(message));
  const classes = ["message", mine ? "mine" : "theirs", sender.is_bot ? "from-bot" : "", wide ? "wide" : ""];
  const element = h("article", {
    class: classes.filter(Boolean).join(" "), "aria-label": `${mine ? "我" : sender.name || BOT_NAME}，${hourMinute(instant(message.date))}`,
    dataset: { testid: `message-${message.id}`, sender: String(sender.id) },
  },
  mine || !talk.group ? null : h("div", { class: "message-avatar" },
    avatar({ id: sender.id, name: sender.name, kind: sender.is_bot ? "bot" : sender.as ? "group" : "person" })),
  h("div", { class: "message-body" }, h("div", { class: "bubble-line" }, bubble, tools(message, talk)),
    keyboard(message, talk)));
  holdToOpen(bubble, () => talk.onMenu(message));
  return element;
}

/** What is said beside a sender's name. @param {Message} message */
const mark = (message) => [message.from?.is_bot ? "助手" : message.from?.as, message.topic ? `话题 ${message.topic}` : ""].filter(Boolean).join(" · ");

/** @param {Message} message */
function notice(message) {
  return h("article", { class: "notice", dataset: { testid: `message-${message.id}` } }, message.service);
}

/** @param {Message} message @param {Talk} talk */
function content(message, talk) {
  const text = message.text ?? message.caption ?? "";
  const { entities } = message;
  const parts = [forwarded(message), quotation(message, talk), picture(message), attachment(message)];
  if (message.table) parts.push(h("div", { class: "rich" }, ...renderBlocks(message.table.blocks, talk)));
  else if (text) parts.push(h("div", { class: "words" }, ...renderText(text, entities, talk)));
  parts.push(reactions(message));
  return parts;
}

/** @param {Message} message */
function reactions(message) {
  const counts = reactionCounts(message);
  if (!counts.length) return null;
  return h("div", { class: "reactions", "aria-label": "表情回应" },
    ...counts.map(([emoji, count]) => h("span", { class: "reaction" }, emoji, count > 1 ? ` ${count}` : "")));
}

/** @param {Message} message */
function foot(message) {
  return h("span", { class: "foot" }, message.edited ? "已编辑 " : "", h("time", null, hourMinute(instant(message.date))));
}

/** @param {Message} message */
function forwarded(message) {
  if (!message.forward) return null;
  const origin = message.forward.name;
  return h("p", { class: "forwarded" }, icon("forward"), origin ? `转发自 ${origin}` : "转发的消息");
}

/** @param {Message} message @param {Talk} talk */
function quotation(message, talk) {
  const id = message.reply_to;
  if (!id) return null;
  const quoted = talk.find(id);
  const name = quoted?.from?.id === talk.me ? "我" : quoted?.from?.name ?? "消息";
  return h("button", { type: "button", class: "quotation", "aria-label": `回复 ${name}，点按查看原消息`, onclick: () => talk.onJump(id) },
    h("strong", null, name), h("span", null, quoted ? oneLine(quoted) : "原消息已不在这里"));
}

/** @param {Message} message */
function picture(message) {
  if (!message.photo) return null;
  const address = safeUrl(message.photo.url);
  if (!address) return h("p", { class: "quiet" }, "［图片］");
  const name = message.caption?.slice(0, 40) || "图片";
  const image = h("img", { src: address, alt: message.caption ?? "图片", loading: "lazy", decoding: "async" });
  image.addEventListener("load", () => image.classList.toggle("tall", isTall(image)));
  const { width, height } = message.photo;
  if (width && height) Object.assign(image, { width, height });
  return h("button", { type: "button", class: "picture", "aria-label": `放大图片：${name}`, onclick: () => lightbox(address, name) }, image);
}

/** @param {Message} message */
function attachment(message) {
  if (!message.document) return null;
  const address = safeUrl(message.document.url);
  const name = message.document.name || "文件";
  const size = sizeLabel(message.document.size);
  const ending = /\.([A-Za-z0-9]{1,5})$/u.exec(name)?.[1] ?? "";
  const words = h("span", { class: "file-words" }, h("span", { class: "file-name" }, name),
    h("span", { class: "file-size" }, [size, "点按下载"].filter(Boolean).join(" · ")));
  const mark = h("span", { class: "file-mark", "aria-hidden": "true" }, ending ? ending.toUpperCase() : icon("file"));
  return address
    ? h("a", { class: "file", href: address, download: name }, mark, words)
    : h("span", { class: "file" }, mark, words);
}

/** @param {unknown} bytes */
function sizeLabel(bytes) {
  if (typeof bytes !== "number" || bytes < 0) return "";
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < SIZE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit && value < 10 ? value.toFixed(1) : Math.round(value)} ${SIZE_UNITS[unit]}`;
}

/** @param {Message} message @param {Talk} talk */
function keyboard(message, talk) {
  const rows = (message.buttons ?? []).filter((row) => row.length);
  if (!rows.length) return null;
  return h("div", { class: "keyboard", role: "group", "aria-label": "可选操作" },
    ...rows.map((row) => h("div", { class: "keyboard-row" }, ...row.map((button) => key(message, button, talk)))));
}

/** @param {Message} message @param {import("./state.js").Button} button @param {Talk} talk */
function key(message, button, talk) {
  const href = safeUrl(button.url);
  const look = ["primary", "success", "danger"].includes(button.style ?? "") ? `key key-${button.style}` : "key";
  const start = readStartLink(href, talk.bot);
  if (start) return h("button", { type: "button", class: look, onclick: () => talk.onStart(start) }, button.text, icon("link"));
  if (href) return h("a", { class: look, href, target: "_blank", rel: "noopener noreferrer nofollow" }, button.text, icon("link"));
  const element = h("button", {
    type: "button", class: look, onclick: () => talk.onPress(message, button, element),
  }, button.text, button.copy === undefined ? null : icon("copy"));
  return element;
}

/** @param {Message} message @param {Talk} talk */
function tools(message, talk) {
  return h("div", { class: "tools" },
    iconButton("reply", "回复", () => talk.onReply(message)), iconButton("more", "更多操作", () => talk.onMenu(message)));
}

/**
 * A long press or a right click opens the menu; a moved finger scrolls.
 * @param {HTMLElement} element
 * @param {() => void} open
 */
function holdToOpen(element, open) {
  let timer = 0;
  let from = { x: 0, y: 0 };
  const stop = () => clearTimeout(timer);
  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") return;
    from = { x: event.clientX, y: event.clientY };
    timer = window.setTimeout(open, LONG_PRESS_MS);
  });
  element.addEventListener("pointermove", (event) => {
    if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > MOVED_PX) stop();
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) element.addEventListener(name, stop);
  element.addEventListener("contextmenu", (event) => {
    if (getSelection()?.toString()) return;
    event.preventDefault();
    stop();
    if (!document.querySelector("dialog[open]")) open();
  });
}
