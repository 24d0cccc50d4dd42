"""Orders, parcels, returns and refunds in sentences."""

import re
from collections.abc import Sequence
from datetime import date

from bot.embedded.references import Pick, selection
from bot.embedded.wording.phrases import counted, day, listed, on_day, sentence
from tools.cards import (
    OrderCard,
    OrderListCard,
    OrderSummary,
    ParcelFacts,
    RefundFacts,
    ReturnFacts,
    ReturnsCard,
    TrackingCard,
)
from tools.commerce.schema import OrderStatus, RefundStatus, ReturnKind, ReturnStatus, ShipmentStatus

_THE_REST = re.compile(
    r"\b(?:rest|remaining|remainder|other (?:parcel|package|box|items?)|still)\b", re.IGNORECASE
)
STANDS = {
    OrderStatus.PENDING: "is waiting for its payment to be confirmed",
    OrderStatus.PROCESSING: "is paid and being packed",
    OrderStatus.SHIPPED: "is on its way",
    OrderStatus.DELIVERED: "was delivered",
    OrderStatus.CANCELLED: "was cancelled",
    OrderStatus.UNAVAILABLE: "could not be supplied",
}
_RETURN_STANDS = {
    ReturnStatus.REQUESTED: "has been requested and is waiting for approval",
    ReturnStatus.APPROVED: "is approved; we are waiting for the parcel to be sent",
    ReturnStatus.IN_TRANSIT: "is on its way back to us",
    ReturnStatus.RECEIVED: "has arrived back at our warehouse and is being checked",
    ReturnStatus.COMPLETED: "is complete",
    ReturnStatus.REJECTED: "was not accepted",
    ReturnStatus.CANCELLED: "was cancelled",
}


def tracking(card: TrackingCard, question: str, today: date) -> str:
    """Where the parcels are that `question` is about."""
    name = f"order {card.number}"
    if not card.parcels:
        return _not_shipped(card, name, today)
    if len(card.parcels) == 1:
        return sentence(f"your {name} {_parcel(card.parcels[0], today)}")
    parts = [f"Your {name} comes in {counted(len(card.parcels), 'parcel')}:"]
    for place, parcel in _asked_about(card.parcels, question):
        contents = f" ({short(parcel.contents, most=5)})" if parcel.contents else ""
        parts.append(f"- Parcel {place}{contents} {_parcel(parcel, today)}")
    return "\n".join(parts)


def _asked_about(parcels: Sequence[ParcelFacts], question: str) -> list[tuple[int, ParcelFacts]]:
    """Numbered from 1: the one parcel that is named, those still under way for "the rest", else all."""
    numbered = list(enumerate(parcels, start=1))
    chosen = selection(question)
    if chosen and chosen.pick is Pick.NTH and chosen.place <= len(parcels):
        return [numbered[chosen.place - 1]]
    if _THE_REST.search(question):
        under_way = [(place, p) for place, p in numbered if p.status is not ShipmentStatus.DELIVERED]
        return under_way or numbered
    return numbered


def _not_shipped(card: TrackingCard, name: str, today: date) -> str:
    said = f"your {name} {STANDS[card.order_status]}"
    if card.order_status in {OrderStatus.PENDING, OrderStatus.PROCESSING}:
        said += ", and has not left our warehouse yet"
        if card.promised_on and card.promised_on >= today:
            said += f". It is promised for {day(card.promised_on, today)}"
        elif card.promised_on:
            said += f". It was promised for {day(card.promised_on, today)}, so it is late: I'm sorry"
    return sentence(said)


def _parcel(parcel: ParcelFacts, today: date) -> str:
    match parcel.status:
        case ShipmentStatus.DELIVERED:
            when = f" {on_day(parcel.delivered_on, today)}" if parcel.delivered_on else ""
            return f"was delivered{when}.{_last_word(parcel)}"
        case ShipmentStatus.LOST:
            return f"has been reported lost by {_carrier(parcel)}. I'm very sorry."
        case ShipmentStatus.RETURNED:
            return f"could not be delivered, and {_carrier(parcel)} has sent it back to us."
        case ShipmentStatus.PREPARING:
            return f"is packed and waiting for {_carrier(parcel)}.{_expected(parcel, today)}"
        case ShipmentStatus.EXCEPTION:
            met = f"has met a problem on its way with {_carrier(parcel)}."
            return met + _latest(parcel, today) + _expected(parcel, today)
        case ShipmentStatus.OUT_FOR_DELIVERY:
            return f"is out for delivery with {_carrier(parcel)}.{_expected(parcel, today)}"
        case ShipmentStatus.IN_TRANSIT:
            return f"is on its way with {_carrier(parcel)}.{_expected(parcel, today)}{_latest(parcel, today)}"


