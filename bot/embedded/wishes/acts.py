"""A message as a list of acts, one a clause: what is to be done, and with which of somebody's orders and things."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.embedded.answers import Task
from bot.embedded.changes.holding import ORDERS_LISTED, Fit, best_fit
from bot.embedded.changes.kinds import NOT_SHIPPED, kind_of
from bot.embedded.intents import Intent
from bot.embedded.reading.entities import order_numbers
from bot.embedded.reading.named_items import told_order
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Situation
from bot.embedded.wishes.frames import (
    ACTS_AFTER_TOPIC,
    ASKS,
    BECOMES,
    BELONGS_TO_NEXT,
    DROPS,
    FRONTED,
    GAP,
    GIVES_BACK,
    MARK,
    MONEY,
    MONEY_TO,
    OF_ALL,
    OTHER_METHOD,
    OTHER_PLACE,
    REQUESTS,
    SAME_FOR,
    STAYS,
    THING_ALONE,
    TOLD_BY_THING,
    TOPIC,
    UNDONE,
    UNWANTED,
)
from tools.cards import OrderListCard
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import OrderStatus, ProposalKind

MOST_PIECES = 12
_STATUSES = {
    Intent.CANCEL_ORDER: NOT_SHIPPED,
    Intent.RETURN_ITEM: frozenset({OrderStatus.DELIVERED}),
}
"""In which orders there is something that can go away so."""


@dataclass(frozen=True)
class _Part:
    text: str
    intent: Intent | None
    order: str | None
    is_thing: bool = False
    """Whether it but names a thing of theirs."""
    verb: Intent | None = None
    """What is to be done with things that come after it: "send some things back: …"."""


def acts_in(text: str, situation: Situation) -> list[Task]:
    """One task for each run of pieces that say the same of things in one order; none where that is but one.

    Raises NeedsTool.
    """
    pieces = _pieces(text)
    acting = [piece for piece in pieces if not _asks(piece) and _may_act(piece)]
    things = [piece for piece in pieces if piece not in acting and _names_alone(piece)]
    is_of_several = len(acting) > 1 or bool(acting and things)
    if not 1 < len(pieces) <= MOST_PIECES or not is_of_several or situation.is_staff:
        return []
    known = _own_numbers(situation)
    told = order_numbers(text, known) or order_numbers(situation.text, known)
    parts = [
        _part(piece, order_numbers(piece, known), told, situation) for piece in pieces if not _asks(piece)
    ]
    parts = _joined(_gone_on_with(parts, situation))
    if len(parts) < 2:
        return []
    return [Task(part.intent, _with_number(part)) for part in parts]


def _pieces(text: str) -> list[str]:
    """The clauses; a sentence that opens with its topic is one, and things before "I'm sending back" are of it."""
    said = plain(MARK.sub(lambda mark: " " if mark.start() == 0 else "; ", text))
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!?;])\s+", said):
        if TOPIC.match(sentence) and STAYS.search(sentence):
            continue
        is_of_topic = TOPIC.match(sentence) and ACTS_AFTER_TOPIC.search(sentence)
        pieces = [sentence] if is_of_topic else [piece for piece in GAP.split(sentence) if piece]
        found += [piece for piece in _with_fronted(pieces) if any(map(str.isalnum, piece))]
    return found


def _with_fronted(pieces: Sequence[str]) -> list[str]:
    """ "The throw" and "the lamp I'm sending back" as one: the verb after a thing is of the one before it too."""
    found: list[str] = []
    for piece in pieces:
        if found and FRONTED.match(piece) and THING_ALONE.match(found[-1]) and not _may_act(found[-1]):
            found[-1] = f"{found[-1]} and {piece}"
        else:
            found.append(piece)
    return found


def _asks(piece: str) -> bool:
    return bool(ASKS.search(piece)) and not REQUESTS.match(piece)


def _names_alone(piece: str) -> bool:
    return bool(THING_ALONE.match(piece) or SAME_FOR.match(piece))


def gives_back(text: str, situation: Situation) -> bool:
    """Whether it says of something in an order of theirs that it goes back."""
    said = plain(text)
    if situation.is_staff or is_question(said) or not GIVES_BACK.search(said):
        return False
    fit, _ = best_fit(said, situation, order_numbers(said))
    return fit >= Fit.NAMED


def could_swap(text: str, situation: Situation) -> bool:
    """Whether something that they have could become what the text speaks of."""
    known = order_numbers(text, _own_numbers(situation)) if not situation.is_staff else ()
    fit, _ = best_fit(plain(text), situation, known)
    return not situation.is_staff and fit in {Fit.VERSION, Fit.CHANGED}


def _own_numbers(situation: Situation) -> list[str]:
    mine = situation.look("list_my_orders", limit=ORDERS_LISTED) if situation.signed_in else None
    orders = mine.orders if isinstance(mine, OrderListCard) else situation.orders_shown
    return [order.number for order in orders]


def is_question(text: str) -> bool:
    return "?" in text or bool(ASKS.search(plain(text)))


def _may_act(piece: str) -> bool:
    said = UNWANTED.sub(" ", piece)
    return any(words.search(said) for words in (GIVES_BACK, DROPS, BECOMES))


def _of_whole_order(piece: str) -> bool:
    """Whether it says where an order goes, or how it is paid."""
    if GIVES_BACK.search(piece) or DROPS.search(piece):
        return False
    kind = kind_of(Intent.CHANGE_ORDER, piece)
    return (kind is ProposalKind.ADDRESS_CHANGE and bool(OTHER_PLACE.search(piece))) or (
        kind is ProposalKind.PAYMENT_CHANGE and bool(OTHER_METHOD.search(piece))
    )


def _part(piece: str, numbers: Sequence[str], told: Sequence[str], situation: Situation) -> _Part:
    """`numbers` are those of the piece, `told` those of all that was said."""
    drops, gives = DROPS.search(piece), GIVES_BACK.search(piece)
    if _of_whole_order(piece):
        return _Part(piece, Intent.CHANGE_ORDER, numbers[0] if numbers else None)
    what = UNWANTED.sub(" ", MONEY_TO.sub(" ", piece))
    is_thing = not (drops or gives) and _names_alone(piece)
    if MONEY.match(piece) or not (drops or gives or is_thing or BECOMES.search(what)):
        return _Part(piece, None, numbers[0] if numbers else None)
    verb = Intent.CANCEL_ORDER if drops else Intent.RETURN_ITEM if gives else None
    fit, order = _fit(what, situation, numbers or told, verb)
    if fit is Fit.NOTHING and told and not numbers:
        other, held = _fit(what, situation, (), verb)  # the number was told of another thing
        fit, order = (other, held) if other is Fit.NAMED else (fit, order)
    order = numbers[0] if numbers else order
    intent: Intent | None = None
    is_told = fit >= Fit.NAMED or numbers or told_order(piece) or (drops and UNDONE.search(piece))
    if drops and is_told:
        intent = Intent.CANCEL_ORDER
    elif gives and is_told:
        intent = Intent.RETURN_ITEM
    elif fit in {Fit.VERSION, Fit.CHANGED} and BECOMES.search(what):
        intent = Intent.EXCHANGE_ITEM
    is_thing = is_thing and intent is None and fit is Fit.NAMED
    return _Part(piece, intent, order if intent or numbers or is_thing else None, is_thing, verb)


def _fit(
    text: str, situation: Situation, numbers: Sequence[str], verb: Intent | None
) -> tuple[Fit, str | None]:
    """In an order where that can be done, if any holds it: what goes back is in one that has come."""
    if verb and not numbers:
        found = best_fit(text, situation, (), _STATUSES[verb])
        if found[0] >= Fit.NAMED:
            return found
    return best_fit(text, situation, numbers)


def _joined(parts: Sequence[_Part]) -> list[_Part]:
    """Runs of one intent and order; what says nothing goes with what is before it, or opens what comes next."""
    runs: list[_Part] = []
    opening: list[_Part] = []
    for part in parts:
        last = runs[-1] if runs else None
        if part.intent is None and last and len(runs) > 1 and OF_ALL.search(part.text):
            runs = [
                replace(run, text=f"{run.text}, {part.text}") if run.intent is last.intent else run
                for run in runs
            ]
            continue
        if part.intent is None:
            opens = last is None or BELONGS_TO_NEXT.match(part.text)
            if opens or last is None:
                opening.append(part)
            else:
                runs[-1] = _Part(f"{last.text}, {part.text}", last.intent, last.order)
            continue
        order = next((one.order for one in opening if one.order), None) or part.order
        text = ", ".join([*(one.text for one in opening), part.text])
        opening = []
        is_one = last and not part.is_thing and _of_one_kind(last, part)
        if last and is_one and _same(order, last.order):
            runs[-1] = _Part(f"{last.text}, {text}", last.intent, last.order or order)
        else:
            runs.append(_Part(text, part.intent, order))
    if opening and runs:
        runs[-1] = _Part(
            ", ".join([runs[-1].text, *(o.text for o in opening)]), runs[-1].intent, runs[-1].order
        )
    return runs


def _of_one_kind(last: _Part, part: _Part) -> bool:
    """Where it goes and how it is paid are two changes, though of one intent."""
    kinds = {kind_of(Intent.CHANGE_ORDER, one.text) for one in (last, part)}
    return last.intent is part.intent and (part.intent is not Intent.CHANGE_ORDER or len(kinds) == 1)


def _gone_on_with(parts: Sequence[_Part], situation: Situation) -> list[_Part]:
    """With what was said before of each thing alone that is in another order: "return the cup, and the fan as well".

    A thing in the same order is left to be joined.
    """
    found: list[_Part] = []
    last: _Part | None = None
    verb: Intent | None = None
    for part in parts:
        if part.is_thing and last is None and verb:
            part = replace(part, intent=verb, is_thing=False)
        elif part.is_thing and last and last.intent in _STATUSES:
            statuses = _STATUSES[last.intent]
            _, both = best_fit(f"{last.text}, {part.text}", situation, (), statuses)
            part = replace(part, order=part.order or best_fit(part.text, situation, (), statuses)[1])
            told = bool(TOLD_BY_THING.search(part.text))
            if told or (both is None and not _same(part.order, last.order)):
                part = replace(part, text=_as_order(part.text, last.text), intent=last.intent)
            elif both:
                found = [replace(one, order=both) if one is last else one for one in found]
                part = replace(part, is_thing=False, order=both)
        found.append(part)
        last, verb = part if part.intent else last, part.verb or verb
    return found


def _as_order(piece: str, before: str) -> str:
    """ "The one with the tent", after an order: it is an order too."""
    is_order = re.search(r"\borders?\b", before, re.IGNORECASE)
    return TOLD_BY_THING.sub("the order ", piece) if is_order else piece


def _same(order: str | None, other: str | None) -> bool:
    return order is None or other is None or number_key(order) == number_key(other)


def _with_number(part: _Part) -> str:
    """With the number of its order, unless the words have it."""
    return part.text if part.order is None or part.order in part.text else f"{part.text} {part.order}"
