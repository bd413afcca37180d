/** Pictures and files waiting to be sent: chosen, pasted or dropped. */

import { h, icon, iconButton } from "./dom.js";
import { toast } from "./overlays.js";

const PHOTO_TYPES = new Set(["image/jpeg", "image/png", "image/webp"]);
const LIMIT_BYTES = 20 * 1024 * 1024;
const LIMIT_FILES = 10;

/** @param {Blob} file @returns {Promise<string>} base64 without the data: prefix */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).replace(/^[^,]*,/u, "")));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

/** The tray above the box. Several pictures at once are an album. */
export class Attachments {
  /** @type {{file: File, preview: string}[]} */ held = [];

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.input = h("input", {
      type: "file", multiple: true, hidden: true, tabindex: "-1", dataset: { testid: "file-input" },
      onchange: () => {
        this.add([...(this.input.files ?? [])]);
        this.input.value = "";
      },
    });
    this.asFiles = h("input", { type: "checkbox", id: "as-files", onchange: () => this.changed() });
    this.button = h("div", { class: "attach" }, this.input,
      iconButton("attach", "添加图片或文件", () => this.input.click(), { dataset: { testid: "attach" } }));
    this.tray = h("div", { class: "tray", hidden: true });
  }

  get count() {
    return this.held.length;
  }

  /** @param {File[]} files */
  add(files) {
    const fitting = files.filter((file) => file.size > 0 && file.size <= LIMIT_BYTES);
    if (fitting.length < files.length) toast("空文件和超过 20 MB 的文件请不要发送，已为您略过。", "warn");
    const room = LIMIT_FILES - this.count;
    if (fitting.length > room) toast(`一次最多 ${LIMIT_FILES} 个，已保留前面的。`, "warn");
    this.held.push(...fitting.slice(0, room).map((file) => ({ file, preview: isPhoto(file) ? URL.createObjectURL(file) : "" })));
    this.draw();
  }

  /** @param {ClipboardEvent} event */
  takePaste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.add(files);
  }

  clear() {
    for (const { preview } of this.held) URL.revokeObjectURL(preview);
    this.held = [];
    this.draw();
  }

  draw() {
    this.tray.hidden = this.count === 0;
    this.tray.replaceChildren(h("div", { class: "tray-cards" }, ...this.held.map((one) => this.card(one))),
      this.held.some((one) => one.preview) ? h("label", { class: "as-files", for: "as-files" }, this.asFiles, "按原文件发送") : "");
    this.changed();
  }

  /** @param {{file: File, preview: string}} one */
  card(one) {
    const drop = () => {
      URL.revokeObjectURL(one.preview);
      this.held = this.held.filter((other) => other !== one);
      this.draw();
    };
    return h("div", { class: "tray-card" },
      one.preview ? h("img", { src: one.preview, alt: "" }) : h("span", { class: "tray-file" }, icon("file")),
      h("span", { class: "tray-name" }, one.file.name),
      iconButton("close", `移除 ${one.file.name}`, drop, { class: "icon-button tray-close" }));
  }

  /**
   * Return the messages to send, one per file; the words go with the first.
   * @param {string} caption
   * @returns {Promise<Record<string, unknown>[]>}
   */
  async messages(caption) {
    const kind = (/** @type {File} */ file) => (isPhoto(file) && !this.asFiles.checked ? "photo" : "document");
    const album = this.count > 1 ? { album: crypto.getRandomValues(new Uint32Array(2)).join("") } : {};
    return Promise.all(this.held.map(async ({ file }, index) => ({
      [kind(file)]: await base64(file), name: file.name, ...album, ...(index === 0 && caption ? { text: caption } : {}),
    })));
  }
}

/** @param {File} file */
const isPhoto = (file) => PHOTO_TYPES.has(file.type);
