/** Building elements, and deciding which addresses they may point to. */

/** Where Parley is served; conversations, pictures and articles are relative to it. */
export const home = new URL(".", document.currentScript.src);

/**
 * Makes an element. Children that are strings become text, never mark-up; empty ones are left out.
 * @param {string} tag
 * @param {Record<string, any>} [props] attributes, and listeners as `onclick` and the like
 * @param {...any} children
 * @returns {any}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter((child) => child != null && child !== false));
  return node;
}

/** One with aria-disabled keeps the focus, and does nothing. @param {string} label @param {() => void} press */
export function button(label, press, style = "chip", props = {}) {
  const onclick = (event) => event.currentTarget.ariaDisabled !== "true" && press();
  return h("button", { type: "button", class: style, onclick, ...props }, label);
}

/** A button that shows an icon and says `label`. */
export function iconButton(name, label, onclick) {
  return h("button", { type: "button", class: "icon", "aria-label": label, onclick }, icon(name));
}

const ICONS = {
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M5 12h14M13 6l6 6-6 6",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** @returns {URL | null} the address when it is one of the web's, else null: no `javascript:`, no `data:` */
function webAddress(text) {
  try {
    const url = new URL(text, home);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** A link in a new tab, or the bare label when the address is not one of the web's. */
export function link(address, label, props = {}) {
  const url = webAddress(address);
  if (!url) return h("span", props, label);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", ...props }, label);
}

/** Whether an address found in running text may be followed: only within Parley or the page's own site. */
export function isOurs(address) {
  const url = webAddress(address);
  return !!url && [home.origin, location.origin].includes(url.origin);
}

/** A picture from Parley's own address, or an empty frame in its place. */
export function picture(address) {
  const url = address ? webAddress(address) : null;
  const frame = h("span", { class: "picture" });
  if (url?.origin === home.origin) {
    frame.append(
      h("img", { src: url.href, alt: "", loading: "lazy", onerror: (event) => event.target.remove() }),
    );
  }
  return frame;
}
