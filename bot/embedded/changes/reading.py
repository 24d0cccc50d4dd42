"""What a message tells of a change: each kind reads what it is made of, and nothing is filled in that was not said."""

import re
from collections.abc import Callable, Mapping, Sequence

from bot.embedded.changes import address_parts, amending, details, reasons
from bot.embedded.changes.addresses import address_in
from bot.embedded.changes.becoming import becomes, could_become
from bot.embedded.changes.choosing import version_told
from bot.embedded.changes.draft import Draft, Item, Line, Question
from bot.embedded.changes.lines import Meant, means_all, meant, pieces_of
from bot.embedded.changes.naming import contradicts
from bot.embedded.changes.pricing import by_price
from bot.embedded.changes.quantities import wanted
from bot.embedded.changes.requesting import SWAPS
from bot.embedded.changes.unfound import unfound
from tools.commerce.schema import ProposalKind

SHORT = 5
"""Words."""
FEW = 4
"""Words: no more than where the money should go."""

_TARGET = re.compile(r"\b(?:for|to|into|with|by)\b(?! (?:the|my|this|that) order\b)", re.IGNORECASE)
_IT = re.compile(
    r"\b(?:exchange|swap|change|replace|trade|switch) (?:it|them|that|this|these|those)\b", re.IGNORECASE
)
_NOT_SAID = re.compile(r"\binstead of\b|\brather than\b", re.IGNORECASE)
_WHOLE_ORDER = re.compile(
    r"\b(?:return|send back|give back|refund|cancel|stop|call off)\b(?: \w+){0,3} (?:order|purchase)\b|"
    r"\b(?:order|purchase)\b.{0,40}\b(?:cancell?ed|back|returned|refunded)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:some(?:thing| of)?|part of|an? (?:item|thing|product|article)|"
    r"one of (?:the|my)(?! (?:\w+ )?(?:orders|purchases)\b)|"
    r"an? few|"
    r"items? (?:from|of|in))\b",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"\b(paypal|store credit|gift ?card|bank transfer|visa|mastercard|american express|amex|discover|debit card)\b|"
    r"\b(?:ending (?:in |with )?|card )(\d{4})\b",
    re.IGNORECASE,
)
_PAY_CUE = re.compile(r"\b(?:pay|charge|use|bill|put|take)\b|\b(?:to|with|by|on|via) my\b", re.IGNORECASE)

_OTHERWISE = re.compile(
    r"\b(?:instead|rather|make|want|like|need|prefer|other|another|exchange|swap|switch|no|not)\b",
    re.IGNORECASE,
)
"""Of somebody who says what should be different."""


def told(draft: Draft, text: str) -> Draft:
    """The draft with all that the text tells of it."""
    return _READERS[draft.change](draft, text)


def lines_told(draft: Draft, text: str) -> Draft:
    asked = draft.asked is Question.LINES or (draft.asked is None and _corrects_items(draft, text))
    if draft.asked is Question.NUMBER and (count := amending.counted(draft, text)):
        return count
    if other := amending.other_one(draft, text):
        return other
    if (draft.items or draft.whole) and (less := amending.without_kept(draft, text)):
        return less
    named = lines_named(draft, text)
    if not named and draft.change not in SWAPS and (priced := by_price(text, draft.lines)):
        return _with_lines(draft, Meant((Item(line=priced.line),)))
    if not (named.items or named.among) and (again := amending.counted_again(draft, text)):
        return again
    if not named and not draft.items and draft.change in SWAPS and (could := could_become(text, draft.lines)):
        return _with_lines(draft, _either(could))
    lines = _shown(draft) if draft.asked is Question.LINES else draft.lines
    found = meant(_source(draft, text), lines, asked=asked)
    if not found and _WHOLE_ORDER.search(text) and not _PART.search(text):
        found = Meant(whole=True)
    if draft.change not in SWAPS:
        found = _without_other_versions(found, text, lines)
    if found.items and not found.among and draft.asked is None and unfound(_source(draft, text), lines):
        certain = {item.line for item in found.items}
        found = Meant(found.items, tuple(line for line in lines if line.line not in certain))
    return _with_lines(draft, amending.added(draft, found, text))


