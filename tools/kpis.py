"""The tools that read the shop's figures."""

from datetime import date
from typing import Annotated

from langchain.tools import tool
from pydantic import Field, model_validator

from tools.arguments import Arguments, Day, Printable, Runtime
from tools.cards import Refusal
from tools.commerce.database import ReadSession
from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.definitions import BY_NAME, METRICS
from tools.commerce.metrics.explaining import explain
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import (
    MOST_DIMENSIONS,
    MOST_METRICS,
    Bound,
    Comparison,
    Filter,
    KpiQuery,
    QueryError,
    Side,
)
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.metrics.targets import value_of
from tools.context import ToolAnswer, answer_with_card
from tools.kpi_cards import ExplanationCard, KpiCard
from tools.kpi_showing import MOST_SHOWN, explanation_card, kpi_card
from tools.principal import Principal

_NAMES = "; ".join(
    f"`{metric.name}`: {metric.title}, also called {', '.join(metric.synonyms)}" for metric in METRICS
)
"""With what people call each, so that a model finds "revenue" and "aov"."""

NOT_FOR_ROLE = Refusal(code="not_for_role", message="The shop's figures are for its analysts and managers.")

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

    against_first_day: Day | None = Field(
        default=None,
        description="In place of `compare`: the first day of another period to compare with, as last Easter.",
    )
    against_last_day: Day | None = Field(default=None, description="The last day of that, included.")

    @model_validator(mode="after")
    def _both_or_none(self) -> "PeriodArguments":
        for name in ("", "against_"):
            first, last = getattr(self, f"{name}first_day"), getattr(self, f"{name}last_day")
            if (first is None) != (last is None):
                raise ValueError(f"give both {name}first_day and {name}last_day, or none")
            if first and last and last < first:
                raise ValueError(f"{name}last_day is before {name}first_day")
        return self


class BoundArguments(Arguments):
    side: Side = Field(description="Only members whose figure is `above`, `at_least`, `below` or `at_most`.")
    value: str = Field(
        description='In the figure\'s unit: "8%" of a rate or share, "1000.00" of money, else a plain number.',
        pattern=r"^\d{1,15}(\.\d{1,6})?%?$",
        examples=["100"],
    )

    def as_bound(self, metric: str, currency: str) -> Bound | None:
        """None of a metric that there is not. Raises QueryError where the value is none of it."""
        if metric not in BY_NAME:
            return None
        try:
            return Bound(side=self.side, value=value_of(self.value, BY_NAME[metric].unit, currency))
        except ValueError as error:
            raise QueryError(
                "wrong_bound", f"{BY_NAME[metric].title} can't be {self.value!r}: {error}."
            ) from error


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
    compare: Comparison | None = Field(
        default=None, description="With the `previous` period, the `year_before`, or the shop's `target`."
    )
    bound: BoundArguments | None = Field(
        default=None,
        description="Only the members of `dimensions` whose first figure is so large or small: countries with more "
        "than 100 orders.",
    )
    top: int | None = Field(
        default=None, ge=1, le=MOST_SHOWN, description="Only so many members, the largest."
    )
    ascending: bool = Field(default=False, description="The smallest members first, and kept by `top`.")
    shares: bool = Field(default=False, description="Add each row's share of the whole.")
    running: bool = Field(
        default=False, description="Add the running total since the first day; needs a grain."
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
    bound: BoundArguments | None = None,
    top: int | None = None,
    ascending: bool = False,
    shares: bool = False,
    running: bool = False,
    against_first_day: date | None = None,
    against_last_day: date | None = None,
) -> ToolAnswer:
    """Compute the shop's figures from its one definition of each: sales, orders, returns, delivery, stock and more.

    Say the value, what it is compared to, and the definition. A figure that is `not known` cannot be computed: say
    so, it is not zero. Never compute another figure from these yourself.
    """
    context = runtime.context
    period = _period(first_day, last_day)

    def read(session: ReadSession, principal: Principal) -> KpiCard | Refusal:
        if not principal.sees_figures:
            return NOT_FOR_ROLE
        try:
            query = KpiQuery(
                metrics=metrics,
                period=period,
                grain=grain,
                dimensions=dimensions,
                filters=tuple(one.as_filter() for one in filters),
                comparison=_period(against_first_day, against_last_day) or compare,
                bound=bound and bound.as_bound(metrics[0], context.shop.currency),
                top=top,
                ascending=ascending,
                shares=shares,
                running=running,
            )
            table = answer(session, query, Reporting.of(context.shop, context.now()))
        except QueryError as error:
            return Refusal(code=error.code, message=str(error))
        return kpi_card(table, context.shop.currency)

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
    against_first_day: date | None = None,
    against_last_day: date | None = None,
) -> ToolAnswer:
    """Say why a figure changed: which channels, categories, ... added how much to the change.

    `rate` is what changed within a member, `mix` what changed because its share of the whole did. These are
    contributions, not causes: say which parts moved, and do not invent why.
    """
    context = runtime.context
    period = _period(first_day, last_day)

    def read(session: ReadSession, principal: Principal) -> ExplanationCard | Refusal:
        if not principal.sees_figures:
            return NOT_FOR_ROLE
        if period is None:
            return Refusal(
                code="period_needed", message="A change needs a period: give first_day and last_day."
            )
        try:
            found = explain(
                session,
                metric,
                period,
                _period(against_first_day, against_last_day) or compare,
                Reporting.of(context.shop, context.now()),
                filters=tuple(one.as_filter() for one in filters),
                dimensions=dimensions,
            )
        except QueryError as error:
            return Refusal(code=error.code, message=str(error))
        return explanation_card(found, context.shop.currency)

    return answer_with_card(await context.read(read))


def _period(first: date | None, last: date | None) -> Period | None:
    return Period(first, last) if first and last else None
