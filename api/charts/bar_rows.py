"""Rows of bars from zero, named and labelled, so that no axis is needed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes

from api.charts.canvas import BODY, LINE, SMALL, Canvas, HorizontalAlignment, Sheet

_BAR = 15.0
_BEFORE_BAR = 4.0
_BETWEEN_ROWS = 9.0
_BETWEEN_COLUMNS = 12.0
_HALVINGS = 30
_LEAST_BAR = 0.3
"""Where notes would leave the longest bar less of its column than this, there are none."""


@dataclass(frozen=True)
class Bar:
    """`value`, `before` and `target` as plotted; `label` stands at its end, `note` quietly after that."""

    value: float | None
    label: str
    color: str
    before: float | None = None
    target: float | None = None
    note: str = ""


@dataclass(frozen=True)
class BarRow:
    """A member, with a bar in each column. A strong one is set apart, as a total is."""

    name: str
    bars: tuple[Bar, ...]
    is_strong: bool = False


@dataclass(frozen=True)
class _Column:
    """Where zero is, how far a unit reaches, and where the bars may be."""

    left: float
    zero: float
    per_unit: float
    title: str
    has_notes: bool


def draw_rows(rows: Sequence[BarRow], titles: Sequence[str], sheet: Sheet, *, note: str = "") -> Canvas:
    """`titles` are of the columns, one for each bar of a row."""
    inner = sheet.width - 2 * sheet.margin
    beside = not sheet.is_narrow
    room = inner * 0.36 if beside else inner
    names = [sheet.ruler.wrapped(row.name, BODY, room, most_lines=2, is_bold=row.is_strong) for row in rows]
    widest = max(sheet.ruler.width(line, BODY, is_bold=True) for lines in names for line in lines)
    left = sheet.margin + (min(widest, room) + 12 if beside else 0)
    columns = _columns(rows, titles, left, sheet)
    heading = BODY * LINE + 6 if any(titles) else 0
    heights = [_height(row, lines, beside=beside) for row, lines in zip(rows, names, strict=True)]
    canvas = sheet.canvas(sheet.top + heading + sum(heights) + sheet.margin, note=note)
    ground = canvas.ground()
    y = sheet.top + heading
    for column in columns:
        title = sheet.ruler.shortened(column.title, SMALL, inner / len(columns) - 8)
        canvas.text(column.left, sheet.top + SMALL / 2, title, color=sheet.colors.muted, size=SMALL)
    for row, lines, height in zip(rows, names, heights, strict=True):
        if row.is_strong:
            ground.plot(
                [sheet.margin, sheet.width - sheet.margin], [y, y], color=sheet.colors.grid, linewidth=1
            )
        _draw_row(canvas, ground, row, lines, columns, y, height, beside=beside)
        y += height
        # Beside the names the line of zero is one; under them it must not cross them.
        from_y = y - height if beside else y - _BETWEEN_ROWS / 2 - _thickness(row)
        for column in columns:
            ground.plot([column.zero] * 2, [from_y, y], color=sheet.colors.muted, linewidth=1, zorder=4)
    return canvas


def _height(row: BarRow, lines: Sequence[str], *, beside: bool) -> float:
    text = len(lines) * BODY * LINE
    return (max(_thickness(row), text) if beside else _thickness(row) + text + 2) + _BETWEEN_ROWS


def _thickness(row: BarRow) -> float:
    return _BAR + (_BEFORE_BAR if any(bar.before is not None for bar in row.bars) else 0)


def _columns(rows: Sequence[BarRow], titles: Sequence[str], left: float, sheet: Sheet) -> list[_Column]:
    width = (sheet.width - sheet.margin - left) / len(titles)
    return [
        _column(
            [row.bars[place] for row in rows],
            title,
            left + place * width,
            width - (_BETWEEN_COLUMNS if len(titles) > 1 else 0),
            sheet,
        )
        for place, title in enumerate(titles)
    ]


def _column(bars: Sequence[Bar], title: str, left: float, width: float, sheet: Sheet) -> _Column:
    """As long a unit as leaves every bar room for its label beyond its end."""
    lengths = [
        abs(value) for bar in bars for value in (bar.value, bar.before, bar.target) if value is not None
    ]
    largest = max(lengths, default=0.0)
    low, high = 0.0, width / largest if largest else 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        fits = sum(_reach(bars, middle, sheet)) <= width
        low, high = (middle, high) if fits else (low, middle)
    if low * largest < width * _LEAST_BAR and any(bar.note for bar in bars):
        return _column([replace(bar, note="") for bar in bars], title, left, width, sheet)
    return _Column(
        left, left + _reach(bars, low, sheet)[0], low, title, has_notes=any(bar.note for bar in bars)
    )


def _reach(bars: Sequence[Bar], per_unit: float, sheet: Sheet) -> tuple[float, float]:
    """How far the bars and their labels reach to the left of zero, and to the right."""
    sides = [0.0, 0.0]
    for bar in bars:
        value = bar.value or 0.0
        label = abs(value) * per_unit + _label_width(bar, sheet)
        sides[value >= 0] = max(sides[value >= 0], label)
        for other in (bar.before or 0.0, bar.target or 0.0):
            sides[other >= 0] = max(sides[other >= 0], abs(other) * per_unit)
    return sides[0], sides[1]


def _label_width(bar: Bar, sheet: Sheet) -> float:
    note = sheet.ruler.width(bar.note, SMALL) + 7 if bar.note else 0
    return sheet.ruler.width(bar.label, BODY, is_bold=True) + note + 7


def _draw_row(
    canvas: Canvas,
    ground: Axes,
    row: BarRow,
    lines: Sequence[str],
    columns: Sequence[_Column],
    top: float,
    height: float,
    *,
    beside: bool,
) -> None:
    sheet = canvas.sheet
    text = len(lines) * BODY * LINE
    middle = top + height / 2
    y = middle - text / 2 if beside else top + _BETWEEN_ROWS / 2
    for line in lines:
        canvas.text(sheet.margin, y + BODY * LINE / 2, line, color=sheet.colors.text, is_bold=row.is_strong)
        y += BODY * LINE
    center = middle if beside else top + height - _BETWEEN_ROWS / 2 - _thickness(row) / 2
    for bar, column in zip(row.bars, columns, strict=True):
        _draw_bar(canvas, ground, bar, column, center)


def _draw_bar(canvas: Canvas, ground: Axes, bar: Bar, column: _Column, middle: float) -> None:
    colors = canvas.sheet.colors
    end = column.zero
    if bar.before is not None:
        middle -= _BEFORE_BAR / 2
        length = bar.before * column.per_unit
        under = middle + (_BAR + _BEFORE_BAR) / 2 + 1
        canvas.box(ground, column.zero, under, length, _BEFORE_BAR, colors.before)
    if bar.value is not None:
        length = bar.value * column.per_unit
        canvas.box(ground, column.zero, middle, length, _BAR, bar.color)
        end += length
    if bar.target is not None:
        x = column.zero + bar.target * column.per_unit
        reach = _BAR / 2 + 3
        ground.plot([x, x], [middle - reach, middle + reach], color=colors.text, linewidth=2, zorder=5)
    is_left = (bar.value or 0) < 0
    outward = -1 if is_left else 1
    align: HorizontalAlignment = "right" if is_left else "left"
    color = colors.muted if bar.value is None else colors.text
    canvas.text(end + 7 * outward, middle, bar.label, color=color, is_bold=bar.value is not None, align=align)
    if column.has_notes:
        width = canvas.sheet.ruler.width(bar.label, BODY, is_bold=True)
        x = end + (14 + width) * outward
        canvas.text(x, middle, bar.note, color=colors.muted, size=SMALL, align=align)
