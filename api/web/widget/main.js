/**
 * Puts the chat on a page by one tag: `<script src="https://…/widget.js" data-parley async></script>`.
 * Each other `data-…` attribute of the tag becomes an attribute of the <parley-chat> element.
 */

import { ParleyChat } from "./element.js";

function place() {
  const chat = document.querySelector("parley-chat") ?? document.createElement("parley-chat");
  for (const [name, value] of Object.entries({ ...options, ...window.parley })) {
    if (name !== "parley") chat.setAttribute(name, value);
  }
  window.parley = {
    element: chat,
    open: () => chat.open(),
    close: () => chat.close(),
    ask: (text) => chat.ask(text),
    identify: (token) => chat.identify(token),
  };
  customElements.define("parley-chat", ParleyChat);
  if (!chat.isConnected) document.body.append(chat);
  document.dispatchEvent(new Event("parley-ready"));
}

const options = document.currentScript.dataset;
// A second tag on the same page adds nothing.
if (!customElements.get("parley-chat")) {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", place);
  else place();
}
