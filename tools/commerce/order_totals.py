"""What somebody's own orders add up to: sums, counts, the largest, the most bought."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, Select, func, select

from tools.cards import Refusal
from tools.commerce.account import SIGN_IN_NEEDED
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.money import spread
from tools.commerce.orders import visible_orders
from tools.commerce.schema import Order, OrderLine, OrderStatus, Product, Refund, RefundStatus
from tools.commerce.words import similar, telling_words, words
from tools.facts import Money
from tools.principal import Principal
from tools.total_cards import CurrencyTotals, ItemTotals, OrderBrief, OrderTotalsCard, PricedItem

LEFT_OUT = frozenset({OrderStatus.CANCELLED, OrderStatus.UNAVAILABLE})
ITEMS_SHOWN = 10


@dataclass(frozen=True)
class TotalsWanted:
    """Which orders, and which items in them. `newest` counts orders that were not canceled."""

    placed_from: date | None = None
    placed_to: date | None = None
    newest: int | None = None
    words: str = ""


@dataclass(frozen=True)
class _Item:
    """A line, as much of it as will come."""

    order_id: int
    product: int | str
    name: str
    told: str
    """All that words can name it by."""
    quantity: int
    unit_minor: int
    paid_minor: int


def order_totals(
    session: ReadSession, principal: Principal, wanted: TotalsWanted, when: LocalTime
) -> OrderTotalsCard | Refusal:
    """Needs a sign-in: a single proved order says nothing of what somebody's orders add up to."""
    if principal.customer_id is None:
        return SIGN_IN_NEEDED
    own = visible_orders(principal).where(Order.customer_id == principal.customer_id)
    placed = session.execute(_columns(own, wanted, when)).all()
    standing = [order for order in placed if order.status not in LEFT_OUT][: wanted.newest]
    items = _items(session, standing)
    chosen, unmatched = _named(items, wanted.words)
    if wanted.words:
        held = {item.order_id for item in chosen}
        standing = [order for order in standing if order.id in held]
    days = [day for order in standing if (day := when.day(order.placed_at))]
    return OrderTotalsCard(
        words=wanted.words,
        unmatched_words=unmatched,
        placed_from=wanted.placed_from,
        placed_to=wanted.placed_to,
        orders=len(standing),
        pieces=sum(item.quantity for item in chosen),
        by_status=dict(Counter(order.status for order in standing)),
        canceled=0 if wanted.newest or wanted.words else sum(one.status in LEFT_OUT for one in placed),
        undated=_undated(session, own, wanted),
        first_on=min(days, default=None),
        last_on=max(days, default=None),
        money=_by_currency(standing, chosen, _refunded(session, standing), when),
        items=_by_product(standing, chosen, when)[:ITEMS_SHOWN],
    )


_Placed = Row[int, str, OrderStatus, datetime | None, str, int, int, int, int]


def _columns(
    own: Select[Order], wanted: TotalsWanted, when: LocalTime
) -> Select[int, str, OrderStatus, datetime | None, str, int, int, int, int]:
    """Newest first."""
    if wanted.placed_from is not None:
        own = own.where(Order.placed_at >= when.start_of(wanted.placed_from))
    if wanted.placed_to is not None:
        own = own.where(Order.placed_at < when.end_of(wanted.placed_to))
    return own.order_by(Order.placed_at.desc().nulls_last(), Order.id.desc()).with_only_columns(
        Order.id,
        Order.number,
        Order.status,
        Order.placed_at,
        Order.currency,
        Order.total_minor,
        Order.shipping_minor,
        Order.tax_minor,
        Order.discount_minor,
    )


def _undated(session: ReadSession, own: Select[Order], wanted: TotalsWanted) -> int:
    if wanted.placed_from is None and wanted.placed_to is None:
        return 0
    undated = own.where(Order.placed_at.is_(None), Order.status.not_in(LEFT_OUT)).subquery()
    return session.scalar(select(func.count()).select_from(undated)) or 0


def _items(session: ReadSession, orders: Sequence[_Placed]) -> list[_Item]:
    """What was paid for a line is its share of its order's total without shipping."""
    goods = {order.id: max(0, order.total_minor - order.shipping_minor) for order in orders}
    lines: dict[int, list[tuple[OrderLine, str | None]]] = defaultdict(list)
    found = (
        select(OrderLine, Product.category)
        .join(Product, Product.id == OrderLine.product_id, isouter=True)
        .where(OrderLine.order_id.in_(goods))
        .order_by(OrderLine.order_id, OrderLine.line_no)
    )
    for line, category in session.execute(found):
        lines[line.order_id].append((line, category))
    items = []
    for order_id, held in lines.items():
        shares = spread(goods[order_id], [line.total_minor for line, _ in held])
        for (line, category), share in zip(held, shares, strict=True):
            coming = line.quantity - line.cancelled_quantity
            if coming:
                items.append(
                    _Item(
                        order_id=order_id,
                        product=line.product_id or line.name,
                        name=line.name,
                        told=f"{line.name} {line.options or ''} {category or ''}",
                        quantity=coming,
                        unit_minor=line.unit_price_minor,
                        paid_minor=share * coming // line.quantity,
                    )
                )
    return items


