"""Orders in sentences."""

import re
from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz

from bot.embedded.reading.content import content_words
from bot.embedded.wording.order_lists import short, stands
from bot.embedded.wording.phrases import counted, on_day, sentence
from knowledge.wording import listed
from tools.cards import LineFacts, OrderCard, PaymentFacts
from tools.commerce.schema import OrderStatus, PaymentStatus
from tools.facts import Money

SAME_WORDS = 85
"""Of 100: how well the words for an item must fit its name."""

_PRICE = re.compile(r"\bhow much\b|\bpric|\bcosts?\b", re.IGNORECASE)
_OF_ALL = re.compile(r"\b(?:shipping|postage|delivery|tax(?:es)?|total|altogether|in all)\b", re.IGNORECASE)
"""What is of the order, not of one item."""
_PAID = re.compile(r"\bwhat (?:did|have) (?:i|we) pa(?:y|id) for\b", re.IGNORECASE)

_PARTED = re.compile(r"\band\b|[,;?]|\bplus\b", re.IGNORECASE)
_LEANS = re.compile(r"\b(?:it|that|they|them)\b", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:order|one|purchase|that) (?:that |which )?i (?:have |had |just )?"
    r"(?:paid|bought|placed|ordered|made|got)\b[^?.,;]*",
    re.IGNORECASE,
)


def order(card: OrderCard, question: str, today: date, name: str) -> str:
    """Each part that `question` asks for of the order called `name`, or how it stands with what is in it."""
    # "The order that I paid with a gift card" tells which one, and asks nothing.
    question = _POINTS.sub(" ", question)
    answers = (_part(card, _named_in_full(part, question), today) for part in _PARTED.split(question))
    said = list(dict.fromkeys(answer for answer in answers if answer))
    return " ".join(said) or _part(card, question, today) or _summary(card, today, name)


def _named_in_full(part: str, question: str) -> str:
    """ "How much was it" of "when did I buy the lamp and how much was it" is of the lamp."""
    return question if _PRICE.search(part) and _LEANS.search(part) and not content_words(part) else part


def _part(card: OrderCard, question: str, today: date) -> str:
    if (_PRICE.search(question) or _PAID.search(question)) and (priced := _prices(card, question)):
        return priced
    found = (part(card, today) for pattern, part in _ASPECTS if pattern.search(question))
    return next((answer for answer in found if answer), "")


def of_item(question: str, item: str) -> str:
    """The question with the item that it leans on, where it asks what that cost."""
    asks_price = _PRICE.search(question) or _PAID.search(question)
    names_nothing = set(content_words(question).lower().split()) <= {"pay", "paid"}
    return (
        f"{question.rstrip(' ?.!')} {item}"
        if asks_price and names_nothing and not _OF_ALL.search(question)
        else question
    )


def together(cards: Sequence[OrderCard]) -> str:
    """What several orders came to, each and in all; each currency by itself."""
    each = listed([f"{card.number} came to {card.total.text}" for card in cards])
    sums: dict[str, int] = {}
    for card in cards:
        sums[card.total.currency] = sums.get(card.total.currency, 0) + card.total.amount
    return f"Order {each}: {listed([Money.of(minor, currency).text for currency, minor in sums.items()])} together."


def _summary(card: OrderCard, today: date, name: str) -> str:
    when = f", placed {on_day(card.placed_on, today)}," if card.placed_on else ""
    said = f"{name}{when} {_how_it_stands(card, today)}. "
    return sentence(said + sentence(f"it holds {_items(card)}, for {card.total.text} in all"))


def _status(card: OrderCard, today: date) -> str:
    return f"Order {card.number} {_how_it_stands(card, today)}."


def _received(card: OrderCard, _: date) -> str:
    """Whether its money is here."""
    if not card.payments:
        return ""
    by_status: dict[str, list[str]] = {}
    for payment in card.payments:
        by_status.setdefault(payment.status, []).append(_paid(payment))
    settled = by_status.get(PaymentStatus.CAPTURED, []) + by_status.get(PaymentStatus.AUTHORIZED, [])
    if waiting := by_status.get(PaymentStatus.PENDING):
        return f"Not yet: on order {card.number} we are still waiting for {listed(waiting)}."
    if failed := by_status.get(PaymentStatus.FAILED):
        return f"No: on order {card.number}, {listed(failed)} did not go through."
    return f"Yes: order {card.number} is paid, {listed(settled)}." if settled else ""


