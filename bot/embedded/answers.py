"""What a job comes to: an answer, or a question that must be answered first."""

from dataclasses import dataclass

from bot.embedded.changes.draft import Draft, Later
from bot.embedded.intents import Intent
from bot.embedded.reading.conditions import Condition
from bot.embedded.situation import Slot


@dataclass(frozen=True)
class Task:
    """One wish of the person's message."""

    intent: Intent | None
    """None when no wish is recognised."""
    text: str
    """The words that it stands in; of a wish taken up again, the words that it was first said in."""
    resumed: bool = False
    """Whether the message answers a question that this wish had led to."""
    after_sign_in: bool = False
    """Whether the person signs in by a one-time code before."""
    draft: Draft | None = None
    """The change that it goes on with."""
    condition: Condition | None = None
    """What it depends on."""
    otherwise: Later | None = None
    """What is wanted if that doesn't hold."""
    readings: tuple[Intent, ...] = ()
    """Of a wish that is not recognised, what it may be."""


@dataclass(frozen=True)
class Answer:
    text: str
    order: str | None = None
    """The order that it is about, for a later "it"."""
    product: str | None = None
    understood: bool = True
    draft: Draft | None = None
    """The change that has just been proposed."""
    later: tuple[Later, ...] = ()
    """What comes after it."""
    offers: tuple[str, ...] = ()
    """What can be said next by picking it."""


class Asks(Exception):
    """The wish waits for one thing that only the person knows."""

    def __init__(
        self,
        text: str,
        slot: Slot,
        order: str | None = None,
        draft: Draft | None = None,
        offers: tuple[str, ...] = (),
    ) -> None:
        super().__init__(text)
        self.text = text
        self.slot = slot
        self.order = order
        self.draft = draft
        self.offers = offers
        """Answers that can be picked."""
