"""Figures as cards."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tools.commerce.metrics import showing
from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.explaining import Contribution, Explanation
from tools.commerce.metrics.figures import Figure, KpiTable
from tools.commerce.metrics.metric import Metric
from tools.commerce.metrics.query import Comparison
from tools.kpi_cards import (
    ContributionFacts,
    DriverFacts,
    ExplanationCard,
    FigureFacts,
    KpiCard,
    KpiRow,
    MetricFacts,
    Span,
)

MOST_SHOWN = 200
NOT_KNOWN = "not known"


def kpi_card(table: KpiTable, currency: str) -> KpiCard:
    query = table.query

    def facts(figures: tuple[Figure, ...]) -> tuple[FigureFacts, ...]:
        return tuple(
            _figure(metric, figure, currency) for metric, figure in zip(table.metrics, figures, strict=True)
        )

    return KpiCard(
        metrics=tuple(
            _metric(metric, days) for metric, days in zip(table.metrics, table.covered, strict=True)
        ),
        currency=currency,
        span=Span.of(query.period) if query.period else None,
        comparison=query.comparison if isinstance(query.comparison, Comparison) else None,
        compared_to=Span.of(table.compared_to) if table.compared_to else None,
        grain=query.grain,
        dimensions=query.dimensions,
        filters=tuple(one.said for one in query.filters),
        picked=_picked(table, currency),
        total=facts(table.figures),
        rows=tuple(
            KpiRow(
                span=Span.of(row.unit) if row.unit else None,
                members=row.members,
                figures=facts(row.figures),
                is_partial=row.is_partial,
            )
            for row in table.rows[:MOST_SHOWN]
        ),
        left_out=table.left_out + max(len(table.rows) - MOST_SHOWN, 0),
        others=facts(table.others) if table.others else (),
        as_of=table.as_of,
        newest=table.newest,
        notes=tuple(_notes(table, currency)),
        rows_read=table.rows_read,
        sql=table.statements,
    )


def explanation_card(found: Explanation, currency: str) -> ExplanationCard:
    metric = found.metric

    def member(one: Contribution) -> ContributionFacts:
        part, rate, mix = (
            showing.difference(metric, value, currency) for value in (one.total, one.rate, one.mix)
        )
        figure = _figure(metric, one.figure, currency)
        return ContributionFacts(
            member=one.member, figure=figure, part=part, part_value=f"{one.total:f}", rate=rate, mix=mix
        )

    return ExplanationCard(
        metric=_metric(metric, found.covered),
        currency=currency,
        span=Span.of(found.period),
        compared_to=Span.of(found.compared_to),
        filters=tuple(one.said for one in found.filters),
        figure=_figure(metric, found.figure, currency),
        change=NOT_KNOWN if found.change is None else showing.difference(metric, found.change, currency),
        drivers=tuple(
            DriverFacts(
                dimension=driver.dimension,
                members=tuple(member(one) for one in driver.contributions),
                others=showing.difference(metric, driver.others, currency),
                others_value=f"{driver.others:f}",
            )
            for driver in found.drivers
        ),
    )


def _metric(metric: Metric, covered: Period | None) -> MetricFacts:
    return MetricFacts(
        name=metric.name,
        title=metric.title,
        definition=metric.definition,
        time_basis=metric.time_basis,
        unit=metric.unit,
        better=metric.better,
        adds_up=metric.adds_up,
        covers=Span.of(covered) if covered else None,
    )


def _figure(metric: Metric, figure: Figure, currency: str) -> FigureFacts:
    def text(value: Decimal | None) -> str | None:
        return None if value is None else showing.figure(metric, value, currency)

    def relative(share: Decimal | None) -> str | None:
        return None if share is None else showing.change(share)

    return FigureFacts(
        value=_number(figure.value),
        text=text(figure.value) or NOT_KNOWN,
        before=_number(figure.before),
        before_text=text(figure.before),
        change_text=relative(figure.change),
        target=_number(figure.target),
        target_text=text(figure.target),
        beyond_target_text=relative(figure.beyond_target),
        share=_number(figure.share),
        share_text=None if figure.share is None else showing.percent(figure.share),
        running=_number(figure.running),
        running_text=text(figure.running),
    )


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _picked(table: KpiTable, currency: str) -> str:
    bound, metric = table.query.bound, table.metrics[0]
    if bound is None:
        return ""
    side = bound.side.replace("_", " ")
    return f"{metric.title.lower()} {side} {showing.figure(metric, bound.value, currency)}"


def _notes(table: KpiTable, currency: str) -> Iterator[str]:
    """By what rows were picked; what of the period there is no data of, of each metric that this is so for."""
    if picked := _picked(table, currency):
        yield f"Each {_by(table)} listed has {picked}." if table.rows else f"No {_by(table)} has {picked}."
    period = table.query.period
    for metric, days in zip(table.metrics, table.covered, strict=True):
        if period is None or not metric.has_history:
            continue
        if days is None:
            yield f"{metric.title}: the shop has no data of this."
        elif period.first < days.first:
            yield f"{metric.title}: there is no data before {_day(days.first)}."
        elif period.last > days.last and days.last < table.today:
            yield f"{metric.title}: there is no data after {_day(days.last)}."


def _by(table: KpiTable) -> str:
    return " and ".join(one.replace("_", " ") for one in table.query.dimensions)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
