"""What is still to be asked for a change, one thing at a time, and what a message answers to it."""

import re
from collections.abc import Callable, Mapping, Sequence

from bot.consent import Consent, read_consent
from bot.embedded.changes import saved_addresses
from bot.embedded.changes.addresses import address_in
from bot.embedded.changes.becoming import could_become
from bot.embedded.changes.choosing import (
    no_version,
    version_answered,
    version_of_earlier_words,
    with_version,
)
from bot.embedded.changes.details import detail_named
from bot.embedded.changes.draft import Draft, Item, Line, Question
from bot.embedded.changes.kinds import names_way
from bot.embedded.changes.lines import means_all
from bot.embedded.changes.matching import labelled, match, names_other
from bot.embedded.changes.reading import other_method, told
from bot.embedded.changes.requesting import OF_LINES, SWAPS
from bot.embedded.wording import changes as wording
from knowledge.wording import listed
from tools.change_cards import Choice, Needed
from tools.commerce.schema import CancellationReason, ProposalKind

_DETAIL_QUESTIONS = {
    "name": "What is the new name?",
    "phone": "What is the new phone number?",
    "address": "What is the whole new address?",
    "newsletter": "Would you like to get the newsletter, or stop it?",
}


_PARTLY = re.compile(
    r"\b(?:one|two|three|some|part) of\b(?! (?:my|the|our|these|those) (?:\w+ )?(?:orders|purchases)\b)|"
    r"\bonly (?!just\b)|\bjust (?:the|one)\b|\bexcept\b|\bapart from\b|\ball but\b|"
    r"\bthe (?:rest|others?)\b|\btake (?:\S+ ){1,8}(?:off|out)\b|\bremove\b|\bdrop\b",
    re.IGNORECASE,
)
"""Of somebody who does not mean the whole order, whatever it is that they name."""


def settled(draft: Draft) -> Draft:
    """With what follows where there is no choice: the only item, or all of them."""
    if draft.change not in OF_LINES:
        return draft
    if draft.change is ProposalKind.ITEM_CHANGE and len(draft.among) == 1:
        draft = draft.but(items=(*draft.items, Item(line=draft.among[0])), among=())
    if draft.among or draft.items:
        return draft
    if draft.change in SWAPS:
        every = draft.lines if draft.whole or len(draft.lines) == 1 else ()
        return draft.but(items=tuple(Item(line=line.line) for line in every))
    only = draft.lines[0] if len(draft.lines) == 1 else None
    if not draft.whole and only and only.quantity == 1:
        return draft.but(items=(Item(line=only.line),))
    return draft


def question_before(draft: Draft) -> Draft | None:
    """The draft with the question that comes before any tool; None where nothing has to be asked first."""
    if draft.change in OF_LINES:
        return _which_lines(draft)
    if draft.address and draft.address.missing:
        return asking(
            draft, Question.ADDRESS, f"I still need {listed(draft.address.missing)} of the new address."
        )
    return None


def question_of(draft: Draft, needed: Needed) -> Draft:
    asked = asking(draft, Question(needed.what.value), needed.message, needed.choices, needed.line)
    return asked.but(versions=needed.versions) if asked.asked is Question.VARIANT else asked


def asking(
    draft: Draft, asked: Question, question: str, choices: Sequence[Choice] = (), about: int | None = None
) -> Draft:
    return draft.but(
        asked=asked,
        question=wording.question(question, choices),
        choices=tuple(choices),
        about=about,
        proposed=False,
    )


def answered(draft: Draft, text: str) -> Draft:
    """The draft with what the text answers; the same as before where it answers nothing."""
    if draft.asked is Question.LINES and (line := labelled(text, draft.choices)):
        return _line(draft, line.value)
    if draft.asked is Question.DETAILS and not draft.told_as_much_as(given := told(draft, text)):
        return given
    if draft.asked is Question.CHANGE and (way := _way_named(draft, text)):
        return _CHOSEN[Question.CHANGE](draft, way)
    if draft.asked is Question.VARIANT:
        found = version_answered(draft, text)
        if found == draft or draft.change is ProposalKind.EXCHANGE:
            found = told(found, text)  # "too tight, the L" tells why as well
        return found
    choose = _CHOSEN.get(draft.asked) if draft.asked else None
    chosen = _choice(draft, text) if choose and draft.choices else None
    if choose and chosen and not (draft.asked is Question.REASON and means_all(text)):
        is_label = labelled(text, draft.choices) is not None
        return choose(draft if is_label else told(draft, text), chosen.value)
    found = told(draft, text)
    if draft.asked is Question.REFUND_TO and found.told_as_much_as(draft):
        # Which items, or why, can still be put right.
        return told(draft.but(asked=None), text).but(asked=draft.asked)
    if draft.asked is Question.REASON and draft.change is ProposalKind.CANCELLATION and found == draft:
        # Why an order is canceled changes nothing about it: any reason will do.
        return draft.but(reason=CancellationReason.OTHER)
    return found


def _choice(draft: Draft, text: str) -> Choice | None:
    """The answer that is named, or agreed to where there is but one; none where another address is typed."""
    if draft.asked is Question.ADDRESS and saved_addresses.is_another(text, draft.choices):
        return None
    is_agreed = len(draft.choices) == 1 and read_consent(text, draft.change) is Consent.YES
    return draft.choices[0] if is_agreed else match(text, draft.choices, asked=True)


