"""Figures in Block Kit: the whole first, then the rows, then what each figure means."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, RichTextPreformattedElement

from api.slack.drawing import MOST_ROWS, facts, rich, section, table, words
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.metric import Better
from tools.kpi_cards import DriverFacts, ExplanationCard, FigureFacts, KpiCard, MetricFacts, Span

NO_MEMBER = "(none)"


def kpi_blocks(card: KpiCard) -> list[Block]:
    whole = [
        (metric.title, figure_text(metric, figure))
        for metric, figure in zip(card.metrics, card.total, strict=True)
    ]
    notes = [*_filters(card.filters), *card.notes]
    if card.left_out and not card.others:
        notes.append(f"{card.left_out} more rows are left out.")
    blocks: list[Block] = [facts(_over(card.span, card.compared_to), whole, notes)]
    if card.rows:
        blocks.append(_table(card))
    newest = (
        f" The newest of it is from {card.newest:%b} {card.newest.day}, {card.newest.year}."
        if card.newest
        else ""
    )
    return [*blocks, _meaning(card.metrics, f"From {card.rows_read:,} rows.{newest}")]


def explanation_blocks(card: ExplanationCard) -> list[Block]:
    over = _over(card.span, card.compared_to)
    whole = [(card.metric.title, figure_text(card.metric, card.figure)), ("Change", card.change)]
    blocks: list[Block] = [facts(over, whole, _filters(card.filters))]
    for driver in card.drivers[:2]:
        title = f"By {driver.dimension.replace('_', ' ')}"
        blocks.append(rich(section(words(title, bold=True)), _parts(card.metric, driver)))
    return [*blocks, _meaning([card.metric])]


def _parts(metric: MetricFacts, driver: DriverFacts) -> RichTextPreformattedElement:
    """Of a sum there is no mix to tell apart: a member's part is what the member changed by."""
    header = ["", metric.title, "part of the change"]
    rows = [[one.member or NO_MEMBER, one.figure.text, one.part] for one in driver.members]
    if not metric.adds_up:
        header += ["rate", "mix"]
        rows = [[*row, one.rate, one.mix] for row, one in zip(rows, driver.members, strict=True)]
    return table(header, rows)


def span_text(span: Span | None) -> str:
    """`Oct 1 to Oct 31, 2026`, `Oct 1, 2026`; `now` of what has no history."""
    if span is None:
        return "now"
    if span.first == span.last:
        return _day(span.last)
    first = _day(span.first) if span.first.year != span.last.year else f"{span.first:%b} {span.first.day}"
    return f"{first} to {_day(span.last)}"


def _header(card: KpiCard) -> list[str]:
    grain = [card.grain.value] if card.grain else []
    return [*grain, *(one.replace("_", " ") for one in card.dimensions), *(m.title for m in card.metrics)]


def _table(card: KpiCard) -> Block:
    """Of a course of time the newest rows, of members the first ones."""
    rows = _rows(card)
    earlier = max(len(rows) - MOST_ROWS, 0) if card.grain and not card.dimensions else 0
    notes = (
        [section(words(f"{earlier} earlier rows are in the chart and the CSV.", italic=True))]
        if earlier
        else []
    )
    return rich(table(_header(card), rows[earlier:]), *notes)


def _rows(card: KpiCard) -> list[list[str]]:
    rows = []
    for row in card.rows:
        when = [_began(row.span.first, card)] if row.span else []
        rows.append([*when, *(member or NO_MEMBER for member in row.members), *map(_cell, row.figures)])
    if card.others:
        blank = [""] * (bool(card.grain) + len(card.dimensions) - 1)
        rows.append([f"{card.left_out} others", *blank, *map(_cell, card.others)])
    return rows


def _began(day: date, card: KpiCard) -> str:
    """With what a unit of time begins: `Nov 9`, `Nov 9, 2025` where a card is of two years; `Nov 2026` of a month."""
    if card.grain not in (Grain.DAY, Grain.WEEK):
        return f"{day:%b %Y}"
    is_of_one_year = card.span is not None and card.span.first.year == card.span.last.year
    return f"{day:%b} {day.day}" if is_of_one_year else _day(day)


def _cell(figure: FigureFacts) -> str:
    told = ", ".join(_aside(figure))
    return f"{figure.text} ({told})" if told else figure.text


def _aside(figure: FigureFacts) -> list[str]:
    told = (
        figure.change_text,
        f"target {figure.target_text}" if figure.target_text else None,
        f"{figure.share_text} of all" if figure.share_text else None,
        f"{figure.running_text} so far" if figure.running_text else None,
    )
    return [text for text in told if text]


def figure_text(metric: MetricFacts, figure: FigureFacts) -> str:
    if not figure.change_text:
        return _cell(figure)
    told = ", ".join([*_aside(figure), f"was {figure.before_text}"])
    return f"{figure.text}  {_arrow(metric, figure.change_text)} {told}"


def _arrow(metric: MetricFacts, change: str) -> str:
    """Green where the change is for the better, red where it is for the worse."""
    is_down = change.startswith(("-", "−"))
    if metric.better is Better.NEITHER or not change.strip("+-−0.%"):
        return "▼" if is_down else "▲"
    is_good = (metric.better is Better.DOWN) == is_down
    return ("🟢 " if is_good else "🔴 ") + ("▼" if is_down else "▲")


def _over(span: Span | None, compared_to: Span | None) -> str:
    before = f", compared with {span_text(compared_to)}" if compared_to else ""
    over = span_text(span)
    return f"{over[:1].upper()}{over[1:]}{before}"


def _filters(filters: Sequence[str]) -> list[str]:
    return [f"Filters: {'; '.join(filters)}."] if filters else []


def _meaning(metrics: Sequence[MetricFacts], source: str = "") -> Block:
    meanings = [f"{one.title}: {one.definition} Counted {one.time_basis}." for one in metrics]
    return rich(section(words("\n".join(filter(None, (*meanings, source))), italic=True)))


def _day(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
