/** Cards of orders: the list of them, and one with its lines and money. */

import { h, picture } from "./dom.js";
import { words } from "./format.js";
import { amount, askButton, askRow, dates, facts, frame, heading, line, note, pill, row, rows } from "./card_parts.js";

function orderDates(order, desk) {
  const { placed_on: Placed, delivered_on: Delivered, cancelled_on: Canceled } = order;
  return dates(desk, { Placed, Delivered, Canceled, Expected: !Delivered && !Canceled && order.expected_on });
}

function orderPills(order) {
  return h("span", { class: "pills" }, pill(order.status), order.is_late && pill("late"));
}

export function drawOrderList({ orders, total_orders }, desk) {
  const more = total_orders - orders.length;
  const items = orders.map((order) =>
    askRow(
      desk,
      `Order ${order.number}`,
      h("span", { class: "line" }, h("strong", {}, order.number), orderPills(order)),
      h("span", { class: "line once" }, h("span", { class: "clip" }, order.items.join(", ")), amount(order.total.text)),
      orderDates(order, desk),
    ),
  );
  return frame(
    "Your orders",
    heading(total_orders === 1 ? "1 order" : `${total_orders} orders`),
    rows(items),
    more > 0 && note(`The newest ${orders.length} are shown; ${more} more are older.`),
  );
}

export function drawOrder(order, desk) {
  const canTrack = ["processing", "shipped", "delivered"].includes(order.status);
  const minus = (money) => money?.amount > 0 && `−${money.text}`;
  const items = order.lines.map((item) => {
    const count = item.quantity > 1 && `${item.quantity}\u00a0×\u00a0${item.unit_price.text}`;
    const missing = item.not_coming && `${item.not_coming} not coming`;
    const about = note(item.options, count, missing);
    return row(...line(picture(item.image_url), item.name, about, amount(item.total.text)));
  });
  return frame(
    `Order ${order.number}`,
    heading(`Order ${order.number}`, orderPills(order)),
    orderDates(order, desk),
    note(order.cancel_reason && words(order.cancel_reason)),
    rows(items),
    facts([
      ["Subtotal", order.subtotal.text],
      [order.promo_code ? `Discount (${order.promo_code})` : "Discount", minus(order.discount)],
      ["Shipping", order.shipping.amount ? order.shipping.text : "Free"],
      ["Tax", order.tax.amount > 0 && order.tax.text],
      ["Total", h("strong", {}, order.total.text)],
      ["Refunded", minus(order.refunded)],
      ...order.payments.map(({ method, amount: paid, status }) => [words(method), `${paid.text}, ${words(status)}`]),
      ["Delivery", order.shipping_method && words(order.shipping_method)],
      ["Ships to", order.ship_to],
    ]),
    canTrack && askButton(desk, "Track this order", `Where is order ${order.number}?`),
  );
}
