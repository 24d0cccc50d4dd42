"""The figures page: the scorecard, how each figure went, and how the desk itself is doing.

For those whose role holds the tools that read figures, analysts and managers; agents hold none, so they get none here.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.charts import ImageKind, alternative_of, draw_aside
from api.chat import Services
from api.desk.access import FIGURES, ReaderOfFigures, reader_of_figures
from api.desk.page import HEADERS, desk_page
from api.desk.periods import Chosen, Named, chosen
from api.kpi_csv import kpi_csv
from api.parley import Parley
from api.problems import Problem
from tools import crossing
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.handoffs.queue import Show, Sought, count_cases
from tools.commerce.metrics.calendar import Calendar
from tools.commerce.metrics.metric import Better
from tools.kpi_cards import ExplanationCard, FigureFacts, KpiCard, MetricFacts, Span
from tools.scorecard import (
    DESK_FIGURES,
    KEY_FIGURES,
    MOST_DAYS,
    MOST_DAYS_OF_FEW,
    against_targets,
    scorecard,
)

CHART_WIDTHS = (600, 340)
"""In CSS pixels: beside another, and on a phone."""
CHART_HEADERS = {
    "Cache-Control": "no-store",
    # A picture may have its own style, and nothing else.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}

router = APIRouter(prefix=FIGURES, include_in_schema=False)


class Group(StrEnum):
    SHOP = "shop"
    DESK = "desk"


NAMES = {Group.SHOP: KEY_FIGURES, Group.DESK: DESK_FIGURES}


@dataclass(frozen=True)
class Tile:
    """One figure of the scorecard. `tone` is good, bad or plain news; `alt` is None where there is no chart."""

    name: str
    title: str
    definition: str
    text: str
    is_known: bool
    change: str | None
    tone: str
    before: str | None
    target: str | None
    beyond_target: str | None
    alt: str | None


@dataclass(frozen=True)
class Standing:
    """How many shoppers are with the desk at this moment."""

    waiting: int
    overdue: int
    with_people: int


def period_of(parley: Services, period: Named | None = None, first: str = "", last: str = "") -> Chosen:
    """What the address asks for."""
    return chosen(period, _day(first), _day(last), Calendar.of(parley.shop), _now(parley))


ThePeriod = Annotated[Chosen, Depends(period_of)]


@router.get("")
async def figures_page(parley: Services, at_desk: ReaderOfFigures, period: ThePeriod) -> Response:
    def read(session: ReadSession) -> tuple[list[Tile], list[Tile], Span | None, Standing]:
        shop = _card(session, parley, Group.SHOP, period)
        desk = _card(session, parley, Group.DESK, period)
        targets = against_targets(session, parley.shop, _now(parley), KEY_FIGURES, period.period)
        return _tiles(shop, targets), _tiles(desk, None), shop.compared_to, _standing(session, parley)

    shop, desk, compared_to, standing = await crossing.read(parley.database, read)
    values: dict[str, object] = {
        "title": "Figures",
        **at_desk.frame,
        "area": FIGURES,
        "chosen": period,
        "compared_to": compared_to,
        "periods": list(Named),
        "groups": [(Group.SHOP, "The shop", shop), (Group.DESK, "The desk", desk)],
        "standing": standing,
        "widths": CHART_WIDTHS,
    }
    return desk_page("figures.html", parley.shop, values)


@router.get("/chart", dependencies=[Depends(reader_of_figures)])
async def chart(
    parley: Services,
    period: ThePeriod,
    metric: str,
    theme: str = "light",
    width: Annotated[int, Query(ge=280, le=1600)] = CHART_WIDTHS[0],
) -> Response:
    """How one figure went, in the shop's colors. Raises Problem `unknown-chart`."""
    group = next((group for group, names in NAMES.items() if metric in names), None)
    if group is None:
        raise Problem("unknown-chart")
    card = await crossing.read(
        parley.database, lambda session: _card(session, parley, group, period, only=metric)
    )
    return await drawn(parley, card, theme, width)


@router.get("/{group}.csv", dependencies=[Depends(reader_of_figures)])
async def export(parley: Services, period: ThePeriod, group: Group) -> Response:
    card = await crossing.read(parley.database, lambda session: _card(session, parley, group, period))
    return as_file(card, f"{group}-{period.period.first}-{period.period.last}.csv")


async def drawn(parley: Parley, card: KpiCard | ExplanationCard, theme: str, width: int) -> Response:
    """Raises Problem `unknown-chart` for a card without one."""
    palette = parley.shop.theme.dark if theme == "dark" else parley.shop.theme.light
    image = await draw_aside(card, theme=palette, width=width, image=ImageKind.SVG)
    if image is None:
        raise Problem("unknown-chart")
    return Response(image.data, media_type=image.media_type, headers=CHART_HEADERS)


def as_file(card: KpiCard, name: str) -> Response:
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(kpi_csv(card), media_type="text/csv", headers=headers)


def _card(
    session: ReadSession, parley: Parley, group: Group, period: Chosen, only: str | None = None
) -> KpiCard:
    names = [name for name in NAMES[group] if only in {None, name}]
    most_days = MOST_DAYS if group is Group.SHOP else MOST_DAYS_OF_FEW
    return scorecard(session, parley.shop, _now(parley), names, period.period, most_days)


def _day(written: str) -> date | None:
    """None where the field was left empty, and for what is no day: then the page shows which days it took."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _now(parley: Parley) -> LocalTime:
    return LocalTime(parley.now(), parley.shop.zone)


def _standing(session: ReadSession, parley: Parley) -> Standing:
    counts = count_cases(session, Sought(mine=""), parley.now())
    waiting = counts[Show.WAITING]
    return Standing(waiting, counts[Show.OVERDUE], counts[Show.ALL] - waiting)


def _tiles(card: KpiCard, targets: KpiCard | None) -> list[Tile]:
    aims = dict(zip((m.name for m in targets.metrics), targets.total, strict=True)) if targets else {}
    return [
        _tile(card, place, metric, figure, aims.get(metric.name))
        for place, (metric, figure) in enumerate(zip(card.metrics, card.total, strict=True))
    ]


def _tile(
    card: KpiCard, place: int, metric: MetricFacts, figure: FigureFacts, aim: FigureFacts | None
) -> Tile:
    rows = tuple(row.model_copy(update={"figures": (row.figures[place],)}) for row in card.rows)
    alone = card.model_copy(update={"metrics": (metric,), "total": (figure,), "rows": rows})
    return Tile(
        name=metric.name,
        title=metric.title,
        definition=f"{metric.definition} Counted {metric.time_basis}.",
        text=figure.text,
        is_known=figure.value is not None,
        change=figure.change_text,
        tone=_tone(metric.better, figure.change_text),
        before=figure.before_text,
        target=aim.target_text if aim else None,
        beyond_target=aim.beyond_target_text if aim else None,
        alt=alternative_of(alone),
    )


def _tone(better: Better, change: str | None) -> str:
    if change is None or better is Better.NEITHER or change[:1] not in {"+", "-", "−"}:
        return "plain"
    return "good" if (change[0] == "+") is (better is Better.UP) else "bad"
