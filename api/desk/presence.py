"""Who is at a case besides who looks at it, in the words of its page."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from fastapi.sse import format_sse_event

from bot.presence import SHOPPER, Present
from tools.commerce.schema import ConversationChannel


@dataclass(frozen=True)
class AtCase:
    shopper: str
    """Empty where that cannot be known: of another channel than the shop's own page."""
    colleagues: str


def at_case(others: Sequence[Present], channel: ConversationChannel) -> AtCase:
    shopper = next((one for one in others if one.who == SHOPPER), None)
    return AtCase(
        shopper=_shopper(shopper) if channel is ConversationChannel.WIDGET else "",
        colleagues=" ".join(_colleague(one) for one in others if one is not shopper),
    )


def presence_event(others: Sequence[Present], channel: ConversationChannel) -> bytes:
    return format_sse_event(event="presence", data_str=json.dumps(asdict(at_case(others, channel))))


def _shopper(shopper: Present | None) -> str:
    if shopper is None:
        return "The shopper has left the chat."
    return "The shopper is typing…" if shopper.is_typing else "The shopper is in the chat."


def _colleague(one: Present) -> str:
    return f"{one.name} is typing an answer." if one.is_typing else f"{one.name} is looking at this too."
