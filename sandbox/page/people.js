/** The first screen: whom one wants to be. */

import { avatar, h, icon } from "./dom.js";
import { routeTo } from "./route.js";

/**
 * Return the line under a person's name: unit and role, or whatever note the sandbox gives.
 * @param {import("./state.js").Person} person
 */
export const noteOf = (person) =>
  [person.unit, person.role, person.note].filter((part) => typeof part === "string" && part !== "").join(" · ");

/** @param {import("./state.js").Store} store */
export function mountPeople(store) {
  const root = /** @type {HTMLElement} */ (document.getElementById("people"));
  let drawn = "";
  const draw = () => {
    const people = store.snapshot?.people ?? [];
    const key = JSON.stringify(people);
    if (key === drawn) return;
    drawn = key;
    root.replaceChildren(
      h("div", { class: "people-intro" },
        h("h1", null, "想以谁的身份开始？"),
        h("p", null, "选择一个人物，就能用他的眼睛看群聊，用他的手机和督办助手对话。可以随时更换，也可以在两个窗口里各扮演一位。")),
      people.length
        ? h("ul", { class: "people-grid" }, ...people.map((person) => h("li", null, card(person))))
        : h("p", { class: "quiet" }, "沙盒里还没有人物。"));
  };
  store.addEventListener("snapshot", draw);
  draw();
}

/** @param {import("./state.js").Person} person */
function card(person) {
  const note = noteOf(person);
  return h("a", { class: "person-card", href: routeTo(person.id), dataset: { testid: `person-${person.id}` } },
    avatar(person),
    h("span", { class: "person-words" },
      h("span", { class: "person-name" }, person.name),
      note ? h("span", { class: "person-note" }, note) : null),
    icon("chevron"));
}
