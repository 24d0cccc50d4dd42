/** What the chat's window has beyond its beginning; fetched when it is first opened, and put into the window that is there. */

import { PhotoTray } from "./photo_tray.js";
import { PhotoView } from "./photo_view.js";
import { drawDispute } from "./dispute_card.js";
import { drawReturns } from "./return_card.js";
import { Typing } from "./typing.js";
import { MailLink } from "./mail_link.js";

function complete(panel) {
  if (!panel || panel.isWhole) return;
  panel.isWhole = true;
  const root = panel.node.getRootNode();
  const styles = new CSSStyleSheet();
  styles.replaceSync(STYLES); // more.css, put in by api/widget_script.py
  root.adoptedStyleSheets.push(styles);
  const view = new PhotoView(panel.conversation, root);
  const tray = new PhotoTray(panel, view);
  new Typing(panel);
  new MailLink(panel);
  Object.assign(panel.log.desk, { photos: (photos) => view.draw(photos), ...CARDS });
  panel.conversation.addEventListener("change", () => tray.refresh());
  panel.log.redraw(({ photos, cards }) => photos?.length || cards?.some(({ kind }) => kind in CARDS));
}

const CARDS = { returns: drawReturns, dispute: drawDispute };

complete(window.parley.element.panel);
