"""What a model wants called, made fit to be run and stored: few enough, small enough, each with an id of its own.

A call that cannot be read is not dropped: it is answered with what is wrong with it, so that the model can try again.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from uuid import uuid4

from langchain.agents.middleware import AgentMiddleware
from langchain.tools.tool_node import ToolCallRequest
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.messages.tool import ToolCall, tool_call
from langgraph.types import Command

from tools.cards import Refusal
from tools.toolbox import known_name

LONGEST_ARGUMENTS = 8_000
"""Characters, as JSON. The largest call that makes sense names fifty lines of an order."""
LONGEST_NAME = 100

UNREADABLE = "unreadable"
"""Stands as the only argument of a call whose own arguments cannot be read."""

log = logging.getLogger(__name__)

Handler = Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]


def keep_fit_calls(message: AIMessage, most: int) -> None:
    """Changes `message`: its first `most` calls stay, in a form that can be run and stored."""
    if not message.tool_calls and not message.invalid_tool_calls:
        return
    message.tool_calls = _with_own_ids(list(_readable(message))[:most])
    message.invalid_tool_calls = []
    message.additional_kwargs.pop("tool_calls", None)


class UnreadableCalls(AgentMiddleware[Any, Any, Any]):
    """Answers calls that cannot be read, in place of the tool; LangChain answers those of tools that are not held."""

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage | Command[Any]:
        call = request.tool_call
        if request.tool is None:
            # A name that is none of ours is not logged: a model may have put anything there.
            log.warning("denied: a tool that this role does not hold, tool=%s", known_name(call["name"]))
        if UNREADABLE not in call["args"]:
            return await handler(request)
        refusal = Refusal(
            code="call_unreadable",
            message="The arguments are not a JSON object of a reasonable size: nothing was done. Call it again.",
        )
        return ToolMessage(
            refusal.model_dump_json(exclude_none=True),
            tool_call_id=call["id"],
            name=call["name"],
            status="error",
        )


def _readable(message: AIMessage) -> Iterator[ToolCall]:
    for call in message.tool_calls:
        arguments = call["args"] if _is_small(call["args"]) else {UNREADABLE: True}
        yield tool_call(name=_name(call["name"]), args=arguments, id=call["id"])
    for broken in message.invalid_tool_calls:
        yield tool_call(name=_name(broken["name"]), args={UNREADABLE: True}, id=broken["id"])


def _is_small(arguments: object) -> bool:
    try:
        return len(json.dumps(arguments, default=str)) <= LONGEST_ARGUMENTS
    except (RecursionError, ValueError):  # nested too deep, or a number of too many digits
        return False


def _name(name: str | None) -> str:
    return (name or "")[:LONGEST_NAME]


def _with_own_ids(calls: list[ToolCall]) -> list[ToolCall]:
    """An answer is matched to its call by the id: one that is missing, doubled or endless gets another."""
    seen: set[str] = set()
    for call in calls:
        known = call["id"]
        if not known or known in seen or len(known) > LONGEST_NAME:
            call["id"] = known = f"call_{uuid4().hex}"
        seen.add(known)
    return calls
