/** Building elements without markup strings: whatever people typed arrives as text nodes and nothing else. */

/** @typedef {Node | string | number | null | undefined | false} Child */

const SVG = "http://www.w3.org/2000/svg";

/** Outlines on a 24 × 24 grid, drawn with the current colour. */
const ICONS = {
  back: "M15 5l-7 7 7 7",
  send: "M5 12h13M12.5 5.5L19 12l-6.5 6.5",
  attach: "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.7-7.7",
  reply: "M10 6l-6 6 6 6M4 12h9a7 7 0 0 1 7 7",
  forward: "M14 6l6 6-6 6M20 12h-9a7 7 0 0 0-7 7",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  close: "M6 6l12 12M18 6L6 18",
  down: "M12 5v14M6 13l6 6 6-6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  clock: "M12 7v5l3.2 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8",
  swap: "M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4",
  retry: "M19 12a7 7 0 1 1-2-4.9M19 4v4h-4",
  link: "M9 15l6-6M8 12l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 17M16 12l2.5-2.5a3.5 3.5 0 0 0-5-5L11 7",
  chevron: "M7 10l5 5 5-5",
};

/**
 * Build an element; `on*` keys are listeners, `class`, `dataset` and attributes as named, children as text or nodes.
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

/** @param {(Child | Child[])[]} children */
function nodes(children) {
  return children.flat().filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/**
 * Draw one of our icons; it is decoration, so the control around it carries the label.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * Build a button that shows an icon only; the label is for everyone who cannot see it.
 * @param {keyof typeof ICONS} name
 * @param {string} label
 * @param {(event: Event) => void} onclick
 * @param {Record<string, any>} [props]
 */
export function iconButton(name, label, onclick, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props },
    icon(name));
}

const TINTS = 8;

/**
 * Draw the round mark of a person, or the square one of a group or of the bot.
 * @param {{id: number, name: string, kind?: "person" | "group" | "bot"}} who
 */
export function avatar({ id, name, kind = "person" }) {
  if (kind === "bot") return h("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, "督");
  const letters = Array.from(name.replace(/[\s（(].*$/u, ""));
  const mark = kind === "group" ? letters.slice(0, 1) : letters.slice(-2);
  const tint = Math.abs(id) % TINTS;
  return h("span", { class: `avatar avatar-${kind} tint-${tint}`, "aria-hidden": "true" }, mark.join(""));
}

/**
 * Return the tint class of a sender's name; the same person has the same colour everywhere.
 * @param {number} id
 */
export const tintOf = (id) => `tint-${Math.abs(id) % TINTS}`;

/**
 * Return an absolute http(s) address, or null for everything a page must not follow.
 * @param {unknown} address
 */
export function safeUrl(address) {
  if (typeof address !== "string" || address === "") return null;
  try {
    const url = new URL(address, location.href);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
