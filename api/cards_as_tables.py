"""Cards for the terminal: the same facts that the widget draws, as tables."""

from collections.abc import Sequence
from datetime import date
from functools import singledispatch

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from api.kpi_tables import explanation_table, kpi_table
from tools.cards import Card, ContactCard, OrderCard, OrderListCard, ParcelFacts, ReturnsCard, TrackingCard
from tools.change_cards import PayoutFacts, ProposalCard, ReceiptCard
from tools.commerce.schema import ProposalStatus
from tools.dispute_card import DisputeCard
from tools.handoff_card import HandoffCard
from tools.product_cards import PriceRange, ProductCard, ProductListCard, StockCard
from tools.returnable_card import ReturnableCard
from tools.total_cards import OrderTotalsCard

_STANDING = {
    ProposalStatus.OPEN: "say yes or no",
    ProposalStatus.NEEDS_APPROVAL: "confirmed, waits for approval by our team",
    ProposalStatus.ACCEPTED: "done",
    ProposalStatus.DECLINED: "declined, nothing was changed",
    ProposalStatus.EXPIRED: "expired, nothing was changed",
    ProposalStatus.FAILED: "not possible any more, nothing was changed",
}
_WHEN = {"now": "", "after_inspection": ", once what comes back was checked"}


@singledispatch
def as_table(card: Card) -> RenderableType:
    """What is in `card`, ready to print. Texts of the shop are shown as they are, never read as mark-up."""
    raise TypeError(f"a {card.kind} card cannot be drawn")


@as_table.register
def _order_list(card: OrderListCard) -> RenderableType:
    table = _table(
        f"Orders ({len(card.orders)} of {card.total_orders})", "Order", "Status", "Placed", "Items"
    )
    table.add_column("Total", justify="right")
    for order in card.orders:
        status = f"{_words(order.status)}, late" if order.is_late else _words(order.status)
        _row(table, order.number, status, _day(order.placed_on), "\n".join(order.items), order.total.text)
    return table


@as_table.register
def _order_totals(card: OrderTotalsCard) -> RenderableType:
    table = _table(f"Your orders in all: {card.orders}", "Item")
    table.add_column("Quantity", justify="right")
    table.add_column("Paid", justify="right")
    for item in card.items:
        _row(table, item.name, str(item.quantity), ", ".join(paid.text for paid in item.total))
    for sums in card.money:
        for label, money in (("Shipping", sums.shipping), ("Refunded", sums.refunded)):
            if money and money.amount:
                _row(table, label, "", money.text)
        _row(table, "Total", "", sums.total.text, style="bold")
    return table


@as_table.register
def _order(card: OrderCard) -> RenderableType:
    table = _table(f"Order {card.number}: {_words(card.status)}", "Item", "Options")
    table.add_column("Quantity", justify="right")
    table.add_column("Total", justify="right")
    for line in card.lines:
        count = f"{line.quantity}, {line.not_coming} not coming" if line.not_coming else str(line.quantity)
        _row(table, line.name, line.options or "", count, line.total.text)
    sums = (("Discount", card.discount), ("Shipping", card.shipping), ("Tax", card.tax))
    for label, money in sums:
        if money.amount:
            _row(table, label, "", "", money.text)
    _row(table, "Total", "", "", card.total.text, style="bold")
    if card.refunded:
        _row(table, "Refunded", "", "", card.refunded.text)
    days = (
        ("Placed", card.placed_on),
        ("Expected", card.expected_on),
        ("Delivered", card.delivered_on),
        ("Cancelled", card.cancelled_on),
    )
    facts = [(label, _day(day)) for label, day in days if day]
    facts += [("Paid with", p.method) for p in card.payments]
    return Group(table, *_facts(facts))


@as_table.register
def _tracking(card: TrackingCard) -> RenderableType:
    if not card.parcels:
        facts = [("Promised", _day(card.promised_on))] if card.promised_on else []
        return _panel(f"Order {card.number}: {_words(card.order_status)}", _facts(facts))
    return Group(*(_parcel(card.number, parcel) for parcel in card.parcels))


def _parcel(number: str, parcel: ParcelFacts) -> RenderableType:
    title = f"Parcel of order {number}: {_words(parcel.status)}"
    if parcel.days_late:
        title += f", {parcel.days_late} days late"
    expected = " to ".join(_day(day) for day in (parcel.expected_on, parcel.expected_by) if day)
    facts = [
        ("Carrier", " ".join(filter(None, (parcel.carrier, parcel.tracking_number)))),
        ("Expected", expected if not parcel.delivered_on else ""),
        ("Delivered", _day(parcel.delivered_on)),
        ("Contents", ", ".join(parcel.contents)),
    ]
    table = _table(title, "When", "What", "Where")
    for event in parcel.events:
        _row(table, f"{_day(event.at)} {event.at:%H:%M}", event.description, event.location or "")
    return Group(table, *_facts([fact for fact in facts if fact[1]]))


@as_table.register
def _stock(card: StockCard) -> RenderableType:
    table = _table(f"{card.name} (no longer sold)" if card.discontinued else card.name, "Options", "SKU")
    table.add_column("Price", justify="right")
    table.add_column("In stock", justify="right")
    table.add_column("Next delivery")
    for variant in card.variants:
        options = ", ".join(f"{name}: {value}" for name, value in variant.options.items())
        _row(
            table,
            options,
            variant.sku,
            variant.price.text,
            str(variant.available),
            _day(variant.next_delivery_on),
        )
    return table


