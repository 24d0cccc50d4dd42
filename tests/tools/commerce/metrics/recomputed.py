"""The figures of a shop computed a second time, in plain Python from the rows themselves."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.tools.commerce.metrics.disputed import disputes
from tests.tools.commerce.metrics.happened import Happened
from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.schema import (
    Cart,
    Order,
    OrderLine,
    Product,
    Refund,
    Return,
    ReturnLine,
    Review,
    Shipment,
    Stock,
    Variant,
    WebSession,
)

GONE = ("cancelled", "unavailable")
RETENTION_DAYS = (30, 90, 180, 365)


class Recomputed:
    """`of[NAME]` are the rows that a figure counts."""

    def __init__(self, session: Session, zone: ZoneInfo) -> None:
        self._zone = zone
        self._orders = {order.id: order for order in session.scalars(select(Order))}
        self._lines = {line.id: line for line in session.scalars(select(OrderLine))}
        self._categories: dict[int, str | None] = {
            product.id: product.category for product in session.scalars(select(Product))
        }
        self._stock = [
            (self._categories[variant.product_id], stock.on_hand - stock.reserved)
            for stock, variant in session.execute(
                select(Stock, Variant).join(Variant, Variant.id == Stock.variant_id)
            )
        ]
        self._shelves = [
            (
                stock.on_hand - stock.reserved,
                stock.on_hand * (variant.cost_minor or 0),
                variant.active and product.status == "active",
            )
            for stock, variant, product in session.execute(
                select(Stock, Variant, Product)
                .join(Variant, Variant.id == Stock.variant_id)
                .join(Product, Product.id == Variant.product_id)
            )
        ]
        self._returns = {one.id: one for one in session.scalars(select(Return))}
        self._return_lines = list(session.scalars(select(ReturnLine)))
        self.of: dict[str, list[Happened]] = defaultdict(list)
        self._kept: dict[int, int] = defaultdict(int)
        self._count_orders()
        self._count_lines()
        self._count_returns()
        self._count_customers()
        for refund in session.scalars(select(Refund)):
            amount = refund.amount_minor if refund.status != "failed" else 0
            members = self._of_order(refund.order_id)
            self.of["refunds"].append(Happened(refund.created_at, members, amount))
        self._parcels = list(session.scalars(select(Shipment)))
        self._count_parcels(self._parcels)
        for visit in session.scalars(select(WebSession)):
            members = {Dimension.CHANNEL: visit.channel, Dimension.COUNTRY: visit.country}
            self.of["conversion_rate"].append(
                Happened(visit.started_at, members, visit.order_id is not None, 1)
            )
            self.of["visits"].append(Happened(visit.started_at, members, 1))
        self._count_carts(session)
        self._count_disputes(session)
        for review in session.scalars(select(Review)):
            members = self._of_order(review.order_id) if review.order_id else {}
            self.of["review_score"].append(Happened(review.created_at, members, review.score, 1))
            self.of["reviews"].append(Happened(review.created_at, members, 1))

    def __repr__(self) -> str:
        return "Recomputed()"

    def within(self, period: Period) -> Callable[[Happened], bool]:
        return lambda one: one.at is not None and one.at.astimezone(self._zone).date() in period

    def buyers(self, period: Period) -> tuple[set[int], set[int], int]:
        """The customers who placed an order that stands within the period, those who had placed one before it, and how
        many such orders there are."""
        placed = sorted(
            (one for one in self._orders.values() if one.placed_at), key=lambda one: (one.placed_at, one.id)
        )
        seen: set[int] = set()
        everybody: set[int] = set()
        returning: set[int] = set()
        orders = 0
        for order in placed:
            customer = order.customer_id
            if customer is None or order.placed_at is None:
                continue
            if order.status not in GONE and order.placed_at.astimezone(self._zone).date() in period:
                everybody.add(customer)
                orders += 1
                returning |= {customer} & seen
            seen.add(customer)
        return everybody, returning, orders

    def stock_and_sales(self, category: str | None, *, days: int) -> tuple[int, int]:
        """What of the category can be promised, and what was sold of it in the days up to the newest order."""
        newest = max(one.placed_at for one in self._orders.values() if one.placed_at)
        sold = sum(
            line.quantity - line.cancelled_quantity
            for line in self._lines.values()
            if self._of_line(line)[Dimension.CATEGORY] == category
            and (order := self._orders[line.order_id]).placed_at
            and order.placed_at > newest - timedelta(days=days)
            and order.status not in GONE
        )
        return sum(one for of, one in self._stock if of == category), sold

    def _count_orders(self) -> None:
        for order in self._orders.values():
            stands = order.status not in GONE
            members = self._of_order(order.id)
            self.of["orders"].append(Happened(order.placed_at, members, stands))
            self.of["average_order_value"].append(Happened(order.placed_at, members, 0, stands))
            self.of["cancellations"].append(
                Happened(order.cancelled_at, members, order.status == "cancelled")
            )
            holds = any(
                one.order_id == order.id and one.quantity > one.cancelled_quantity
                for one in self._lines.values()
            )
            self.of["items_per_order"].append(Happened(order.placed_at, members, 0, stands and holds))
            self.of["cancellation_rate"].append(Happened(order.placed_at, members, not stands, 1))
            came_back = any(
                one.order_id == order.id and self._counts(one.id) for one in self._returns.values()
            )
            self.of["return_rate_by_order"].append(
                Happened(order.placed_at, members, stands and came_back, stands)
            )

    def _count_disputes(self, session: Session) -> None:
        self.of["dispute_rate"] += [replace(one, above=0, below=one.above) for one in self.of["orders"]]
        for dispute, ruling in disputes(session):
            members = self._of_order(dispute.order_id) if dispute.order_id else {}
            opened = Happened(dispute.opened_at, members, dispute.state != "withdrawn")
            self.of["disputes"].append(opened)
            self.of["dispute_rate"] += [opened] if dispute.order_id else []
            if ruling:
                won, counts = ruling.ruling == "won", ruling.ruling != "accepted"
                self.of["chargeback_win_rate"].append(Happened(ruling.ruled_at, members, won, counts))

    def _count_lines(self) -> None:
        back = self._came_back()
        for line in self._lines.values():
            order = self._orders[line.order_id]
            stands = order.status not in GONE
            price = line.unit_price_minor * line.quantity
            sold = line.quantity - line.cancelled_quantity
            kept = max(sold - back[line.id], 0)
            worth = _part(price - line.discount_minor, kept, line.quantity)
            paid = _part(price - line.discount_minor, sold, line.quantity)
            self._kept[line.order_id] += stands * worth
            for name, above, below in (
                ("gross_sales", price, 0),
                ("net_sales", stands * worth, 0),
                ("units", stands * sold, 0),
                ("discount_rate", line.discount_minor, price),
                ("return_rate", stands * back[line.id], stands * sold),
                ("return_rate_by_value", stands * (paid - worth), stands * paid),
                ("average_order_value", stands * paid, 0),
                ("items_per_order", stands * sold, 0),
            ):
                self.of[name].append(Happened(order.placed_at, self._of_line(line), above, below))

    def _count_returns(self) -> None:
        for one in self._return_lines:
            members = self._of_line(self._lines[one.order_line_id]) | {Dimension.REASON: one.reason}
            quantity = one.quantity if self._counts(one.return_id) else 0
            requested_at = self._returns[one.return_id].requested_at
            self.of["returns"].append(Happened(requested_at, members, quantity))

    def _count_customers(self) -> None:
        """Each customer's first order, and what followed it."""
        dated = [(one.placed_at, one.id) for one in self._orders.values() if one.placed_at]
        newest = max(dated)[0]
        orders: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
        for at, order_id in sorted(dated):
            if customer := self._orders[order_id].customer_id:
                orders[customer].append((at, order_id))
        for (first, first_id), *others in orders.values():
            stands = self._orders[first_id].status not in GONE
            members = self._of_order(first_id)
            for days in RETENTION_DAYS:
                span = timedelta(days=days)
                again = any(self._orders[one].status not in GONE and at - first <= span for at, one in others)
                is_old = stands and first <= newest - span
                self.of[f"retention_{days}d"].append(Happened(first, members, is_old and again, is_old))
            worth = sum(self._kept[one] for _, one in ((first, first_id), *others))
            for name, above, below in (
                ("new_customers", stands, 0),
                ("customer_lifetime_value", stands * worth, stands),
            ):
                self.of[name].append(Happened(first, members, above, below))

    def _count_carts(self, session: Session) -> None:
        """Of carts that are no longer open."""
        for cart, visit in session.execute(
            select(Cart, WebSession).join(WebSession, WebSession.id == Cart.session_id)
        ):
            members = {Dimension.CHANNEL: visit.channel, Dimension.COUNTRY: visit.country}
            is_closed, is_left = cart.status != "open", cart.status == "abandoned"
            self.of["cart_abandonment"].append(Happened(cart.created_at, members, is_left, is_closed))

    def waits(self, period: Period) -> dict[str, list[Decimal]]:
        """How long each parcel of the period took, shortest first: to leave in hours, to arrive in days."""
        found: dict[str, list[Decimal]] = defaultdict(list)
        for parcel in self._parcels:
            placed = self._orders[parcel.order_id].placed_at
            for name, at, seconds in (
                ("fulfilment_time", parcel.shipped_at, 3600),
                ("delivery_time", parcel.delivered_at, 86400),
            ):
                if placed and at and at.astimezone(self._zone).date() in period:
                    took = (at - placed) // timedelta(microseconds=1)
                    found[name].append(Decimal(took) / 1_000_000 / seconds)
        return {name: sorted(waits) for name, waits in found.items()}

    def stock(self) -> tuple[Decimal, ...]:
        """What can be promised, what it all cost, and which share of the versions on sale is out in a warehouse."""
        on_sale = [free for free, _, is_sold in self._shelves if is_sold]
        out = Decimal(sum(free <= 0 for free in on_sale)) / len(on_sale)
        every = sum(free for free, _, _ in self._shelves), sum(cost for _, cost, _ in self._shelves)
        return Decimal(every[0]), Decimal(every[1]), out

    def _count_parcels(self, shipments: Iterable[Shipment]) -> None:
        for parcel in shipments:
            promised = parcel.promised_at or self._orders[parcel.order_id].promised_at
            if parcel.delivered_at and promised:
                members = self._of_order(parcel.order_id) | {Dimension.CARRIER: parcel.carrier}
                is_on_time = parcel.delivered_at <= promised
                self.of["on_time_delivery"].append(Happened(parcel.delivered_at, members, is_on_time, 1))

    def _came_back(self) -> dict[int, int]:
        back: dict[int, int] = defaultdict(int)
        for one in self._return_lines:
            back[one.order_line_id] += one.quantity if self._counts(one.return_id) else 0
        return back

    def _counts(self, return_id: int) -> bool:
        found = self._returns[return_id]
        return found.kind == "refund" and found.status not in {"rejected", "cancelled"}

    def _of_order(self, order_id: int) -> dict[Dimension, str | None]:
        order = self._orders[order_id]
        return {
            Dimension.CHANNEL: order.channel,
            Dimension.COUNTRY: order.country,
            Dimension.REGION: order.region,
        }

    def _of_line(self, line: OrderLine) -> dict[Dimension, str | None]:
        category = self._categories.get(line.product_id) if line.product_id else None
        return self._of_order(line.order_id) | {Dimension.CATEGORY: category}


def _part(amount: int, part: int, whole: int) -> int:
    return (2 * amount * part + whole) // (2 * whole)