def _without_other_versions(found: Meant, text: str, lines: Sequence[Line]) -> Meant:
    """ "The red headphones" are not the black ones of this order."""
    other = {line.line for line in lines if contradicts(text, line)}
    items = tuple(item for item in found.items if item.line not in other)
    return Meant(items, tuple(line for line in found.among if line.line not in other), found.whole)


def lines_named(draft: Draft, text: str) -> Meant:
    """By their names, apart from what a swap should make of them."""
    return meant(_source(draft, text), draft.lines)


def _corrects_items(draft: Draft, text: str) -> bool:
    """Whether so short a message, after items were chosen, may be but which ones: "both", "the second one"."""
    return bool(draft.items) and len(text.split()) <= SHORT


def methods_named(text: str) -> str | None:
    """A payment method as somebody calls it: `PayPal`, `4242`."""
    found = _METHOD.search(text)
    return (found[1] or found[2]) if found else None


def points_back(text: str) -> bool:
    """Whether it says what should become of what was spoken of: "exchange it for the black one"."""
    return bool(_IT.search(text))


def other_method(draft: Draft, text: str) -> str | None:
    """A method that they name, other than how the order was paid."""
    named = methods_named(text)
    return named if named and not _paid_with(draft, named) else None


def _cancellation(draft: Draft, text: str) -> Draft:
    asked = draft.asked is Question.REASON
    reason = reasons.cancellation_reason(text, asked=asked)
    if not (asked and reason) or means_all(text):
        draft = lines_told(draft, text)
    return draft.but(reason=reason or draft.reason)


def _return(draft: Draft, text: str) -> Draft:
    asked = draft.asked is Question.REASON
    reason = reasons.return_reason(text, asked=asked)
    is_only_why = asked and reason and not means_all(text)
    if not is_only_why and draft.asked is not Question.REFUND_TO:
        draft = lines_told(draft, text)
    return _refund_to(draft.but(reason=reason or draft.reason), text)


def _exchange(draft: Draft, text: str) -> Draft:
    is_chosen = draft.asked is None and bool(draft.items) and all(item.sku for item in draft.items)
    if is_chosen and (why := reasons.return_reason(text)) and not _OTHERWISE.search(text):
        return _paying(draft.but(reason=why), text)  # "it's too small": why, not what it should become
    changed = draft
    if draft.asked is not Question.VARIANT:
        changed = lines_told(draft, text)
    reason = reasons.return_reason(text)
    changed = changed.but(reason=reason or draft.reason)
    if draft.asked is None and draft.versions and changed.items == draft.items:
        changed = version_told(changed, text)
    return _paying(changed, text)


def _item_change(draft: Draft, text: str) -> Draft:
    changed = draft
    if draft.asked is not Question.VARIANT and draft.asked is not Question.NUMBER:
        changed = lines_told(draft, text)
        changed = _without_counts(changed) if changed.items != draft.items else changed
    if draft.asked is None and draft.versions and changed.items == draft.items:
        changed = version_told(changed, text)
    return _paying(_numbered(changed, text), text)


def _numbered(draft: Draft, text: str) -> Draft:
    """How many there should be of the one item that is meant."""
    items = draft.items or _only(draft)
    line = draft.line(items[0].line) if len(items) == 1 else None
    if line is None or items[0].sku or becomes(text, line, draft.lines):
        return draft  # "two sizes up", "a size 9"
    number = wanted(text, line.quantity)
    if number is None or number < 1:
        return draft
    return draft.but(items=(Item(line=line.line, quantity=number),), among=())


def _without_counts(draft: Draft) -> Draft:
    """ "Change the two mugs" says which, not how many there should be."""
    return draft.but(items=tuple(item.model_copy(update={"quantity": None}) for item in draft.items))


def _only(draft: Draft) -> tuple[Item, ...]:
    if draft.among:
        return tuple(Item(line=number) for number in draft.among)
    return (Item(line=draft.lines[0].line),) if len(draft.lines) == 1 else ()


def _refund(draft: Draft, text: str) -> Draft:
    return _refund_to(draft.but(cause=reasons.refund_cause(text) or draft.cause), text)


def _refund_to(draft: Draft, text: str) -> Draft:
    is_answer = draft.asked is Question.REFUND_TO or len(text.split()) <= FEW
    found = reasons.refund_to(text, asked=is_answer)
    if found == "gift_card" and any("gift card" in label.lower() for label in draft.paid_by):
        found = "original"
    named = methods_named(text)
    if found == "original" and named and not _paid_with(draft, named):
        return draft.but(refund_to=None) if draft.refund_to else draft
    return draft.but(refund_to=found or draft.refund_to)