def _paid(payment: PaymentFacts) -> str:
    return f"{payment.amount.text} by {payment.method}"


def _how_it_stands(card: OrderCard, today: date) -> str:
    said = stands(card.status, card.expected_on)
    if card.status is OrderStatus.DELIVERED and card.delivered_on:
        said += f" {on_day(card.delivered_on, today)}"
    elif card.status is OrderStatus.CANCELLED:
        said += f" {on_day(card.cancelled_on, today)}" if card.cancelled_on else ""
        said += f" ({card.cancel_reason})" if card.cancel_reason else ""
    elif card.expected_on:
        said += f" and should arrive {on_day(card.expected_on, today)}"
    return said


def _items(card: OrderCard) -> str:
    is_canceled = card.status is OrderStatus.CANCELLED
    return short([_item(line, None if is_canceled else line.not_coming) for line in card.lines])


def _item(line: LineFacts, not_coming: int | None) -> str:
    some = f"{not_coming} of them " if not_coming != line.quantity else ""
    notes = (line.options, f"{some}won't come" if not_coming else None)
    noted = ", ".join(note for note in notes if note)
    return f"{line.quantity} x {line.name}" + (f" ({noted})" if noted else "")


def _address(card: OrderCard, _: date) -> str:
    return f"Order {card.number} goes to: {card.ship_to}." if card.ship_to else _unknown(card, "address")


def _payment(card: OrderCard, _: date) -> str:
    paid = [_paid(payment) for payment in card.payments]
    if any(payment.status == PaymentStatus.PENDING for payment in card.payments):
        return f"Order {card.number} is to be paid with {listed(paid)}. The payment has not reached us yet."
    refunded = (
        f" {card.refunded.text} of it has been refunded." if card.refunded and card.refunded.amount else ""
    )
    if not paid:
        return _unknown(card, "payment")
    return f"Order {card.number} was paid with {listed(paid)}.{refunded}"


def _unknown(card: OrderCard, what: str) -> str:
    return f"No {what} is on record for order {card.number}."


def _total(card: OrderCard, _: date) -> str:
    parts = [f"items {card.subtotal.text}"]
    for name, money in (("discount", card.discount), ("shipping", card.shipping), ("tax", card.tax)):
        if money.amount:
            parts.append(f"{name} {'-' if name == 'discount' else ''}{money.text}")
    detail = f" ({', '.join(parts)})" if len(parts) > 1 else ""
    return f"Order {card.number} came to {card.total.text}{detail}."


def _prices(card: OrderCard, question: str) -> str:
    """What the items cost that the question names; "" where it names none."""
    words = content_words(question).lower()
    if not words:
        return ""
    scores = [
        fuzz.partial_token_set_ratio(words, f"{line.name} {line.options or ''}".lower())
        for line in card.lines
    ]
    named = [
        f"{line.name} cost {line.total.text}" + (f" for {line.quantity}" if line.quantity > 1 else "")
        for line, score in zip(card.lines, scores, strict=True)
        if score >= SAME_WORDS and score == max(scores)
    ]
    return f"On order {card.number}, {listed(named)}." if named else ""


def _discount(card: OrderCard, _: date) -> str:
    if not card.discount.amount:
        return f"There was no discount on order {card.number}."
    code = f" with the code {card.promo_code}" if card.promo_code else ""
    return f"You saved {card.discount.text} on order {card.number}{code}."


def _shipping(card: OrderCard, _: date) -> str:
    method = f" by {card.shipping_method}" if card.shipping_method else ""
    cost = card.shipping.text if card.shipping.amount else "free"
    return f"Shipping of order {card.number}{method} was {cost}."


def _tax(card: OrderCard, _: date) -> str:
    if not card.tax.amount:
        return f"No tax was charged on order {card.number}."
    return f"Order {card.number} includes {card.tax.text} of tax."


def _dearest(card: OrderCard, _: date) -> str:
    return _extreme(max(card.lines, key=lambda line: line.unit_price.amount), card, "most expensive")


def _cheapest(card: OrderCard, _: date) -> str:
    return _extreme(min(card.lines, key=lambda line: line.unit_price.amount), card, "cheapest")


def _extreme(line: LineFacts, card: OrderCard, word: str) -> str:
    each = " each" if line.quantity > 1 else ""
    return f"The {word} item of order {card.number} was {line.name}, at {line.unit_price.text}{each}."


