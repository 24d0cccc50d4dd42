"""Orders that a principal may see, and what is told of them. Every query of an order starts here."""

from datetime import date
from itertools import takewhile

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from tools.cards import LineFacts, Money, OrderCard, OrderListCard, OrderSummary, PaymentFacts, Refusal
from tools.commerce.arrival import TransitTimes, arrival
from tools.commerce.catalog import option_values
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import (
    Customer,
    Order,
    OrderLine,
    OrderStatus,
    PaymentMethodKind,
    Product,
    RefundStatus,
    Role,
    Variant,
)
from tools.principal import IdentityLevel, Principal

SHORTEST_ENDING = 4
"""Digits at the end of an order number that are enough to find it among one's own orders."""

IDENTITY_NEEDED = Refusal(
    code="identity_needed",
    message="I need to know that the order is yours. Give me its order number and the e-mail or postcode "
    "on it, or sign in with a code that I send to your e-mail.",
)
ORDER_NOT_FOUND = Refusal(
    code="order_not_found",
    message="I can't find that order among the orders that I can show you. Please check the number.",
)


def visible_orders(principal: Principal) -> Select[Order]:
    """A shopper's own and proved orders, all of them for agents and managers, and for others none."""
    orders = select(Order)
    if principal.sees_every_order:
        return orders
    if principal.role is not Role.SHOPPER:
        return orders.where(false())
    proved = Order.id.in_(sorted(principal.proved_orders))
    if principal.customer_id is None:
        return orders.where(proved)
    own = Order.customer_id == principal.customer_id
    return orders.where(or_(own, proved) if principal.proved_orders else own)


def find_order(
    session: ReadSession | WriteSession, principal: Principal, typed: str, *options: ORMOption
) -> Order | Refusal:
    """The visible order of that number; among a shopper's own, a number's ending of four digits will do."""
    if principal.level is IdentityLevel.ANONYMOUS:
        return IDENTITY_NEEDED
    key = number_key(typed)
    wanted: ColumnElement[bool] = Order.number_key == key
    if principal.sees_every_order:
        wanted = Order.number_key.in_(possible_keys(session, typed))
    elif _is_ending(key):
        wanted = Order.number_key.endswith(key)
    query = visible_orders(principal).where(wanted).order_by(Order.number_key != key, Order.id).limit(3)
    found = session.scalars(query.options(*options)).all()
    exact = [order for order in found if order.number_key == key]
    candidates = exact or found
    if len(candidates) > 1:
        candidates = [order for order in exact if order.number == typed.strip()]
    return candidates[0] if len(candidates) == 1 else ORDER_NOT_FOUND


def possible_keys(session: ReadSession | WriteSession, typed: str) -> tuple[str, ...]:
    """Keys that the number may have, the likelier first: mere digits also with the newest order's letters."""
    key = number_key(typed)
    if not _is_ending(key):
        return (key,)
    newest = session.scalar(select(Order.number_key).order_by(Order.id.desc()).limit(1)) or ""
    letters = "".join(takewhile(str.isalpha, newest))
    return (key, letters + key) if letters else (key,)


def order_details(
    session: ReadSession, principal: Principal, number: str, when: LocalTime
) -> OrderCard | Refusal:
    product = joinedload(OrderLine.product).load_only(Product.image_url, Product.category)
    versions = product.selectinload(Product.variants).selectinload(Variant.options)
    order = find_order(
        session,
        principal,
        number,
        selectinload(Order.lines).options(versions),
        selectinload(Order.payments),
        selectinload(Order.refunds),
        selectinload(Order.shipments),
    )
    if isinstance(order, Refusal):
        return order
    expected = arrival(order, when, TransitTimes(session, when.now))
    refunded = sum(
        refund.amount_minor for refund in order.refunds if refund.status is not RefundStatus.FAILED
    )
    return OrderCard(
        number=order.number,
        status=order.status,
        placed_on=when.day(order.placed_at),
        expected_on=expected.expected_on,
        delivered_on=expected.delivered_on,
        cancelled_on=when.day(order.cancelled_at),
        cancel_reason=order.cancel_reason,
        is_late=expected.is_late,
        lines=tuple(_line(line, order.currency) for line in order.lines),
        subtotal=Money.of(order.subtotal_minor, order.currency),
        discount=Money.of(order.discount_minor, order.currency),
        shipping=Money.of(order.shipping_minor, order.currency),
        tax=Money.of(order.tax_minor, order.currency),
        total=Money.of(order.total_minor, order.currency),
        refunded=Money.of(refunded, order.currency) if refunded else None,
        promo_code=order.promo_code,
        shipping_method=order.shipping_method,
        ship_to=_ship_to(order),
        payments=tuple(
            PaymentFacts(
                method=payment.label or spoken_kind(payment.kind),
                amount=Money.of(payment.amount_minor, payment.currency),
                status=payment.status.value,
            )
            for payment in order.payments
        ),
    )


