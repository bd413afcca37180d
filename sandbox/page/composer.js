/** Where one writes: text, pictures and files, a reply, an edit, the quick words. */

import { Refused, sendEdit, sendMessage } from "./api.js";
import { Attachments } from "./attachments.js";
import { oneLine } from "./chat-list.js";
import { h, icon, iconButton } from "./dom.js";
import { readStartLink } from "./links.js";
import { openStartLink } from "./opening.js";
import { toast } from "./overlays.js";
import { routeTo } from "./route.js";

/** @typedef {import("./state.js").Message} Message */

/** Only what the bot answers today. */
const CHIPS = [
  { label: "进度", private: "/progress", group: "进度" },
  { label: "报送", private: "/report", group: "报送" },
  { label: "帮助", private: "/help", group: "帮助" },
  { label: "语言", private: "/lang", group: "/lang" },
];

/** The bottom of a chat. Drafts are kept per person and chat for as long as the page is open. */
export class Composer {
  /** @type {{kind: "reply" | "edit", message: Message} | null} */ about = null;
  /** @type {Map<string, string>} */ drafts = new Map();
  draftKey = "";
  drawnChips = "";
  anonymous = false;
  sending = false;

  /** @param {import("./state.js").Store} store */
  constructor(store) {
    this.store = store;
    this.attachments = new Attachments(() => this.refresh());
    this.chips = h("div", { class: "chips", role: "group", "aria-label": "常用指令" });
    this.aboutBar = h("div", { class: "about", hidden: true });
    this.box = h("textarea", {
      class: "box", rows: 1, "aria-label": "输入消息", placeholder: "输入消息", enterkeyhint: "send", autocomplete: "off",
      dataset: { testid: "composer" }, oninput: () => this.onInput(), onkeydown: (/** @type {any} */ event) => this.onKey(event),
      onpaste: (/** @type {any} */ event) => this.attachments.takePaste(event),
    });
    this.sendButton = iconButton("send", "发送", () => void this.submit(), { class: "icon-button send", dataset: { testid: "send" } });
    document.getElementById("composer-slot")?.append(this.build());
    this.acceptDrops();
    store.addEventListener("route", () => this.onRoute());
    for (const name of ["snapshot", "messages"]) store.addEventListener(name, () => this.drawChips());
  }

