"""Tools that propose to tell staff of figures without being asked again, and list what they are told.

None of them changes anything: a person confirms what they return, or declines it.
"""

from datetime import time
from typing import Annotated

from langchain.tools import tool
from pydantic import Field

from knowledge.shop_profile import Weekday
from tools.arguments import Arguments, Runtime
from tools.cards import Refusal
from tools.commerce.changes.proposals import propose
from tools.commerce.changes.requests import WatchRequest, WatchStopRequest
from tools.commerce.database import ReadSession
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import MOST_DIMENSIONS, MOST_METRICS
from tools.commerce.metrics.targets import value_of
from tools.commerce.schema import Watch
from tools.commerce.watches.schedule import Cadence, Schedule
from tools.commerce.watches.terms import AlertTerms, DigestTerms, Direction, Window
from tools.commerce.watches.watches import of_owner, terms_of
from tools.context import ToolAnswer, ToolContext, answer, answer_with_proposal
from tools.kpis import NOT_FOR_ROLE, FilterArguments, MetricName
from tools.principal import Principal
from tools.watch_cards import WatchFacts, WatchList

TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

_FILTERS = "Count only what fits all of these, as the web channel alone."
_AT = "Time of day in the shop's time zone: `09:00`."


class WatchArguments(Arguments):
    metric: MetricName = Field(description="Which figure, by a name of query_kpis.", examples=["return_rate"])
    direction: Direction = Field(description="Tell when the figure goes `above` the threshold, or `below`.")
    threshold: str = Field(
        description='In the figure\'s unit: "8%" of a rate or share, "1000.00" of money, else a plain number.',
        pattern=r"^\d{1,15}(\.\d{1,6})?%?$",
        examples=["8%"],
    )
    window: Window | None = Field(
        default=None,
        description="Which days count; leave out unless said: then `last_28_days` of a rate, and of what adds up "
        "`yesterday`, which is each whole day. Today's stock has none.",
    )
    filters: tuple[FilterArguments, ...] = Field(default=(), max_length=5, description=_FILTERS)
    hourly: bool | None = Field(
        default=None, description="Look every hour instead of once a day; leave out unless said."
    )
    at: TimeOfDay = Field(default="09:00", description=f"When to look, if daily. {_AT}")


class DigestArguments(Arguments):
    metrics: tuple[MetricName, ...] = Field(
        min_length=1,
        max_length=MOST_METRICS,
        description="Which figures, by the names of query_kpis.",
        examples=[["net_sales", "orders"]],
    )
    cadence: Cadence = Field(description="`daily`, `weekly` or `monthly`: each sends the last whole one.")
    at: TimeOfDay = Field(default="09:00", description=_AT)
    weekday: Weekday | None = Field(default=None, description="Of a weekly one; the default is Monday.")
    day: int | None = Field(
        default=None, ge=1, le=31, description="Day of the month of a monthly one; the default is the first."
    )
    dimensions: tuple[Dimension, ...] = Field(
        default=(), max_length=MOST_DIMENSIONS, description="A row for each channel, category, ..."
    )
    filters: tuple[FilterArguments, ...] = Field(default=(), max_length=5, description=_FILTERS)


class StopArguments(Arguments):
    number: int = Field(ge=1, le=2**31, description="The number that list_watches gives it.")


@tool(args_schema=WatchArguments, response_format="content_and_artifact")
async def watch_metric(
    metric: str,
    direction: Direction,
    threshold: str,
    runtime: Runtime,
    window: Window | None = None,
    filters: tuple[FilterArguments, ...] = (),
    hourly: bool | None = None,
    at: str = "09:00",
) -> ToolAnswer:
    """Propose to tell the person here when a figure passes a threshold: once, and again after it has come back.

    Returns a proposal that the person must confirm, or a refusal.
    """
    found = BY_NAME.get(metric)
    if found is None:
        return answer(Refusal(code="unknown_metric", message=f"There is no metric called {metric!r}."))
    try:
        limit = value_of(threshold, found.unit, runtime.context.shop.currency)
    except ValueError as error:
        return answer(Refusal(code="wrong_threshold", message=f"{found.title}: {error}."))
    if window is None and found.has_history:
        window = Window.YESTERDAY if found.is_amount else Window.LAST_28_DAYS
    is_hourly = hourly if hourly is not None else window is not None and window.is_under_way
    terms = AlertTerms(
        metric=metric,
        filters=tuple(one.as_filter() for one in filters),
        direction=direction,
        threshold=limit,
        window=window,
        schedule=Schedule(cadence=Cadence.HOURLY)
        if is_hourly
        else Schedule(cadence=Cadence.DAILY, at=time.fromisoformat(at)),
    )
    return await _propose(runtime.context, WatchRequest(kind="watch", terms=terms))


@tool(args_schema=DigestArguments, response_format="content_and_artifact")
async def propose_digest(
    metrics: tuple[str, ...],
    cadence: Cadence,
    runtime: Runtime,
    at: str = "09:00",
    weekday: Weekday | None = None,
    day: int | None = None,
    dimensions: tuple[Dimension, ...] = (),
    filters: tuple[FilterArguments, ...] = (),
) -> ToolAnswer:
    """Propose to send the person figures here every day, week or month, without being asked again.

    Returns a proposal that the person must confirm, or a refusal.
    """
    if unknown := [name for name in metrics if name not in BY_NAME]:
        return answer(Refusal(code="unknown_metric", message=f"There is no metric called {unknown[0]!r}."))
    if cadence is Cadence.HOURLY:
        return answer(Refusal(code="too_often", message="Figures are sent every day, week or month."))
    schedule = Schedule(
        cadence=cadence,
        at=time.fromisoformat(at),
        weekday=(weekday or Weekday.MONDAY) if cadence is Cadence.WEEKLY else None,
        day=(day or 1) if cadence is Cadence.MONTHLY else None,
    )
    terms = DigestTerms(
        metrics=metrics,
        dimensions=dimensions,
        filters=tuple(one.as_filter() for one in filters),
        schedule=schedule,
    )
    return await _propose(runtime.context, WatchRequest(kind="digest", terms=terms))


@tool(response_format="content_and_artifact")
async def list_watches(runtime: Runtime) -> ToolAnswer:
    """List what the person is told without asking again: their alerts and digests, each with its number."""
    context = runtime.context

    def read(session: ReadSession, principal: Principal) -> WatchList | Refusal:
        if not principal.sees_figures:
            return NOT_FOR_ROLE
        mine = of_owner(session, principal.staff_email) if principal.staff_email else ()
        return WatchList(watches=tuple(_facts(one, context.shop.currency) for one in mine))

    return answer(await context.read(read))


@tool(args_schema=StopArguments, response_format="content_and_artifact")
async def stop_watch(number: int, runtime: Runtime) -> ToolAnswer:
    """Propose to stop one of the person's alerts or digests, by its number in list_watches.

    Returns a proposal that the person must confirm, or a refusal.
    """
    return await _propose(runtime.context, WatchStopRequest(number=number))


async def _propose(context: ToolContext, request: WatchRequest | WatchStopRequest) -> ToolAnswer:
    return answer_with_proposal(
        await context.write(
            lambda session: propose(session, context.conversation_id, request, context.rulebook)
        )
    )


def _facts(watch: Watch, currency: str) -> WatchFacts:
    terms = terms_of(watch)
    return WatchFacts(
        number=watch.id,
        watch=watch.kind,
        metrics=(terms.metric,) if isinstance(terms, AlertTerms) else terms.metrics,
        what=terms.said(currency),
        when=terms.schedule.said,
        last_told_at=watch.last_told_at,
    )
