"""Asking for figures in one's own words, at the desk: a talk with tables, charts and files in its answers."""

from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from api.chat import Services
from api.desk.access import FIGURES, AtDesk, PostedByReader, ReaderOfFigures
from api.desk.figures import CHART_WIDTHS, as_file, drawn
from api.desk.outcome_form import MOST_CHARS
from api.desk.page import desk_page
from api.desk.steps import FormId
from api.desk.talks import ask, begin, check_own, read_talk
from api.parley import Parley
from api.problems import Problem
from tools.cards import Card
from tools.kpi_cards import ExplanationCard, KpiCard

router = APIRouter(prefix=FIGURES, include_in_schema=False)
Text = Annotated[str, Form()]


@router.post("/ask")
async def begin_with(parley: Services, at_desk: PostedByReader, text: Text = "") -> Response:
    """A new talk that begins with this question."""
    if not text.strip():
        return RedirectResponse(FIGURES, HTTPStatus.SEE_OTHER)
    return await _ask(parley, at_desk, await begin(parley, at_desk), text, "")


@router.get("/talks/{talk_id}")
async def talk_page(parley: Services, at_desk: ReaderOfFigures, talk_id: str) -> Response:
    await check_own(parley, at_desk, talk_id)
    return await _page(parley, at_desk, talk_id)


@router.post("/talks/{talk_id}/ask")
async def go_on(
    parley: Services, at_desk: PostedByReader, talk_id: str, text: Text = "", form_id: FormId = ""
) -> Response:
    await check_own(parley, at_desk, talk_id)
    return await _ask(parley, at_desk, talk_id, text, form_id)


@router.get("/talks/{talk_id}/messages/{message_id}/chart")
async def chart(
    parley: Services,
    at_desk: ReaderOfFigures,
    talk_id: str,
    message_id: int,
    card: Annotated[int, Query(ge=0)] = 0,
    theme: str = "light",
    width: Annotated[int, Query(ge=280, le=1600)] = CHART_WIDTHS[0],
) -> Response:
    """Raises Problem `unknown-chart`."""
    await check_own(parley, at_desk, talk_id)
    shown = await _card(parley, talk_id, message_id, card)
    if not isinstance(shown, KpiCard | ExplanationCard):
        raise Problem("unknown-chart")
    return await drawn(parley, shown, theme, width)


@router.get("/talks/{talk_id}/messages/{message_id}/figures.csv")
async def export(
    parley: Services,
    at_desk: ReaderOfFigures,
    talk_id: str,
    message_id: int,
    card: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Raises Problem `not-found`."""
    await check_own(parley, at_desk, talk_id)
    shown = await _card(parley, talk_id, message_id, card)
    if not isinstance(shown, KpiCard):
        raise Problem("not-found")
    return as_file(shown, f"{'-'.join(metric.name for metric in shown.metrics)}.csv")


async def _ask(parley: Parley, at_desk: AtDesk, talk_id: str, text: str, form_id: str) -> Response:
    try:
        await ask(parley, talk_id, text, form_id)
    except Problem as problem:
        told = str(problem.details.detail or problem.details.title)
        return await _page(parley, at_desk, talk_id, told, problem.status_code, text)
    return RedirectResponse(_address(talk_id), HTTPStatus.SEE_OTHER)


async def _page(
    parley: Parley,
    at_desk: AtDesk,
    talk_id: str,
    problem: str | None = None,
    status: int = HTTPStatus.OK,
    draft: str = "",
) -> Response:
    values: dict[str, object] = {
        "title": "Figures",
        **at_desk.frame,
        "area": FIGURES,
        "address": _address(talk_id),
        "talk": await read_talk(parley, talk_id, _address(talk_id)),
        "problem": problem,
        "draft": draft,
        "form_id": str(uuid4()),
        "most_chars": MOST_CHARS,
    }
    return desk_page("figure_talk.html", parley.shop, values, status)


async def _card(parley: Parley, talk_id: str, message_id: int, index: int) -> Card | None:
    seen = await parley.register.view(talk_id)
    cards = next((message.cards for message in seen.messages if message.id == message_id), ())
    return cards[index] if index < len(cards) else None


def _address(talk_id: str) -> str:
    return f"{FIGURES}/talks/{talk_id}"
