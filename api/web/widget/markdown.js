/** The small part of Markdown that answers use. Everything else stays the text it is, and may still be on its way. */

import { h, isOurs, link } from "./dom.js";

const ITEM = /^\s*(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/;
const INLINE =
  /\*\*([^*\n]+)(?:\*\*|$)|\[([^\][\n]{1,300})\]\(([^()\s]{0,2000})(?:\)|$)|`([^`\n]+)`|(?<!\w)_([^_\n]+)_(?!\w)/g;

/** @param {string} text @returns {HTMLElement} */
export function drawMarkdown(text) {
  const root = h("div", { class: "text" });
  let block = null;
  for (const line of text.split("\n")) {
    const item = ITEM.exec(line);
    const quote = /^>\s?(.*)$/.exec(line);
    if (!line.trim()) block = null;
    else if (item) block = addItem(root, block, item);
    else if (quote) block = addLine(root, block, "blockquote", quote[1]);
    else if (block?.tagName === "UL" || block?.tagName === "OL") {
      if (/^\s/.test(line)) block.lastChild.append(" ", ...inline(line.trim()));
      else block = addLine(root, null, "p", line);
    } else block = addLine(root, block, "p", line);
  }
  return root;
}

function addItem(root, block, [, number, content]) {
  const tag = number ? "ol" : "ul";
  let list = block;
  if (list?.tagName !== tag.toUpperCase()) {
    list = h(tag, { start: number && number !== "1" ? number : null });
    root.append(list);
  }
  list.append(h("li", {}, ...inline(content)));
  return list;
}

function addLine(root, block, tag, line) {
  const heading = /^#{1,6}\s+(.*)$/.exec(line);
  const content = heading ? [h("strong", {}, ...inline(heading[1]))] : inline(line);
  if (block?.tagName === tag.toUpperCase()) {
    block.append(h("br"), ...content);
    return block;
  }
  const started = h(tag, {}, ...content);
  root.append(started);
  return started;
}

/** @returns {(string | HTMLElement)[]} */
function inline(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, bold, label, address, code, emphasis] = found;
    parts.push(text.slice(end, found.index));
    end = found.index + whole.length;
    if (bold) parts.push(h("strong", {}, ...inline(bold)));
    else if (code) parts.push(h("code", {}, code));
    else if (emphasis) parts.push(h("em", {}, ...inline(emphasis)));
    else if (!whole.endsWith(")")) parts.push(label);
    else parts.push(address && isOurs(address) ? link(address, label) : `${label} (${address})`);
  }
  parts.push(text.slice(end));
  return parts;
}
