"""Figures over time: one line with its past, a few members, or columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from matplotlib.axes import Axes

from api.charts import dates
from api.charts.canvas import BODY, LINE, SMALL, Canvas, Sheet
from api.charts.content import Course, Point, courses
from api.charts.plot import (
    UNDER_PLOT,
    TimePlot,
    ValueAxis,
    all_values,
    draw_course,
    draw_past,
    draw_targets,
    plotted,
    spread_apart,
)
from tools.kpi_cards import KpiCard

_LEAST_PLOT = 170


@dataclass(frozen=True)
class _Label:
    """At the end of a line: its value, and under it what it is."""

    value: float
    head: str
    tail: str
    color: str


def draw_line(card: KpiCard, sheet: Sheet, *, as_columns: bool = False) -> Canvas:
    (course,) = courses(card)
    labels = [_last(course, sheet.colors.accent), *_last_before(course, card, sheet), *_target(course, sheet)]
    values = all_values([course])
    plot = _plot(sheet, course, values, labels, as_columns=as_columns)
    axes = plot.axes()
    plot.draw_values(axes)
    plot.draw_times([point.span for point in course.points], course.grain)
    if as_columns:
        _draw_columns(axes, course, sheet)
    else:
        draw_past(axes, course, sheet.colors.before, width=1.5)
        draw_course(axes, course.scale, course.points, sheet.colors.accent, hollow=sheet.colors.background)
    draw_targets(axes, course, sheet.colors.muted)
    _draw_labels(plot, labels)
    return plot.canvas


def draw_lines(card: KpiCard, sheet: Sheet) -> Canvas:
    """A line for each member, named at its end."""
    found = courses(card)
    colors = sheet.colors.members
    labels = [
        _named(course, course.known[-1], color)
        for course, color in zip(found, colors, strict=False)
        if course.known
    ]
    plot = _plot(sheet, found[0], all_values(found), labels)
    axes = plot.axes()
    plot.draw_values(axes)
    plot.draw_times([point.span for point in found[0].points], found[0].grain)
    for course, color in zip(found, colors, strict=False):
        draw_course(axes, course.scale, course.points, color, hollow=sheet.colors.background)
        draw_targets(axes, course, sheet.colors.muted)
    _draw_labels(plot, labels)
    return plot.canvas


def _plot(
    sheet: Sheet,
    course: Course,
    values: Sequence[float],
    labels: Sequence[_Label],
    *,
    as_columns: bool = False,
) -> TimePlot:
    height = max(_LEAST_PLOT, sheet.width * 9 / 16 - sheet.top - UNDER_PLOT - sheet.margin / 2)
    axis = ValueAxis.of(course.scale, values, height, from_zero=as_columns)
    canvas = sheet.canvas(sheet.top + height + UNDER_PLOT + sheet.margin / 2)
    left = sheet.margin + axis.width(sheet) + 8
    right = sheet.width - sheet.margin - _room(sheet, labels)
    return TimePlot(
        canvas,
        left,
        sheet.top + 6,
        right - left,
        height - 6,
        axis,
        len(course.points),
        is_of_columns=as_columns,
    )


def _room(sheet: Sheet, labels: Sequence[_Label]) -> float:
    """For the labels right of the plot, but no more than leaves the lines theirs."""
    widths = [
        max(sheet.ruler.width(one.head, BODY, is_bold=True), sheet.ruler.width(one.tail, SMALL))
        for one in labels
    ]
    return min(max(widths, default=0.0), sheet.width * 0.27) + 10


def _draw_labels(plot: TimePlot, labels: Sequence[_Label]) -> None:
    sheet = plot.canvas.sheet
    gap = (BODY + SMALL) * LINE
    wanted = [plot.y(label.value) for label in labels]
    middles = spread_apart(wanted, gap + 2, plot.top + gap / 4, plot.top + plot.height - gap / 4)
    x = plot.left + plot.width + 10
    width = sheet.width - sheet.margin / 2 - x
    for label, middle in zip(labels, middles, strict=True):
        head = sheet.ruler.shortened(label.head, BODY, width, is_bold=True)
        tail = sheet.ruler.shortened(label.tail, SMALL, width)
        plot.canvas.text(x, middle - SMALL * LINE / 2, head, color=label.color, is_bold=True)
        plot.canvas.text(x, middle + BODY * LINE / 2, tail, color=sheet.colors.muted, size=SMALL)


def _last(course: Course, color: str) -> _Label:
    point = course.known[-1]
    value = point.value or Decimal(0)
    name = dates.short(point.span) if point.is_partial else dates.unit_name(point.span, course.grain)
    tail = f"{name} so far" if point.is_open else name
    return _Label(course.scale.plotted(value), course.scale.text(value), tail, color)


def _last_before(course: Course, card: KpiCard, sheet: Sheet) -> list[_Label]:
    befores = [point.before for point in course.points if point.before is not None]
    if not befores or card.compared_to is None:
        return []
    value = befores[-1]
    return [
        _Label(
            course.scale.plotted(value),
            course.scale.text(value),
            dates.short(card.compared_to),
            sheet.colors.muted,
        )
    ]


def _target(course: Course, sheet: Sheet) -> list[_Label]:
    targets = [point.target for point in course.points if point.target is not None]
    if not targets:
        return []
    value = targets[-1]
    return [_Label(course.scale.plotted(value), course.scale.text(value), "target", sheet.colors.muted)]


def _named(course: Course, point: Point, color: str) -> _Label:
    value = point.value or Decimal(0)
    return _Label(course.scale.plotted(value), course.name or "", course.scale.text(value), color)


def _draw_columns(axes: Axes, course: Course, sheet: Sheet) -> None:
    """What a column is compared to stands behind it, wider and paler."""
    colors = sheet.colors
    befores = plotted(course.scale, (point.before for point in course.points))
    axes.bar(range(len(befores)), befores, width=0.86, color=colors.grid, zorder=1)
    for place, point in enumerate(course.points):
        if point.value is None:
            continue
        axes.bar(
            [place],
            [course.scale.plotted(point.value)],
            width=0.56,
            color="none" if point.is_partial else colors.accent,
            edgecolor=colors.accent,
            hatch="////" if point.is_partial else None,
            linewidth=1,
            zorder=2,
        )
