/** Rich messages: headings, paragraphs, real tables; a block nobody knows yet still shows its text. */

import { h } from "./dom.js";
import { link, liven } from "./text.js";

/** @typedef {import("./text.js").Taps} Taps */

const NUMERIC = /^[\s≥≤<>+\-−–—]*\d[\d,.\s]*(?:[%‰]|\s*\/\s*\d[\d,.]*%?)?$|^[–—-]$/u;
const SHORT_CELL = 7;
const SHORT_CELL_OF_MANY = 5;
const MANY_COLUMNS = 5;

const MARKS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", subscript: "sub", superscript: "sup", marked: "mark",
  code: "code",
};

/**
 * Render the blocks of a rich message.
 * @param {any[]} blocks
 * @param {Taps} taps
 * @returns {Node[]}
 */
export const renderBlocks = (blocks, taps) => (blocks ?? []).flatMap((block) => renderBlock(block, taps));

/** @type {Record<string, (block: any, taps: Taps) => Node | Node[]>} */
const KINDS = {
  paragraph: (block, taps) => h("p", null, ...inline(block.text, taps)),
  heading: (block, taps) => heading(block, taps),
  section_heading: (block, taps) => heading(block, taps),
  table: (block, taps) => table(block, taps),
  footer: (block, taps) => h("p", { class: "rich-footer" }, ...inline(block.text, taps)),
  divider: () => h("hr", null),
  preformatted: (block) => h("pre", null, plain(block.text)),
  pre: (block) => h("pre", null, plain(block.text)),
  list: (block, taps) => list(block, taps),
  blockquote: (block, taps) => h("blockquote", null, ...body(block, taps)),
  block_quotation: (block, taps) => h("blockquote", null, ...body(block, taps)),
  pull_quotation: (block, taps) => h("blockquote", null, ...body(block, taps)),
  details: (block, taps) => details(block, taps),
};

/** @param {any} block @param {Taps} taps @returns {Node | Node[]} */
function renderBlock(block, taps) {
  const render = Object.hasOwn(KINDS, block?.type) ? KINDS[block.type] : null;
  if (render) return render(block, taps);
  return body(block ?? {}, taps);
}

/** @param {any} block @param {Taps} taps @returns {Node[]} */
function body(block, taps) {
  const inner = renderBlocks(block.blocks, taps);
  if (block.text !== undefined) inner.unshift(h("p", null, ...inline(block.text, taps)));
  return inner;
}

/** @param {any} block @param {Taps} taps */
function heading(block, taps) {
  const size = Math.min(6, Math.max(1, Number(block.size ?? block.level ?? 3)));
  return h("p", { class: `rich-heading size-${size}`, role: "heading", "aria-level": size + 2 },
    ...inline(block.text, taps));
}

/** @param {any} block @param {Taps} taps */
function list(block, taps) {
  const listed = block.entries ?? block.items ?? [];
  const tag = block.ordered || listed.some((/** @type {any} */ one) => /^\d/u.test(one?.label ?? "")) ? "ol" : "ul";
  const entries = listed.map((/** @type {any} */ one) =>
    h("li", null, ...(one?.blocks ? renderBlocks(one.blocks, taps) : inline(one?.text ?? one, taps))));
  return h(tag, { class: "rich-list" }, ...entries);
}

/** @param {any} block @param {Taps} taps */
function details(block, taps) {
  return h("details", { open: Boolean(block.is_open ?? block.open) },
    h("summary", null, ...inline(block.summary ?? "详情", taps)), ...body(block, taps));
}

/**
 * A table scrolls inside its own frame when it must; the page never does.
 * @param {any} block @param {Taps} taps
 */
