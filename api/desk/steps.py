"""The forms of a case: taking it, writing in it, noting something down, giving it back."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api.chat import Services
from api.desk.access import AtDesk, Posted
from api.desk.case import Unsent, draw_case, find_case
from api.desk.outcome_form import MOST_CHARS
from api.desk.replies import values_of
from api.parley import Parley
from bot.colleague import Colleague
from bot.errors import ConversationError
from knowledge.replies import open_fields
from tools import crossing
from tools.commerce.handoffs.lifecycle import HandoffError
from tools.commerce.handoffs.notes import add_note

if TYPE_CHECKING:
    from bot.people import People

FormId = Annotated[str, Form(max_length=36)]
"""Made for each page: what is sent twice with the same one is one thing."""
Step = Callable[["People", Colleague], Awaitable[None]]

router = APIRouter(prefix="/desk/cases/{handoff_id}", include_in_schema=False)


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
    form_id: FormId = "",
    seen: Annotated[int | None, Form(ge=0, le=2**31)] = None,
) -> Response:
    """Sent again, the same text of the same form is the same message. `seen` is the last one that the page showed."""
    words = _typed(text)
    if not words:
        return _to_case(handoff_id)
    if problem := _too_long("A message", words):
        return await _refused(parley, at_desk, handoff_id, Unsent(problem, answer=words))
    if still_open := open_fields(words):
        problem = f"Fill in {', '.join(still_open)} first, or take it out."
        return await _refused(parley, at_desk, handoff_id, Unsent(problem, answer=words))
    message_id = sha256(f"{form_id}\n{words}".encode("utf-8", "ignore")).hexdigest()[:40]

    def say(people: "People", who: Colleague) -> Awaitable[None]:
        return people.say(handoff_id, who, words, message_id, seen)

    return await _step(parley, at_desk, handoff_id, say, answer=words)


@router.post("/replies")
async def insert_reply(
    parley: Services,
    at_desk: Posted,
    handoff_id: str,
    text: Annotated[str, Form()] = "",
    reply: Annotated[str, Form()] = "",
) -> Response:
    """The page again, with the canned reply of that name after what was typed, to be edited: nothing is sent."""
    case = await find_case(parley, at_desk, handoff_id)
    values = values_of(case, at_desk.account.name)
    picked = [one.filled(values) for one in parley.replies if one.name == reply]
    answer = "\n\n".join(filter(None, [_typed(text), *picked]))
    return await draw_case(parley, at_desk, handoff_id, Unsent(answer=answer))


@router.post("/notes")
async def note(
    parley: Services,
    at_desk: Posted,
    handoff_id: str,
    note: Annotated[str, Form()] = "",
    form_id: FormId = "",
) -> Response:
    """Whoever is at the desk may write one, on any case. No shopper and no model reads it."""
    case = await find_case(parley, at_desk, handoff_id)
    words, who = _typed(note), at_desk.account.email
    if not words:
        return _to_case(handoff_id)
    if problem := _too_long("A note", words):
        return await _refused(parley, at_desk, handoff_id, Unsent(problem, note=words))
    await crossing.write(
        parley.database, lambda s: add_note(s, case.handoff.id, who, words, form_id, parley.now())
    )
    return _to_case(handoff_id)


async def _step(parley: Parley, at_desk: AtDesk, handoff_id: str, step: Step, answer: str = "") -> Response:
    """Take it; what cannot be done is told on the page, with what was typed still there."""
    case = await find_case(parley, at_desk, handoff_id)
    conversations = await parley.conversations()
    who = at_desk.colleague
    try:
        await step(conversations.people, who)
    except (HandoffError, ConversationError) as error:
        return await draw_case(parley, at_desk, handoff_id, Unsent(str(error), answer), HTTPStatus.CONFLICT)
    await parley.presence.pause(case.handoff.conversation_id, who.email)
    return _to_case(handoff_id)


async def _refused(parley: Parley, at_desk: AtDesk, handoff_id: str, unsent: Unsent) -> Response:
    return await draw_case(parley, at_desk, handoff_id, unsent, HTTPStatus.UNPROCESSABLE_ENTITY)


def _typed(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _too_long(what: str, words: str) -> str | None:
    if len(words) <= MOST_CHARS:
        return None
    return f"{what} has at most {MOST_CHARS:,} characters; this one has {len(words):,}."


def _to_case(handoff_id: str) -> Response:
    return RedirectResponse(f"/desk/cases/{handoff_id}", HTTPStatus.SEE_OTHER)