def _carrier(parcel: ParcelFacts) -> str:
    return parcel.carrier or "the carrier"


def _expected(parcel: ParcelFacts, today: date) -> str:
    late = ""
    if parcel.days_late and parcel.promised_on:
        late = f" It was promised for {day(parcel.promised_on, today)}, so it is late: I'm sorry about that."
    basis = f", going by {parcel.expected_from}" if parcel.expected_from and parcel.expected_on else ""
    if parcel.expected_on and parcel.expected_by and parcel.expected_by != parcel.expected_on:
        span = f"between {day(parcel.expected_on, today)} and {day(parcel.expected_by, today)}"
        return f"{late} It should arrive {span}{basis}."
    if parcel.expected_on:
        return f"{late} It should arrive {on_day(parcel.expected_on, today)}{basis}."
    why = f": {parcel.expected_from}" if parcel.expected_from else ""
    return f"{late} I can't give you an honest date for it{why}."


def _latest(parcel: ParcelFacts, today: date) -> str:
    if not parcel.events:
        return ""
    event = parcel.events[0]
    where = f" in {event.location}" if event.location else ""
    return f" The latest scan: {event.description.rstrip('.')}{where}, {day(event.at.date(), today)}."


def _last_word(parcel: ParcelFacts) -> str:
    if not parcel.events:
        return ""
    carrier = parcel.carrier or "The carrier"
    return f" {carrier} noted: {sentence(parcel.events[0].description)}"


def order(card: OrderCard, question: str, today: date) -> str:
    """The part of the order that `question` asks for, or how it stands with what is in it."""
    for pattern, part in _ASPECTS:
        if pattern.search(question):
            answer = part(card, today)
            if answer:
                return answer
    return _summary(card, today)


def _summary(card: OrderCard, today: date) -> str:
    when = f", placed {on_day(card.placed_on, today)}," if card.placed_on else ""
    said = f"your order {card.number}{when} {_how_it_stands(card, today)}. "
    return sentence(said + sentence(f"it holds {_items(card)}, for {card.total.text} in all"))


def _how_it_stands(card: OrderCard, today: date) -> str:
    said = STANDS[card.status]
    if card.status is OrderStatus.DELIVERED and card.delivered_on:
        said += f" {on_day(card.delivered_on, today)}"
    elif card.status is OrderStatus.CANCELLED:
        said += f" {on_day(card.cancelled_on, today)}" if card.cancelled_on else ""
        said += f" ({card.cancel_reason})" if card.cancel_reason else ""
    elif card.expected_on:
        said += f" and should arrive {on_day(card.expected_on, today)}"
    return said


def _items(card: OrderCard) -> str:
    return short(
        [
            f"{line.quantity} x {line.name}" + (f" ({line.options})" if line.options else "")
            for line in card.lines
        ]
    )


def _address(card: OrderCard, _: date) -> str:
    return f"Order {card.number} goes to: {card.ship_to}." if card.ship_to else ""


def _payment(card: OrderCard, _: date) -> str:
    paid = [f"{payment.amount.text} by {payment.method}" for payment in card.payments]
    refunded = (
        f" {card.refunded.text} of it has been refunded." if card.refunded and card.refunded.amount else ""
    )
    return f"Order {card.number} was paid with {listed(paid)}.{refunded}" if paid else ""


def _total(card: OrderCard, _: date) -> str:
    parts = [f"items {card.subtotal.text}"]
    for name, money in (("discount", card.discount), ("shipping", card.shipping), ("tax", card.tax)):
        if money.amount:
            parts.append(f"{name} {'-' if name == 'discount' else ''}{money.text}")
    detail = f" ({', '.join(parts)})" if len(parts) > 1 else ""
    return f"Order {card.number} came to {card.total.text}{detail}."


def _discount(card: OrderCard, _: date) -> str:
    if not card.discount.amount:
        return f"There was no discount on order {card.number}."
    code = f" with the code {card.promo_code}" if card.promo_code else ""
    return f"You saved {card.discount.text} on order {card.number}{code}."


def _shipping(card: OrderCard, _: date) -> str:
    method = f" by {card.shipping_method}" if card.shipping_method else ""
    cost = card.shipping.text if card.shipping.amount else "free"
    return f"Shipping of order {card.number}{method} was {cost}."


