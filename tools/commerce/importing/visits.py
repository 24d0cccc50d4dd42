"""Reviews and web sessions on their way in."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete

from tools.commerce.importing.insertion import Row
from tools.commerce.importing.records import ReviewRecord, SessionRecord
from tools.commerce.importing.target import Entry, Target, parts
from tools.commerce.schema import Cart, Customer, Order, Product, Review, WebSession


def write_reviews(target: Target, entries: Sequence[Entry[ReviewRecord]]) -> None:
    stored = target.refuse_repeats(Review.ref, Review.id, [(e, "id", e.record.id) for e in entries])
    products = target.find(Product.ref, Product.id, (e.record.product for e in entries if e.record.product))
    orders = target.find(Order.number, Order.id, (e.record.order for e in entries if e.record.order))
    rows: list[Row] = []
    for entry in entries:
        record = entry.record
        row: Row = {
            "ref": record.id,
            "product_id": entry.known("product", record.product, products),
            "order_id": entry.known("order", record.order, orders),
            "score": record.score,
            "title": record.title,
            "body": record.body,
            "created_at": entry.moment("created_at", record.created_at),
        }
        if entry.sound:
            rows.append(row)
    target.upsert_keyed(Review, Review.ref, rows, stored)


def write_sessions(target: Target, entries: Sequence[Entry[SessionRecord]]) -> None:
    stored = target.refuse_repeats(WebSession.ref, WebSession.id, [(e, "id", e.record.id) for e in entries])
    customers = target.find(
        Customer.ref, Customer.id, (e.record.customer for e in entries if e.record.customer)
    )
    orders = target.find(Order.number, Order.id, (e.record.order for e in entries if e.record.order))
    rows: list[Row] = []
    carts: dict[str, Row] = {}
    for entry in entries:
        record = entry.record
        row: Row = {
            "ref": record.id,
            "customer_id": entry.known("customer", record.customer, customers),
            "started_at": entry.moment("started_at", record.started_at),
            "channel": record.channel,
            "device": record.device,
            "source": record.source,
            "country": record.country,
            "page_views": record.page_views,
            "order_id": entry.known("order", record.order, orders),
        }
        cart = _cart_row(entry)
        if entry.sound:
            rows.append(row)
            if cart:
                carts[record.id] = cart
    ids = target.upsert_keyed(WebSession, WebSession.ref, rows, stored)
    _write_carts(
        target, {ids[str(row["ref"])]: carts.get(str(row["ref"])) for row in rows}, set(stored.values())
    )


def _write_carts(target: Target, carts: Mapping[int, Row | None], stored: Collection[int]) -> None:
    """By session. Those of the sessions in `stored` may have one already."""
    rows = [{"session_id": session, **cart} for session, cart in carts.items() if cart]
    target.insert(Cart, [row for row in rows if row["session_id"] not in stored])
    target.upsert(Cart, [row for row in rows if row["session_id"] in stored], match=("session_id",))
    for part in parts(session for session in stored if session in carts and not carts[session]):
        target.connection.execute(delete(Cart).where(Cart.session_id.in_(part)))


def _cart_row(entry: Entry[SessionRecord]) -> Row | None:
    cart = entry.record.cart
    if cart is None:
        return None
    currency = cart.currency or entry.target.defaults.currency
    return {
        "status": cart.status,
        "created_at": entry.moment("cart.created_at", cart.created_at or entry.record.started_at),
        "items": cart.items,
        "value_minor": entry.minor("cart.value", cart.value, currency),
        "currency": currency,
    }
