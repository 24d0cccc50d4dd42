/** What a tool found out, drawn: one function for each kind of card in tools/cards.py. */

import { drawOrder, drawOrderList } from "./order_cards.js";
import { drawTracking } from "./parcel_cards.js";
import { drawProduct, drawProductList, drawStock } from "./product_cards.js";
import { drawProposal, drawReceipt } from "./proposal_card.js";
import { drawContact } from "./contact_card.js";

/**
 * @param {{kind: string}} card
 * @param {import("./card_parts.js").Desk} desk
 * @returns {HTMLElement | null} null for a kind not known here, nor added to the desk by more.js
 */
export function drawCard(card, desk) {
  return (KINDS[card.kind] ?? desk[card.kind])?.(card, desk) ?? null;
}

const KINDS = {
  order_list: drawOrderList,
  order: drawOrder,
  tracking: drawTracking,
  stock: drawStock,
  product_list: drawProductList,
  product: drawProduct,
  contact: drawContact,
  proposal: drawProposal,
  receipt: drawReceipt,
};
