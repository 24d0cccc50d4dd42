"""The transcript as a model reads it, and what a model wrote as rows of the transcript."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from pydantic import JsonValue

from bot.consent import besides
from bot.public import AGENT, PHOTOS
from tools.commerce.schema import Message, MessageRole, ProposalKind
from tools.commerce.transcript import NewMessage, storable_text

HISTORY_LIMIT = 60
"""How many of the newest messages a model is shown: a turn late in a long conversation costs what an early one does."""

MEMORY = "parley_memory"
"""Key of an assistant message's `additional_kwargs` under which the embedded model notes what it asked."""

CHOICES = "parley_choices"
"""Key under which it notes the answers that its question can have; none is an empty list."""

UNSAID = "parley_unsaid"
"""Key under which it notes the tool calls that its answer says nothing of, by their ids."""

DECIDED = "parley_decided"
"""Key of a message that code wrote after a yes or no, with the receipt: which change it is about, and how it stands."""

FOR_PEOPLE = "for_people"
"""Key of a user's message that the bot did not answer, for a person goes on with the conversation."""

PHOTO = "[photo]"
"""A line of a user's message for each photo that came with it: a model is told of it, and does not see it."""

LATER = "later"
"""What of that note tells of wishes that wait until the change before them is decided."""

INTERRUPTED = '{"kind":"refusal","code":"interrupted","message":"This was interrupted. Ask again if needed."}'


def as_history(rows: Sequence[Message]) -> list[AnyMessage]:
    """Messages for a model: they begin with a person's message, and every tool call has its answer."""
    start = next((i for i, row in enumerate(rows) if row.role is MessageRole.USER), len(rows))
    messages = [_as_message(row) for row in rows[start:]]
    answered = {message.tool_call_id for message in messages if isinstance(message, ToolMessage)}
    history: list[AnyMessage] = []
    for message in messages:
        history.append(message)
        if isinstance(message, AIMessage):
            # A process that was killed in the middle of a turn leaves calls without answers.
            history.extend(
                ToolMessage(INTERRUPTED, tool_call_id=call["id"] or "", name=call["name"], status="error")
                for call in message.tool_calls
                if call["id"] not in answered
            )
    return history


def is_more_asked_for(history: Sequence[AnyMessage], decided: AIMessage) -> bool:
    """Whether more was asked for than the change that was just decided, before or in the same breath as the yes."""
    if said_besides(history, decided):
        return True
    notes = (m.additional_kwargs.get(MEMORY) for m in reversed(history) if isinstance(m, AIMessage))
    return bool((next(filter(None, notes), None) or {}).get(LATER))


def said_besides(history: Sequence[AnyMessage], decided: AIMessage) -> str:
    """What the latest message wants besides the yes that was carried out."""
    text = next((m.text for m in reversed(history) if isinstance(m, HumanMessage)), "")
    receipt = decided.additional_kwargs.get(DECIDED)
    return besides(text, ProposalKind(receipt["change"])) if receipt else ""


def as_new_message(message: AIMessage | ToolMessage) -> NewMessage:
    """The row to append for what a model or a tool said."""
    if isinstance(message, ToolMessage):
        payload: dict[str, JsonValue] = {
            "tool_call_id": message.tool_call_id,
            "name": message.name,
            "status": message.status,
        }
        if isinstance(message.artifact, dict) and message.artifact:
            payload["artifact"] = message.artifact
        return NewMessage(MessageRole.TOOL, storable_text(message.text), payload)
    payload = {}
    if message.tool_calls:
        payload["tool_calls"] = [
            {"id": call["id"], "name": call["name"], "args": _storable(call["args"])}
            for call in message.tool_calls
        ]
    if memory := message.additional_kwargs.get(MEMORY):
        payload["memory"] = memory
    if (choices := message.additional_kwargs.get(CHOICES)) is not None:
        payload["choices"] = choices
    if unsaid := message.additional_kwargs.get(UNSAID):
        payload["unsaid"] = unsaid
    return NewMessage(MessageRole.ASSISTANT, storable_text(message.text), payload or None)


def _storable(args: dict[str, Any]) -> JsonValue:
    """`args` as plain JSON, whatever a model made up: NaN becomes the word, which no database refuses."""
    stored: JsonValue = json.loads(storable_text(json.dumps(args, default=str)), parse_constant=str)
    return stored


def _as_message(row: Message) -> AnyMessage:
    payload: dict[str, Any] = row.payload or {}
    match row.role:
        case MessageRole.USER:
            return HumanMessage(
                "\n".join(filter(None, (row.text, *(PHOTO for _ in payload.get(PHOTOS, ())))))
            )
        case MessageRole.TOOL:
            return ToolMessage(
                row.text,
                tool_call_id=payload["tool_call_id"],
                name=payload["name"],
                status=payload["status"],
            )
        case MessageRole.ASSISTANT:
            return _as_answer(row.text, payload)


def as_decided(told: NewMessage) -> AIMessage:
    """What code says of a decision, for the model that goes on from there."""
    return _as_answer(told.text, told.payload or {})


def _as_answer(text: str, payload: Mapping[str, Any]) -> AIMessage:
    receipt = next((card for card in payload.get("cards", ()) if card["kind"] == "receipt"), None)
    noted = {MEMORY: payload.get("memory"), DECIDED: receipt}
    return AIMessage(
        f"{name} of our team: {text}" if (name := payload.get(AGENT)) else text,
        tool_calls=payload.get("tool_calls", []),
        additional_kwargs={key: value for key, value in noted.items() if value},
    )