  build() {
    return h("form", { class: "composer", onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.submit();
    } },
    this.chips, this.aboutBar, this.attachments.tray,
    h("div", { class: "composer-line" }, this.attachments.button, this.box, this.sendButton));
  }

  get group() {
    return (this.store.chat ?? 0) < 0;
  }

  onRoute() {
    if (this.draftKey) this.drafts.set(this.draftKey, this.box.value);
    this.draftKey = `${this.store.me}/${this.store.chat}`;
    this.box.value = this.drafts.get(this.draftKey) ?? "";
    this.attachments.clear();
    this.anonymous = false;
    this.setAbout(null);
    this.drawChips();
    if (this.store.chat !== null && matchMedia("(hover: hover)").matches) this.box.focus();
  }

  drawChips() {
    const name = this.store.snapshot?.bot.username ?? "";
    const text = (/** @type {typeof CHIPS[number]} */ chip) =>
      !this.group ? chip.private : chip.group.startsWith("/") ? `${chip.group}@${name}` : `@${name} ${chip.group}`;
    const offers = [...this.offered().map((words) => [words, words]), ...CHIPS.map((chip) => [chip.label, text(chip)])];
    const link = this.startLink;
    const key = JSON.stringify([offers, this.about?.message.id, link, this.mayBeAnonymous, this.anonymous]);
    if (key === this.drawnChips) return;
    this.drawnChips = key;
    this.chips.replaceChildren(...(link ? [this.linkChip(link)] : []), ...(this.mayBeAnonymous ? [this.anonymousChip()] : []), ...offers.map(([label, words]) => h("button", {
      type: "button", class: "chip", title: words, onclick: () => void this.deliver({ text: words }),
    }, label)));
    this.box.placeholder = this.about?.message.input_field_placeholder ?? this.group ? "在群里说话" : "写给督办助手";
  }

  onInput() {
    this.refresh();
    this.drawChips();
  }

  /** A copied invitation that was put into the box. */
  get startLink() {
    return readStartLink(this.box.value, this.store.snapshot?.bot.username);
  }

  /** @param {import("./links.js").StartLink} link */
  linkChip(link) {
    const onclick = () => {
      this.box.value = "";
      this.onInput();
      void openStartLink(this.store, link);
    };
    return h("button", { type: "button", class: "chip chip-strong", onclick, dataset: { testid: "open-link" } }, icon("link"), "打开这个邀请链接");
  }

  /** Only a supergroup's administrator can write in the group's name. */
  get mayBeAnonymous() {
    const { openChat, me } = this.store;
    return openChat?.type === "supergroup" && (openChat.administrators ?? []).includes(Number(me));
  }

  anonymousChip() {
    const onclick = () => {
      this.anonymous = !this.anonymous;
      this.drawChips();
    };
    return h("button", {
      type: "button", class: this.anonymous ? "chip chip-strong" : "chip", "aria-pressed": String(this.anonymous), onclick,
      title: "以群的名义发言，别人看不到是谁", dataset: { testid: "anonymous" },
    }, "匿名发言");
  }

  /** The answers the bot laid out below the box, until it takes them away. @returns {string[]} */
  offered() {
    const messages = this.store.list(this.store.chat ?? 0);
    return messages.findLast((one) => one.keyboard || one.remove_keyboard)?.keyboard?.flat() ?? [];
  }

  /** Send a command somebody tapped; in a group it must name the bot. @param {string} text */
  sendCommand(text) {
    const named = text.includes("@") || !this.group ? text : `${text}@${this.store.snapshot?.bot.username}`;
    void this.deliver({ text: named });
  }

  /** Put words somebody tapped into the box. @param {string} text */
  fill(text) {
    this.box.value = this.group && !text.startsWith("@") ? `@${this.store.snapshot?.bot.username} ${text}` : text;
    this.refresh();
    this.box.focus();
  }

  /** @param {Message} message */
  replyTo(message) {
    this.setAbout({ kind: "reply", message });
    this.box.focus();
  }

  /** @param {Message} message */
  edit(message) {
    this.setAbout({ kind: "edit", message });
    this.box.value = message.text ?? message.caption ?? "";
    this.refresh();
    this.box.focus();
  }

  /** @param {{kind: "reply" | "edit", message: Message} | null} about */
  setAbout(about) {
    if (this.about?.kind === "edit" && about?.kind !== "edit") this.box.value = "";
    this.about = about;
    this.aboutBar.hidden = about === null;
    const title = about?.kind === "edit" ? "编辑消息" : `回复 ${about?.message.from?.id === this.store.me ? "我" : about?.message.from?.name ?? ""}`;
    this.aboutBar.replaceChildren(...(about === null ? [] : [
      icon(about.kind === "edit" ? "edit" : "reply"),
      h("div", { class: "about-words" }, h("strong", null, title), h("span", null, oneLine(about.message))),
      iconButton("close", "取消", () => this.setAbout(null)),
    ]));
    this.drawChips();
    this.refresh();
  }

  refresh() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
    this.sendButton.disabled = this.sending || (this.box.value.trim() === "" && this.attachments.count === 0);
  }

  /** Enter sends unless an input method is still composing Chinese. @param {KeyboardEvent} event */
  onKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void this.submit();
    } else if (event.key === "Escape" && this.about) {
      this.setAbout(null);
    } else if (event.key === "ArrowUp" && this.box.value === "") {
      const last = this.store.list(this.store.chat ?? 0).findLast((one) => one.from?.id === this.store.me);
      if (last?.text && !last.forward) {
        event.preventDefault();
        this.edit(last);
      }
    }
  }

  acceptDrops() {
    const talk = /** @type {HTMLElement} */ (document.getElementById("talk"));
    talk.addEventListener("dragover", (event) => event.preventDefault());
    talk.addEventListener("drop", (event) => {
      event.preventDefault();
      this.attachments.add([...(event.dataTransfer?.files ?? [])]);
    });
  }

  async submit() {
    const text = this.box.value.trim();
    if (this.sending || (text === "" && this.attachments.count === 0)) return;
    const { about } = this;
    if (about?.kind === "edit") {
      if (await this.attempt(() => sendEdit({ ...this.address(), message_id: about.message.id, text }))) this.done();
      return;
    }
    const replyTo = about ? { reply_to: about.message.id } : {};
    const parts = this.attachments.count ? await this.attachments.messages(text) : [{ text }];
    for (const part of parts) {
      if (!(await this.deliver({ ...part, ...replyTo }))) return;
    }
    this.done();
  }

  done() {
    this.about = null;
    this.box.value = "";
    this.attachments.clear();
    this.setAbout(null);
  }

  address() {
    return { chat: Number(this.store.chat), from: Number(this.store.me) };
  }

  /** @param {Record<string, unknown>} part @returns {Promise<boolean>} */
  deliver(part) {
    const as = this.anonymous && this.mayBeAnonymous ? { as: "group" } : {};
    return this.attempt(() => sendMessage({ ...this.address(), ...as, ...part }));
  }

  /** Send a message on to another chat, and go there. @param {number} source @param {Message} message @param {number} chat */
  async forward(source, message, chat) {
    const me = Number(this.store.me);
    const forward = { chat: source, message_id: message.id };
    if (!(await this.attempt(() => sendMessage({ chat, from: me, forward })))) return;
    toast(chat === me ? "已转发给督办助手。" : "已转发。", "good");
    location.hash = routeTo(me, chat);
  }

  /** What was written stays in the box until the sandbox has it. @param {() => Promise<unknown>} call */
  async attempt(call) {
    this.sending = true;
    this.refresh();
    try {
      await call();
      return true;
    } catch (error) {
      toast(error instanceof Refused ? `沙盒没有收下：${error.message}` : "暂时连不上沙盒，内容还在输入框里，请稍后再发。", "warn");
      return false;
    } finally {
      this.sending = false;
      this.refresh();
    }
  }
}