def _named(items: Sequence[_Item], said: str) -> tuple[list[_Item], tuple[str, ...]]:
    """The items that have every word that any of them has, and the words that none has."""
    asked = telling_words(said)
    if not asked:
        return list(items), ()
    told = {item.told: frozenset(words(item.told)) for item in items}
    known = frozenset().union(*told.values())
    meant = {word: {word} if word in known else set(similar(word, known)) for word in asked}
    unmatched = tuple(word for word in asked if not meant[word])
    looked_for = [meant[word] for word in asked if meant[word]]
    if not looked_for:
        return [], unmatched
    return [item for item in items if all(told[item.told] & one for one in looked_for)], unmatched


def _refunded(session: ReadSession, orders: Sequence[_Placed]) -> dict[int, int]:
    sums = (
        select(Refund.order_id, func.sum(Refund.amount_minor))
        .where(Refund.order_id.in_([order.id for order in orders]), Refund.status != RefundStatus.FAILED)
        .group_by(Refund.order_id)
    )
    return {order_id: int(amount or 0) for order_id, amount in session.execute(sums)}


def _by_currency(
    orders: Sequence[_Placed], items: Sequence[_Item], refunded: Mapping[int, int], when: LocalTime
) -> tuple[CurrencyTotals, ...]:
    """The currency of most orders first."""
    grouped: dict[str, list[_Placed]] = defaultdict(list)
    for order in orders:
        grouped[order.currency].append(order)
    held: dict[int, list[_Item]] = defaultdict(list)
    for item in items:
        held[item.order_id].append(item)
    found = [
        _sums(own, [item for order in own for item in held[order.id]], refunded, when)
        for own in grouped.values()
    ]
    return tuple(sorted(found, key=lambda one: (-one.orders, one.total.currency)))


def _sums(
    orders: Sequence[_Placed], items: Sequence[_Item], refunded: Mapping[int, int], when: LocalTime
) -> CurrencyTotals:
    currency = orders[0].currency
    numbers = {order.id: order.number for order in orders}

    def money(amounts: Iterable[int]) -> Money:
        return Money.of(sum(amounts), currency)

    def priced(item: _Item | None) -> PricedItem | None:
        if item is None:
            return None
        return PricedItem(
            name=item.name, price=Money.of(item.unit_minor, currency), order=numbers[item.order_id]
        )

    total = money(order.total_minor for order in orders)
    unpaid = money(order.total_minor for order in orders if order.status is OrderStatus.PENDING)
    back = money(refunded.get(order.id, 0) for order in orders)
    # Half a unit goes up.
    average = (2 * total.amount + len(orders)) // (2 * len(orders))
    return CurrencyTotals(
        orders=len(orders),
        total=total,
        unpaid=unpaid if unpaid.amount else None,
        items=money(item.paid_minor for item in items),
        shipping=money(order.shipping_minor for order in orders),
        tax=money(order.tax_minor for order in orders),
        discount=money(order.discount_minor for order in orders),
        refunded=back if back.amount else None,
        average=Money.of(average, currency),
        largest=_brief(max(orders, key=lambda order: order.total_minor), when),
        smallest=_brief(min(orders, key=lambda order: order.total_minor), when),
        dearest=priced(max(items, key=lambda item: item.unit_minor, default=None)),
        cheapest=priced(min(items, key=lambda item: item.unit_minor, default=None)),
    )


def _brief(order: _Placed, when: LocalTime) -> OrderBrief:
    return OrderBrief(
        number=order.number,
        placed_on=when.day(order.placed_at),
        total=Money.of(order.total_minor, order.currency),
    )


def _by_product(orders: Sequence[_Placed], items: Sequence[_Item], when: LocalTime) -> tuple[ItemTotals, ...]:
    """Most bought first. `orders` stand newest first."""
    place = {order.id: at for at, order in enumerate(orders)}
    grouped: dict[int | str, list[_Item]] = defaultdict(list)
    for item in items:
        grouped[item.product].append(item)
    found = []
    for same in grouped.values():
        paid: Counter[str] = Counter()
        for item in same:
            paid[orders[place[item.order_id]].currency] += item.paid_minor
        latest = orders[min(place[item.order_id] for item in same)]
        found.append(
            ItemTotals(
                name=same[0].name,
                quantity=sum(item.quantity for item in same),
                orders=len({item.order_id for item in same}),
                total=tuple(Money.of(amount, currency) for currency, amount in sorted(paid.items())),
                last_ordered_on=when.day(latest.placed_at),
                last_order=latest.number,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.quantity, -one.orders, one.name)))