@as_table.register
def _product_list(card: ProductListCard) -> RenderableType:
    table = _table(f"Products ({len(card.products)} of {card.total_products})", "Product", "Options")
    table.add_column("Price", justify="right")
    table.add_column("In stock")
    table.add_column("Rating", justify="right")
    for product in card.products:
        options = "\n".join(f"{name}: {', '.join(values)}" for name, values in product.options.items())
        rating = f"{product.rating:.1f} ({product.reviews})" if product.rating is not None else ""
        _row(table, product.name, options, _price(product.price), "yes" if product.in_stock else "no", rating)
    return table


@as_table.register
def _product(card: ProductCard) -> RenderableType:
    facts = [(name, value) for name, value in card.attributes.items()]
    about = Text(card.description) if card.description else Text()
    facts.append(("Price", _price(card.price)))
    facts.append(("In stock", "yes" if card.in_stock else "no"))
    return _panel(card.name, [about, *_facts(facts)])


@as_table.register
def _returns(card: ReturnsCard) -> RenderableType:
    table = _table(f"Returns and refunds of order {card.number}", "What", "Status", "Details")
    for item in card.returns:
        _row(table, _words(item.return_kind), _words(item.status), "\n".join(item.items))
    for refund in card.refunds:
        details = f"{refund.amount.text} to {refund.to}"
        if refund.expected_by:
            details += f", by {_day(refund.expected_by)}"
        _row(table, "Refund", _words(refund.status), details)
    return table


@as_table.register
def _returnable(card: ReturnableCard) -> RenderableType:
    table = _table("What can be returned", "Order", "Item", "Until")
    table.add_column("Paid", justify="right")
    for line in card.lines:
        _row(table, line.order, line.name, line.refusal or _day(line.until), line.paid.text)
    for part in card.parts:
        _row(table, part.label, "", "", part.amount.text)
    return table


@as_table.register
def _contact(card: ContactCard) -> RenderableType:
    facts = [("E-mail", card.email), ("Phone", card.phone or ""), ("Hours", card.hours)]
    return _panel("Contact", _facts([fact for fact in facts if fact[1]]))


@as_table.register
def _handoff(card: HandoffCard) -> RenderableType:
    facts = [("Reason", _words(card.reason)), ("E-mail", card.email), ("Phone", card.phone or "")]
    return _panel("Handed over to a person", _facts([fact for fact in facts if fact[1]]))


@as_table.register
def _dispute(card: DisputeCard) -> RenderableType:
    facts = [
        ("About", f"Order {card.order_number}" if card.order_number else ""),
        *(("Item", name) for name in card.items),
        ("At stake", card.at_stake.text if card.at_stake else ""),
        ("Answer by", f"{card.answer_by:%B} {card.answer_by.day}, {card.answer_by.year}"),
    ]
    title = f"Case {card.reference}: {_words(card.claim)}"
    return _panel(title, _facts([fact for fact in facts if fact[1]]))


@as_table.register
def _proposal(card: ProposalCard) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for line in card.lines:
        name = f"{line.quantity} x {line.name}" if line.quantity > 1 else line.name
        about = f"{name} ({line.options})" if line.options else name
        becomes = f"{about}, becomes {line.becomes}" if line.becomes else about
        _row(table, becomes, line.amount.text if line.amount else "")
    for part in card.parts if len(card.parts) > 1 else ():
        _row(table, part.label, part.amount.text)
    facts = _payouts(card.payouts)
    facts += [("Next", step) for step in card.next_steps]
    facts += [("Note", text) for text in (card.notice, card.approval) if text]
    facts += [("Rule", f"{rule.title}  {rule.url}") for rule in card.rules if rule.title]
    title = f"Proposal: {_STANDING[card.status]}"
    return _panel(title, [Text(card.summary, style="bold"), table, *_facts(facts)])


@as_table.register
def _receipt(card: ReceiptCard) -> RenderableType:
    facts = [("Done", text) for text in card.done] + _payouts(card.payouts)
    facts += [("Next", step) for step in card.next_steps]
    about = f" of order {card.order_number}" if card.order_number else ""
    return _panel(f"{_words(card.change).capitalize()}{about}: {_STANDING[card.status]}", _facts(facts))


def _payouts(payouts: Sequence[PayoutFacts]) -> list[tuple[str, str]]:
    return [
        ("You pay", f"{payout.amount.text} with {payout.to}")
        if payout.direction == "pay"
        else ("You get", f"{payout.amount.text} to {payout.to}{_WHEN[payout.when]}")
        for payout in payouts
    ]


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=Text(title), title_justify="left", header_style="bold")


def _row(table: Table, *cells: str, style: str | None = None) -> None:
    table.add_row(*(Text(cell) for cell in cells), style=style)


def _panel(title: str, contents: list[RenderableType]) -> Panel:
    return Panel(Group(*contents), title=Text(title), title_align="left", expand=False)


def _facts(facts: list[tuple[str, str]]) -> list[RenderableType]:
    return [Text.assemble((f"{label}: ", "bold"), value) for label, value in facts]


def _price(price: PriceRange) -> str:
    if price.highest.amount > price.lowest.amount:
        return f"{price.lowest.text} to {price.highest.text}"
    return price.lowest.text


def _day(day: date | None) -> str:
    return f"{day:%b} {day.day}, {day.year}" if day else ""


def _words(value: str) -> str:
    return value.replace("_", " ")


as_table.register(kpi_table)
as_table.register(explanation_table)
