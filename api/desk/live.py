"""What happens in a case while its page is open: new messages, each as it is stored."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from api.bootstrap import Parley
from api.chat import SSE, STREAM_HEADERS, Services
from api.desk.access import SignedIn
from api.desk.case import find_case
from api.desk.messages import as_event
from api.following import follow_conversation

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
    chunks = _news(parley, case.handoff.conversation_id, position)
    return StreamingResponse(chunks, media_type=SSE, headers=STREAM_HEADERS)


async def _news(parley: Parley, conversation_id: str, after: int) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RETRY_MILLISECONDS, comment="hello")
    clock = asyncio.get_running_loop().time
    ends_at = clock() + STREAM_SECONDS
    async for chunk in follow_conversation(parley, conversation_id, after, as_event(parley.shop, parley.now)):
        yield chunk
        if clock() >= ends_at:
            return
