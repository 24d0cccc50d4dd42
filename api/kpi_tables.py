"""Figures for the terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tools.kpi_cards import ExplanationCard, FigureFacts, KpiCard, MetricFacts, Span


def kpi_table(card: KpiCard) -> RenderableType:
    """The whole first, then the rows, then what each figure means."""
    over = _over(card.span, card.compared_to)
    titles = [metric.title for metric in card.metrics]
    splits = [dimension.replace("_", " ") for dimension in card.dimensions]
    table = Table(*([card.grain.value] if card.grain else []), *splits, *titles, title=Text(over))
    for row in card.rows:
        when = [row.span.first.isoformat()] if row.span else []
        members = [member or "(none)" for member in row.members]
        table.add_row(*(Text(cell) for cell in (*when, *members, *map(_figure, row.figures))))
    blank = [""] * (bool(card.grain) + len(splits) - 1)
    if card.others:
        table.add_row(
            *(Text(cell) for cell in (f"{card.left_out} others", *blank, *map(_figure, card.others)))
        )
    whole = ["all", *blank] if card.rows or card.others else []
    table.add_row(*(Text(cell, style="bold") for cell in (*whole, *map(_figure, card.total))))
    notes = [f"Only {', '.join(card.filters)}."] if card.filters else []
    if card.left_out and not card.others:
        notes.append(f"{card.left_out} more are left out.")
    notes += card.notes
    return Group(table, *(Text(note) for note in notes), *_meaning(card.metrics))


def explanation_table(card: ExplanationCard) -> RenderableType:
    drivers: list[RenderableType] = []
    for driver in card.drivers:
        table = Table(
            driver.dimension.replace("_", " "), card.metric.title, "part of the change", "rate", "mix"
        )
        for one in driver.members:
            cells = (one.member or "(none)", _figure(one.figure), one.part, one.rate, one.mix)
            table.add_row(*(Text(cell) for cell in cells))
        drivers.append(table)
    whole = Text(
        f"{card.metric.title}: {_figure(card.figure)}, {_over(card.span, card.compared_to)}", style="bold"
    )
    return Group(whole, *drivers, *_meaning([card.metric]))


def _figure(figure: FigureFacts) -> str:
    aside = (
        figure.change_text,
        f"target {figure.target_text}" if figure.target_text else None,
        f"{figure.share_text} of all" if figure.share_text else None,
        f"{figure.running_text} so far" if figure.running_text else None,
    )
    told = ", ".join(text for text in aside if text)
    return f"{figure.text} ({told})" if told else figure.text


def _over(span: Span | None, compared_to: Span | None) -> str:
    if span is None:
        return "now"
    before = f", compared with {_days(compared_to)}" if compared_to else ""
    return f"{_days(span)}{before}"


def _days(span: Span) -> str:
    return f"{span.first} to {span.last}" if span.first != span.last else f"{span.first}"


def _meaning(metrics: Sequence[MetricFacts]) -> list[Text]:
    return [Text(f"{one.title}: {one.definition} Counted {one.time_basis}.", style="dim") for one in metrics]