def _way_named(draft: Draft, text: str) -> str | None:
    way = wording.way_to_put_right(text)
    if way is None and could_become(text, draft.chosen or draft.lines):
        way = ProposalKind.EXCHANGE
    if way is None and (place := address_in(text, asked=False)) and place.line1:
        way = ProposalKind.ADDRESS_CHANGE
    return way if way and way in {choice.value for choice in draft.choices} else None


def answers(draft: Draft, text: str) -> bool:
    """Whether the text answers the open question, in one of the ways it was put."""
    if draft.asked is Question.REASON and draft.change is ProposalKind.CANCELLATION:
        if match(text, draft.choices, asked=True):
            return True
        found = told(draft.but(asked=None, reason=None), text)
        return found.reason is not None or not found.told_as_much_as(draft.but(reason=None))
    found = answered(draft, text)
    return not found.told_as_much_as(draft) or found.asked != draft.asked or found.question != draft.question


def repeats(draft: Draft, text: str) -> bool:
    """Whether the text says once more what is known: which items, why, or what should become of them."""
    knows_why = told(draft.but(reason=None, asked=None), text).reason is not None
    return knows_why or names_items(draft, text) or names_way(text)


def names_items(draft: Draft, text: str) -> bool:
    """Whether the text names items of the order."""
    nothing = draft.but(items=(), among=(), whole=False, asked=None)
    found = told(nothing, text)
    return draft.change in OF_LINES and any((found.items, found.among, found.whole))


def from_earlier_words(draft: Draft, needed: Needed) -> Draft | None:
    """The draft with what the tool needs, where the person has said it before it was asked."""
    asked = question_of(draft, needed)
    for text in reversed(draft.said):
        found: Draft = asked
        if asked.asked is Question.VARIANT and not any(i.line == needed.line and i.sku for i in draft.items):
            found = version_of_earlier_words(asked, text)
            if found.question != asked.question:
                return found
        elif asked.asked is Question.PAYMENT_METHOD and draft.payment_method is None:
            method = match(text, needed.choices, asked=False)
            named = method.value if method else other_method(draft, text)
            found = asked.but(payment_method=named) if named else asked
        elif asked.asked is Question.DETAILS and (detail := detail_named(text)):
            return detail_question(draft, detail)
        if not found.told_as_much_as(asked):
            return found.but(asked=None, question="", choices=())
    return None


def wants_none_of(draft: Draft) -> str:
    """That what they said it should become can't be had; empty where it can, or where they said nothing of it."""
    if draft.asked is not Question.VARIANT:
        return ""
    line = draft.line(draft.about)
    own = f"{line.name} {line.options or ''}" if line else ""
    told = (no_version(draft, text) for text in reversed(draft.said))
    is_other = any(names_other(said, own) for said in draft.said)
    return next(filter(None, told), wording.NO_SUCH_VERSION if is_other else "")


def detail_question(draft: Draft, detail: str) -> Draft:
    return asking(
        draft, Question.ADDRESS if detail == "address" else Question.DETAILS, _DETAIL_QUESTIONS[detail]
    )


def _which_lines(draft: Draft) -> Draft | None:
    among = [line for line in draft.lines if line.line in draft.among]
    if len(among) == 1 and among[0].quantity > 1:
        return _how_many(draft, among[0])
    nothing = not draft.items and not draft.whole
    if draft.change is ProposalKind.RETURN and nothing and not among:
        if len(draft.lines) == 1:
            return _how_many(draft, draft.lines[0])
        among = list(draft.lines)
    of_a_part = draft.change is ProposalKind.CANCELLATION and any(map(_PARTLY.search, draft.said))
    if not among and nothing and (draft.change in SWAPS or (of_a_part and len(draft.lines) > 1)):
        among = list(draft.lines)
    if not among:
        return None
    choices = tuple(Choice(value=str(line.line), label=line.label) for line in among)
    return asking(draft, Question.LINES, wording.which_items(draft.change), choices)


def _how_many(draft: Draft, line: Line) -> Draft:
    return asking(draft, Question.NUMBER, wording.how_many(line.label), about=line.line)


def _line(draft: Draft, value: str) -> Draft:
    line = draft.line(int(value))
    items = tuple(item for item in draft.items if item.line != int(value))
    if (
        line
        and line.quantity > 1
        and draft.change not in SWAPS
        and draft.change is not ProposalKind.CANCELLATION
    ):
        return draft.but(items=items, among=(line.line,), whole=False)
    return draft.but(items=(*items, Item(line=int(value))), among=(), whole=False)


_CHOSEN: Mapping[Question, Callable[[Draft, str], Draft]] = {
    Question.ADDRESS: saved_addresses.picked,
    Question.VARIANT: with_version,
    Question.REASON: lambda draft, value: draft.but(reason=value),
    Question.REFUND_TO: lambda draft, value: draft.but(refund_to=value),
    Question.CAUSE: lambda draft, value: draft.but(cause=value),
    Question.PAYMENT_METHOD: lambda draft, value: draft.but(payment_method=value),
    Question.DETAILS: detail_question,
    Question.CHANGE: lambda draft, value: draft.but(
        change=ProposalKind(value), asked=None, choices=(), question=""
    ),
}
