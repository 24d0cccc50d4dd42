"""What a turn causes, as every channel hears it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tools.cards import Card, Citation
from tools.commerce.schema import ConversationStatus


class Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PublicMessage(Event):
    """A message as people may see it; tool calls and what tools told the model are never in it.

    `id` counts within the conversation and only grows.
    """

    id: int
    role: Literal["user", "assistant"]
    text: str
    citations: tuple[Citation, ...] = ()
    cards: tuple[Card, ...] = ()
    client_message_id: str | None = None
    created_at: str


class Reply(Event):
    """What a turn came to: the messages that answer, and where the conversation stands."""

    messages: tuple[PublicMessage, ...]
    proposal: dict[str, JsonValue] | None = None
    status: ConversationStatus


class AcceptedEvent(Event):
    """The message is stored: from here on nothing is lost, whatever happens."""

    event: Literal["accepted"] = "accepted"
    message: PublicMessage


class WorkingEvent(Event):
    """A sign of life: a tool is being asked."""

    event: Literal["working"] = "working"
    tool: str


class TextEvent(Event):
    """A piece of an answer on its way. Another `draft` starts over; the `message` event has the final text."""

    event: Literal["text"] = "text"
    draft: str
    text: str


class MessageEvent(Event):
    """An answer, stored: its text, cards and citations."""

    event: Literal["message"] = "message"
    message: PublicMessage


class ErrorEvent(Event):
    event: Literal["error"] = "error"
    code: str
    detail: str


class DoneEvent(Event):
    event: Literal["done"] = "done"
    reply: Reply


TurnEvent = Annotated[
    AcceptedEvent | WorkingEvent | TextEvent | MessageEvent | ErrorEvent | DoneEvent,
    Field(discriminator="event"),
]
