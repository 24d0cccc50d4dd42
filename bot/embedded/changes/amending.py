"""Items that were chosen before, and are chosen anew: one more, one less, another number, the other one."""

import re

from bot.embedded.changes.draft import Draft, Item, Question
from bot.embedded.changes.lines import Meant, kept, meant
from bot.embedded.changes.quantities import part_of, wanted
from bot.embedded.reading.references import Pick, selection
from tools.commerce.schema import ProposalKind

_ADDS = re.compile(
    r"^\W*(?:(?:oh|ok|okay|yes|no|actually|wait|sorry|right|sure|great|good|fine|perfect)\W+)*(?:and|also|plus)\b|"
    r"\b(?:in|at) the same (?:go|time)\b|\bwhile (?:you're|you are|we're) at it\b|\b(?:as well|in addition|add)\b|"
    r"\balso\b|\btoo\b(?=\W*$|[,.;!])",
    re.IGNORECASE,
)
_WHILE_ASKED = frozenset({None, Question.REASON})
_EVERY = re.compile(r"\b(?:all|both|each|every)\b", re.IGNORECASE)
_KEEPS = re.compile(r"\bkeep", re.IGNORECASE)


def adds(text: str) -> bool:
    """Whether it comes to what was said before: "the scarf as well"."""
    return bool(_ADDS.search(text))


def counted(draft: Draft, text: str) -> Draft | None:
    """ "Just one", "both": how many of the line that was asked about."""
    line = draft.line(draft.about)
    if line is None:
        return None
    every = _EVERY.search(text) or re.search(r"\beverything\b", text, re.IGNORECASE)
    count = line.quantity if every else part_of(text)
    if count is None:
        return None
    if _KEEPS.search(text) and count < line.quantity:
        count = line.quantity - count
    rest = tuple(item for item in draft.items if item.line != line.line)
    quantity = None if count == line.quantity else count
    return draft.but(items=(*rest, Item(line=line.line, quantity=quantity)), among=())


def counted_again(draft: Draft, text: str) -> Draft | None:
    """ "Make that two", "actually both", "I'll keep one": of the one item that was chosen before."""
    if draft.change is ProposalKind.ITEM_CHANGE or len(draft.items) != 1 or draft.asked not in _WHILE_ASKED:
        return None
    item = draft.items[0]
    line = draft.line(item.line)
    if line is None or line.quantity == 1:
        return None
    before = item.quantity or line.quantity
    if _KEEPS.search(text) and (held := part_of(text)):
        count: int | None = line.quantity - held
    else:
        count = line.quantity if _EVERY.search(text) else wanted(text, before)
    if count is None or count == before or not 1 <= count <= line.quantity:
        return None
    return draft.but(items=(item.model_copy(update={"quantity": count}),))


def other_one(draft: Draft, text: str) -> Draft | None:
    """ "No, the other one": what was not chosen; where that may be several lines, it is asked which."""
    chosen = selection(text)
    if chosen is None or chosen.pick is not Pick.OTHER or not draft.items or meant(text, draft.lines):
        return None
    rest = [line.line for line in draft.lines if line not in draft.chosen]
    if not rest:
        return None
    if len(rest) > 1:
        return draft.but(items=(), among=tuple(rest), versions=())
    return draft.but(items=(Item(line=rest[0]),), among=(), versions=())


def added(draft: Draft, found: Meant, text: str) -> Meant:
    """ "The scarf as well" comes to what was chosen before; without such a word it takes its place.

    What answers which of the others are meant comes to it too.
    """
    is_answer = draft.asked is Question.LINES and bool(draft.among) and bool(found)
    if not draft.items or not (is_answer or (draft.asked in _WHILE_ASKED and adds(text))):
        return found
    lines = {item.line for item in found.items} | {line.line for line in found.among}
    before = tuple(item for item in draft.items if item.line not in lines)
    return Meant((*before, *found.items), found.among, found.whole)


def without_kept(draft: Draft, text: str) -> Draft | None:
    """ "I'll keep the hat": what was chosen before, less what is kept. None where nothing of it is."""
    held = {item.line: item.quantity for item in kept(text, draft.lines)}
    chosen = draft.items or (tuple(Item(line=line.line) for line in draft.lines) if draft.whole else ())
    left: list[Item] = []
    for item in chosen:
        line = draft.line(item.line)
        stays = held.get(item.line) if item.line in held else 0
        count = item.quantity or (line.quantity if line else 1)
        if stays == 0:
            left.append(item)
        elif stays is not None and stays < count:
            left.append(item.model_copy(update={"quantity": count - stays}))
    if not left or tuple(left) == chosen:
        return None
    return draft.but(items=tuple(left), among=(), whole=False)