def _paid_with(draft: Draft, named: str) -> bool:
    key = named.lower().replace("amex", "american express")
    return any(key in label.lower() or "card" in key for label in draft.paid_by)


def _paying(draft: Draft, text: str) -> Draft:
    named = methods_named(text) if _PAY_CUE.search(text) else None
    return draft.but(payment_method=named or draft.payment_method)


def _payment(draft: Draft, text: str) -> Draft:
    named = methods_named(text) if draft.payment_method else None
    return draft.but(payment_method=named or draft.payment_method)


def _address(draft: Draft, text: str) -> Draft:
    asked = draft.asked is Question.ADDRESS
    found = address_in(text, asked=asked or draft.address is not None, country=draft.country)
    if (found is None or not found.line1) and (known := draft.address or draft.goes_to):
        is_asked_whole = asked and draft.address is None
        if not is_asked_whole and (right := address_parts.put_right(text, known)):
            return draft.but(address=right)
    if found is None:
        return draft
    if not asked and not (found.line1 or found.postcode):
        return draft  # a word or two are no town, unless we asked
    is_whole = found.line1 and (found.city or found.postcode)
    before = draft.address if asked or not is_whole else None
    return draft.but(address=before.completed_by(found) if before else found)


def _profile(draft: Draft, text: str) -> Draft:
    is_asked = draft.asked is Question.DETAILS and not draft.choices
    asked = details.detail_named(draft.question) if is_asked else None
    changed = draft.but(
        phone=details.phone_in(text, asked=asked == "phone" or bool(draft.choices)) or draft.phone,
        name=details.name_in(text, asked=asked == "name") or draft.name,
    )
    newsletter = details.newsletter_in(text, asked=asked == "newsletter")
    if newsletter is not None:
        changed = changed.but(newsletter=newsletter)
    if asked == "address" or not changed.phone:
        changed = _address(changed, text)
    return changed


_READERS: Mapping[ProposalKind, Callable[[Draft, str], Draft]] = {
    ProposalKind.CANCELLATION: _cancellation,
    ProposalKind.RETURN: _return,
    ProposalKind.EXCHANGE: _exchange,
    ProposalKind.ITEM_CHANGE: _item_change,
    ProposalKind.REFUND: _refund,
    ProposalKind.ADDRESS_CHANGE: _address,
    ProposalKind.PAYMENT_CHANGE: _payment,
    ProposalKind.PROFILE_CHANGE: _profile,
}


def _source(draft: Draft, text: str) -> str:
    """Of a swap, the words before what it should become: "the red mug for a blue one" is about the red mug."""
    if draft.change not in SWAPS or draft.asked is Question.LINES:
        return text
    return " , ".join(_source_of(draft, piece) for piece in pieces_of(text))


def _source_of(draft: Draft, piece: str) -> str:
    if (instead := _NOT_SAID.search(piece)) and meant(piece[instead.end() :], draft.lines):
        return piece[instead.end() :]
    found = _TARGET.search(piece)
    before = piece[: found.start()] if found else piece
    return before if meant(before, draft.lines) or _IT.search(before) else piece


def _shown(draft: Draft) -> list[Line]:
    """The lines that the open question showed, in its order."""
    offered = [draft.line(int(choice.value)) for choice in draft.choices if choice.value.isdigit()]
    return [line for line in offered if line] or list(draft.lines)


def _either(lines: Sequence[Line]) -> Meant:
    return Meant(among=tuple(lines)) if len(lines) > 1 else Meant((Item(line=lines[0].line),))


def _with_lines(draft: Draft, found: Meant) -> Draft:
    if found.whole:
        return draft.but(items=(), among=(), whole=True)
    before = {item.line: item for item in draft.items}
    # Who names an item again has not taken back which version of it they want.
    items = tuple(before[i.line] if i.line in before and not i.quantity else i for i in found.items)
    if found.among and before.keys() >= {line.line for line in found.among}:
        # How many of it was told when it was named first.
        return draft.but(items=(*items, *(before[line.line] for line in found.among)), among=(), whole=False)
    if found.among:
        return draft.but(items=items, among=tuple(line.line for line in found.among), whole=False)
    return draft.but(items=items, among=(), whole=False) if items else draft
