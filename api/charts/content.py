"""What of a card is plotted: courses over time, and members side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from api.charts.names import member_name
from api.charts.scale import Scale
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.metric import Unit
from tools.kpi_cards import FigureFacts, KpiCard, KpiRow, Span


@dataclass(frozen=True)
class Point:
    """A unit of time; None is not known. `is_partial`: the unit was cut off, or, if it `is_open`, is not over."""

    span: Span
    value: Decimal | None
    before: Decimal | None
    target: Decimal | None
    is_partial: bool = False
    is_open: bool = False


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


def charted(card: KpiCard) -> tuple[Scale, ...]:
    """Of several metrics of several members over time, or of two dimensions, only the first has room."""
    several = len({row.members for row in card.rows}) > 1
    is_crossed = several and (card.grain is not None or len(card.dimensions) > 1)
    return scales(card)[:1] if is_crossed else scales(card)


def changed(scale: Scale, figure: FigureFacts) -> str:
    """Of a share in points, for "+10%" of a rate could be either; empty where nothing is compared."""
    value, before = number(figure.value), number(figure.before)
    if scale.metric.unit is Unit.SHARE and value is not None and before is not None:
        return scale.difference(value - before)
    return figure.change_text or ""


def is_running(card: KpiCard) -> bool:
    return any(figure.running is not None for row in card.rows for figure in row.figures)


def is_of_shares(card: KpiCard) -> bool:
    """Whether each member's part of the whole was asked for."""
    return bool(card.dimensions) and any(
        figure.share is not None for row in card.rows for figure in row.figures
    )


def courses(card: KpiCard) -> tuple[Course, ...]:
    """Of one metric all members, the weightiest first; of several metrics the whole of each.

    A running total takes the place of the figure itself, and so do shares.
    """
    if card.grain is None:
        return ()
    by_member: dict[tuple[str | None, ...], dict[Span, KpiRow]] = {}
    for row in card.rows:
        if row.span:
            by_member.setdefault(row.members, {})[row.span] = row
    found = [
        _course(card, rows, place, member_name(members, card.dimensions) or None, card.grain)
        for members, rows in by_member.items()
        for place in range(len(charted(card)))
    ]
    if len(by_member) == 1:
        return tuple(found)
    return tuple(sorted(found, key=lambda course: -_weight(course)))


def members(card: KpiCard) -> tuple[Member, ...]:
    """In the card's order, which is by the first metric."""
    return tuple(Member(member_name(row.members, card.dimensions), row.figures) for row in card.rows)


def _course(card: KpiCard, rows: Mapping[Span, KpiRow], place: int, name: str | None, grain: Grain) -> Course:
    metric = card.metrics[place]
    running, shares = is_running(card), is_of_shares(card)

    def point(span: Span) -> Point:
        row = rows.get(span)
        if row is None:
            return Point(span, None, None, None)
        figure = row.figures[place]
        state = (row.is_partial, row.is_partial and span.last >= card.as_of.date())
        if running:
            return Point(span, number(figure.running), None, None, *state)
        if shares:
            return Point(span, number(figure.share), None, None, *state)
        return Point(span, number(figure.value), number(figure.before), number(figure.target), *state)

    if shares and not running:
        metric = metric.model_copy(update={"unit": Unit.SHARE})
    points = tuple(map(point, dict.fromkeys(row.span for row in card.rows if row.span)))
    return Course(name, grain, Scale(metric, card.currency), points)


def _weight(course: Course) -> Decimal:
    values = [abs(point.value) for point in course.points if point.value is not None]
    return sum(values, Decimal(0)) / max(len(values), 1)
