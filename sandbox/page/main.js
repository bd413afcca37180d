/** Puts the page together and shows the right screen for the address. */

import { mountChatList } from "./chat-list.js";
import { mountClock } from "./clock.js";
import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { Feed } from "./feed.js";
import { toast } from "./overlays.js";
import { mountPeople } from "./people.js";
import { readRoute, routeTo } from "./route.js";
import { Store } from "./state.js";
import { Talk } from "./talk.js";

const store = new Store();
const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const banner = /** @type {HTMLElement} */ (document.getElementById("banner"));

/** @param {string} id @param {boolean} hidden */
const hide = (id, hidden) => {
  /** @type {HTMLElement} */ (document.getElementById(id)).hidden = hidden;
};

function follow() {
  const { me, chat } = readRoute();
  store.go(me, chat);
  settle();
}

/** Show what the address asks for, as far as the sandbox knows it. */
function settle() {
  const { snapshot, person } = store;
  if (snapshot && store.me !== null && !person) {
    toast("沙盒里没有这个人物，请重新选择。", "warn");
    location.replace("#");
    return;
  }
  const known = store.openChat !== null;
  if (person && store.chat !== null && !known) {
    toast(`${person.name}不在这个会话里。`, "warn");
    location.replace(routeTo(person.id));
    return;
  }
  const screen = !snapshot ? "loading" : !person ? "people" : known ? "talk" : "list";
  app.dataset.screen = screen;
  hide("loading", screen !== "loading");
  hide("people", screen !== "people");
  hide("side", !person);
  hide("talk", screen !== "talk");
  hide("empty", screen !== "list");
  if (screen === "people") document.title = "督办 · 演练沙盒";
}

function showBanner() {
  banner.hidden = store.online;
  banner.replaceChildren(icon("retry"), h("span", null, "暂时连不上沙盒，正在自动重试；已写好的内容不会丢。"));
  if (store.online) toast("已重新连上沙盒。", "good");
}

mountClock(store);
mountPeople(store);
mountChatList(store);
const composer = new Composer(store);
new Talk(store, composer);
store.addEventListener("snapshot", settle);
store.addEventListener("online", showBanner);
addEventListener("hashchange", follow);
follow();
new Feed(store).start();
