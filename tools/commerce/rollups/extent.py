"""How far a change reaches: whose events count otherwise because of what a transaction touched."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from functools import cache, cached_property

from sqlalchemy import BindParameter, Connection, Engine, Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from tools.commerce.rollups.touching import Thing, Touched
from tools.commerce.schema import (
    Order,
    OrderLine,
    Product,
    Return,
    Review,
    Seller,
    Shipment,
    Warehouse,
    WebSession,
)

MOST_AT_ONCE = 500

Extent = Mapping[Thing, Collection[int]]
"""The orders, visits and reviews whose events are to be looked at."""
Column = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]

_NAMED: Mapping[Thing, tuple[tuple[Column, Column, Thing], ...]] = {
    Product.id: (
        (OrderLine.product_id, OrderLine.order_id, Order.id),
        (Review.product_id, Review.id, Review.id),
    ),
    Seller.id: ((OrderLine.seller_id, OrderLine.order_id, Order.id),),
    Warehouse.id: ((Shipment.warehouse_id, Shipment.order_id, Order.id),),
}
"""What gives events the name of a member: where a row says which it is, the column with what its event is of, and of
which kind that is."""

_DATED = {Order.__table__.c.placed_at, Order.__table__.c.customer_id}
_KEYS: BindParameter[int] = bindparam("keys", expanding=True)
_later = aliased(Order)
_LATER_ORDERS = (
    select(_later.id)
    .join(Order, Order.customer_id == _later.customer_id)
    .where(Order.id.in_(_KEYS), _later.placed_at >= Order.placed_at)
)


class BeforeAndNow(ExitStack):
    """What is committed, and what the transaction sees. A context manager: ends the connection that the first needs."""

    def __init__(self, committed: Engine, now: Connection) -> None:
        super().__init__()
        self._committed = committed
        self.now = now

    @cached_property
    def before(self) -> Connection:
        """Opened when it is first asked: of what was born here nothing was there before."""
        return self.enter_context(self._committed.connect())

    def find(self, wanted: Column, by: Column, keys: Collection[int], born: Collection[int] = ()) -> set[int]:
        """Of the rows whose column `by` has one of the `keys`, then or now; then, none had one that was `born`."""
        return self._find(_select(wanted, by), keys, born)

    def find_later_orders(self, orders: Collection[int], born: Collection[int]) -> set[int]:
        """Of the same customers: whether those were their first may have changed."""
        return self._find(_LATER_ORDERS, orders, born)

    def _find(self, rows: Select[int | None], keys: Collection[int], born: Collection[int]) -> set[int]:
        found: set[int | None] = set()
        for some in parts(keys):
            found.update(self.now.scalars(rows, {"keys": some}))
        for some in parts({*keys}.difference(born)):
            found.update(self.before.scalars(rows, {"keys": some}))
        return {one for one in found if one is not None}


@cache
def _select(wanted: Column, by: Column) -> Select[int | None]:
    return select(wanted).where(by.in_(_KEYS))


def renamed(seen: BeforeAndNow, touched: Touched) -> dict[Thing, set[int]]:
    """The products, sellers and warehouses that are called otherwise now."""
    found: dict[Thing, set[int]] = {}
    for thing in _NAMED.keys() & touched.things.keys():
        table = thing.class_.__table__
        columns = [column for column in table.c if column in touched.columns]
        for some in parts(touched.things[thing] - touched.born[thing]):
            rows = select(table.c.id, *columns).where(table.c.id.in_(some))
            before, now = (
                {key: tuple(names) for key, *names in one.execute(rows)} for one in (seen.before, seen.now)
            )
            changed = {key for key in before.keys() & now.keys() if before[key] != now[key]}
            if changed:
                found.setdefault(thing, set()).update(changed)
    return found


def customers(seen: BeforeAndNow, touched: Touched) -> set[int]:
    """Whose orders may be their first, or no longer, because one was placed or dated otherwise."""
    if touched.columns.isdisjoint(_DATED):
        return set()
    return seen.find(Order.customer_id, Order.id, touched.things[Order.id], touched.born[Order.id])


def extent(seen: BeforeAndNow, touched: Touched, called_otherwise: Mapping[Thing, Collection[int]]) -> Extent:
    things, born = touched.things, touched.born
    found: dict[Thing, set[int]] = {
        Order.id: set(things[Order.id]),
        WebSession.id: set(things[WebSession.id]),
        Review.id: set(things[Review.id]),
    }
    found[Order.id] |= seen.find(Return.order_id, Return.id, things[Return.id], born[Return.id])
    for thing, keys in called_otherwise.items():
        for which, owner, kind in _NAMED[thing]:
            found[kind] |= seen.find(owner, which, keys)
    if not touched.columns.isdisjoint(_DATED):
        found[Order.id] |= seen.find_later_orders(found[Order.id], born[Order.id])
    # Reviews of what was born here were written here, and are among what was touched.
    found[Review.id] |= seen.find(Review.id, Review.order_id, found[Order.id] - born[Order.id])
    return found


def parts(keys: Collection[int]) -> Iterator[list[int]]:
    """In lists short enough for one statement."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), MOST_AT_ONCE):
        yield ordered[start : start + MOST_AT_ONCE]
