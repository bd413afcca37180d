/** The first screen: whom one wants to be. */

import { avatar, h, icon } from "./dom.js";
import { routeTo } from "./route.js";

/**
 * Return the line under a person's name: unit and role, or whatever note the sandbox gives.
 * @param {import("./state.js").Person} person
 */
export const noteOf = (person) =>
  [person.unit, person.role, person.note, person.blocked && "已屏蔽助手", person.deactivated && "账号已停用"]
    .filter((part) => typeof part === "string" && part !== "").join(" · ");

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
        h("p", null, "选好人物，就能以这个身份看群聊、和督办助手私聊。随时可以换人，也可以开两个窗口，各扮一位。")),
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