def list_orders(
    session: ReadSession,
    principal: Principal,
    when: LocalTime,
    *,
    status: OrderStatus | None = None,
    placed_from: date | None = None,
    placed_to: date | None = None,
    email: str | None = None,
    number: str | None = None,
    limit: int = 5,
) -> OrderListCard | Refusal:
    """The newest of the visible orders. Days are whole days of the shop's zone, the last one included."""
    if principal.level is IdentityLevel.ANONYMOUS:
        return IDENTITY_NEEDED
    orders = visible_orders(principal)
    if status is not None:
        orders = orders.where(Order.status == status)
    if placed_from is not None:
        orders = orders.where(Order.placed_at >= when.start_of(placed_from))
    if placed_to is not None:
        orders = orders.where(Order.placed_at < when.end_of(placed_to))
    if email is not None:
        wanted = email.strip().lower()
        customers = select(Customer.id).where(Customer.email == wanted)
        orders = orders.where(or_(Order.email == wanted, Order.customer_id.in_(customers)))
    if number is not None:
        orders = orders.where(Order.number_key.in_(possible_keys(session, number)))
    newest = orders.order_by(Order.placed_at.desc().nulls_last(), Order.id.desc()).limit(limit)
    parts = (Order.lines, Order.shipments, Order.returns, Order.refunds, Order.payments)
    kinds = selectinload(Order.lines).joinedload(OrderLine.product).load_only(Product.category)
    loading = (*(selectinload(part) for part in parts), kinds)
    found = session.scalars(newest.options(*loading)).all()
    total = len(found)
    if total == limit:
        total = session.scalar(select(func.count()).select_from(orders.subquery())) or total
    transit = TransitTimes(session, when.now)
    return OrderListCard(orders=tuple(summary(order, when, transit) for order in found), total_orders=total)


def summary(order: Order, when: LocalTime, transit: TransitTimes) -> OrderSummary:
    """Needs the order's lines, shipments, returns, refunds and payments."""
    expected = arrival(order, when, transit)
    return OrderSummary(
        number=order.number,
        status=order.status,
        placed_on=when.day(order.placed_at),
        expected_on=expected.expected_on,
        delivered_on=expected.delivered_on,
        is_late=expected.is_late,
        has_return=bool(order.returns or order.refunds),
        total=Money.of(order.total_minor, order.currency),
        items=tuple(item(line, line.quantity) for line in order.lines),
        kinds=tuple((line.product.category if line.product else None) or "" for line in order.lines),
        paid_with=tuple(dict.fromkeys(paid.label or spoken_kind(paid.kind) for paid in order.payments)),
    )


def item(line: OrderLine, quantity: int) -> str:
    """`2 x Enamel mug (Color: Blue)`."""
    options = f" ({line.options})" if line.options else ""
    return f"{quantity} x {line.name}{options}"


def spoken_kind(kind: PaymentMethodKind) -> str:
    return kind.value.replace("_", " ").capitalize()


def _is_ending(key: str) -> bool:
    return len(key) >= SHORTEST_ENDING and key.isascii() and key.isdigit()


def _line(line: OrderLine, currency: str) -> LineFacts:
    return LineFacts(
        line=line.line_no,
        name=line.name,
        options=line.options,
        sku=line.sku,
        quantity=line.quantity,
        not_coming=line.cancelled_quantity or None,
        unit_price=Money.of(line.unit_price_minor, currency),
        total=Money.of(line.total_minor, currency),
        image_url=line.product.image_url if line.product else None,
        category=line.product.category if line.product else None,
        comes_in=option_values(line.product.variants) if line.product else {},
    )


def _ship_to(order: Order) -> str | None:
    place = " ".join(part for part in (order.region, order.postcode) if part)
    parts = (order.recipient, order.line1, order.line2, order.city, place, order.country)
    return ", ".join(part for part in parts if part) or None
