/** Opens a link that starts the bot, in the name of whoever is chosen: an invitation is mostly for somebody else. */

import { addBot, addGroup, addPerson, fetchSnapshot, Refused, sendMessage } from "./api.js";
import { choose, chooseGroup } from "./choose.js";
import { toast } from "./overlays.js";
import { routeTo } from "./route.js";
import { belongs, noteOf } from "./state.js";

/** @typedef {import("./state.js").Store} Store */

const INSIDE = new Set(["creator", "administrator", "member", "restricted"]);

/**
 * Ask for a person (and for a group), bring the bot there where it must, and send /start with the code.
 * @param {Store} store @param {import("./links.js").StartLink} link
 */
export async function openStartLink(store, link) {
  const person = await choosePerson(store);
  if (person === null) return;
  const done = link.kind === "start" ? startAlone(person, link.code) : startInGroup(store, person, link.code);
  await done.catch(refused);
}

/** @param {unknown} error */
export function refused(error) {
  toast(error instanceof Refused ? `沙盒没有收下：${error.message}` : "暂时连不上沙盒，请稍后再试。", "warn");
}

/** @param {Store} store @returns {Promise<number | null>} */
async function choosePerson(store) {
  const people = [...(store.snapshot?.people ?? [])].sort((one, other) => Number(other.id === store.me) - Number(one.id === store.me));
  const chosen = await choose("以谁的身份打开？", "邀请链接通常是给别人的；选好之后，就以这位的身份在私聊里开始。",
    people.map((one) => ({ id: one.id, name: one.name, note: one.id === store.me ? "当前身份" : noteOf(one) })),
    { label: "新建人员", placeholder: "新来的人，例如 王小明", button: "新建并打开" });
  if (chosen === null) return null;
  return "id" in chosen ? chosen.id : newPerson(store, chosen.name).catch((error) => {
    refused(error);
    return null;
  });
}

/** Add a person; the page knows them when this resolves. @param {Store} store @param {string} name */
export async function newPerson(store, name) {
  const { id } = await addPerson(name);
  store.takeSnapshot(await fetchSnapshot());
  return id;
}

/** Ask for a group's name and members, found it with the bot in it, and go there. @param {Store} store */
export async function foundGroup(store) {
  const me = Number(store.me);
  const others = (store.snapshot?.people ?? []).filter((one) => one.id !== me && !one.deactivated);
  const asked = await chooseGroup(others.map((one) => ({ id: one.id, name: one.name })));
  if (asked === null) return;
  try {
    const { id } = await addGroup(asked.title, [me, ...asked.members]);
    store.takeSnapshot(await fetchSnapshot());
    location.hash = routeTo(me, id);
  } catch (error) {
    refused(error);
  }
}

/** @param {number} person @param {string} code */
async function startAlone(person, code) {
  location.hash = routeTo(person, person);
  await sendMessage({ chat: person, from: person, text: `/start ${code}` });
}

/** @param {Store} store @param {number} person @param {string} code */
async function startInGroup(store, person, code) {
  const groups = (store.snapshot?.chats ?? []).filter((chat) => chat.type !== "private" && !chat.moved_to && belongs(chat, person));
  const chosen = await choose("加到哪个群？", "督办助手会加入这个群，并收到链接里的邀请码。",
    groups.map((one) => ({ id: one.id, name: one.title ?? "群聊", kind: "group" })),
    { label: "新建群聊", placeholder: "新群的名称", button: "建群并打开" });
  if (chosen === null) return;
  const chat = "id" in chosen ? chosen.id : (await addGroup(chosen.name, [person])).id;
  const known = groups.find((one) => one.id === chat);
  if (known && !INSIDE.has(known.bot ?? "")) await addBot(chat, person);
  store.takeSnapshot(await fetchSnapshot());
  location.hash = routeTo(person, chat);
  await sendMessage({ chat, from: person, text: `/start@${store.snapshot?.bot.username} ${code}` });
}
