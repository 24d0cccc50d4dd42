"""A table of two dimensions whose cells are the darker the larger their figure."""

from collections.abc import Sequence
from decimal import Decimal

from api.charts import dates
from api.charts.canvas import BODY, LINE, SMALL, Canvas, Sheet
from api.charts.colors import mixed
from api.charts.content import number
from api.charts.form import is_of_cohorts
from api.charts.names import member_name
from api.charts.scale import Scale
from knowledge.shop_profile import contrast
from tools.kpi_cards import KpiCard, KpiRow

MOST_ROWS = 14
_CELL_HEIGHT = 26.0
_PALEST, _DARKEST = 0.06, 0.85
_BLACK, _WHITE = "#000000", "#ffffff"
"""One of them is readable on any color."""

_Table = dict[tuple[str, str], Decimal | None]


def draw_heat_map(card: KpiCard, sheet: Sheet) -> Canvas:
    scale = Scale(card.metrics[0], card.currency)
    table, rows, columns = _table(card)
    inner = sheet.width - 2 * sheet.margin
    left = (
        sheet.margin + min(max(sheet.ruler.width(name, BODY) for name in rows[:MOST_ROWS]), inner * 0.3) + 10
    )
    texts = {key: "–" if value is None else scale.text(value) for key, value in table.items()}
    cell = max(sheet.ruler.width(text, SMALL) for text in texts.values()) + 12
    fits = max(1, int((sheet.width - sheet.margin - left) // cell))
    shown_rows, shown_columns = rows[:MOST_ROWS], columns[:fits]
    width = (sheet.width - sheet.margin - left) / len(shown_columns)
    names = [sheet.ruler.wrapped(name, SMALL, width - 6, most_lines=2) for name in shown_columns]
    head = max(map(len, names)) * SMALL * LINE + 4
    missing = _missing(len(rows) - len(shown_rows), len(columns) - len(shown_columns))
    height = sheet.top + head + _CELL_HEIGHT * len(shown_rows) + sheet.margin
    canvas = sheet.canvas(height, note=missing)
    _draw_names(canvas, names, shown_rows, left, width, head)
    _draw_cells(canvas, table, texts, shown_rows, shown_columns, (left, sheet.top + head, width))
    return canvas


def _table(card: KpiCard) -> tuple[_Table, list[str], list[str]]:
    """Cells by the names of their row and column, and those names: the weightiest first, or the earliest."""
    if is_of_cohorts(card):
        return _cohorts(card)

    def name(row: KpiRow, place: int) -> str:
        return member_name([row.members[place]], [card.dimensions[place]])

    table = {(name(row, 0), name(row, 1)): number(row.figures[0].value) for row in card.rows}

    def ranked(place: int) -> list[str]:
        weights: dict[str, Decimal] = {}
        for key, value in table.items():
            weights[key[place]] = weights.get(key[place], Decimal(0)) + (value or 0)
        return sorted(weights, key=lambda one: -weights[one])

    return table, ranked(0), ranked(1)


def _cohorts(card: KpiCard) -> tuple[_Table, list[str], list[str]]:
    named = [(dates.unit_name(row.span, card.grain), row) for row in card.rows if row.span and card.grain]
    titles = [metric.title for metric in card.metrics]
    table = {
        (name, title): number(figure.value)
        for name, row in named
        for title, figure in zip(titles, row.figures, strict=True)
    }
    return table, [name for name, _ in named], titles


def _draw_names(
    canvas: Canvas,
    names: Sequence[Sequence[str]],
    rows: Sequence[str],
    left: float,
    width: float,
    head: float,
) -> None:
    sheet = canvas.sheet
    for place, lines in enumerate(names):
        top = sheet.top + head - 4 - len(lines) * SMALL * LINE
        for line, text in enumerate(lines):
            canvas.text(
                left + (place + 0.5) * width,
                top + (line + 0.5) * SMALL * LINE,
                text,
                color=sheet.colors.muted,
                size=SMALL,
                align="center",
            )
    for place, name in enumerate(rows):
        middle = sheet.top + head + (place + 0.5) * _CELL_HEIGHT
        shown = sheet.ruler.shortened(name, BODY, left - sheet.margin - 10)
        canvas.text(sheet.margin, middle, shown, color=sheet.colors.text)


def _draw_cells(
    canvas: Canvas,
    table: _Table,
    texts: dict[tuple[str, str], str],
    rows: Sequence[str],
    columns: Sequence[str],
    place: tuple[float, float, float],
) -> None:
    sheet = canvas.sheet
    colors = sheet.colors
    left, top, width = place
    known = [value for value in table.values() if value is not None]
    low, high = min([Decimal(0), *known]), max(known)
    ground = canvas.ground()
    for row, name in enumerate(rows):
        for column, other in enumerate(columns):
            x, y = left + (column + 0.5) * width, top + (row + 0.5) * _CELL_HEIGHT
            value = table.get((name, other))
            fill = colors.background
            if value is not None:
                part = float((value - low) / (high - low)) if high > low else 0.0
                fill = mixed(colors.background, colors.accent, _PALEST + part * (_DARKEST - _PALEST))
                canvas.box(ground, x - width / 2 + 1, y, width - 2, _CELL_HEIGHT - 2, fill)
            front = max(_BLACK, _WHITE, key=lambda one: contrast(one, fill))
            canvas.text(
                x,
                y,
                texts.get((name, other), "–"),
                color=front if value is not None else colors.muted,
                size=SMALL,
                align="center",
            )


def _missing(rows: int, columns: int) -> str:
    counted = ((rows, "row"), (columns, "column"))
    parts = [f"{count} more {what}{'s' if count > 1 else ''}" for count, what in counted if count]
    return f"Not shown: {' and '.join(parts)}." if parts else ""
