"""The plot of values over time: a rectangle of the canvas with its two axes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isnan

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from api.charts.canvas import LINE, SMALL, Canvas, Sheet
from api.charts.content import Course, Point
from api.charts.scale import Scale
from api.charts.time_axis import time_ticks
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.metric import Unit
from tools.kpi_cards import Span

UNDER_PLOT = 2 * SMALL * LINE + 8
_BETWEEN_TICKS = 14
_PIXELS_PER_TICK = 52
_MOST_DOTS = 13
_MANY = 62
"""So many units and more are drawn with a thin line."""
"""On a longer line they would be beads on a string."""
NOT_KNOWN = float("nan")
"""Where a line breaks."""
_FROM_ZERO = frozenset({Unit.MONEY, Unit.COUNT})


@dataclass(frozen=True)
class ValueAxis:
    """Ticks from the first to the last of which the axis reaches."""

    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(
        cls, scale: Scale, values: Sequence[float], height: float, *, from_zero: bool = False
    ) -> "ValueAxis":
        """`values` are as plotted, at least one."""
        low, high = min(values), max(values)
        # A rate that hardly moves would be a flat line far above zero.
        if from_zero or scale.metric.unit in _FROM_ZERO or low <= high / 2:
            low, high = min(low, 0.0), max(high, 0.0)
        if low == high:
            low, high = (low - 1, high + 1) if low else (0.0, 1.0)
        count = max(3, min(5, round(height / _PIXELS_PER_TICK)))
        locator = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10], integer=scale.metric.unit is Unit.COUNT)
        # Added up, steps of 0.1 are no longer at 0.
        ticks = tuple(round(float(tick), 10) + 0.0 for tick in locator.tick_values(low, high))
        largest = max(abs(ticks[0]), abs(ticks[-1]))
        step = ticks[1] - ticks[0]
        return cls(ticks, tuple(scale.tick(tick, largest, step) for tick in ticks))

    def width(self, sheet: Sheet) -> float:
        return max(sheet.ruler.width(label, SMALL) for label in self.labels)


@dataclass(frozen=True)
class TimePlot:
    """Where a value is: `left`, `top`, `width` and `height` are of the rectangle in which the values are."""

    canvas: Canvas
    left: float
    top: float
    width: float
    height: float
    values: ValueAxis
    count: int
    """How many units of time."""
    is_of_columns: bool = False

    def axes(self) -> Axes:
        axes = self.canvas.axes(self.left, self.top, self.width, self.height)
        axes.set_ylim(self.values.ticks[0], self.values.ticks[-1])
        room = 0.5 if self.is_of_columns else 0.0
        axes.set_xlim(-room, self.count - 1 + room)
        return axes

    def x(self, place: float) -> float:
        if self.is_of_columns:
            return self.left + self.width * (place + 0.5) / self.count
        return self.left + self.width * place / max(self.count - 1, 1)

    def y(self, value: float) -> float:
        low, high = self.values.ticks[0], self.values.ticks[-1]
        return self.top + self.height * (high - value) / (high - low)

    def draw_values(self, axes: Axes) -> None:
        colors = self.canvas.sheet.colors
        lines = [colors.muted if tick == 0 else colors.grid for tick in self.values.ticks]
        axes.hlines(self.values.ticks, *axes.get_xlim(), colors=lines, linewidth=1, zorder=0)
        for tick, label in zip(self.values.ticks, self.values.labels, strict=True):
            self.canvas.text(
                self.left - 8, self.y(tick), label, color=colors.muted, size=SMALL, align="right"
            )

    def draw_times(self, spans: Sequence[Span], grain: Grain) -> None:
        """Two lines at most: the unit, and under it the year where that is new."""
        sheet = self.canvas.sheet

        def fits(labels: Sequence[str]) -> bool:
            if len(labels) * _BETWEEN_TICKS > self.width:
                return False
            widest = max(sheet.ruler.width(label, SMALL) for label in labels)
            return len(labels) * (widest + _BETWEEN_TICKS) <= self.width + widest

        middle = self.top + self.height + 8 + SMALL * LINE / 2
        for tick in time_ticks(spans, grain, fits):
            for line, text in enumerate((tick.label, tick.below)):
                width = sheet.ruler.width(text, SMALL)
                # The first and the last label stay on the sheet.
                x = min(max(self.x(tick.place), width / 2 + 4), sheet.width - 4 - width / 2)
                if text:
                    self.canvas.text(
                        x,
                        middle + line * SMALL * LINE,
                        text,
                        color=sheet.colors.muted,
                        size=SMALL,
                        align="center",
                    )


def plotted(scale: Scale, values: Iterable[Decimal | None]) -> list[float]:
    return [NOT_KNOWN if value is None else scale.plotted(value) for value in values]


def draw_course(
    axes: Axes, scale: Scale, points: Sequence[Point], color: str, *, hollow: str, width: float = 2.2
) -> None:
    """Solid, but dotted to and from a unit that is not whole; a value between two unknown ones is a dot.

    `hollow` is the color inside of the dot of a unit that is not whole.
    """
    ys = plotted(scale, (point.value for point in points))
    width = width if len(ys) < _MANY else min(width, 1.2)
    solid = [NOT_KNOWN if point.is_partial else y for y, point in zip(ys, points, strict=True)]
    axes.plot(range(len(ys)), solid, color=color, linewidth=width, solid_capstyle="round", clip_on=False)
    for place in (at for at, point in enumerate(points) if point.is_partial):
        near = [at for at in (place - 1, place, place + 1) if 0 <= at < len(ys)]
        dotted = (0, (1, 1.6))
        axes.plot(near, [ys[at] for at in near], color=color, linewidth=width, linestyle=dotted)
    for is_partial, face in ((False, color), (True, hollow)):
        dots = [
            at
            for at, point in enumerate(points)
            if point.is_partial is is_partial and (len(ys) <= _MOST_DOTS or is_partial or _is_alone(ys, at))
        ]
        heights = [ys[at] for at in dots]
        axes.plot(dots, heights, "o", color=color, mfc=face, markersize=width * 2.2, clip_on=False, zorder=4)


def draw_targets(axes: Axes, course: Course, color: str) -> None:
    """Dashed, from step to step: a target holds for a whole unit."""
    targets = plotted(course.scale, (point.target for point in course.points))
    if not all(map(isnan, targets)):
        axes.plot(
            range(len(targets)), targets, color=color, linewidth=1.3, dashes=(4, 3), drawstyle="steps-mid"
        )


def draw_past(axes: Axes, course: Course, color: str, *, width: float) -> None:
    """What each unit is compared to."""
    befores = plotted(course.scale, (point.before for point in course.points))
    if not all(map(isnan, befores)):
        axes.plot(range(len(befores)), befores, color=color, linewidth=width, zorder=2, clip_on=False)


def _is_alone(ys: Sequence[float], at: int) -> bool:
    """Known, between unknown ones."""
    near = [n for n in (at - 1, at + 1) if 0 <= n < len(ys)]
    return not isnan(ys[at]) and all(isnan(ys[n]) for n in near)


def spread_apart(middles: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The same heights, moved as little as it takes for labels there not to overlap, between `low` and `high`."""
    order = sorted(range(len(middles)), key=lambda at: middles[at])
    placed = [0.0] * len(middles)
    reached = low - gap
    for at in order:
        placed[at] = reached = max(middles[at], reached + gap)
    limit = high
    for at in reversed(order):
        placed[at] = min(placed[at], limit)
        limit = placed[at] - gap
    return placed


def all_values(courses: Iterable[Course]) -> list[float]:
    """Of all points, as plotted, with what they are compared to and aim at."""
    return [
        course.scale.plotted(value)
        for course in courses
        for point in course.points
        for value in (point.value, point.before, point.target)
        if value is not None
    ]
