/** What lies over the page: toasts, alerts, the menu of a message, the enlarged picture. */

import { h, icon, iconButton } from "./dom.js";

const TOAST_MS = 4200;

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

/**
 * Show a short note that goes by itself.
 * @param {string} text
 * @param {"plain" | "good" | "warn"} [tone]
 */
export function toast(text, tone = "plain") {
  const note = h("div", { class: `toast toast-${tone}`, dataset: { testid: "toast" } }, text);
  byId("toasts").append(note);
  const leave = () => note.remove();
  note.addEventListener("click", leave);
  setTimeout(leave, TOAST_MS + text.length * 60);
}

/**
 * Say something to screen readers only.
 * @param {string} text
 */
export function announce(text) {
  byId("announcer").textContent = text;
}

/**
 * Open a modal dialog that closes by Esc, by its own buttons or by a tap beside it.
 * @param {string} kind
 * @param {string} label
 * @param {...any} children
 * @returns {any}
 */
export function openDialog(kind, label, ...children) {
  const dialog = h("dialog", { class: `dialog dialog-${kind}`, "aria-label": label, dataset: { testid: kind } }, ...children);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Show a text the person has to put away.
 * @param {string} text
 */
export function alertBox(text) {
  const dialog = openDialog("alert", "提示", h("p", { class: "alert-text" }, text),
    h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "知道了"));
}

/**
 * Tell whether a picture is so tall that it is scrolled through and not fitted in.
 * @param {HTMLImageElement} image
 */
export const isTall = (image) => image.naturalHeight > 1.8 * image.naturalWidth;

/**
 * Enlarge a picture.
 * @param {string} address
 * @param {string} name
 */
export function lightbox(address, name) {
  const close = () => dialog.close();
  const image = h("img", { src: address, alt: name || "图片", onclick: close });
  image.addEventListener("load", () => image.classList.toggle("tall", isTall(image)));
  const dialog = openDialog("lightbox", name || "图片",
    image,
    h("div", { class: "lightbox-bar" },
      h("a", { class: "icon-button", href: address, download: name || "图片", "aria-label": "下载图片", title: "下载图片" },
        icon("download")),
      iconButton("close", "关闭", close)));
}

/**
 * Offer what can be done with a message: a sheet from below on a phone, a small menu on a desk.
 * @param {{label: string, icon: any, run: () => void}[]} actions
 * @param {string} quote
 */
export function actionMenu(actions, quote) {
  const choose = (/** @type {() => void} */ run) => () => {
    dialog.close();
    run();
  };
  const dialog = openDialog("menu", "消息操作",
    h("p", { class: "menu-quote" }, quote),
    ...actions.map((one) => h("button", { type: "button", class: "menu-entry", onclick: choose(one.run) },
      icon(one.icon), one.label)));
}
