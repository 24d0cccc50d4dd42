"""What a transaction touched of the things that the shop's figures are counted from.

The session's own events tell: every flush, and every UPDATE and DELETE that goes through it. An import, which writes
past the session, says itself what it wrote. Too much is harmless, for what is summed up is compared before and after.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ClauseElement, Delete, FromClause, Insert, Update, event, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, ORMExecuteState, Session, UOWTransaction

from tools.commerce.rollups.groupings import FOLLOWED, SUMMED
from tools.commerce.schema import (
    Base,
    Cart,
    Order,
    OrderLine,
    Payment,
    Product,
    Refund,
    Return,
    ReturnLine,
    Review,
    Seller,
    Shipment,
    Warehouse,
    WebSession,
)

Thing = InstrumentedAttribute[int]
"""A kind of thing, named by its key: `Order.id`."""

_OF: Mapping[type[Base], tuple[Thing, InstrumentedAttribute[int]]] = {
    Order: (Order.id, Order.id),
    OrderLine: (Order.id, OrderLine.order_id),
    Payment: (Order.id, Payment.order_id),
    Shipment: (Order.id, Shipment.order_id),
    Return: (Order.id, Return.order_id),
    ReturnLine: (Return.id, ReturnLine.return_id),
    Refund: (Order.id, Refund.order_id),
    Product: (Product.id, Product.id),
    Seller: (Seller.id, Seller.id),
    Warehouse: (Warehouse.id, Warehouse.id),
    Review: (Review.id, Review.id),
    WebSession: (WebSession.id, WebSession.id),
    Cart: (WebSession.id, Cart.session_id),
}
"""What a row belongs to, and the column that says to which."""

_TABLES = {model.__table__: model for model in FOLLOWED}
_READ: Mapping[type[Base], frozenset[str]] = {
    model: frozenset(
        column.key for column in model.__table__.c if any(column in one.columns for one in SUMMED)
    )
    for model in FOLLOWED
}
"""The columns that sums are made of."""

_INFO = "touched"


@dataclass
class Touched:
    things: defaultdict[Thing, set[int]] = field(default_factory=lambda: defaultdict(set))
    columns: set[ClauseElement] = field(default_factory=set)
    tables: set[FromClause] = field(default_factory=set)
    born: defaultdict[Thing, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Those that there were none of before: all of their rows were written here."""
    is_anything: bool = False
    """Whether it cannot be told what."""

    def __bool__(self) -> bool:
        return self.is_anything or len(self) > 0

    def __len__(self) -> int:
        return sum(map(len, self.things.values()))

    def add(self, thing: Thing, keys: Iterable[int]) -> None:
        """Said by who writes past the session: anything of these may have changed."""
        self.things[thing].update(keys)
        self.tables.update(_TABLES)
        for table, model in _TABLES.items():
            self.columns.update(table.c[name] for name in _READ[model])

    def add_row(self, row: Base, names: Iterable[str], *, is_new: bool = False) -> None:
        thing, owner = _OF[type(row)]
        key = getattr(row, owner.key)
        self.things[thing].add(key)
        self.tables.add(type(row).__table__)
        if is_new and thing is owner:
            self.born[thing].add(key)
        self.columns.update(type(row).__table__.c[name] for name in names)


class FollowedSession(Session):
    """A session that remembers what was touched in it."""


def touched_in(session: Session) -> Touched:
    found: Touched = session.info.setdefault(_INFO, Touched())
    return found


def take_touched(session: Session) -> Touched:
    """What was touched since it was last taken."""
    found: Touched = session.info.pop(_INFO, None) or Touched()
    return found


@event.listens_for(FollowedSession, "after_flush")
def _notice_flush(session: Session, _: UOWTransaction) -> None:
    for rows, is_new in ((session.new, True), (session.deleted, False)):
        for row in rows:
            if type(row) in _OF:
                touched_in(session).add_row(row, _READ[type(row)], is_new=is_new)
    for row in session.dirty:
        if type(row) in _OF and (changed := _changed(row)):
            touched_in(session).add_row(row, changed)


def _changed(row: Base) -> list[str]:
    attributes = inspect(row).attrs
    return [name for name in _READ[type(row)] if attributes[name].history.has_changes()]


@event.listens_for(FollowedSession, "do_orm_execute")
def _notice_statement(state: ORMExecuteState) -> None:
    statement = state.statement
    if not isinstance(statement, Insert | Update | Delete) or statement.table not in _TABLES:
        return
    model = _TABLES[statement.table]
    touched = touched_in(state.session)
    if isinstance(statement, Insert) or statement.whereclause is None:
        touched.is_anything = True
        return
    thing, owner = _OF[model]
    touched.tables.add(statement.table)
    rows = select(owner).where(statement.whereclause)
    touched.things[thing].update(state.session.execute(rows, state.parameters).scalars())
    touched.columns.update(model.__table__.c[name] for name in _READ[model])
