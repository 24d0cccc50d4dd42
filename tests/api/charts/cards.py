"""Cards of figures as the tools make them, from plain numbers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from knowledge.shop_profile import Weekday
from tools.commerce.metrics import showing
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
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

Value = int | str | None
Values = Sequence[Value]
"""In the metric's unit, money in minor units; a string is a decimal number."""
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
_CALENDAR = Calendar(ZoneInfo("America/New_York"), Weekday.MONDAY, fiscal_year_starts=1)


def metric_facts(name: str) -> MetricFacts:
    metric = BY_NAME[name]
    return MetricFacts(
        name=name,
        title=metric.title,
        definition=metric.definition,
        time_basis=metric.time_basis,
        unit=metric.unit,
        better=metric.better,
        adds_up=metric.adds_up,
    )


def figure(name: str, value: Value, before: Value = None, currency: str = "USD") -> FigureFacts:
    def text(one: Value) -> str:
        return "not known" if one is None else showing.figure(BY_NAME[name], Decimal(one), currency)

    change = None
    if value is not None and before is not None and Decimal(before):
        change = showing.change((Decimal(value) - Decimal(before)) / abs(Decimal(before)))
    return FigureFacts(
        text=text(value),
        value=None if value is None else str(value),
        before=None if before is None else str(before),
        before_text=None if before is None else text(before),
        change_text=change,
    )


def over_time(
    values: Values,
    befores: Values | None = None,
    *,
    metric: str = "net_sales",
    grain: Grain = Grain.DAY,
    first: date = OCTOBER.first,
    last: date | None = None,
    total: tuple[Value, Value] | None = None,
    currency: str = "USD",
    filters: tuple[str, ...] = (),
) -> KpiCard:
    """One metric, a value for each unit of time from `first` on; the last unit ends at `last` where that is given."""
    spans = units(len(values), grain, first, last)
    past = befores or [None] * len(values)
    whole = total or (_sum(values), _sum(befores) if befores else None)
    return KpiCard(
        metrics=(metric_facts(metric),),
        currency=currency,
        as_of=NOW,
        span=Span(first=spans[0].first, last=spans[-1].last),
        compared_to=Span.of(SEPTEMBER) if befores else None,
        grain=grain,
        filters=filters,
        total=(figure(metric, *whole, currency),),
        rows=tuple(
            KpiRow(
                span=span,
                figures=(figure(metric, value, before, currency),),
                is_partial=is_partial(span, grain),
            )
            for span, value, before in zip(spans, values, past, strict=True)
        ),
    )


def members_over_time(
    series: Mapping[str | None, Values],
    *,
    metric: str = "net_sales",
    grain: Grain = Grain.WEEK,
    first: date = date(2026, 8, 3),
    dimension: Dimension = Dimension.CHANNEL,
    last: date | None = None,
) -> KpiCard:
    spans = units(len(next(iter(series.values()))), grain, first, last)
    return KpiCard(
        metrics=(metric_facts(metric),),
        currency="USD",
        as_of=NOW,
        span=Span(first=spans[0].first, last=spans[-1].last),
        grain=grain,
        dimensions=(dimension,),
        total=(figure(metric, _sum([value for values in series.values() for value in values])),),
        rows=tuple(
            KpiRow(
                span=span,
                members=(name,),
                figures=(figure(metric, values[place]),),
                is_partial=is_partial(span, grain),
            )
            for place, span in enumerate(spans)
            for name, values in series.items()
        ),
    )


def metrics_over_time(series: Mapping[str, Values], *, grain: Grain = Grain.WEEK) -> KpiCard:
    spans = units(len(next(iter(series.values()))), grain, date(2026, 8, 3), None)
    return KpiCard(
        metrics=tuple(metric_facts(name) for name in series),
        currency="USD",
        as_of=NOW,
        span=Span(first=spans[0].first, last=spans[-1].last),
        grain=grain,
        total=tuple(figure(name, _sum(values)) for name, values in series.items()),
        rows=tuple(
            KpiRow(span=span, figures=tuple(figure(name, values[place]) for name, values in series.items()))
            for place, span in enumerate(spans)
        ),
    )


def by_member(
    values: Mapping[str | None, Value | tuple[Value, Value]],
    *,
    metric: str = "net_sales",
    dimension: Dimension = Dimension.CATEGORY,
    currency: str = "USD",
    total: tuple[Value, Value] | None = None,
    left_out: int = 0,
) -> KpiCard:
    """A value for each member, or what it is and what it was."""
    pairs = {name: one if isinstance(one, tuple) else (one, None) for name, one in values.items()}
    compared = any(before is not None for _, before in pairs.values())
    whole = total or (
        _sum([value for value, _ in pairs.values()]),
        _sum([before for _, before in pairs.values()]) if compared else None,
    )
    return KpiCard(
        metrics=(metric_facts(metric),),
        currency=currency,
        as_of=NOW,
        span=Span.of(OCTOBER),
        compared_to=Span.of(SEPTEMBER) if compared else None,
        dimensions=(dimension,),
        total=(figure(metric, *whole, currency),),
        rows=tuple(
            KpiRow(members=(name,), figures=(figure(metric, *pair, currency),))
            for name, pair in pairs.items()
        ),
        left_out=left_out,
    )


