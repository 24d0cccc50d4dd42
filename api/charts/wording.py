"""The heading of a chart: the answer, and under it what exactly is shown."""

from dataclasses import dataclass
from decimal import Decimal

from api.charts import dates
from api.charts.content import charted, courses, is_of_shares, is_running, number, scales
from api.charts.form import ChartForm
from api.charts.names import clean, dimension_name, in_a_sentence, member_name
from api.charts.scale import Scale
from tools.commerce.metrics.metric import Unit
from tools.kpi_cards import ExplanationCard, FigureFacts, KpiCard, Span

_AS_LEVELS = frozenset({Unit.SHARE, Unit.SCORE})
"""Told from one to the other: a rate that "rose 10%" could be one of points, or of itself."""
_UNREADABLE_CHANGE = 10
"""From ten times as much on, a percentage says nothing."""
_MOSTLY = Decimal("0.5")
_LEADING = Decimal("0.05")
"""A smaller part than this leads nothing."""

_OF_LINES = frozenset({ChartForm.LINE, ChartForm.LINES, ChartForm.SMALL_MULTIPLES})
_SHOWING_BEFORE = frozenset({ChartForm.LINE, ChartForm.COLUMNS, ChartForm.BARS, ChartForm.SMALL_MULTIPLES})


@dataclass(frozen=True)
class Heading:
    title: str
    subtitle: str
    notes: str
    """Below the chart; empty where there is nothing to add."""

    @classmethod
    def of(cls, card: KpiCard | ExplanationCard, form: ChartForm) -> "Heading":
        return cls(_headline(card), _subtitle(card, form), _notes(card, form))


def _headline(card: KpiCard | ExplanationCard) -> str:
    """`Net sales fell 12.1% to $84,210 in October, mostly from Lighting`."""
    if isinstance(card, ExplanationCard):
        scale = Scale(card.metric, card.currency)
        return f"{_answer(scale, card.figure)} {dates.when(card.span)}{_driven(card)}"
    answers = [_answer(scale, figure) for scale, figure in zip(charted(card), card.total, strict=False)]
    answer = "; ".join(answers[:2])
    return f"{answer} {dates.when(card.span)}{_leader(card) if len(answers) == 1 else ''}"


def _subtitle(card: KpiCard | ExplanationCard, form: ChartForm) -> str:
    """`Net sales by week · October 2026 · only channel: web · compared with September 2026`."""
    if isinstance(card, ExplanationCard):
        by = dimension_name(card.drivers[0].dimension)
        what = f"What each {by} added to the change"
        return " · ".join(
            [what, dates.period(card.span), *map(_filter, card.filters), _compared(card.compared_to)]
        )
    titles = ", ".join(scale.metric.title for scale in charted(card))
    splits = [*([card.grain.value] if card.grain else []), *map(dimension_name, card.dimensions)]
    if kind := "Running total of " if is_running(card) else "Share of " if is_of_shares(card) else "":
        titles = kind + titles[:1].lower() + titles[1:]
    parts = [f"{titles} by {' and '.join(splits)}"]
    if card.span:
        parts.append(dates.period(card.span))
    parts += map(_filter, card.filters)
    if card.picked:
        parts.append(f"each with {card.picked}")
    if card.compared_to and form in _SHOWING_BEFORE and not is_running(card):
        parts.append(f"{_compared(card.compared_to)} (gray)")
    if form is ChartForm.BARS and any(row.figures[0].target for row in card.rows):
        parts.append("the mark is the target")
    return " · ".join(parts)


def _notes(card: KpiCard | ExplanationCard, form: ChartForm) -> str:
    """What must be known beside: of which days there is no data, and that a gap is no zero."""
    if isinstance(card, ExplanationCard):
        return ""
    told = list(card.notes)
    if left_off := [metric.title for metric in card.metrics[len(charted(card)) :]]:
        told.append(f"Not shown: {', '.join(left_off)}.")
    if form in _OF_LINES and any(0 < len(one.known) < len(one.points) for one in courses(card)):
        told.append("A gap is a figure that is not known.")
    if card.grain and card.left_out:
        told.append("There was no room for the rest of the period.")
    return clean(" ".join(told))


