"""What a figure counts, and what it comes to, in plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tools.commerce.metrics.facts import Dimension

TOTALS = frozenset(
    "orders gross_sales net_sales units returns refunds new_customers cancellations visits reviews disputes".split()
)

Members = Mapping[Dimension, str | None]


@dataclass(frozen=True)
class Happened:
    """A row as a figure counts it: when, split by what, and what it adds above and below the line."""

    at: datetime | None
    members: Members
    above: int
    below: int = 0


def figure(name: str, rows: Iterable[Happened]) -> Decimal | None:
    chosen = list(rows)
    above = Decimal(sum(one.above for one in chosen))
    if name in TOTALS:
        return above
    below = sum(one.below for one in chosen)
    return above / below if below else None
