"""Small multiples: a little line chart for each member, or for each of several metrics."""

from collections.abc import Sequence
from decimal import Decimal

from api.charts import dates
from api.charts.canvas import BODY, LINE, SMALL, Canvas, Sheet
from api.charts.content import Course, courses
from api.charts.plot import TimePlot, ValueAxis, all_values, draw_course, draw_past, draw_targets
from tools.kpi_cards import KpiCard

MOST_PANELS = 9
_PANEL_WIDTH = 175
_PLOT_HEIGHT = 78
_HEAD = 2 * BODY * LINE + 10
_FOOT = SMALL * LINE + 16
_BETWEEN = 22


def draw_panels(card: KpiCard, sheet: Sheet) -> Canvas:
    """Members share one scale, so that heights can be compared; metrics have their own."""
    found = courses(card)
    shown = found[:MOST_PANELS]
    inner = sheet.width - 2 * sheet.margin
    columns = max(2 if sheet.is_narrow else 3, int(inner // (_PANEL_WIDTH * 1.6)))
    columns = min(columns, len(shown))
    axes_of = _value_axes(shown)
    labels = max(axis.width(sheet) for axis in axes_of) + 6
    width = (inner - _BETWEEN * (columns - 1)) / columns
    rows = -(-len(shown) // columns)
    more = f"Not shown: {len(found) - len(shown)} more." if len(found) > len(shown) else ""
    panel = _HEAD + _PLOT_HEIGHT + _FOOT
    canvas = sheet.canvas(sheet.top + rows * panel + sheet.margin / 2, note=more)
    for place, (course, axis) in enumerate(zip(shown, axes_of, strict=True)):
        left = sheet.margin + place % columns * (width + _BETWEEN)
        top = sheet.top + place // columns * panel
        plot = TimePlot(
            canvas, left + labels, top + _HEAD, width - labels, _PLOT_HEIGHT, axis, len(course.points)
        )
        _draw_panel(plot, course, left, width)
    return canvas


def _value_axes(shown: Sequence[Course]) -> list[ValueAxis]:
    if len({course.scale for course in shown}) > 1:
        return [ValueAxis.of(course.scale, all_values([course]) or [0.0], _PLOT_HEIGHT) for course in shown]
    shared = ValueAxis.of(shown[0].scale, all_values(shown), _PLOT_HEIGHT)
    return [shared] * len(shown)


def _draw_panel(plot: TimePlot, course: Course, left: float, width: float) -> None:
    sheet, canvas = plot.canvas.sheet, plot.canvas
    colors = sheet.colors
    top = plot.top - _HEAD
    name = course.name or course.scale.metric.title
    canvas.text(
        left,
        top + BODY * LINE / 2,
        sheet.ruler.shortened(name, BODY, width, is_bold=True),
        color=colors.text,
        is_bold=True,
    )
    canvas.text(left, top + BODY * LINE * 1.5, _latest(course, sheet, width), color=colors.muted, size=SMALL)
    if not course.known:
        return
    axes = plot.axes()
    plot.draw_values(axes)
    draw_past(axes, course, colors.before, width=1.2)
    draw_course(axes, course.scale, course.points, colors.accent, hollow=colors.background, width=1.7)
    draw_targets(axes, course, colors.muted)
    middle = plot.top + plot.height + 7 + SMALL * LINE / 2
    first, last = (dates.unit_start(course.points[at].span, course.grain) for at in (0, -1))
    canvas.text(plot.left, middle, first, color=colors.muted, size=SMALL)
    canvas.text(plot.left + plot.width, middle, last, color=colors.muted, size=SMALL, align="right")


def _latest(course: Course, sheet: Sheet, width: float) -> str:
    if not course.known:
        return "not known"
    point = course.known[-1]
    text = course.scale.text(point.value or Decimal(0))
    return sheet.ruler.shortened(f"{text} so far" if point.is_open else f"last {text}", SMALL, width)
