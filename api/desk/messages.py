"""A conversation's messages as the desk draws them: on the page, and one by one as they come."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi.sse import format_sse_event

from api.desk.cards import Block, blocks_of
from api.desk.wording import moment
from api.pages import fragment
from bot.events import PublicMessage
from knowledge.shop_profile import ShopProfile
from tools.cards import Citation
from tools.commerce.schema import ConversationStatus
from tools.handoff_card import HandoffCard


@dataclass(frozen=True)
class Shown:
    """A photo on the page: its address, and its size in pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True)
class Picture:
    """A chart of the desk's own, at `address`; more of its query can be added behind it."""

    address: str
    alt: str


@dataclass(frozen=True)
class Said:
    id: int
    role: str
    who: str
    at: str
    text: str
    photos: tuple[Shown, ...]
    blocks: tuple[Block, ...]
    sources: tuple[Citation, ...] = ()
    pictures: tuple[Picture, ...] = ()
    files: tuple[str, ...] = ()
    """Addresses of its figures as CSV."""


def said(message: PublicMessage, handoff_id: str | None, shop: ShopProfile, now: datetime) -> Said:
    """As the page of that handoff shows it; without one there are no photos."""
    who = {"user": "Shopper", "assistant": "Assistant", "agent": message.author or "Staff"}[message.role]
    # What the assistant sets in bold is no less plain without; what shoppers type stays as they typed it.
    text = message.text.replace("**", "") if message.role == "assistant" else message.text
    return Said(
        id=message.id,
        role=message.role,
        who=who,
        at=moment(datetime.fromisoformat(message.created_at), now, shop.zone),
        text=text,
        photos=tuple(
            Shown(f"/desk/cases/{handoff_id}/photos/{photo.id}", photo.width, photo.height)
            for photo in message.photos
            if handoff_id
        ),
        # The card of the handoff tells the shopper how to reach the shop: no news to who is there.
        blocks=tuple(
            block for card in message.cards if not isinstance(card, HandoffCard) for block in blocks_of(card)
        ),
    )


def as_event(drawn: Callable[[PublicMessage], Said]) -> Callable[[PublicMessage, ConversationStatus], bytes]:
    """A message as a server-sent event: its HTML, as the page has it."""

    def draw(message: PublicMessage, status: ConversationStatus) -> bytes:
        html = fragment("desk/message.html", {"said": drawn(message)})
        return format_sse_event(
            event="message", data_str=json.dumps({"html": html, "status": status}), id=str(message.id)
        )

    return draw
