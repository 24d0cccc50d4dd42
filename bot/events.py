"""What a turn causes, as every channel hears it."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from tools.cards import Card, Citation
from tools.change_cards import (
    AmountPart,
    PayoutFacts,
    ProposalCard,
    ProposalLine,
    ProposalMoney,
    RuleFacts,
)
from tools.commerce.schema import ConversationStatus, ProposalKind, ProposalStatus


class Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PublicPhoto(Event):
    """A photo of this conversation: fetched at `…/photos/{id}`, always a JPEG, of that size in pixels."""

    id: str
    """The SHA-256 of the picture as it is kept."""
    width: int
    height: int


class PublicMessage(Event):
    """A message as people may see it; tool calls and what tools told the model are never in it.

    `id` counts within the conversation and only grows.
    """

    id: int
    role: Literal["user", "assistant", "agent"]
    """`agent` is a person of the shop, whose name is `author`."""
    text: str
    author: str | None = None
    photos: tuple[PublicPhoto, ...] = ()
    """What the shopper sent with it; then `text` may be empty."""
    citations: tuple[Citation, ...] = ()
    cards: tuple[Card, ...] = ()
    choices: tuple[str, ...] = ()
    """All the answers there are to the question that the message asks; to pick one is to send it as a message."""
    client_message_id: str | None = None
    created_at: str


class ProposalState(Event):
    """A proposal as it stands. `kind` is the kind of change; `money` is to the shopper, or below zero from them."""

    id: str
    kind: ProposalKind
    status: ProposalStatus
    order_number: str | None
    summary: str
    lines: tuple[ProposalLine, ...]
    parts: tuple[AmountPart, ...]
    money: ProposalMoney | None
    payouts: tuple[PayoutFacts, ...]
    rules: tuple[RuleFacts, ...]
    next_steps: tuple[str, ...]
    notice: str | None
    approval: str | None
    expires_at: datetime

    @classmethod
    def of(cls, card: ProposalCard) -> Self:
        facts = {name: value for name, value in card if name in cls.model_fields}
        return cls.model_validate({**facts, "kind": card.change})


class Reply(Event):
    """What a turn came to: the messages that answer, and where the conversation stands.

    `proposal` is the one that was made or decided in this turn, or that is still to be decided.
    """

    messages: tuple[PublicMessage, ...]
    proposal: ProposalState | None = None
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
    status: ConversationStatus | None = None
    """Where the conversation stands, to those who follow it."""


class PresenceEvent(Event):
    """To a shopper who follows a conversation that waits for a person or has one: who of the shop is typing."""

    event: Literal["presence"] = "presence"
    typing: str | None
    """Their name."""


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
