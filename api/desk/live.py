"""What happens in a case while its page is open: new messages, each as it is stored, and who else is there."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from api.chat import SSE, STREAM_HEADERS, Services
from api.desk.access import AtDesk, Posted, SignedIn
from api.desk.case import find_case, is_of
from api.desk.messages import as_event, said
from api.desk.presence import presence_event
from api.following import Follower, follow_conversation
from api.parley import Parley
from bot.presence import Doing, Hint
from tools import crossing
from tools.commerce.schema import Handoff

STREAM_SECONDS = 60.0
"""Then the browser asks anew, and whoever may no longer listen is turned away."""
RETRY_MILLISECONDS = 500

router = APIRouter(prefix="/desk/cases/{handoff_id}", include_in_schema=False)


@router.get("/events")
async def follow(
    parley: Services,
    at_desk: SignedIn,
    handoff_id: str,
    after: Annotated[int, Query(ge=0, le=2**31)] = 0,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**31)] = None,
) -> StreamingResponse:
    """New messages as HTML."""
    parley.streams.check()
    case = await find_case(parley, at_desk, handoff_id)
    position = after if last_event_id is None else last_event_id
    follower = Follower(
        _hint(at_desk, case.handoff.conversation_id, Doing.HERE),
        as_event(lambda message: said(message, handoff_id, parley.shop, parley.now())),
        lambda others: presence_event(others, case.channel),
    )
    chunks = _news(parley, position, follower)
    return StreamingResponse(chunks, media_type=SSE, headers=STREAM_HEADERS)


@router.post("/typing", status_code=HTTPStatus.NO_CONTENT)
async def typing(parley: Services, at_desk: Posted, handoff_id: str) -> None:
    """Whoever has the case is writing an answer; of anybody else it is not told."""
    handoff = await crossing.read(parley.database, lambda session: session.get(Handoff, handoff_id[:36]))
    if handoff and is_of(handoff, at_desk):
        await parley.presence.tell(_hint(at_desk, handoff.conversation_id, Doing.TYPING))


def _hint(at_desk: AtDesk, conversation_id: str, doing: Doing) -> Hint:
    who = at_desk.account
    return Hint(conversation_id=conversation_id, who=who.email, name=who.name, doing=doing)


async def _news(parley: Parley, after: int, follower: Follower) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RETRY_MILLISECONDS, comment="hello")
    clock = asyncio.get_running_loop().time
    ends_at = clock() + STREAM_SECONDS
    async for chunk in follow_conversation(parley, after, follower):
        yield chunk
        if clock() >= ends_at:
            return
