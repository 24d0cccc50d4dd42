/** What a tool found out, drawn: one function for each kind of card in tools/cards.py. */

import { button, h, link, picture } from "./dom.js";
import { words } from "./format.js";

/**
 * @typedef {{format: import("./format.js").Format, ask: (text: string) => void}} Desk
 * what cards need: the shop's way of writing days, and a way to ask on the shopper's behalf
 */

const GOOD = new Set(["delivered", "issued", "completed", "in_stock"]);
const BAD = new Set(["cancelled", "unavailable", "exception", "lost", "failed", "rejected", "returned", "late", "sold_out"]);

/** @param {{kind: string}} card @param {Desk} desk @returns {HTMLElement | null} null for a kind not known here */
export function drawCard(card, desk) {
  return KINDS[card.kind]?.(card, desk) ?? null;
}

const KINDS = {
  order_list: drawOrderList,
  order: drawOrder,
  tracking: drawTracking,
  stock: drawStock,
  product_list: drawProductList,
  product: drawProduct,
  returns: drawReturns,
  contact: drawContact,
};

function frame(label, ...children) {
  return h("section", { class: "card", "aria-label": label }, ...children);
}

function heading(title, ...beside) {
  return h("header", {}, h("h3", {}, title), ...beside);
}

function pill(status, text = words(status)) {
  const tone = GOOD.has(status) ? "good" : BAD.has(status) ? "bad" : "";
  return h("span", { class: `pill ${tone}` }, text);
}

/** A line of small print; empty parts are left out. */
function note(...parts) {
  const said = parts.filter(Boolean);
  return said.length ? h("p", { class: "note" }, said.join(" · ")) : null;
}

