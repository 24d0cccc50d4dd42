"""Members side by side, and what each added to a change."""

from collections.abc import Sequence
from decimal import Decimal

from api.charts.bar_rows import Bar, BarRow, draw_rows
from api.charts.canvas import Canvas, Sheet
from api.charts.content import Member, members, number, scales
from api.charts.names import member_name
from api.charts.scale import Scale
from tools.commerce.metrics.metric import Better, Unit
from tools.kpi_cards import ExplanationCard, FigureFacts, KpiCard

MOST_BARS = 12
_LEAST_COLUMN = 165
_NOT_KNOWN = "not known"


def draw_bars(card: KpiCard, sheet: Sheet) -> Canvas:
    found = members(card)
    shown = found[:MOST_BARS] if len(found) > MOST_BARS + 1 else found
    columns = scales(card)[: max(1, int((sheet.width - 2 * sheet.margin) // _LEAST_COLUMN))]
    rows = [
        BarRow(
            member.name,
            tuple(_bar(scale, figure, sheet) for scale, figure in zip(columns, member.figures, strict=False)),
        )
        for member in shown
    ]
    left_over = len(found) - len(shown) + card.left_out
    if left_over:
        rows.append(_others(card, columns, left_over, shown, sheet))
    titles = [scale.metric.title for scale in columns] if len(columns) > 1 else [""]
    left_off = [metric.title for metric in card.metrics[len(columns) :]]
    return draw_rows(rows, titles, sheet, note=f"Not shown: {', '.join(left_off)}." if left_off else "")


def draw_contributions(card: ExplanationCard, sheet: Sheet) -> Canvas:
    """Each member's part of the change, to the left where it lowered the figure, and the change itself at the end."""
    driver = card.drivers[0]
    scale = Scale(card.metric, card.currency)
    parts = [
        (
            member_name([one.member], [driver.dimension]),
            Decimal(one.part_value),
            _course(scale, one.figure),
        )
        for one in driver.members
        if Decimal(one.part_value)
    ]
    if others := Decimal(driver.others_value):
        parts.append(("all others", others, ""))
    rows = [BarRow(name, (_part(scale, value, note, sheet),)) for name, value, note in parts]
    whole = sum((value for _, value, _ in parts), Decimal(0))
    rows.append(
        BarRow("Change in all", (_part(scale, whole, _course(scale, card.figure), sheet),), is_strong=True)
    )
    return draw_rows(rows, [""], sheet)


def _course(scale: Scale, figure: FigureFacts) -> str:
    value, before = number(figure.value), number(figure.before)
    return "" if value is None or before is None else f"{scale.text(before)} → {scale.text(value)}"


def _part(scale: Scale, value: Decimal, note: str, sheet: Sheet) -> Bar:
    colors = sheet.colors
    color = colors.accent
    if scale.metric.better is not Better.NEITHER:
        color = colors.good if (value > 0) == (scale.metric.better is Better.UP) else colors.bad
    return Bar(scale.plotted(value), scale.difference(value), color, note="" if sheet.is_narrow else note)


def _bar(scale: Scale, figure: FigureFacts, sheet: Sheet) -> Bar:
    value, before, target = map(number, (figure.value, figure.before, figure.target))
    if value is None:
        return Bar(None, _NOT_KNOWN, sheet.colors.muted)
    notes = [_change(scale, figure)]
    label = scale.text(value)
    if figure.share_text is not None:
        label, notes = figure.share_text, [label, *notes]
    return Bar(
        scale.plotted(value),
        label,
        sheet.colors.accent,
        before=None if before is None else scale.plotted(before),
        target=None if target is None else scale.plotted(target),
        note="  ".join(filter(None, notes)),
    )


def _change(scale: Scale, figure: FigureFacts) -> str:
    """Of a share in points, for "+10%" of a rate could be either."""
    value, before = number(figure.value), number(figure.before)
    if scale.metric.unit is Unit.SHARE and value is not None and before is not None:
        return scale.difference(value - before)
    return figure.change_text or ""


def _others(
    card: KpiCard, columns: Sequence[Scale], count: int, shown: Sequence[Member], sheet: Sheet
) -> BarRow:
    """What the members that are not shown come to together, where that can be told."""
    bars = []
    for place, scale in enumerate(columns):
        rest = _rest(card, place, shown)
        label = "" if rest is None else scale.text(rest)
        bars.append(Bar(None if rest is None else scale.plotted(rest), label, sheet.colors.before))
    return BarRow(f"{count} others", tuple(bars))


def _rest(card: KpiCard, place: int, shown: Sequence[Member]) -> Decimal | None:
    if not card.metrics[place].adds_up:
        is_all = card.others and len(shown) == len(card.rows)
        return number(card.others[place].value) if is_all else None
    whole = number(card.total[place].value)
    parts = [number(member.figures[place].value) for member in shown]
    if whole is None or None in parts:
        return None
    return whole - sum((part for part in parts if part is not None), Decimal(0))
