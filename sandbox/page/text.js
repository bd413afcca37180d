/** Text with Telegram's entities, and the words in it one can tap. */

import { h, safeUrl } from "./dom.js";
import { readStartLink } from "./links.js";

/**
 * @typedef {{onCommand?: (text: string) => void, onWord?: (text: string) => void,
 *   onStart?: (link: import("./links.js").StartLink) => void, bot?: string}} Taps
 */

/** Chinese words that are commands of their own; in quotation marks of the bot they can be tapped. */
const WORDS = "进度|帮助|语言|报送|撤回|开账|导入|群组|设置|邀请|人员|单位|留痕|我的资料|注销";

const LIVE = new RegExp(
  [
    "(?<url>https?://[^\\s<>\"'，。；：！？、）】」》]+)",
    "(?<command>(?<![\\w/:.@])/[a-z][a-z0-9_]{0,31}(?:@\\w{3,32})?(?![\\w/]))",
    "(?<mention>(?<![\\w/.])@[A-Za-z]\\w{3,31})",
    `(?:(?<open>[「“])(?<word>(?:${WORDS})(?:[^「」“”\\S\\n][^「」“”\\n]{0,30})?)(?<close>[」”]))`,
  ].join("|"),
  "gu",
);

const WRAPS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", pre: "pre", blockquote: "blockquote",
};

/**
 * Render text with its entities; offsets count UTF-16 units, as JavaScript's own strings do.
 * @param {string} text
 * @param {import("./state.js").Entity[]} entities
 * @param {Taps} taps
 * @returns {Node[]}
 */
export function renderText(text, entities, taps) {
  const sorted = entities.filter((one) => one.length > 0 && one.offset >= 0 && one.offset < text.length)
    .sort((one, other) => one.offset - other.offset || other.length - one.length);
  return span(text, 0, text.length, sorted, taps);
}

/**
 * @param {string} text @param {number} start @param {number} end
 * @param {import("./state.js").Entity[]} entities @param {Taps} taps
 * @returns {Node[]}
 */
function span(text, start, end, entities, taps) {
  /** @type {Node[]} */
  const out = [];
  let at = start;
  let rest = entities.filter((one) => one.offset < end && one.offset >= start);
  while (rest.length) {
    const [first, ...others] = rest;
    const stop = Math.min(first.offset + first.length, end);
    out.push(...liven(text.slice(at, first.offset), taps));
    const inner = others.filter((one) => one.offset < stop);
    out.push(wrap(first, text.slice(first.offset, stop), () => span(text, first.offset, stop, inner, taps), taps));
    // A block ends its line itself, as in Telegram.
    at = first.type.endsWith("blockquote") && text[stop] === "\n" ? stop + 1 : stop;
    rest = others.filter((one) => one.offset >= stop);
  }
  out.push(...liven(text.slice(at, end), taps));
  return out;
}

/**
 * @param {import("./state.js").Entity} entity @param {string} covered
 * @param {() => Node[]} children @param {Taps} taps
 * @returns {Node}
 */
function wrap(entity, covered, children, taps) {
  switch (entity.type) {
    case "text_link":
      return link(entity.url, children(), taps);
    case "url":
      return link(/^https?:/u.test(covered) ? covered : `https://${covered}`, [covered], taps);
    case "bot_command":
      return command(covered, taps);
    case "code":
      return word(covered, taps, "code");
    case "mention":
    case "text_mention":
    case "hashtag":
      return h("span", { class: "mention" }, covered);
    case "expandable_blockquote":
      return folded(h("blockquote", null, ...children()));
    case "spoiler":
      return h("button", { type: "button", class: "spoiler", onclick: reveal, "aria-label": "显示隐藏的文字" }, covered);
    default:
      return h(WRAPS[entity.type] ?? "span", null, ...children());
  }
}

/** A long quotation shows its first lines until it is opened. @param {HTMLElement} quotation */
function folded(quotation) {
  const more = h("button", { type: "button", class: "fold-more", "aria-expanded": "false" }, "展开全部");
  const whole = h("div", { class: "fold" }, quotation, more);
  more.addEventListener("click", () => {
    const open = whole.classList.toggle("open");
    more.setAttribute("aria-expanded", String(open));
    more.textContent = open ? "收起" : "展开全部";
  });
  requestAnimationFrame(() => {
    if (quotation.isConnected && quotation.scrollHeight <= quotation.clientHeight + 2) more.hidden = true;
  });
  return whole;
}

/** @param {Event} event */
function reveal(event) {
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  button.classList.add("shown");
  button.removeAttribute("aria-label");
}

/**
 * Find links, commands, names and command words in text that nobody marked.
 * @param {string} text @param {Taps} taps
 * @returns {Node[]}
 */
export function liven(text, taps) {
  /** @type {Node[]} */
  const out = [];
  let at = 0;
  for (const match of text.matchAll(LIVE)) {
    const { url, command: order, mention, open, word: phrase, close } = match.groups ?? {};
    out.push(document.createTextNode(text.slice(at, match.index)));
    if (url) out.push(link(url, [url], taps));
    else if (order) out.push(command(order, taps));
    else if (mention) out.push(h("span", { class: "mention" }, mention));
    else out.push(document.createTextNode(open), word(phrase, taps, "span"), document.createTextNode(close));
    at = match.index + match[0].length;
  }
  if (at < text.length) out.push(document.createTextNode(text.slice(at)));
  return out;
}

/**
 * A link opens elsewhere; an invitation to our own bot starts it here, as it would on a phone.
 * @param {string | undefined} address @param {(Node | string)[]} children @param {Taps} taps
 */
export function link(address, children, taps) {
  const href = safeUrl(address);
  if (!href) return h("span", null, ...children);
  const start = readStartLink(href, taps.bot);
  if (taps.onStart && start) {
    return tap("点按打开邀请", () => taps.onStart?.(start), children);
  }
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

/**
 * Words that do something. Not a button: a line may break before and after one, so that a closing quotation
 * mark or a full stop would begin the next.
 * @param {string} title @param {() => void} run @param {(Node | string)[]} children @param {string} [look]
 */
function tap(title, run, children, look = "tap") {
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    run();
  };
  return h("span", { role: "button", tabindex: "0", class: look, title, onclick: run, onkeydown }, ...children);
}

/** @param {string} order @param {Taps} taps */
function command(order, taps) {
  if (!taps.onCommand) return h("span", { class: "mention" }, order);
  return tap("点按发送", () => taps.onCommand?.(order), [order]);
}

/** @param {string} phrase @param {Taps} taps @param {"code" | "span"} tag */
function word(phrase, taps, tag) {
  if (!taps.onWord || phrase.includes("\n")) return h(tag, null, phrase);
  return tap("点按填入输入框", () => taps.onWord?.(phrase), [phrase], `tap tap-${tag}`);
}