def _count(card: OrderCard, _: date) -> str:
    pieces = sum(line.quantity for line in card.lines)
    return f"Order {card.number} holds {counted(pieces, 'item')}: {_items(card)}."


def _contents(card: OrderCard, _: date) -> str:
    return f"Order {card.number} holds {_items(card)}." if card.lines else ""


def _placed(card: OrderCard, today: date) -> str:
    return f"Order {card.number} was placed {on_day(card.placed_on, today)}." if card.placed_on else ""


_ASPECTS = tuple(
    (re.compile(pattern, re.IGNORECASE), part)
    for pattern, part in (
        (
            r"\baddress|\bwhose\b|\bwho (?:ordered|placed|bought)\b"
            r"|where (?:is|was|will) it (?:going|sent|shipp|deliver)"
            r"|(?:sent|shipp\w{1,4}|going|deliver\w{0,4}) to\b",
            _address,
        ),
        (r"\bdiscount|promo|coupon|voucher|\bsaved?\b|\bcode\b", _discount),
        (
            r"^\W*(?:the )?(?:shipping|postage)\b(?! (?:address|date))|"
            r"\b(?:shipping|delivery|postage)\b.{0,20}\b(?:costs?|fees?|charges?|method|price)\b"
            r"|\b(?:cost|pay|paid|charged?|much|free|is|was)\b.{0,20}\b(?:shipping|delivery|postage)\b"
            r"|\b(?:sent|shipped|by|with|as) (?:express|standard|overnight|next day|priority)\b",
            _shipping,
        ),
        (
            r"\b(?:receive|got|get|arrive|come|came|reach|go|went|clear)\w*\b.{0,30}\b(?:payment|money|transfer)\b"
            r"|\b(?:payment|money|transfer)\b.{0,30}\b(?:receive|arrive|come|came|reach|go|gone|went|clear|confirm)"
            r"|\bis (?:it|my order|the order|everything) paid\b|\bpaid (?:already|yet)\b",
            _received,
        ),
        (
            r"how (?:did|have) i (?:pay|paid)|how (?:was|is|were) (?:\w+ ){1,3}paid|"
            r"\b(?:which|what) card|payment|pay(?:ing)? (?:with|by)|paid (?:with|by)",
            _payment,
        ),
        (
            r"\bstatus\b|\bpending\b|\bprocess(?:ed|ing)\b|\bconfirmed\b|\b(?:go|went|gone) through\b|\bstate\b",
            _status,
        ),
        (r"\btax(?:es)?\b|\bvat\b|\bgst\b", _tax),
        (
            r"\bmost expensive|\bpriciest|\bdearest|\bcosts? (?:me )?(?:the )?most\b|\bhighest[- ]price",
            _dearest,
        ),
        (r"\bcheapest|\bleast expensive|\bcosts? (?:me )?(?:the )?least\b|\blowest[- ]price", _cheapest),
        (r"\bhow many (?:items|things|pieces|articles|products|of (?:those|them|these|it))\b", _count),
        (r"\btotal|how much|cost|\bpric|\bpaid\b|\bdid i pay\b|\bcharged\b|\bspen[dt]\b|amount", _total),
        (
            r"\bwhen (?:did|was|have) (?:i|it|my|the|that|this)\b.{0,30}\b(?:order|place|buy|bought|purchase)",
            _placed,
        ),
        (
            r"\bwhat(?:'s| is| was| did| do| have)?\b.{0,40}\b(?:in (?:it|the|my)|order(?:ed)?|buy|bought|items?)\b"
            r"|\bitems?\b|contents?\b",
            _contents,
        ),
    )
)


def none_canceled() -> str:
    return "None of your orders has been canceled."


def cancellation(card: OrderCard, others: Sequence[str], today: date) -> str:
    """When and why the order was canceled; or that it wasn't, and which ones were."""
    if card.status is not OrderStatus.CANCELLED:
        apart = f" Canceled {'was' if len(others) == 1 else 'were'} {listed(others)}." if others else ""
        return f"Order {card.number} hasn't been canceled: it {_how_it_stands(card, today)}.{apart}"
    when = f" {on_day(card.cancelled_on, today)}" if card.cancelled_on else ""
    why = f" The reason on record: {card.cancel_reason.replace('_', ' ')}." if card.cancel_reason else ""
    back = f" {card.refunded.text} went back to you." if card.refunded and card.refunded.amount else ""
    return f"Order {card.number} ({_items(card)}) was canceled{when}.{why}{back}"
