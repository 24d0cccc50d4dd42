"""The HTTP contract of a conversation: start, send, decide, look, follow."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field

from api.following import Follower, follow_conversation, note_read
from api.limits import is_this_machine
from api.parley import Parley
from api.problems import Problem, documented
from api.turns import RunningTurn, as_sse
from bot.errors import UnknownConversation, UnknownProposal
from bot.events import MessageEvent, PresenceEvent, PublicMessage, Reply
from bot.presence import SHOPPER, Doing, Hint, Present
from bot.register import Started, View
from tools.commerce.changes.decisions import Decision
from tools.commerce.schema import ConversationChannel, ConversationStatus

SSE = "text/event-stream"
_ID = re.compile(r"[0-9a-f-]{36}")
STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
PRIVATE = {"Cache-Control": "no-store"}

router = APIRouter(prefix="/api/conversations", tags=["conversations"])
bearer = HTTPBearer(auto_error=False, description="The token that starting the conversation answered with.")


class RequestBody(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StartRequest(RequestBody):
    identity: Annotated[str | None, Field(max_length=4096)] = None
    """The shop's signed token (JWT, HS256) of who is asking; null for an anonymous visitor."""


class MessageRequest(RequestBody):
    text: Annotated[str, Field(description="At most 4,000 characters; with photos it may be empty.")]
    client_message_id: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=80,
            pattern=r"^[\x21-\x7e]+$",
            description="Chosen by the client. Sent again with the same text, it gets the same answer.",
        ),
    ] = None
    photos: Annotated[
        list[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]],
        Field(max_length=30, description="Ids of photos that were uploaded to this conversation; at most 6."),
    ] = []


class DecisionRequest(RequestBody):
    decision: Annotated[
        Literal["confirm", "decline"],
        Field(description="What is confirmed is done exactly as the proposal says, or not at all."),
    ]


def parley_of(request: Request) -> Parley:
    parley: Parley = request.app.state.parley
    return parley


Services = Annotated[Parley, Depends(parley_of)]


