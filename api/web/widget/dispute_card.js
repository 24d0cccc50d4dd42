/** A case that the shop's people settle: what was noted, and by when they answer. */

import { words } from "./format.js";
import { facts, frame, heading, pill } from "./card_parts.js";

export function drawDispute(card, desk) {
  return frame(
    `Case ${card.reference}`,
    heading(`Case ${card.reference}`, pill("waiting", "With our team")),
    facts([
      ["Claim", words(card.claim)],
      ["Order", card.order_number],
      ["Items", card.items?.join(", ")],
      ["At stake", card.at_stake?.text],
      ["Answer by", desk.format.day(card.answer_by)],
    ]),
  );
}
