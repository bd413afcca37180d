/** The first screen: whom one wants to be. */

import { freshForm } from "./choose.js";
import { avatar, h, icon } from "./dom.js";
import { readStartLink } from "./links.js";
import { newPerson, openStartLink, refused } from "./opening.js";
import { toast } from "./overlays.js";
import { routeTo } from "./route.js";
import { belongs, noteOf } from "./state.js";

/**
 * Return the note, or where nothing is known of a person the groups they are in.
 * @param {import("./state.js").Person} person @param {import("./state.js").Chat[]} chats
 */
const placeOf = (person, chats) =>
  noteOf(person) || chats.filter((chat) => chat.type !== "private" && belongs(chat, person.id))
    .map((chat) => chat.title).join("、");

/** @param {import("./state.js").Store} store */
export function mountPeople(store) {
  const root = /** @type {HTMLElement} */ (document.getElementById("people"));
  let drawn = "";
  const draw = () => {
    const people = store.snapshot?.people ?? [];
    const chats = store.snapshot?.chats ?? [];
    const key = JSON.stringify([people, chats]);
    if (key === drawn) return;
    drawn = key;
    root.replaceChildren(
      h("div", { class: "people-intro" },
        h("h1", null, "想以谁的身份开始？"),
        h("p", null, "选一位，就用这个身份和督办助手私聊或在群里说话；先发“进度”试试。随时可以换人，也可以开两个窗口各扮一位。")),
      people.length
        ? h("ul", { class: "people-grid" }, ...people.map((person) => h("li", null, card(person, placeOf(person, chats)))))
        : h("p", { class: "quiet" }, "沙盒里还没有人物。"),
      more(store));
  };
  store.addEventListener("snapshot", draw);
  draw();
}

/** Somebody new, and a link that somebody was given. @param {import("./state.js").Store} store */
function more(store) {
  const enter = (/** @type {string} */ name) => void newPerson(store, name).then((id) => {
    location.hash = routeTo(id, id);
  }, refused);
  const open = (/** @type {string} */ address) => {
    const link = readStartLink(address, store.snapshot?.bot.username);
    if (link) void openStartLink(store, link);
    else toast(`请粘贴 https://t.me/${store.snapshot?.bot.username}?start=… 这样的链接。`, "warn");
  };
  return h("div", { class: "people-more" },
    h("section", { "aria-label": "新建人员", dataset: { testid: "new-person" } }, h("h2", null, "新建人员"),
      freshForm({ label: "新人员的姓名", placeholder: "姓名，例如 王小明", button: "新建" }, enter)),
    h("section", { "aria-label": "打开邀请链接", dataset: { testid: "paste-link" } }, h("h2", null, "打开邀请链接"),
      freshForm({ label: "邀请链接", placeholder: "粘贴 t.me 链接", button: "打开" }, open, 300)));
}

/** @param {import("./state.js").Person} person @param {string} note */
function card(person, note) {
  return h("a", { class: "person-card", href: routeTo(person.id), dataset: { testid: `person-${person.id}` } },
    avatar(person),
    h("span", { class: "person-words" },
      h("span", { class: "person-name" }, person.name),
      note ? h("span", { class: "person-note" }, note) : null),
    icon("chevron"));
}
