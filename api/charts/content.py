"""What of a card is plotted: courses over time, and members side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.charts.dates import is_partial
from api.charts.names import member_name
from api.charts.scale import Scale
from tools.commerce.metrics.calendar import Grain
from tools.kpi_cards import FigureFacts, KpiCard, KpiRow, Span


@dataclass(frozen=True)
class Point:
    """A unit of time; None is not known. `is_partial`: the unit was cut off, or is not over."""

    span: Span
    figure: FigureFacts
    is_partial: bool

    @property
    def value(self) -> Decimal | None:
        return number(self.figure.value)

    @property
    def before(self) -> Decimal | None:
        return number(self.figure.before)


@dataclass(frozen=True)
class Course:
    """One metric of one member over time; the whole's has no name."""

    name: str | None
    grain: Grain
    scale: Scale
    points: tuple[Point, ...]

    @property
    def known(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.value is not None)


@dataclass(frozen=True)
class Member:
    name: str
    figures: tuple[FigureFacts, ...]


def number(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def scales(card: KpiCard) -> tuple[Scale, ...]:
    return tuple(Scale(metric, card.currency) for metric in card.metrics)


def courses(card: KpiCard) -> tuple[Course, ...]:
    """Of one metric all members, the weightiest first; of several metrics the whole of each."""
    if card.grain is None:
        return ()
    by_member: dict[tuple[str | None, ...], list[KpiRow]] = {}
    for row in card.rows:
        by_member.setdefault(row.members, []).append(row)
    found = [
        Course(
            member_name(members, card.dimensions) or None, card.grain, scale, _points(rows, place, card.grain)
        )
        for members, rows in by_member.items()
        for place, scale in enumerate(scales(card) if len(by_member) == 1 else scales(card)[:1])
    ]
    if len(by_member) == 1:
        return tuple(found)
    return tuple(sorted(found, key=lambda course: -_weight(course)))


def members(card: KpiCard) -> tuple[Member, ...]:
    """In the card's order, which is by the first metric."""
    return tuple(Member(member_name(row.members, card.dimensions), row.figures) for row in card.rows)


def _points(rows: Sequence[KpiRow], place: int, grain: Grain) -> tuple[Point, ...]:
    return tuple(Point(row.span, row.figures[place], is_partial(row.span, grain)) for row in rows if row.span)


def _weight(course: Course) -> Decimal:
    values = [abs(point.value) for point in course.points if point.value is not None]
    return sum(values, Decimal(0)) / max(len(values), 1)
