/** Where an order's parcels are. */

import { h, link } from "./dom.js";
import { words } from "./format.js";
import { BAD, dates, frame, heading, note, pill } from "./card_parts.js";

export function drawTracking(card, desk) {
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
