/** What came back of an order, and the money for it. */

import { h } from "./dom.js";
import { words } from "./format.js";
import { dates, frame, heading, note, pill, row, rows } from "./card_parts.js";

export function drawReturns(card, desk) {
  const returns = card.returns.map((item) => {
    const { requested_on: Requested, received_on: Received, closed_on: Closed } = item;
    const notes = [note(item.items.join(", ")), dates(desk, { Requested, Received, Closed })];
    return block(`${words(item.return_kind)} ${item.rma}`, pill(item.status), notes);
  });
  const refunds = card.refunds.map((refund) => {
    const { completed_on: Issued, created_on, expected_by } = refund;
    const days = { Issued, Started: !Issued && created_on, "Expected by": expected_by };
    const notes = [note(refund.reason && words(refund.reason)), dates(desk, days)];
    return block(`${refund.amount.text} to ${refund.to}`, pill(refund.status), notes);
  });
  return frame(
    `Returns of order ${card.number}`,
    heading(`Order ${card.number}`),
    rows([returns, refunds]),
    !returns.length && !refunds.length && note("No returns and no refunds."),
  );
}

/** A row whose notes have its whole width. */
function block(title, state, notes) {
  return row(h("span", { class: "line once" }, h("strong", {}, title), state), notes);
}
