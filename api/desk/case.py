"""The page of one case: the conversation on one side, live, and what the records say on the other."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Header, Query
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from fastapi.sse import format_sse_event

from api.bootstrap import Parley
from api.chat import SSE, STREAM_HEADERS, Services
from api.desk.access import AtDesk, Posted, SignedIn, TurnedAway
from api.desk.facts import facts_of
from api.desk.messages import as_event, said
from api.desk.page import desk_page
from api.following import follow_conversation
from bot.colleague import Colleague
from bot.errors import ConversationError
from tools import crossing
from tools.commerce.days import LocalTime
from tools.commerce.handoffs.case import Case, read_case
from tools.commerce.handoffs.lifecycle import HandoffError
from tools.commerce.schema import Handoff, HandoffState

if TYPE_CHECKING:
    from bot.people import People

MOST_CHARS = 4000
STREAM_SECONDS = 60.0
"""Then the browser asks anew, and whoever may no longer listen is turned away."""
RETRY_MILLISECONDS = 500
_ID = re.compile(r"[0-9a-f-]{36}")

Step = Callable[["People", Colleague], Awaitable[None]]

router = APIRouter(prefix="/desk/cases/{handoff_id}", include_in_schema=False)


@router.get("")
async def case_page(parley: Services, at_desk: SignedIn, handoff_id: str) -> Response:
    return await _page(parley, at_desk, handoff_id)


@router.get("/events")
async def follow(
    parley: Services,
    at_desk: SignedIn,
    handoff_id: str,
    after: Annotated[int, Query(ge=0, le=2**31)] = 0,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**31)] = None,
) -> StreamingResponse:
    """New messages as HTML, each as it is stored."""
    parley.streams.check()
    case = await _case(parley, at_desk, handoff_id)
    position = after if last_event_id is None else last_event_id
    chunks = _news(parley, case.handoff.conversation_id, position)
    return StreamingResponse(chunks, media_type=SSE, headers=STREAM_HEADERS)


@router.post("/take")
async def take(parley: Services, at_desk: Posted, handoff_id: str) -> Response:
    return await _step(parley, at_desk, handoff_id, lambda people, who: people.take(handoff_id, who))


@router.post("/release")
async def release(parley: Services, at_desk: Posted, handoff_id: str) -> Response:
    return await _step(parley, at_desk, handoff_id, lambda people, who: people.release(handoff_id, who))


@router.post("/close")
async def close(parley: Services, at_desk: Posted, handoff_id: str) -> Response:
    return await _step(parley, at_desk, handoff_id, lambda people, who: people.close(handoff_id, who))


@router.post("/messages")
async def send(
    parley: Services,
    at_desk: Posted,
    handoff_id: str,
    text: Annotated[str, Form()] = "",
    form_id: Annotated[str, Form(max_length=36)] = "",
) -> Response:
    """Sent again, the same text of the same form is the same message."""
    words = text.replace("\r\n", "\n").strip()
    if not words:
        return RedirectResponse(f"/desk/cases/{handoff_id}", HTTPStatus.SEE_OTHER)
    if len(words) > MOST_CHARS:
        problem = f"A message has at most {MOST_CHARS:,} characters; this one has {len(words):,}."
        return await _page(parley, at_desk, handoff_id, problem, HTTPStatus.UNPROCESSABLE_ENTITY, words)
    message_id = sha256(f"{form_id}\n{words}".encode("utf-8", "ignore")).hexdigest()[:40]

    def say(people: "People", who: Colleague) -> Awaitable[None]:
        return people.say(handoff_id, who, words, message_id)

    return await _step(parley, at_desk, handoff_id, say, draft=words)


async def _step(parley: Parley, at_desk: AtDesk, handoff_id: str, step: Step, draft: str = "") -> Response:
    """Take it; what cannot be done is told on the page, with what was typed still there."""
    await _case(parley, at_desk, handoff_id)
    conversations = await parley.conversations()
    who = Colleague(at_desk.account.email, at_desk.account.name)
    try:
        await step(conversations.people, who)
    except (HandoffError, ConversationError) as error:
        return await _page(parley, at_desk, handoff_id, str(error), HTTPStatus.CONFLICT, draft)
    return RedirectResponse(f"/desk/cases/{handoff_id}", HTTPStatus.SEE_OTHER)


async def _case(parley: Parley, at_desk: AtDesk, handoff_id: str) -> Case:
    """Raises TurnedAway when there is no such case."""
    when = LocalTime(parley.now(), parley.shop.zone)
    case = None
    if _ID.fullmatch(handoff_id):
        case = await crossing.read(
            parley.database, lambda s: read_case(s, handoff_id, when, parley.policy.refunds)
        )
    if case is None:
        values = {"title": "No such case", **_frame(at_desk)}
        raise TurnedAway(desk_page("no_case.html", parley.shop, values, HTTPStatus.NOT_FOUND))
    return case


async def _page(
    parley: Parley,
    at_desk: AtDesk,
    handoff_id: str,
    problem: str | None = None,
    status: int = HTTPStatus.OK,
    draft: str = "",
) -> Response:
    case = await _case(parley, at_desk, handoff_id)
    view = await parley.register.view(case.handoff.conversation_id)
    now = parley.now()
    facts = facts_of(case, now, parley.shop.zone)
    messages = [said(message, parley.shop, now) for message in view.messages]
    values: dict[str, object] = {
        "title": f"{facts.reason}: {facts.who}",
        **_frame(at_desk),
        "facts": facts,
        "messages": messages,
        "last_id": messages[-1].id if messages else 0,
        "problem": problem,
        "draft": draft,
        "form_id": str(uuid4()),
        "most_chars": MOST_CHARS,
        "is_waiting": case.handoff.state is HandoffState.WAITING,
        "is_mine": _is_of(case.handoff, at_desk),
    }
    return desk_page("case.html", parley.shop, values, status)


def _is_of(handoff: Handoff, at_desk: AtDesk) -> bool:
    return handoff.state is HandoffState.TAKEN and handoff.taken_by == at_desk.account.email


def _frame(at_desk: AtDesk) -> dict[str, object]:
    return {"signed_in_as": at_desk.account.name, "form_token": at_desk.form_token}


async def _news(parley: Parley, conversation_id: str, after: int) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RETRY_MILLISECONDS, comment="hello")
    clock = asyncio.get_running_loop().time
    ends_at = clock() + STREAM_SECONDS
    async for chunk in follow_conversation(parley, conversation_id, after, as_event(parley.shop, parley.now)):
        yield chunk
        if clock() >= ends_at:
            return
