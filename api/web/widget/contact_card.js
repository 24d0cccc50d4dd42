/** How to reach a person. */

import { h } from "./dom.js";
import { facts, frame, heading, pill } from "./card_parts.js";

export function drawContact(card) {
  return frame(
    "Contact",
    heading("Talk to a person", card.open_now ? pill("completed", "Open now") : pill("closed")),
    facts([
      ["E-mail", h("a", { href: `mailto:${encodeURI(card.email)}` }, card.email)],
      ["Phone", card.phone && h("a", { href: `tel:${card.phone.replace(/[^\d+]/g, "")}` }, card.phone)],
      ["Hours", card.hours],
      ["Opens", !card.open_now && card.opens_next],
    ]),
  );
}
