"""The one way into the commerce database: records in, rows out, a chunk at a time."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, Protocol

from sqlalchemy import Connection, text

from tools.commerce.database import WriteSession, hold
from tools.commerce.importing.catalog import write_products
from tools.commerce.importing.orders import write_orders
from tools.commerce.importing.parties import write_customers, write_sellers
from tools.commerce.importing.problems import Place
from tools.commerce.importing.records import (
    CustomerRecord,
    OrderRecord,
    ProductRecord,
    Record,
    ReviewRecord,
    SellerRecord,
    SessionRecord,
)
from tools.commerce.importing.target import Entry, R, ShopDefaults, Target
from tools.commerce.importing.visits import write_reviews, write_sessions
from tools.commerce.rollups.touching import touched_in
from tools.commerce.schema import Order, Product, Review, Seller, Warehouse, WebSession

CHUNK = 2_000

Progress = Callable[[str, int], None]
"""Told the kind of record (`orders`) and how many of it are in by now."""

RECORD_TYPES: dict[str, type[Record]] = {
    "sellers": SellerRecord,
    "customers": CustomerRecord,
    "products": ProductRecord,
    "orders": OrderRecord,
    "reviews": ReviewRecord,
    "sessions": SessionRecord,
}
"""By kind, in the order in which they refer to each other."""


_COUNTED = {
    Order.number: Order.id,
    Product.ref: Product.id,
    Review.ref: Review.id,
    Seller.ref: Seller.id,
    Warehouse.ref: Warehouse.id,
    WebSession.ref: WebSession.id,
}
"""By the key that an import finds it by: what the shop's figures are counted from."""


@dataclass(frozen=True)
class ImportReport:
    """How many records of each kind came in, and how many were left out because they belong to nothing."""

    counts: dict[str, int]
    skipped: dict[str, int] = field(default_factory=dict)


@contextmanager
def collections_between_chunks() -> Iterator[None]:
    """Looking for cycles among the rows of a chunk takes a quarter of the time; `Loader.flush` looks after it."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()


def no_progress(kind: str, records: int) -> None: ...


class _Queue(Protocol):
    kind: str
    count: int

    def add(self, target: Target, place: Place, record: Record) -> None: ...
    def flush(self, target: Target) -> int: ...


class _Kind(Generic[R]):
    """The records of one kind that wait to be written together."""

    def __init__(
        self, kind: str, accepts: type[R], write: Callable[[Target, Sequence[Entry[R]]], None]
    ) -> None:
        self.kind = kind
        self.count = 0
        self._accepts = accepts
        self._write = write
        self._waiting: list[Entry[R]] = []

    def add(self, target: Target, place: Place, record: Record) -> None:
        if not isinstance(record, self._accepts):
            raise TypeError(f"{type(record).__name__} is not a record of {self.kind}")
        self._waiting.append(Entry(record, place, target))

    def flush(self, target: Target) -> int:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._write(target, waiting)
        self.count += len(waiting)
        return len(waiting)


class Loader:
    """Writes records through one transaction. References come first, or in the same chunk."""

    def __init__(self, session: WriteSession, defaults: ShopDefaults, on_progress: Progress) -> None:
        # Rows that are not there yet are inserted, which they must not be by another import meanwhile.
        hold(session, "import")
        self._session = session
        self.target = Target(session.connection(), defaults)
        self._on_progress = on_progress
        self._waiting = 0
        queues: list[_Queue] = [
            _Kind("sellers", SellerRecord, write_sellers),
            _Kind("customers", CustomerRecord, write_customers),
            _Kind("products", ProductRecord, write_products),
            _Kind("orders", OrderRecord, write_orders),
            _Kind("reviews", ReviewRecord, write_reviews),
            _Kind("sessions", SessionRecord, write_sessions),
        ]
        self._queues = {RECORD_TYPES[queue.kind]: queue for queue in queues}

    def add(self, record: Record, place: Place) -> None:
        self._queues[type(record)].add(self.target, place, record)
        self._waiting += 1
        if self._waiting >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what waits. Raises ImportRejected when there are too many problems to go on."""
        self._waiting = 0
        for queue in self._queues.values():
            if queue.flush(self.target):
                self._on_progress(queue.kind, queue.count)
        gc.collect(1)

    def finish(self, skipped: Mapping[str, int] | None = None) -> ImportReport:
        """Write what waits. Raises ImportRejected if there was any problem: roll back then."""
        self.flush()
        self.target.problems.raise_if_any()
        for key, thing in _COUNTED.items():
            touched_in(self._session).add(thing, self.target.seen[str(key)])
        _analyze(self.target.connection)
        counts = {queue.kind: queue.count for queue in self._queues.values()}
        return ImportReport(counts, dict(skipped or {}))


def load(
    session: WriteSession,
    records: Iterable[Record],
    defaults: ShopDefaults,
    on_progress: Progress = no_progress,
) -> ImportReport:
    """Write `records` in the session's transaction, those first that others refer to.

    Streams: memory does not grow with their number. Raises ImportRejected, whose places count the records of
    each kind; the caller's transaction is then to be rolled back, as leaving `Database.writing` by it does.
    """
    loader = Loader(session, defaults, on_progress)
    kinds = {record_type: kind for kind, record_type in RECORD_TYPES.items()}
    numbers = dict.fromkeys(RECORD_TYPES, 0)
    with collections_between_chunks():
        for record in records:
            kind = kinds[type(record)]
            numbers[kind] += 1
            loader.add(record, Place(kind, numbers[kind]))
        return loader.finish()


def _analyze(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Without a limit SQLite reads each index to its end.
        connection.execute(text("PRAGMA analysis_limit=1000"))
    connection.execute(text("ANALYZE"))
