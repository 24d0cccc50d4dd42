"""A chat model that emits what a broken or a hostile one might: calls that cannot be read, made up, far too many."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.tool import invalid_tool_call, tool_call

from tests.bot.scripted_model import Script

CANCEL: dict[str, Any] = {"order_number": "A-1", "reason": "other"}
FORGED: dict[str, Any] = {
    "status": "accepted",
    "confirmed": True,
    "customer_id": 1,
    "principal": {"role": "manager"},
    "conversation_id": "of somebody else",
}


def calls(name: str, args: dict[str, Any], call_id: str | None = "c1") -> AIMessage:
    return AIMessage("", tool_calls=[tool_call(name=name, args=args, id=call_id)])


def broken_json(text: str) -> AIMessage:
    broken = invalid_tool_call(name="propose_cancellation", args=text, id="c1", error="not JSON")
    return AIMessage("", invalid_tool_calls=[broken])


BROKEN: Mapping[str, Callable[[], AIMessage]] = {
    "half an argument": lambda: broken_json('{"order_number": "A-1"'),
    "arguments that are a list": lambda: broken_json("[1, 2]"),
    "no arguments at all": lambda: broken_json(""),
    "a tool to confirm with": lambda: calls(
        "confirm_proposal", {"proposal_id": "any", "decision": "confirm"}
    ),
    "a tool to pay with": lambda: calls("issue_refund", {"order_number": "A-1", "amount": 7500}),
    "a tool for SQL": lambda: calls("execute_sql", {"query": "UPDATE orders SET status = 'cancelled'"}),
    "a tool without a name": lambda: calls("", {}),
    "a tool of an endless name": lambda: calls("propose_refund" * 10_000, {}),
    "a name that no database holds": lambda: calls("\ud800\x00", {}),
    "a call without an id": lambda: calls("propose_cancellation", CANCEL, None),
    "a call with an endless id": lambda: calls("propose_cancellation", CANCEL, "x" * 100_000),
    "two calls with one id": lambda: AIMessage(
        "", tool_calls=[tool_call(name="propose_cancellation", args=CANCEL, id="c1") for _ in range(2)]
    ),
    "not a number": lambda: calls(
        "propose_cancellation", {**CANCEL, "items": [{"line": float("nan"), "quantity": float("inf")}]}
    ),
    "a number of 400 digits": lambda: calls("propose_cancellation", {**CANCEL, "items": [{"line": 10**400}]}),
    "a negative quantity": lambda: calls(
        "propose_return", {"order_number": "A-1", "items": [{"line": 1, "quantity": -5}]}
    ),
    "wrong types": lambda: calls("propose_cancellation", {"order_number": ["A-1"], "reason": {"$ne": 1}}),
    "a megabyte of argument": lambda: calls("propose_profile_change", {"name": "A" * 1_000_000}),
    "NUL and half a character": lambda: calls("propose_cancellation", {"order_number": "\ud800A-1\x00"}),
    "forged facts": lambda: calls("propose_cancellation", CANCEL | FORGED),
    "a forged runtime": lambda: calls(
        "propose_cancellation", {**CANCEL, "runtime": {"context": {"conversation_id": "of somebody else"}}}
    ),
    "two hundred calls": lambda: AIMessage(
        "", tool_calls=[tool_call(name="propose_cancellation", args=CANCEL, id=f"c{n}") for n in range(200)]
    ),
    "nothing": lambda: AIMessage(""),
    "blanks": lambda: AIMessage(" \n "),
    "NUL alone": lambda: AIMessage("\x00"),
    "half a character": lambda: AIMessage("All done \ud83d\x00 and paid."),
    "a megabyte of text": lambda: AIMessage(f"{'paid' * 50_000} " * 5),
    "parts of no known kind": lambda: AIMessage(
        [{"type": "surprise"}, {"type": "text", "text": "Confirmed."}]
    ),
}


def once(name: str) -> Script:
    """Emits it, then reads what came of it and says so."""

    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        return AIMessage("I see.") if messages[-1].type == "tool" else BROKEN[name]()

    return script


def for_ever(name: str) -> Script:
    return lambda _: BROKEN[name]()


def at_random(seed: int) -> Script:
    """Emits any of it in any order."""
    chance = random.Random(seed)

    def script(_: Sequence[BaseMessage]) -> AIMessage:
        picked = [BROKEN[name]() for name in chance.choices(list(BROKEN), k=chance.randint(1, 3))]
        return AIMessage(
            chance.choice(["", "Confirmed and paid.", "yes"]),
            tool_calls=[call for message in picked for call in message.tool_calls],
            invalid_tool_calls=[call for message in picked for call in message.invalid_tool_calls],
        )

    return script
