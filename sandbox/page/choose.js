/** Dialogs that ask for one of several, or for a new one: a person, a chat, a group. */

import { avatar, h, icon } from "./dom.js";
import { openDialog } from "./overlays.js";

/**
 * @typedef {{id: number, name: string, note?: string, kind?: "person" | "group" | "bot"}} Choice
 * @typedef {{label: string, placeholder: string, button: string}} Fresh
 */

/**
 * Ask for one of the choices or the name of a new one; null when the dialog is put away.
 * @param {string} title
 * @param {string} words
 * @param {Choice[]} choices
 * @param {Fresh} [fresh]
 * @returns {Promise<{id: number} | {name: string} | null>}
 */
export function choose(title, words, choices, fresh) {
  return new Promise((resolve) => {
    /** @type {{id: number} | {name: string} | null} */
    let chosen = null;
    const take = (/** @type {{id: number} | {name: string}} */ one) => {
      chosen = one;
      dialog.close();
    };
    const dialog = openDialog("choose", title, h("h2", null, title), words ? h("p", { class: "quiet" }, words) : null,
      h("ul", { class: "choices" }, ...choices.map((one) => h("li", null, entry(one, () => take({ id: one.id }))))),
      fresh ? freshForm(fresh, (name) => take({ name })) : null);
    dialog.addEventListener("close", () => resolve(chosen));
  });
}

/** @param {Choice} choice @param {() => void} take */
function entry(choice, take) {
  return h("button", { type: "button", class: "choice", onclick: take, dataset: { testid: `choice-${choice.id}` } },
    avatar(choice),
    h("span", { class: "person-words" }, h("span", { class: "person-name" }, choice.name),
      choice.note ? h("span", { class: "person-note" }, choice.note) : null),
    icon("chevron"));
}

/**
 * One line to name something new.
 * @param {Fresh} fresh @param {(name: string) => void} take @param {number} [longest]
 */
export function freshForm(fresh, take, longest = 64) {
  const input = h("input", {
    class: "line", type: "text", maxlength: longest, required: true, autocomplete: "off", "aria-label": fresh.label,
    placeholder: fresh.placeholder, dataset: { testid: "fresh-name" },
  });
  return h("form", { class: "fresh", onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (!name) return;
    input.value = "";
    take(name);
  } }, input, h("button", { type: "submit", class: "primary", dataset: { testid: "fresh" } }, fresh.button));
}

/**
 * Ask for a group's name and who is in it besides oneself; null when the dialog is put away.
 * @param {Choice[]} people
 * @returns {Promise<{title: string, members: number[]} | null>}
 */
export function chooseGroup(people) {
  return new Promise((resolve) => {
    const boxes = people.map((one) => h("input", { type: "checkbox", value: one.id, dataset: { testid: `with-${one.id}` } }));
    /** @type {{title: string, members: number[]} | null} */
    let asked = null;
    const found = (/** @type {string} */ title) => {
      asked = { title, members: boxes.filter((box) => box.checked).map((box) => Number(box.value)) };
      dialog.close();
    };
    const dialog = openDialog("choose", "新建群聊", h("h2", null, "新建群聊"),
      h("p", { class: "quiet" }, "您是群主，督办助手会一起入群。还有谁？"),
      h("ul", { class: "choices" }, ...people.map((one, index) =>
        h("li", null, h("label", { class: "choice" }, avatar(one), h("span", { class: "person-name" }, one.name), boxes[index])))),
      freshForm({ label: "群名", placeholder: "群名，例如 某某县政务公开工作群", button: "建群" }, found));
    dialog.addEventListener("close", () => resolve(asked));
  });
}