def _contents(card: OrderCard, _: date) -> str:
    return f"Order {card.number} holds {_items(card)}." if card.lines else ""


def _placed(card: OrderCard, today: date) -> str:
    return f"Order {card.number} was placed {on_day(card.placed_on, today)}." if card.placed_on else ""


_ASPECTS = tuple(
    (re.compile(pattern, re.IGNORECASE), part)
    for pattern, part in (
        (
            r"\baddress|where (?:is|was|will) it (?:going|sent|shipp|deliver)"
            r"|(?:sent|shipp\w{1,4}|going|deliver\w{0,4}) to\b",
            _address,
        ),
        (r"\bdiscount|promo|coupon|voucher|\bsaved?\b", _discount),
        (
            r"(?:shipping|delivery|postage) (?:cost|fee|charge|method|price)"
            r"|(?:cost|pay|paid|charged?) for (?:shipping|delivery|postage)",
            _shipping,
        ),
        (
            r"how (?:did|have) i (?:pay|paid)|\b(?:which|what) card|payment|pay(?:ing)? (?:with|by)|paid (?:with|by)",
            _payment,
        ),
        (r"\btotal|how much|cost|\bpric|\bpaid\b|\bcharged\b|\bspen[dt]\b|amount", _total),
        (
            r"\bwhen (?:did|was|have) (?:i|it|my|the|that|this).{0,30}\b(?:order|place|buy|bought|purchase)",
            _placed,
        ),
        (
            r"\bwhat(?:'s| is| was| did| do| have)?\b.{0,40}\b(?:in (?:it|the|my)|order(?:ed)?|buy|bought|items?)\b"
            r"|\bitems?\b|contents?\b",
            _contents,
        ),
    )
)


def orders(card: OrderListCard, today: date) -> str:
    if not card.orders:
        return "I don't see any orders of yours yet."
    if card.total_orders == 1:
        return f"You have one order: {summary(card.orders[0], today)}."
    newest = f"are the newest of your {card.total_orders:,} orders"
    count = "are your orders" if card.total_orders == len(card.orders) else newest
    return f"Here {count}. Tell me which one you'd like to know more about."


def summary(one: OrderSummary, today: date) -> str:
    """`FW-104233 (2 x Enamel mug), placed on …, is on its way`."""
    items = f" ({short(one.items, most=2)})" if one.items else ""
    placed = f", placed {on_day(one.placed_on, today)}," if one.placed_on else ""
    return f"{one.number}{items}{placed} {STANDS[one.status]}"


def short(items: Sequence[str], most: int = 4) -> str:
    more = len(items) - most
    return listed([*items[:most], f"{more} more"]) if more > 0 else listed(items)


def choices(orders_to_choose: Sequence[OrderSummary], today: date) -> str:
    return "\n".join(f"{place}. {summary(one, today)}" for place, one in enumerate(orders_to_choose, start=1))


def returns(card: ReturnsCard, today: date) -> str:
    if not card.returns and not card.refunds:
        return f"There is no return and no refund on order {card.number}."
    said = [sentence(_return(one, today)) for one in card.returns]
    said += [sentence(_refund(one, today)) for one in card.refunds]
    return " ".join([f"On order {card.number}:", *said])


def _return(one: ReturnFacts, today: date) -> str:
    what = "exchange" if one.return_kind is ReturnKind.EXCHANGE else "return"
    items = f" of {listed(one.items)}" if one.items else ""
    when = ""
    if one.status is ReturnStatus.RECEIVED and one.received_on:
        when = f", since {day(one.received_on, today)}"
    elif one.closed_on and one.status in {
        ReturnStatus.COMPLETED,
        ReturnStatus.REJECTED,
        ReturnStatus.CANCELLED,
    }:
        when = f", since {day(one.closed_on, today)}"
    return f"the {what} {one.rma}{items} {_RETURN_STANDS[one.status]}{when}"


def _refund(one: RefundFacts, today: date) -> str:
    match one.status:
        case RefundStatus.PENDING:
            said = (
                f"a refund of {one.amount.text} to {one.to} has been decided and is with the payment provider"
            )
        case RefundStatus.ISSUED:
            when = f" {on_day(one.completed_on, today)}" if one.completed_on else ""
            said = f"{one.amount.text} was refunded to {one.to}{when}"
        case RefundStatus.FAILED:
            return f"a refund of {one.amount.text} to {one.to} did not go through, and a person has to look at it"
    if one.expected_by:
        said += f"; it should show there by {day(one.expected_by, today)}"
    return said
