"""The side chat of a case: whoever is at the desk asks Parley about it, with their own tools; no shopper sees it."""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import IntegrityError

from api.chat import Services
from api.desk.access import AtDesk, Posted
from api.desk.case import Unsent, draw_case, find_case
from api.desk.steps import FormId
from api.desk.talks import ask, begin, side_chat
from api.parley import Parley
from api.problems import Problem
from tools.commerce.database import WriteSession
from tools.commerce.handoffs import side_chats

router = APIRouter(prefix="/desk/cases/{handoff_id}", include_in_schema=False)


@router.post("/ask")
async def ask_about(
    parley: Services,
    at_desk: Posted,
    handoff_id: str,
    question: Annotated[str, Form()] = "",
    form_id: FormId = "",
) -> Response:
    """Sent twice with the same form, it is asked once."""
    await find_case(parley, at_desk, handoff_id)
    there = RedirectResponse(f"/desk/cases/{handoff_id}#ask", HTTPStatus.SEE_OTHER)
    if not question.strip():
        return there
    try:
        await ask(parley, await _own(parley, at_desk, handoff_id), question, form_id)
    except Problem as problem:
        told = str(problem.details.detail or problem.details.title)
        unsent = Unsent(told, question=question)
        return await draw_case(parley, at_desk, handoff_id, unsent, problem.status_code)
    return there


async def _own(parley: Parley, at_desk: AtDesk, handoff_id: str) -> str:
    """The conversation in which they ask about the case; begun with their first question."""
    if found := await side_chat(parley, at_desk, handoff_id):
        return found
    who = at_desk.account

    def bind(session: WriteSession, conversation_id: str) -> None:
        side_chats.add(session, conversation_id, handoff_id, who.email, who.role)

    # Two windows at once: the second one finds what the first one made.
    with suppress(IntegrityError):
        return await begin(parley, at_desk, bind)
    if found := await side_chat(parley, at_desk, handoff_id):
        return found
    raise AssertionError("what stood in the way of adding it is there")
