/** Cards of products: what is found, one of them, and what there is of it in stock. */

import { h, picture } from "./dom.js";
import { amount, askButton, askRow, dates, facts, frame, heading, line, note, pill, row, rows } from "./card_parts.js";

export function drawStock(card, desk) {
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

export function drawProductList({ products, total_products }, desk) {
  const more = total_products - products.length;
  const items = products.map((product) => {
    const options = Object.values(product.options).map((values) => values.join(", "));
    const state = product.stock_known && !product.in_stock && stockPill(false);
    const notes = [note(priceText(product.price), ratingText(product)), note(...options), state];
    return askRow(desk, product.name, ...line(picture(product.image_url), product.name, notes));
  });
  return frame(
    "Products",
    rows(items),
    more > 0 && note(`${more} more match. Tell me more to narrow it down.`),
  );
}

export function drawProduct(product, desk) {
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
