"""What is summed up by the day: derived from the metrics, so that a new one needs nothing here.

For each kind of event: every dimension by itself and within each channel, and what is asked together often. All
combinations would be a table as long as the events are many.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice

from sqlalchemy import Alias, ClauseElement, Column, FromClause, Join, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import visitors

from tools.commerce.metrics import facts
from tools.commerce.metrics.definitions import METRICS
from tools.commerce.metrics.facts import Dimension, Fact
from tools.commerce.metrics.metric import Measure, Quantile
from tools.commerce.metrics.sql import Moment
from tools.commerce.schema import (
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
from tools.commerce.schema.rollups import MOST_SUMS

ROOTS: Mapping[Fact, InstrumentedAttribute[int]] = {
    facts.ORDERS: Order.id,
    facts.LINES: Order.id,
    facts.CANCELLED_ORDERS: Order.id,
    facts.RETURNED_LINES: Order.id,
    facts.REFUNDS: Order.id,
    facts.PARCELS_SENT: Order.id,
    facts.PARCELS_DELIVERED: Order.id,
    facts.VISITS: WebSession.id,
    facts.CARTS: WebSession.id,
    facts.REVIEWS: Review.id,
}
"""The kinds of event that are summed up, and what one is of: when that is touched, all its events are looked at."""

FOLLOWED = (
    *(Order, OrderLine, Payment, Shipment, Return, ReturnLine, Refund),
    *(Product, Seller, Warehouse, Review, WebSession, Cart),
)
"""The tables whose changes are noticed (`touching`). A measure that reads others is not summed up."""

_DETAILED = (Dimension.CATEGORY, Dimension.BRAND, Dimension.PRODUCT)
_TOGETHER = (
    (Dimension.PRODUCT, Dimension.VARIANT),
    (Dimension.CATEGORY, Dimension.REASON),
    (Dimension.CARRIER, Dimension.REGION),
    (Dimension.CARRIER, Dimension.WAREHOUSE),
    (Dimension.DEVICE, Dimension.SOURCE),
)


@dataclass(frozen=True, eq=False)
class Summed:
    """A kind of event, and its measures in the order of their sums."""

    fact: Fact
    moment: Moment
    measures: tuple[Measure, ...]
    dimensions: tuple[Dimension, ...]
    places: Mapping[Measure, int]
    """The place of each measure's sum, from 0; one that is written down more than once has one sum."""

    @cached_property
    def table(self) -> FromClause:
        """Where an event is a row: what the others are joined to."""
        source = self.fact.source
        while isinstance(source, Join):
            source = source.left
        return source

    @cached_property
    def columns(self) -> frozenset[ClauseElement]:
        """All that is read of the tables: when none of it changes, no sum does."""
        read = (self.fact.source, *_parts(self))
        return frozenset(
            found for part in read for found in visitors.iterate(part) if isinstance(found, Column)
        )


@dataclass(frozen=True, eq=False)
class Grouping:
    number: int
    summed: Summed
    dimensions: tuple[Dimension, ...]


def covering(fact: Fact, dimensions: frozenset[Dimension]) -> Grouping | None:
    """The smallest that tells the `dimensions` of a fact apart; None where none does."""
    fitting = [one for one in GROUPINGS if one.summed.fact is fact and dimensions.issubset(one.dimensions)]
    return min(fitting, key=lambda one: (len(one.dimensions), one.number), default=None)


def _all_summed() -> Iterator[Summed]:
    for fact in ROOTS:
        alike: dict[str, list[Measure]] = {}
        for one in _added_up(fact):
            alike.setdefault(" / ".join(_text(part) for part in _parts_of(one)), []).append(one)
        places = {
            one: place for place, several in enumerate(islice(alike.values(), MOST_SUMS)) for one in several
        }
        dimensions = tuple(
            one
            for one, split in fact.splits.items()
            # Whether a customer is new depends on the orders before, which `extent` sees to.
            if one is Dimension.CUSTOMER_KIND or _is_followed(split)
        )
        if places and fact.moment is not None:
            measures = tuple(several[0] for several in islice(alike.values(), MOST_SUMS))
            yield Summed(fact, fact.moment, measures, dimensions, places)


def _added_up(fact: Fact) -> Iterator[Measure]:
    for metric in METRICS:
        if not isinstance(metric.formula, Quantile):
            for one in metric.formula.measures:
                if one.fact is fact and not one.is_distinct and _is_followed(*_parts_of(one)):
                    yield one


def _is_followed(*parts: ClauseElement) -> bool:
    tables = {one.__table__ for one in FOLLOWED}
    for part in parts:
        for found in visitors.iterate(part):
            if isinstance(found, Alias) or (isinstance(found, Table) and found not in tables):
                return False
            if isinstance(found, Column) and found.table not in tables:
                return False
    return True


def _all_groupings(summed: Summed) -> Iterator[tuple[Dimension, ...]]:
    known = summed.dimensions
    first = (Dimension.CHANNEL,) if Dimension.CHANNEL in known else ()
    yield first
    for one in known:
        if one not in (*first, Dimension.PRODUCT, Dimension.VARIANT):
            yield (*first, one)
    for several in (_DETAILED, *_TOGETHER):
        if set(several).issubset(known):
            yield several


def _parts(summed: Summed) -> Iterator[ClauseElement]:
    """All that the definitions say."""
    fact = summed.fact
    yield from (part for part in (fact.moment, fact.currency) if part is not None)
    yield from (fact.splits[one] for one in summed.dimensions)
    for measure in summed.measures:
        yield from _parts_of(measure)


def _parts_of(measure: Measure) -> Iterator[ClauseElement]:
    yield measure.value
    if measure.where is not None:
        yield measure.where


def _text(part: ClauseElement) -> str:
    compiled = part.compile(dialect=sqlite.dialect())
    return f"{compiled} {sorted(compiled.params.items())}"


SUMMED: tuple[Summed, ...] = tuple(_all_summed())
GROUPINGS: tuple[Grouping, ...] = tuple(
    Grouping(number, summed, dimensions)
    for number, (summed, dimensions) in enumerate(
        (summed, dimensions) for summed in SUMMED for dimensions in _all_groupings(summed)
    )
)
DEFINITIONS = sha256(
    repr(
        [
            (
                one.number,
                one.dimensions,
                _text(one.summed.fact.source),
                [_text(part) for part in _parts(one.summed)],
            )
            for one in GROUPINGS
        ]
    ).encode()
).hexdigest()
"""Of all that is said here and in the metrics."""
