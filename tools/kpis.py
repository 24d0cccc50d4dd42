"""The tools that read the shop's figures."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from langchain.tools import tool
from pydantic import Field, model_validator

from tools.arguments import Arguments, Day, Printable, Runtime
from tools.cards import Refusal
from tools.commerce.database import ReadSession
from tools.commerce.metrics import showing
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.definitions import METRICS
from tools.commerce.metrics.explaining import Contribution, Explanation, explain
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.metric import Metric
from tools.commerce.metrics.query import (
    MOST_DIMENSIONS,
    MOST_METRICS,
    Comparison,
    Filter,
    KpiQuery,
    QueryError,
)
from tools.commerce.metrics.tables import Figure, KpiTable, answer
from tools.context import ToolAnswer, answer_with_card
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
_NAMES = "; ".join(
    f"`{metric.name}`: {metric.title}, also called {', '.join(metric.synonyms)}" for metric in METRICS
)
"""With what people call each, so that a model finds "revenue" and "aov"."""

MetricName = Annotated[str, Field(min_length=1, max_length=60), Printable]
Member = Annotated[str, Field(min_length=1, max_length=200), Printable]


class FilterArguments(Arguments):
    dimension: Dimension = Field(description="By what to filter.")
    members: tuple[Member, ...] = Field(
        min_length=1, max_length=50, description="Names as the shop has them."
    )
    exclude: bool = Field(default=False, description="True to leave these out instead of keeping only these.")

    def as_filter(self) -> Filter:
        return Filter(dimension=self.dimension, members=self.members, is_exclusion=self.exclude)


class PeriodArguments(Arguments):
    first_day: Day | None = Field(
        default=None,
        description="First day, in the shop's time zone. Leave both out for figures of today's stock.",
    )
    last_day: Day | None = Field(default=None, description="Last day, included.")
    filters: tuple[FilterArguments, ...] = Field(
        default=(),
        max_length=5,
        description="Count only what fits all of these, as the web channel alone.",
    )

    @model_validator(mode="after")
    def _both_or_none(self) -> "PeriodArguments":
        if (self.first_day is None) != (self.last_day is None):
            raise ValueError("give both first_day and last_day, or none")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("last_day is before first_day")
        return self


class KpiArguments(PeriodArguments):
    metrics: tuple[MetricName, ...] = Field(
        min_length=1,
        max_length=MOST_METRICS,
        description=f"Which figures. {_NAMES}.",
        examples=[["net_sales"]],
    )
    grain: Grain | None = Field(
        default=None, description="A row for each day, week, ...; none for one figure."
    )
    dimensions: tuple[Dimension, ...] = Field(
        default=(), max_length=MOST_DIMENSIONS, description="A row for each channel, category, ..."
    )
    compare: Comparison | None = Field(default=None, description="`previous` period, or the `year_before`.")
    top: int | None = Field(
        default=None, ge=1, le=MOST_SHOWN, description="Only so many members, the largest."
    )


class ExplainArguments(PeriodArguments):
    metric: MetricName = Field(description=f"Which figure changed. {_NAMES}.")
    compare: Comparison = Field(
        default=Comparison.PREVIOUS, description="Changed from the `previous` period, or the `year_before`."
    )
    dimensions: tuple[Dimension, ...] = Field(
        default=(), max_length=5, description="Look for reasons in these alone; leave out to look in all."
    )


@tool(args_schema=KpiArguments, response_format="content_and_artifact")
async def query_kpis(
    metrics: tuple[str, ...],
    runtime: Runtime,
    first_day: date | None = None,
    last_day: date | None = None,
    grain: Grain | None = None,
    dimensions: tuple[Dimension, ...] = (),
    filters: tuple[FilterArguments, ...] = (),
    compare: Comparison | None = None,
    top: int | None = None,
) -> ToolAnswer:
    """Compute the shop's figures from its one definition of each: sales, orders, returns, delivery, stock and more.

    Say the value, what it is compared to, and the definition. A figure that is `not known` cannot be computed: say
    so, it is not zero. Never compute another figure from these yourself.
    """
    context = runtime.context
    period = _period(first_day, last_day)

    def read(session: ReadSession, _: object) -> KpiCard | Refusal:
        try:
            query = KpiQuery(
                metrics=metrics,
                period=period,
                grain=grain,
                dimensions=dimensions,
                filters=tuple(one.as_filter() for one in filters),
                comparison=compare,
                top=top,
            )
            table = answer(session, query, Calendar.of(context.shop), context.shop.currency)
        except QueryError as error:
            return Refusal(code=error.code, message=str(error))
        return _card(table, context.shop.currency)

    return answer_with_card(await context.read(read))


@tool(args_schema=ExplainArguments, response_format="content_and_artifact")
async def explain_change(
    metric: str,
    runtime: Runtime,
    first_day: date | None = None,
    last_day: date | None = None,
    compare: Comparison = Comparison.PREVIOUS,
    dimensions: tuple[Dimension, ...] = (),
    filters: tuple[FilterArguments, ...] = (),
) -> ToolAnswer:
    """Say why a figure changed: which channels, categories, ... added how much to the change.

    `rate` is what changed within a member, `mix` what changed because its share of the whole did. These are
    contributions, not causes: say which parts moved, and do not invent why.
    """
    context = runtime.context
    period = _period(first_day, last_day)

    def read(session: ReadSession, _: object) -> ExplanationCard | Refusal:
        if period is None:
            return Refusal(
                code="period_needed", message="A change needs a period: give first_day and last_day."
            )
        try:
            found = explain(
                session,
                metric,
                period,
                compare,
                Calendar.of(context.shop),
                context.shop.currency,
                filters=tuple(one.as_filter() for one in filters),
                dimensions=dimensions,
            )
        except QueryError as error:
            return Refusal(code=error.code, message=str(error))
        return _explanation(found, context.shop.currency)

    return answer_with_card(await context.read(read))


def _period(first: date | None, last: date | None) -> Period | None:
    return Period(first, last) if first and last else None


def _card(table: KpiTable, currency: str) -> KpiCard:
    query = table.query

    def facts(figures: tuple[Figure, ...]) -> tuple[FigureFacts, ...]:
        return tuple(_figure(*pair, currency) for pair in zip(table.metrics, figures, strict=True))

    return KpiCard(
        metrics=tuple(_metric(metric) for metric in table.metrics),
        currency=currency,
        span=Span.of(query.period) if query.period else None,
        compared_to=Span.of(table.compared_to) if table.compared_to else None,
        grain=query.grain,
        dimensions=query.dimensions,
        filters=tuple(_filter(one) for one in query.filters),
        total=facts(table.figures),
        rows=tuple(
            KpiRow(
                span=Span.of(row.unit) if row.unit else None, members=row.members, figures=facts(row.figures)
            )
            for row in table.rows[:MOST_SHOWN]
        ),
        left_out=table.left_out + max(len(table.rows) - MOST_SHOWN, 0),
        rows_read=table.rows_read,
        sql=table.statements,
    )


def _explanation(found: Explanation, currency: str) -> ExplanationCard:
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
        metric=_metric(metric),
        currency=currency,
        span=Span.of(found.period),
        compared_to=Span.of(found.compared_to),
        figure=_figure(metric, found.figure, currency),
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


def _metric(metric: Metric) -> MetricFacts:
    return MetricFacts(
        name=metric.name,
        title=metric.title,
        definition=metric.definition,
        time_basis=metric.time_basis,
        unit=metric.unit,
        better=metric.better,
        adds_up=metric.adds_up,
    )


def _figure(metric: Metric, figure: Figure, currency: str) -> FigureFacts:
    def text(value: Decimal | None) -> str:
        return NOT_KNOWN if value is None else showing.figure(metric, value, currency)

    return FigureFacts(
        value=None if figure.value is None else f"{figure.value:f}",
        text=text(figure.value),
        before=None if figure.before is None else f"{figure.before:f}",
        before_text=None if figure.before is None else text(figure.before),
        change_text=None if figure.change is None else showing.change(figure.change),
    )


def _filter(asked: Filter) -> str:
    named = f"{asked.dimension.replace('_', ' ')}: {', '.join(asked.members)}"
    return f"not {named}" if asked.is_exclusion else named