function table(block, taps) {
  const rows = block.rows ?? block.cells ?? [];
  const firstBody = rows.findIndex((/** @type {any[]} */ row) => !row.every(isHeader));
  const headCount = firstBody === -1 ? 0 : firstBody;
  const numeric = numericColumns(rows.slice(headCount));
  const many = Math.max(0, ...rows.map((/** @type {any[]} */ row) => row.length)) >= MANY_COLUMNS;
  const short = many ? SHORT_CELL_OF_MANY : SHORT_CELL;
  const line = (/** @type {any[]} */ row) => h("tr", null, ...cells(row, numeric, short, taps));
  const title = plain(block.caption);
  return h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": title || "表格" },
    h("table", { class: many ? "many" : null },
      title ? h("caption", null, ...inline(block.caption, taps)) : null,
      headCount ? h("thead", null, ...rows.slice(0, headCount).map(line)) : null,
      h("tbody", null, ...rows.slice(headCount).map(line))));
}

/** @param {any} cell */
const isHeader = (cell) => Boolean(cell?.header ?? cell?.is_header);

/** @param {any[][]} rows @returns {Set<number>} columns where every filled cell is a number */
function numericColumns(rows) {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const filled = (/** @type {number} */ column) =>
    rows.map((row) => plain(row[column]?.text).trim()).filter((text) => text !== "");
  return new Set([...Array(width).keys()].filter((column) => {
    const texts = filled(column);
    return texts.length > 0 && texts.every((text) => NUMERIC.test(text));
  }));
}

/** @param {any[]} row @param {Set<number>} numeric @param {number} short letters that stay on one line @param {Taps} taps */
function cells(row, numeric, short, taps) {
  let column = 0;
  return row.map((cell) => {
    const text = plain(cell?.text);
    const span = Number(cell?.colspan ?? 1);
    const align = cell?.align && cell.align !== "left" ? cell.align : numeric.has(column) && span === 1 ? "right" : "left";
    const classes = [`align-${["left", "center", "right"].includes(align) ? align : "left"}`,
      isShort(text, short) ? "short" : "long", NUMERIC.test(text) ? "number" : ""];
    column += span;
    return h(isHeader(cell) ? "th" : "td", {
      class: classes.join(" ").trim(), colspan: span > 1 ? span : null,
      rowspan: Number(cell?.rowspan ?? 1) > 1 ? cell.rowspan : null, scope: isHeader(cell) ? (row.every(isHeader) ? "col" : "row") : null,
    }, ...inline(cell?.text, taps));
  });
}

/** Words of Latin letters are half as wide as Chinese ones; figures with a percentage may still take two lines. @param {string} text @param {number} short */
const isShort = (text, short) =>
  Array.from(text).length <= short || NUMERIC.test(text) || /^[ -~]{1,8}$/u.test(text) || /^[^\p{L}\d]*[A-Za-z ]{1,9}$/u.test(text);

/**
 * Render rich text: a string, a list of pieces, or one marked piece.
 * @param {any} text @param {Taps} taps
 * @returns {Node[]}
 */
function inline(text, taps) {
  if (text === null || text === undefined) return [];
  if (Array.isArray(text)) return text.flatMap((piece) => inline(piece, taps));
  if (typeof text !== "object") return liven(String(text), taps);
  if (typeof text.url === "string") return [link(text.url, [plain(text.text)], taps)];
  if (Object.hasOwn(MARKS, text.type)) return [h(MARKS[text.type], null, ...inline(text.text, taps))];
  return inline(text.text ?? text.alternative_text, taps);
}

/**
 * Return rich text as plain text.
 * @param {any} text
 * @returns {string}
 */
export function plain(text) {
  if (text === null || text === undefined) return "";
  if (Array.isArray(text)) return text.map(plain).join("");
  return typeof text === "object" ? plain(text.text ?? text.alternative_text) : String(text);
}

/**
 * Return the first words of a rich message, for previews.
 * @param {any[]} blocks
 * @returns {string}
 */
export function plainBlocks(blocks) {
  for (const block of blocks ?? []) {
    const text = plain(block?.text) || plain(block?.summary) || plain(block?.caption) || plainBlocks(block?.blocks);
    if (text) return text;
  }
  return "表格";
}
