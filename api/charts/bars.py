"""Members side by side, and what each added to a change."""

from collections.abc import Sequence
from decimal import Decimal

from api.charts.bar_rows import Bar, BarRow, draw_rows
from api.charts.canvas import Canvas, Sheet
from api.charts.content import Member, changed, members, number, scales
from api.charts.names import member_name
from api.charts.scale import Scale
from tools.commerce.metrics.metric import Better
from tools.kpi_cards import ExplanationCard, FigureFacts, KpiCard

MOST_BARS = 12
_LEAST_COLUMN = 165
_NOT_KNOWN = "not known"
_DWARFED = 3


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
    notes = []
    if others := len(found) - len(shown) + card.left_out:
        rests = [_rest(card, place, shown) for place in range(len(columns))]
        if any(_dwarfs(rest, place, shown) for place, rest in enumerate(rests)):
            sums = [scale.text(rest) for scale, rest in zip(columns, rests, strict=True) if rest is not None]
            notes.append(f"Not shown: {others} others, in all {', '.join(sums)}.")
        else:
            bars = (_rest_bar(scale, rest, sheet) for scale, rest in zip(columns, rests, strict=True))
            rows.append(BarRow(f"{others} others", tuple(bars)))
    titles = [scale.metric.title for scale in columns] if len(columns) > 1 else [""]
    if left_off := [metric.title for metric in card.metrics[len(columns) :]]:
        notes.append(f"Not shown: {', '.join(left_off)}.")
    return draw_rows(rows, titles, sheet, note=" ".join(notes))


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
    notes = [changed(scale, figure)]
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


def _dwarfs(rest: Decimal | None, place: int, shown: Sequence[Member]) -> bool:
    """Whether so long a bar would leave the others none to speak of."""
    values = [number(member.figures[place].value) for member in shown]
    largest = max((abs(value) for value in values if value is not None), default=Decimal(0))
    return rest is not None and abs(rest) > largest * _DWARFED


def _rest_bar(scale: Scale, rest: Decimal | None, sheet: Sheet) -> Bar:
    if rest is None:
        return Bar(None, "not shown", sheet.colors.muted)
    return Bar(scale.plotted(rest), scale.text(rest), sheet.colors.before)


def _rest(card: KpiCard, place: int, shown: Sequence[Member]) -> Decimal | None:
    """What the members that are not shown come to together, where that can be told."""
    if not card.metrics[place].adds_up:
        is_all = card.others and len(shown) == len(card.rows)
        return number(card.others[place].value) if is_all else None
    whole = number(card.total[place].value)
    parts = [number(member.figures[place].value) for member in shown]
    if whole is None or None in parts:
        return None
    return whole - sum((part for part in parts if part is not None), Decimal(0))