def metrics_by_member(values: Mapping[str, Mapping[str, Value]]) -> KpiCard:
    """By metric, then by member; each metric has the same members."""
    names = list(next(iter(values.values())))
    return KpiCard(
        metrics=tuple(metric_facts(name) for name in values),
        currency="USD",
        as_of=NOW,
        span=Span.of(OCTOBER),
        dimensions=(Dimension.CHANNEL,),
        total=tuple(figure(name, _sum(list(of.values()))) for name, of in values.items()),
        rows=tuple(
            KpiRow(members=(one,), figures=tuple(figure(metric, of[one]) for metric, of in values.items()))
            for one in names
        ),
    )


def crossed(
    table: Mapping[str, Mapping[str, Value]],
    *,
    metric: str = "net_sales",
    dimensions: tuple[Dimension, Dimension] = (Dimension.CATEGORY, Dimension.CHANNEL),
) -> KpiCard:
    return KpiCard(
        metrics=(metric_facts(metric),),
        currency="USD",
        as_of=NOW,
        span=Span.of(OCTOBER),
        dimensions=dimensions,
        total=(figure(metric, _sum([value for row in table.values() for value in row.values()])),),
        rows=tuple(
            KpiRow(members=(one, other), figures=(figure(metric, value),))
            for one, row in table.items()
            for other, value in row.items()
        ),
    )


def explanation(
    parts: Mapping[str | None, tuple[int, int]],
    *,
    metric: str = "net_sales",
    others: int = 0,
    dimension: Dimension = Dimension.CATEGORY,
    whole: tuple[Value, Value] | None = None,
    scale: Decimal = Decimal(1),
) -> ExplanationCard:
    """What each member came to, and was before; without `whole`, they and `others` make it. `scale` multiplies all."""
    now = sum(value for value, _ in parts.values())
    then = sum(before for _, before in parts.values())
    total = whole or (str((now + others) * scale), str(then * scale))

    def shown(value: Decimal) -> str:
        return showing.difference(BY_NAME[metric], value, "USD")

    members = [
        ContributionFacts(
            member=name,
            figure=figure(metric, str(value * scale), str(before * scale)),
            part=shown((value - before) * scale),
            part_value=str((value - before) * scale),
            rate=shown((value - before) * scale),
            mix=shown(Decimal(0)),
        )
        for name, (value, before) in parts.items()
    ]
    drivers = DriverFacts(
        dimension=dimension,
        members=tuple(sorted(members, key=lambda one: -abs(Decimal(one.part_value)))),
        others=shown(others * scale),
        others_value=str(others * scale),
    )
    return ExplanationCard(
        metric=metric_facts(metric),
        currency="USD",
        span=Span.of(OCTOBER),
        compared_to=Span.of(SEPTEMBER),
        figure=figure(metric, *total),
        change=shown(Decimal(total[0] or 0) - Decimal(total[1] or 0)),
        drivers=(drivers,) if total[0] != total[1] else (),
    )


def with_targets(card: KpiCard, whole: int | str, of_row: int | str, metric: str = "net_sales") -> KpiCard:
    def aimed(one: FigureFacts, target: int | str) -> FigureFacts:
        beyond = None if one.value is None else Decimal(one.value) / Decimal(target) - 1
        return one.model_copy(
            update={
                "target": str(target),
                "target_text": showing.figure(BY_NAME[metric], Decimal(target), card.currency),
                "beyond_target_text": None if beyond is None else showing.change(beyond),
            }
        )

    rows = tuple(row.model_copy(update={"figures": (aimed(row.figures[0], of_row),)}) for row in card.rows)
    return card.model_copy(update={"total": (aimed(card.total[0], whole),), "rows": rows})


def with_shares(card: KpiCard) -> KpiCard:
    """Of the rows of the same unit of time."""

    def shared(row: KpiRow) -> KpiRow:
        whole = sum(Decimal(one.figures[0].value or 0) for one in card.rows if one.span == row.span)
        share = Decimal(row.figures[0].value or 0) / whole
        changed = {"share": f"{share:.4f}", "share_text": showing.percent(share)}
        return row.model_copy(update={"figures": (row.figures[0].model_copy(update=changed),)})

    return card.model_copy(update={"rows": tuple(map(shared, card.rows))})


def with_running(card: KpiCard) -> KpiCard:
    so_far = Decimal(0)
    rows = []
    for row in card.rows:
        so_far += Decimal(row.figures[0].value or 0)
        changed = {
            "running": str(so_far),
            "running_text": showing.figure(BY_NAME["net_sales"], so_far, "USD"),
        }
        rows.append(row.model_copy(update={"figures": (row.figures[0].model_copy(update=changed),)}))
    return card.model_copy(update={"rows": tuple(rows)})


def units(count: int, grain: Grain, first: date, last: date | None) -> list[Span]:
    """As the calendar splits a period: weeks from Monday, the year from January."""
    period = Period(first, first + timedelta(days=400 * count))
    found = [Span.of(unit) for unit in _CALENDAR.split(period, grain)[:count]]
    return [*found[:-1], Span(first=found[-1].first, last=last)] if last else found


def is_partial(span: Span, grain: Grain) -> bool:
    return Period(span.first, span.last) != _CALENDAR.unit(span.first, grain)


def _sum(values: Values) -> Value:
    known = [Decimal(value) for value in values if value is not None]
    return str(sum(known, Decimal(0))) if known else None