async def conversation_of(
    parley: Services,
    conversation_id: str,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> str:
    """The id in the path, once the bearer of the request has shown that conversation's token."""
    if credentials is None:
        raise Problem("credentials-missing", "Send Authorization: Bearer with the conversation's token.")
    if not _ID.fullmatch(conversation_id):
        raise UnknownConversation
    await parley.register.authorize(conversation_id, credentials.credentials)
    return conversation_id


Authorized = Annotated[str, Depends(conversation_of)]
KNOWN = ("credentials-missing", "unknown-conversation", "too-many-requests", "overloaded", "unavailable")
_OF_TURNS = (
    *KNOWN,
    "malformed-body",
    "body-too-large",
    "invalid-request",
    "conversation-busy",
    "not-ready",
    "internal-error",
)
_REPLY_OR_STREAM: dict[int | str, dict[str, object]] = {
    200: {
        "model": Reply,
        "description": "The reply; with `Accept: text/event-stream` the turn's events as they happen: `accepted` once "
        "the message is stored, `working` and `text` on the way, `message` with each answer, and last `done` with the "
        "reply, or `error` with a problem.",
        "content": {SSE: {"schema": {"type": "string"}}},
    }
}


@router.post("", status_code=201, responses=documented("identity-token-refused", "too-many-requests"))
async def start(
    request: Request,
    response: Response,
    parley: Services,
    body: Annotated[StartRequest | None, Body()] = None,
) -> Started:
    """Begin a conversation. The token in the answer is the only key to it."""
    address = address_of(request)
    if not is_this_machine(address):
        parley.paces.conversations.take(address or "")
    identity = parley.tokens.verify(body.identity) if body and body.identity is not None else None
    started = await parley.register.start(identity, ConversationChannel.WIDGET)
    response.headers.update(PRIVATE)
    return started


@router.post(
    "/{conversation_id}/messages",
    responses={
        **_REPLY_OR_STREAM,
        **documented(
            *_OF_TURNS,
            "client-message-reused",
            "message-too-long",
            "too-many-photos",
            "unknown-photo",
        ),
    },
)
async def send(
    request: Request,
    parley: Services,
    conversation_id: Authorized,
    body: MessageRequest,
    accept: Annotated[str | None, Header()] = None,
) -> Response:
    """Say something. One message of a conversation is answered after the other."""
    address = address_of(request)
    parley.paces.messages.take(conversation_id)
    if not is_this_machine(address):
        parley.paces.addresses.take(address or "")
    conversations = await parley.conversations()
    await parley.presence.pause(conversation_id, SHOPPER)
    turn = parley.turns.run(
        conversation_id,
        conversations.send(
            conversation_id,
            body.text,
            client_message_id=body.client_message_id,
            client_address=address,
            photos=body.photos,
        ),
    )
    return await _answered(turn, accept)


@router.post(
    "/{conversation_id}/proposals/{proposal_id}",
    responses={**_REPLY_OR_STREAM, **documented(*_OF_TURNS, "unknown-proposal")},
)
async def decide(
    parley: Services,
    conversation_id: Authorized,
    proposal_id: str,
    body: DecisionRequest,
    accept: Annotated[str | None, Header()] = None,
) -> Response:
    """Confirm or decline what was proposed. Sent again, it gets the same answer and does nothing more.

    A proposal that has expired or was decided before is no error: the reply says how it stands.
    """
    parley.paces.messages.take(conversation_id)
    if not _ID.fullmatch(proposal_id):
        raise UnknownProposal
    conversations = await parley.conversations()
    events = conversations.decide(conversation_id, proposal_id, Decision(body.decision))
    return await _answered(parley.turns.run(conversation_id, events), accept)


@router.get("/{conversation_id}", responses=documented(*KNOWN))
async def view(response: Response, parley: Services, conversation_id: Authorized) -> View:
    """Everything said so far."""
    seen = await parley.register.view(conversation_id)
    await note_read(parley, conversation_id, seen.messages)
    response.headers.update(PRIVATE)
    return seen


@router.get(
    "/{conversation_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {SSE: {"schema": {"type": "string"}}}}, **documented(*KNOWN)},
)
async def follow(
    parley: Services,
    conversation_id: Authorized,
    after: Annotated[int, Query(ge=0, le=2**31)] = 0,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**31)] = None,
) -> StreamingResponse:
    """Messages after the one numbered `after`, then each new one; `Last-Event-ID` takes precedence."""
    parley.streams.check()
    position = after if last_event_id is None else last_event_id
    here = Hint(conversation_id=conversation_id, who=SHOPPER, name=SHOPPER, doing=Doing.HERE)
    chunks = follow_conversation(parley, position, Follower(here, _as_event, _as_presence))
    return StreamingResponse(chunks, media_type=SSE, headers=STREAM_HEADERS)


@router.post(
    "/{conversation_id}/typing",
    status_code=204,
    responses=documented("credentials-missing", "unknown-conversation", "too-many-requests"),
)
async def typing(parley: Services, conversation_id: Authorized) -> None:
    """The shopper is writing a message: whoever of the shop looks at the conversation sees so for some seconds."""
    parley.paces.typing.take(conversation_id)
    await parley.presence.tell(
        Hint(conversation_id=conversation_id, who=SHOPPER, name=SHOPPER, doing=Doing.TYPING)
    )


def _as_presence(others: Sequence[Present]) -> bytes:
    typing = next((one.name for one in others if one.is_typing), None)
    return format_sse_event(event="presence", data_str=PresenceEvent(typing=typing).model_dump_json())


def _as_event(message: PublicMessage, status: ConversationStatus) -> bytes:
    return as_sse(MessageEvent(message=message, status=status))


async def _answered(turn: RunningTurn, accept: str | None) -> Response:
    if _wants_stream(accept):
        await turn.wait_for_acceptance()
        return StreamingResponse(turn.sse(), media_type=SSE, headers=STREAM_HEADERS)
    reply = await turn.reply()
    return Response(reply.model_dump_json(), media_type="application/json", headers=PRIVATE)


def _wants_stream(accept: str | None) -> bool:
    kinds = [part.partition(";")[0].strip().lower() for part in (accept or "").split(",")]
    return SSE in kinds


def address_of(request: Request) -> str | None:
    return request.client.host if request.client else None
