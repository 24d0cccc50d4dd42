"""Cards in Block Kit: the same facts that the widget draws."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import singledispatch

from slack_sdk.models.blocks import Block

from api.slack.drawing import facts, rich, section, table, words
from api.slack.kpi_blocks import explanation_blocks, kpi_blocks
from tools.cards import Card, ContactCard, OrderCard, OrderListCard, ParcelFacts, ReturnsCard, TrackingCard
from tools.change_cards import PayoutFacts, ProposalCard, ReceiptCard
from tools.commerce.schema import ProposalStatus
from tools.dispute_card import DisputeCard
from tools.handoff_card import HandoffCard
from tools.product_cards import PriceRange, ProductCard, ProductListCard, StockCard
from tools.returnable_card import ReturnableCard
from tools.total_cards import OrderTotalsCard

MOST_LISTED = 8
IMPERSONAL = frozenset({"kpi", "kpi_explanation", "stock", "product", "product_list", "contact"})
"""The kinds of cards that tell of no customer."""

_STANDING = {
    ProposalStatus.OPEN: "to be confirmed",
    ProposalStatus.NEEDS_APPROVAL: "confirmed, waits for approval",
    ProposalStatus.ACCEPTED: "done",
    ProposalStatus.DECLINED: "declined, nothing was changed",
    ProposalStatus.EXPIRED: "expired, nothing was changed",
    ProposalStatus.FAILED: "not possible any more, nothing was changed",
}
_WHEN = {"now": "", "after_inspection": ", once what comes back was checked"}


@singledispatch
def as_blocks(card: Card) -> list[Block]:
    """What is in `card`, without its buttons. Texts of the shop are shown as they are, never read as mark-up."""
    raise TypeError(f"a {card.kind} card cannot be drawn")


@as_blocks.register
def _order_list(card: OrderListCard) -> list[Block]:
    rows = [
        (order.number, _late(order.status, is_late=order.is_late), _day(order.placed_on), order.total.text)
        for order in card.orders
    ]
    title = f"Orders ({len(card.orders)} of {card.total_orders})"
    return _titled(title, ("Order", "Status", "Placed", "Total"), rows)


@as_blocks.register
def _order_totals(card: OrderTotalsCard) -> list[Block]:
    rows = [
        (item.name, str(item.quantity), ", ".join(paid.text for paid in item.total)) for item in card.items
    ]
    rows += [("Total", "", sums.total.text) for sums in card.money]
    return _titled(f"Orders in all: {card.orders}", ("Item", "Quantity", "Paid"), rows)


@as_blocks.register
def _order(card: OrderCard) -> list[Block]:
    rows = [(_item(line.name, line.options), str(line.quantity), line.total.text) for line in card.lines]
    sums = (("Discount", card.discount), ("Shipping", card.shipping), ("Tax", card.tax))
    rows += [(label, "", money.text) for label, money in sums if money.amount]
    rows.append(("Total", "", card.total.text))
    if card.refunded:
        rows.append(("Refunded", "", card.refunded.text))
    title = f"Order {card.number}: {_late(card.status, is_late=card.is_late)}"
    about = facts(
        title,
        (
            ("Placed", _day(card.placed_on)),
            ("Expected", _day(card.expected_on)),
            ("Delivered", _day(card.delivered_on)),
            ("Canceled", _day(card.cancelled_on)),
            ("Ship to", card.ship_to or ""),
            ("Paid with", ", ".join(payment.method for payment in card.payments)),
        ),
    )
    return [about, rich(table(("Item", "Quantity", "Total"), rows))]


@as_blocks.register
def _tracking(card: TrackingCard) -> list[Block]:
    if not card.parcels:
        status = f"Order {card.number}: {_words(card.order_status)}"
        return [facts(status, [("Promised", _day(card.promised_on))])]
    return [_parcel(card.number, parcel) for parcel in card.parcels[:MOST_LISTED]]


def _parcel(number: str, parcel: ParcelFacts) -> Block:
    title = f"Parcel of order {number}: {_words(parcel.status)}"
    if parcel.days_late:
        title += f", {parcel.days_late} days late"
    expected = " to ".join(_day(day) for day in (parcel.expected_on, parcel.expected_by) if day)
    rows = (
        ("Carrier", " ".join(filter(None, (parcel.carrier, parcel.tracking_number)))),
        ("Expected", "" if parcel.delivered_on else expected),
        ("Delivered", _day(parcel.delivered_on)),
        ("Contents", ", ".join(parcel.contents)),
    )
    events = [
        " · ".join(filter(None, (f"{_day(event.at)} {event.at:%H:%M}", event.description, event.location)))
        for event in parcel.events[:MOST_LISTED]
    ]
    return facts(title, rows, events)


@as_blocks.register
def _stock(card: StockCard) -> list[Block]:
    rows = [
        (
            ", ".join(variant.options.values()) or variant.sku,
            variant.price.text,
            str(variant.available) if card.stock_known else "not known",
            _day(variant.next_delivery_on),
        )
        for variant in card.variants
    ]
    title = f"{card.name} (no longer sold)" if card.discontinued else card.name
    return _titled(title, ("Version", "Price", "In stock", "Next delivery"), rows)


@as_blocks.register
def _product_list(card: ProductListCard) -> list[Block]:
    rows = [
        (product.name, _price(product.price), _in_stock(product.stock_known, product.in_stock))
        for product in card.products
    ]
    title = f"Products ({len(card.products)} of {card.total_products})"
    return _titled(title, ("Product", "Price", "In stock"), rows)


@as_blocks.register
def _product(card: ProductCard) -> list[Block]:
    rows = [
        ("Price", _price(card.price)),
        ("In stock", _in_stock(card.stock_known, card.in_stock)),
        ("Rating", f"{card.rating:.1f} ({card.reviews})" if card.rating is not None else ""),
        *((name, ", ".join(values)) for name, values in card.options.items()),
        *card.attributes.items(),
    ]
    return [facts(card.name, rows, [card.description])]


@as_blocks.register
def _returns(card: ReturnsCard) -> list[Block]:
    lines = [
        f"{_words(item.return_kind).capitalize()}, {_words(item.status)}: {', '.join(item.items)}"
        for item in card.returns
    ]
    for refund in card.refunds:
        by = f", by {_day(refund.expected_by)}" if refund.expected_by else ""
        lines.append(f"Refund of {refund.amount.text} to {refund.to}: {_words(refund.status)}{by}")
    return [facts(f"Returns and refunds of order {card.number}", (), lines)]


@as_blocks.register
def _returnable(card: ReturnableCard) -> list[Block]:
    rows = [
        (_item(line.name, line.options), line.order, line.paid.text, line.refusal or _day(line.until))
        for line in card.lines
    ]
    return _titled("What can be returned", ("Item", "Order", "Paid", "Until"), rows)


@as_blocks.register
def _contact(card: ContactCard) -> list[Block]:
    rows = (("E-mail", card.email), ("Phone", card.phone or ""), ("Hours", card.hours))
    return [facts("Contact", rows)]


@as_blocks.register
def _handoff(card: HandoffCard) -> list[Block]:
    return [facts(card.message, (("E-mail", card.email), ("Phone", card.phone or "")))]


@as_blocks.register
def _dispute(card: DisputeCard) -> list[Block]:
    rows = (
        ("Case", card.reference),
        ("Claim", _words(card.claim)),
        ("Order", card.order_number or ""),
        ("Items", ", ".join(card.items)),
        ("At stake", card.at_stake.text if card.at_stake else ""),
        ("Answer by", _day(card.answer_by)),
    )
    return [facts(card.message, [row for row in rows if row[1]])]


@as_blocks.register
def _proposal(card: ProposalCard) -> list[Block]:
    lines = []
    for line in card.lines:
        named = _item(line.name, line.options)
        counted = f"{line.quantity} x {named}" if line.quantity > 1 else named
        becomes = f", becomes {line.becomes}" if line.becomes else ""
        lines.append((f"{counted}{becomes}", line.amount.text if line.amount else " "))
    rows = [
        *lines,
        *((part.label, part.amount.text) for part in card.parts if len(card.parts) > 1),
        *_payouts(card.payouts),
        *(("Next", step) for step in card.next_steps),
        *(("Note", text) for text in (card.notice, card.approval) if text),
        *(("Rule", rule.title) for rule in card.rules if rule.title),
    ]
    return [facts(card.summary, [("Status", _STANDING[card.status]), *rows])]


@as_blocks.register
def _receipt(card: ReceiptCard) -> list[Block]:
    about = f" of order {card.order_number}" if card.order_number else ""
    title = f"{_words(card.change).capitalize()}{about}: {_STANDING[card.status]}"
    return [facts(title, _payouts(card.payouts), (*card.done, *card.next_steps))]


as_blocks.register(kpi_blocks)
as_blocks.register(explanation_blocks)


def _payouts(payouts: Iterable[PayoutFacts]) -> list[tuple[str, str]]:
    return [
        ("To pay", f"{payout.amount.text} with {payout.to}")
        if payout.direction == "pay"
        else ("Goes back", f"{payout.amount.text} to {payout.to}{_WHEN[payout.when]}")
        for payout in payouts
    ]


def _titled(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Block]:
    return [rich(section(words(title, bold=True)), table(header, rows))]


def _item(name: str, options: str | None) -> str:
    return f"{name} ({options})" if options else name


def _price(price: PriceRange) -> str:
    if price.highest.amount > price.lowest.amount:
        return f"{price.lowest.text} to {price.highest.text}"
    return price.lowest.text


def _in_stock(known: bool, available: bool) -> str:
    if not known:
        return "not known"
    return "yes" if available else "no"


def _late(status: str, *, is_late: bool) -> str:
    return f"{_words(status)}, late" if is_late else _words(status)


def _day(day: date | None) -> str:
    return f"{day:%b} {day.day}, {day.year}" if day else ""


def _words(value: str) -> str:
    return value.replace("_", " ")
