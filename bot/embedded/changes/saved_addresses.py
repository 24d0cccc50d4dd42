"""An address that is known already: one of the address book, or that of another order of the same person."""

import re
from collections.abc import Sequence

from bot.embedded.changes.addresses import address_in
from bot.embedded.changes.draft import Address, Draft, Question
from bot.embedded.reading.named_items import with_items
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Situation
from bot.embedded.wording import changes as wording
from tools.cards import AccountFacts, AddressFacts, OrderListCard
from tools.change_cards import Choice
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import ProposalKind

ORDERS_READ = 6

OF_OTHER_ORDER = re.compile(
    r"\b(?:same|address from)\b[^.;!?]{0,40}?\b(?:as|in|on|of|for|from)?\b[^.;!?]{0,30}?"
    r"\b(?:(?:other|last|previous|earlier|first|second|delivered) (?:order|one)\b(?:,? [\w#./-]*\d[\w./-]*)?|"
    r"(?:order |number |#)?(?=[\w./-]*\d)[\w./-]{4,}|(?:one|order) (?:with|that (?:has|had)) \w)",
    re.IGNORECASE,
)
"""Where another order went: "the same address as in my other order, A-2"."""
SENDS = re.compile(
    r"\b(?:ship|send|deliver|redirect|forward|go|goes|going)\b.{0,60}?\bto (?:the|my|our)\b.{0,20}?\baddress\b|"
    r"\buse (?:my|the|our) (?:[\w'-]+ ){0,2}address\b",
    re.IGNORECASE,
)
"""Of a parcel, whatever book the address stands in."""
_DEFAULT = re.compile(
    r"\b(?:default|usual|saved|normal|regular|main|primary)\b|"
    r"\b(?:on|in|from) (?:my |the |our )?(?:file|profile|account|address book)\b",
    re.IGNORECASE,
)
_FORMER = re.compile(r"\b(?:instead of|rather than|not|no longer|nobody|no one)\b[^.,;!?]*", re.IGNORECASE)
_CALLED = {
    "home": frozenset({"home", "house"}),
    "work": frozenset({"work", "office", "job", "workplace"}),
    "office": frozenset({"work", "office", "workplace"}),
}
"""What people call an address by, beside its label."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_EMPTY = frozenset({"the", "my", "a", "address"})


def filled(draft: Draft, situation: Situation) -> Draft:
    """With the known address that their newest words name, where they gave none themselves. Raises NeedsTool."""
    if draft.change is not ProposalKind.ADDRESS_CHANGE or draft.address or not situation.signed_in:
        return draft
    known: list[AddressFacts] | None = None
    for text in reversed(draft.said):
        said = _FORMER.sub(" ", plain(text))
        if OF_OTHER_ORDER.search(said) and (address := _of_other_order(draft, said, situation)):
            return draft.but(address=address)
        known = _others(draft, situation) if known is None else known
        if address := _whole(_named(said, known)):
            return draft.but(address=address)
    return draft


def offered(asked: Draft, situation: Situation) -> Draft:
    """The open question for an address, with those of the address book to pick from."""
    is_open = asked.change is ProposalKind.ADDRESS_CHANGE and asked.asked is Question.ADDRESS
    if not is_open or asked.choices or not situation.signed_in:
        return asked
    known = [address for address in _others(asked, situation) if _whole([address])]
    if not known:
        return asked
    choices = tuple(Choice(value=one.text, label=f"{one.label}: {one.text}") for one in known)
    question = f"{asked.question} {wording.OR_ONE_OF_YOURS}"
    return asked.but(question=wording.question(question, choices), choices=choices)


def picked(draft: Draft, value: str) -> Draft:
    """The draft with the address that was picked among those offered."""
    return draft.but(address=address_in(value, asked=True))


def is_another(text: str, offered: Sequence[Choice]) -> bool:
    """Whether a street is typed that none of those offered is in, however much of the town they share."""
    typed = address_in(text, asked=True)
    street = plain(typed.line1).casefold() if typed and typed.line1 else ""
    return bool(street) and all(street not in plain(choice.value).casefold() for choice in offered)


def _others(draft: Draft, situation: Situation) -> list[AddressFacts]:
    """The address book, without where the order goes already."""
    account = situation.look("get_my_account")
    known = account.addresses if isinstance(account, AccountFacts) else ()
    return [one for one in known if address_in(one.text, asked=True) != draft.goes_to]


def _named(said: str, known: Sequence[AddressFacts]) -> list[AddressFacts]:
    words = _words(said)
    named = [one for one in known if _is_called(one.label, words)]
    return named or [one for one in known if one.is_default and _DEFAULT.search(said)]


def _is_called(label: str, words: set[str]) -> bool:
    own = _words(label) - _EMPTY
    return bool(own) and all(_CALLED.get(word, frozenset({word})) & words for word in own)


def _words(text: str) -> set[str]:
    return {word.casefold().removesuffix("'s") for word in _WORD.findall(text)}


def _whole(named: Sequence[AddressFacts]) -> Address | None:
    """The one that is named, if all of it can be read."""
    address = address_in(named[0].text, asked=True) if len(named) == 1 else None
    return address if address and not address.missing else None


def _of_other_order(draft: Draft, said: str, situation: Situation) -> Address | None:
    """Where the other order that is named went; of several, where all the others went if that is one place."""
    found = situation.look("list_my_orders", limit=ORDERS_READ)
    mine = [order.number for order in found.orders] if isinstance(found, OrderListCard) else []
    others = [number for number in mine if number_key(number) != number_key(draft.order or "")]
    key = number_key(said)
    named = [number for number in others if number_key(number) in key]
    if not named and isinstance(found, OrderListCard):
        theirs = [order for order in found.orders if order.number in others]
        named = [order.number for order in with_items(said[said.find("same") :], theirs)] or others
    went = {card.ship_to for card in situation.look_at_orders(named) if card.ship_to}
    places = [place for text in went if (place := address_in(text, asked=True)) and place != draft.goes_to]
    return places[0] if len(places) == 1 and not places[0].missing else None
