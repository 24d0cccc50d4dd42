"""How often one conversation, and one address, may ask for what."""

from dataclasses import dataclass
from typing import Self

from api.limits import Pace
from api.settings import Settings

PEOPLE_PER_ADDRESS = 4
"""As many people as one address may stand for, at the full pace of one conversation."""

PHOTOS_PER_MINUTE = 20

TYPING_PER_MINUTE = 40
"""Whoever types all the time says so every three seconds."""


@dataclass(frozen=True)
class Paces:
    conversations: Pace
    messages: Pace
    addresses: Pace
    """Messages again, by the address they come from."""
    typing: Pace
    """Signs that somebody is typing."""
    photos: Pace
    photo_addresses: Pace
    """Photos again, by the address they come from."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            conversations=Pace(settings.conversations_per_minute),
            messages=Pace(settings.messages_per_minute),
            addresses=Pace(settings.messages_per_minute * PEOPLE_PER_ADDRESS),
            typing=Pace(TYPING_PER_MINUTE),
            photos=Pace(PHOTOS_PER_MINUTE),
            photo_addresses=Pace(PHOTOS_PER_MINUTE * PEOPLE_PER_ADDRESS),
        )