def _filter(filtered: str) -> str:
    told = clean(filtered)
    return told if told.startswith("not ") else f"only {told}"


def _compared(span: Span) -> str:
    return f"compared with {dates.period(span)}"


def _answer(scale: Scale, figure: FigureFacts) -> str:
    title = scale.metric.title
    value, before, target = map(number, (figure.value, figure.before, figure.target))
    if value is None:
        return f"{title}: not known"
    text = scale.text(value)
    if target is not None:
        return f"{title}: {text}, {_against(scale, value, target, figure.beyond_target_text)}"
    if before is None:
        return f"{title}: {text}"
    if value == before or scale.text(before) == text:
        return f"{title} held at {text}"
    verb = "rose" if value > before else "fell"
    change = _relative(value, before)
    if scale.metric.unit in _AS_LEVELS or figure.change_text is None or change >= _UNREADABLE_CHANGE:
        return f"{title} {verb} from {scale.text(before)} to {text}"
    return f"{title} {verb} {figure.change_text.lstrip('+-')} to {text}"


def _against(scale: Scale, value: Decimal, target: Decimal, beyond: str | None) -> str:
    aim = f"the target of {scale.text(target)}"
    if value == target or scale.text(value) == scale.text(target):
        return f"right on {aim}"
    side = "above" if value > target else "below"
    if scale.metric.unit in _AS_LEVELS or beyond is None:
        return f"{side} {aim}"
    return f"{beyond.lstrip('+-')} {side} {aim}"


def _relative(value: Decimal, before: Decimal) -> Decimal:
    return abs((value - before) / before) if before else Decimal("Infinity")


def _driven(card: ExplanationCard) -> str:
    """Who moved the figure most the way it went, and who as far the other way that it must be said."""
    value, before = number(card.figure.value), number(card.figure.before)
    if value is None or before is None or not card.drivers:
        return ""
    driver, scale = card.drivers[0], Scale(card.metric, card.currency)
    way = 1 if value > before else -1
    parts = [(Decimal(one.part_value) * way, one.member) for one in driver.members]

    def named(member: str | None) -> str:
        return in_a_sentence(member_name([member], [driver.dimension]))

    told = ""
    with_it = [part for part, _ in parts if part > 0]
    part, member = max(parts, key=lambda one: one[0])
    if part > 0:
        how = "mostly from" if part >= sum(with_it) * _MOSTLY else "led by"
        told = f", {how} {named(member)}"
    against, member = min(parts, key=lambda one: one[0])
    if -against >= abs(value - before) * _MOSTLY:
        told += f", despite {named(member)} ({scale.difference(against * way)})"
    return told


def _leader(card: KpiCard) -> str:
    """Who has the most, where members are told apart; nobody where two have it."""
    if not card.dimensions:
        return ""
    weights = _weights(card)
    if len(weights) < 2:
        return ""
    (name, most), (_, second) = sorted(weights.items(), key=lambda one: -one[1])[:2]
    if most == second or most <= 0:
        return ""
    scale = scales(card)[0]
    named = in_a_sentence(name)
    if not scale.metric.adds_up:
        # Of rates over time there is no one figure of a member.
        return f", highest for {named} ({scale.text(most)})" if not card.grain else ""
    whole = number(card.total[0].value)
    if not whole or not 0 < most <= whole:
        return f", led by {named} ({scale.text(most)})"
    return f", led by {named} ({scale.text(most)}, {most / whole:.0%})" if most / whole >= _LEADING else ""


def _weights(card: KpiCard) -> dict[str, Decimal]:
    """The first metric of each member, added up over time."""
    found: dict[str, Decimal] = {}
    for row in card.rows:
        if (value := number(row.figures[0].value)) is not None:
            name = member_name(row.members, card.dimensions)
            found[name] = found.get(name, Decimal(0)) + value
    return found
