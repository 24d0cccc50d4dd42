"""A tool that breaks is tried once more if it only reads; then the model reads that it broke, and a person is called.

A model has no part in that: whatever it makes of it, the case is handed over with the answer, in one transaction. It
happens once in a conversation. Arguments that don't fit, and what the rules refuse, are no failure.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from langchain.agents.middleware import AgentMiddleware
from langchain.tools.tool_node import ToolCallRequest
from langchain_core.messages import ToolMessage
from langgraph.types import Command
from sqlalchemy import select

from bot.faults import fault
from bot.public import cards_payload
from knowledge.shop_profile import ShopProfile
from tools.commerce.database import WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.handoffs.lifecycle import PARLEY
from tools.commerce.identity import principal_of
from tools.commerce.schema import Conversation, ConversationStatus, Handoff, HandoffReason, Role
from tools.commerce.transcript import NewMessage
from tools.context import BROKEN
from tools.handoff_card import A_PERSON, BACK_TO_ASSISTANT
from tools.handoffs import handed_over
from tools.toolbox import Access, access_of

TRIES = 2

Handler = Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]

log = logging.getLogger(__name__)


class BrokenTools(AgentMiddleware[Any, Any, Any]):
    """What the model reads when a tool broke; the fault itself goes to the log."""

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage | Command[Any]:
        call = request.tool_call
        tries = TRIES if access_of(call["name"]) is Access.READS else 1
        for left in reversed(range(tries)):
            try:
                return await handler(request)
            except Exception as error:  # noqa: BLE001 - whatever breaks in a tool, the shopper gets an answer
                log.error("tool %s failed: %s, tries left: %s", call["name"], fault(error), left)
        return ToolMessage(
            json.dumps(BROKEN.model_dump(exclude_none=True)),
            tool_call_id=call["id"],
            name=call["name"],
            status="error",
        )


def is_broken(message: ToolMessage) -> bool:
    return message.status == "error" and f'"code": "{BROKEN.code}"' in message.text


def passed_on(
    session: WriteSession, conversation_id: str, said: NewMessage, shop: ShopProfile, when: LocalTime
) -> NewMessage:
    """The answer of a turn in which a tool broke, with the conversation handed over to a person.

    Where it was handed over for that before, a person is only offered; to staff it is told as it is.
    """
    if principal_of(session, conversation_id).role is not Role.SHOPPER:
        return said
    if session.get_one(Conversation, conversation_id).status is not ConversationStatus.BOT:
        return said  # the model has handed it over
    payload = dict(said.payload or {})
    before = select(Handoff.id).where(
        Handoff.conversation_id == conversation_id, Handoff.reason == HandoffReason.TOOL_FAILED
    )
    if session.scalar(before.limit(1)):
        return replace(said, payload=payload | {"choices": [A_PERSON]})
    card = handed_over(session, conversation_id, HandoffReason.TOOL_FAILED, PARLEY, shop, when)
    payload |= {"cards": cards_payload([card]), "choices": [BACK_TO_ASSISTANT]}
    return replace(said, text=f"{said.text} {card.message}".strip(), payload=payload)