/** Label and value pairs; pairs without a value are left out. */
function facts(pairs) {
  const known = pairs.filter(([, value]) => value != null && value !== "" && value !== false);
  if (!known.length) return null;
  return h("dl", {}, known.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
}

function askButton(desk, label, question) {
  return h("div", {}, button(label, () => desk.ask(question)));
}

/** A whole row that asks about what it shows. */
function askRow(desk, question, ...children) {
  return h("li", {}, h("button", { type: "button", class: "row", onclick: () => desk.ask(question) }, ...children));
}

/** `Placed Mon, Nov 2 · Delivered Fri, Nov 6`: what happened on which day; what has no day is left out. */
function dates({ format }, days) {
  return note(...Object.entries(days).map(([what, day]) => day && `${what} ${format.day(day)}`));
}

function orderDates(order, desk) {
  const { placed_on: Placed, delivered_on: Delivered, cancelled_on: Canceled } = order;
  return dates(desk, { Placed, Delivered, Canceled, Expected: !Delivered && !Canceled && order.expected_on });
}

/** A line of a list: a picture perhaps, a title over its notes, and what stands at the end. */
function line(image, title, notes, ...end) {
  return [image, h("span", { class: "grow" }, h("strong", {}, title), notes), ...end];
}

function row(...parts) {
  return h("li", { class: "row" }, ...parts);
}

function rows(items) {
  return h("ul", { class: "rows" }, items);
}

function amount(text) {
  return h("span", { class: "amount" }, text);
}

function orderPills(order) {
  return h("span", { class: "pills" }, pill(order.status), order.is_late && pill("late"));
}

function drawOrderList({ orders, total_orders }, desk) {
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

function drawOrder(order, desk) {
  const canTrack = ["processing", "shipped", "delivered"].includes(order.status);
  const minus = (money) => money?.amount > 0 && `−${money.text}`;
  const items = order.lines.map((item) => {
    const count = item.quantity > 1 && `${item.quantity} × ${item.unit_price.text}`;
    return row(...line(picture(item.image_url), item.name, note(item.options, count), amount(item.total.text)));
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

function drawTracking(card, desk) {
  const count = card.parcels.length;
  const parcels = card.parcels.map((parcel, index) =>
    drawParcel(parcel, count > 1 && `Parcel ${index + 1} of ${count}`, desk),
  );
  return frame(
    `Tracking of order ${card.number}`,
    heading(`Order ${card.number}`, h("span", { class: "pills" }, pill(card.order_status), latePill(card))),
    dates(desk, { Placed: card.placed_on, "Promised for": card.promised_on }),
    count ? parcels : note("No parcel has been handed to a carrier yet."),
  );
}

function latePill({ days_late: days }) {
  return days > 0 && pill("late", days === 1 ? "1 day late" : `${days} days late`);
}

const STEPS = ["Packed", "Shipped", "Out for delivery", "Delivered"];
const STEP_OF = { preparing: 0, in_transit: 1, exception: 1, lost: 1, returned: 1, out_for_delivery: 2, delivered: 3 };

function drawParcel(parcel, title, { format }) {
  const { carrier, tracking_number: number, tracking_url: address } = parcel;
  const label = [carrier, number].filter(Boolean).join(" ");
  const isTrouble = BAD.has(parcel.status);
  return h(
    "div",
    { class: "parcel" },
    title && h("h4", {}, title),
    h(
      "div",
      { class: "line" },
      h("strong", {}, arrivalOf(parcel, format)),
      h(
        "span",
        { class: "pills" },
        parcel.status === "exception" && pill("exception", "Delivery problem"),
        latePill(parcel),
      ),
    ),
    !parcel.delivered_on && note(parcel.expected_from && `According to ${parcel.expected_from}`),
    drawProgress(STEP_OF[parcel.status], isTrouble),
    note(parcel.contents.join(", ")),
    label && h("p", { class: "note" }, address ? link(address, label) : label),
    drawEvents(parcel.events, format),
  );
}

function arrivalOf(parcel, format) {
  if (parcel.delivered_on) return `Delivered ${format.day(parcel.delivered_on)}`;
  if (parcel.expected_on) return `Expected ${format.span(parcel.expected_on, parcel.expected_by)}`;
  return parcel.status === "preparing" ? "Being packed" : words(parcel.status);
}

function drawProgress(step, isTrouble) {
  const label = `Step ${step + 1} of ${STEPS.length}: ${STEPS[step]}`;
  const dots = STEPS.map((name, index) =>
    h("span", { class: index < step ? "past" : index === step ? `now ${isTrouble ? "bad" : ""}` : "" }, name),
  );
  return h("div", { class: "progress", role: "img", "aria-label": label }, dots);
}

function drawEvents(events, format) {
  if (!events.length) return null;
  const draw = (event) =>
    h(
      "li",
      {},
      h("span", {}, event.description),
      h("span", { class: "note" }, [event.location, format.time(event.at)].filter(Boolean).join(" · ")),
    );
  const [newest, ...older] = events;
  return [
    h("ol", { class: "events", "aria-label": "Latest from the carrier" }, draw(newest)),
    older.length > 0 &&
      h("details", {}, h("summary", {}, `Earlier (${older.length})`), h("ol", { class: "events" }, older.map(draw))),
  ];
}

function drawStock(card, desk) {
  const items = card.variants.map((variant) => {
    const where = variant.by_warehouse
      .filter(({ available }) => available > 0)
      .map(({ warehouse, available }) => `${warehouse} ${available}`);
    const notes = [note(where.join(", ")), dates(desk, { "More on": variant.next_delivery_on })];
    const title = Object.values(variant.options).join(", ") || variant.sku;
    const state = card.stock_known && stockPill(variant.available > 0, variant.available);
    return row(...line(null, title, notes, h("span", { class: "end" }, state, amount(variant.price.text))));
  });
  return frame(
    `Stock of ${card.name}`,
    h("div", { class: "lead" }, picture(card.image_url), heading(card.name, card.discontinued && pill("discontinued"))),
    rows(items),
  );
}

function stockPill(isInStock, count = "") {
  return isInStock ? pill("in_stock", count ? `${count} in stock` : "In stock") : pill("sold_out");
}

function priceText({ lowest, highest }) {
  return lowest.amount === highest.amount ? lowest.text : `${lowest.text} – ${highest.text}`;
}

function ratingText({ rating, reviews }) {
  if (rating == null) return null;
  return `★ ${rating.toFixed(1)} (${reviews})`;
}

function drawProductList({ products, total_products }, desk) {
  const more = total_products - products.length;
  const items = products.map((product) => {
    const options = Object.values(product.options).map((values) => values.join(", "));
    const notes = [note(priceText(product.price), ratingText(product)), note(...options)];
    const state = product.stock_known && !product.in_stock && stockPill(false);
    return askRow(desk, product.name, ...line(picture(product.image_url), product.name, notes, state));
  });
  return frame(
    "Products",
    rows(items),
    more > 0 && note(`${more} more match. Tell me more to narrow it down.`),
  );
}

function drawProduct(product, desk) {
  const title = [h("h3", {}, product.name), amount(priceText(product.price)), note(ratingText(product))];
  return frame(
    product.name,
    h("div", { class: "lead" }, picture(product.image_url), h("div", {}, title)),
    h(
      "span",
      { class: "pills" },
      product.stock_known && stockPill(product.in_stock),
      product.final_sale && pill("final_sale"),
      product.discontinued && pill("discontinued"),
    ),
    h("p", {}, product.description),
    facts([
      ...Object.entries(product.options).map(([name, values]) => [name, values.join(", ")]),
      ...Object.entries(product.attributes),
      ["Brand", product.brand],
      ["Sold by", product.seller],
      ["Warranty", product.warranty_months && `${product.warranty_months} months`],
    ]),
    askButton(desk, "Check stock", `Is the ${product.name} in stock?`),
  );
}

function drawReturns(card, desk) {
  const returns = card.returns.map((item) => {
    const { requested_on: Requested, received_on: Received, closed_on: Closed } = item;
    const notes = [note(item.items.join(", ")), dates(desk, { Requested, Received, Closed })];
    return row(...line(null, `${words(item.return_kind)} ${item.rma}`, notes, pill(item.status)));
  });
  const refunds = card.refunds.map((refund) => {
    const { completed_on: Issued, created_on, expected_by } = refund;
    const days = { Issued, Started: !Issued && created_on, "Expected by": expected_by };
    const notes = [note(refund.reason && words(refund.reason)), dates(desk, days)];
    return row(...line(null, `${refund.amount.text} to ${refund.to}`, notes, pill(refund.status)));
  });
  return frame(
    `Returns of order ${card.number}`,
    heading(`Order ${card.number}`),
    rows([returns, refunds]),
    !returns.length && !refunds.length && note("No returns and no refunds."),
  );
}

function drawContact(card) {
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
