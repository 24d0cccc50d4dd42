"""The wishes of a message of which a change depends on something."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.embedded.answers import Task
from bot.embedded.changes.draft import Later
from bot.embedded.intents import CHANGES, Intent
from bot.embedded.reading.conditions import About, conditional
from bot.embedded.situation import Situation
from bot.embedded.understanding.wish import UNSURE, Wish

LONGEST_VERSION = 8
"""Words of what may be but another version of the same thing."""
_NO_CHANGES = frozenset(
    {Intent.TRACK_ORDER, Intent.ORDER_DETAILS, Intent.RETURN_STATUS, Intent.TALK_TO_PERSON}
)
"""What they may want to know, or whom to speak to, if nothing is changed."""
_SWAPS = frozenset({Intent.CHANGE_ORDER, Intent.EXCHANGE_ITEM})


def dependent(situation: Situation, read: Callable[[str], Sequence[Wish]]) -> list[Task]:
    """The wishes of a message of which a change depends on something; none where none does."""
    found = conditional(situation.text)
    wished = [wish for wish in read(found.then) if wish.confidence >= UNSURE] if found else []
    change = next((wish for wish in wished if wish.intent in CHANGES), None)
    if found is None or change is None:
        return []
    other = read(found.otherwise)[0] if found.otherwise else None
    is_change = other and other.intent in CHANGES and other.confidence >= UNSURE
    if change.intent in _SWAPS and len(found.otherwise.split()) <= LONGEST_VERSION:
        # "In rose, or else in blue": the same change, to another version.
        is_change = is_change and other is not None and other.intent not in _SWAPS
    is_other = other and other.intent in _NO_CHANGES and other.confidence >= UNSURE
    otherwise = (
        Later(intent=other.intent, text=found.otherwise) if other and (is_change or is_other) else None
    )
    if found.condition.about is About.POSSIBLE and otherwise is None:
        return []  # whether it is possible is looked at in any case
    tasks = [Task(wish.intent, wish.text) for wish in wished]
    place = wished.index(change)
    tasks[place] = replace(tasks[place], condition=found.condition, otherwise=otherwise)
    return tasks
