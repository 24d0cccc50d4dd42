"""Products beside each other, in sentences."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from bot.embedded.reading.ranking import Figure
from bot.embedded.wording.phrases import counted, sentence, unlinked
from bot.embedded.wording.products import price
from knowledge.wording import listed
from tools.product_cards import ProductCard, ProductSummary

FACTS_COMPARED = 6
_SIZES = ("capacity", "volume", "length", "height", "width", "dimensions", "size", "diameter")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LESS_AND_MORE: Mapping[Figure, tuple[str, str]] = {
    Figure.PRICE: ("cheaper", "more expensive"),
    Figure.RATING: ("rated lower", "rated better"),
    Figure.WEIGHT: ("lighter", "heavier"),
    Figure.SIZE: ("smaller", "bigger"),
    Figure.WARRANTY: ("guaranteed for less time", "guaranteed for longer"),
}
_LEAST_AND_MOST: Mapping[Figure, tuple[str, str]] = {
    Figure.PRICE: ("cheapest", "most expensive"),
    Figure.RATING: ("lowest rated", "best rated"),
}


def beside(one: ProductCard, other: ProductCard, by: tuple[Figure, bool] | None) -> str:
    """What sets them apart; first what was asked of them."""
    figures = [_FIGURES[by[0]](card) for card in (one, other)] if by else []
    is_known = all(figures) and len({known.of for known in figures if known}) == 1
    if by and is_known and by[0] is not Figure.RATING:
        return _verdict(one, other, *by)
    facts = _differences(one, other)
    if not facts:
        return f"Our pages tell no difference between {one.name} and {other.name}."
    lines = [f"- {name}: {first}, against {second}" for name, first, second in facts]
    verdict = _verdict(one, other, *by) if by else ""
    heading = f"{one.name} and {other.name}, in this order:"
    return "\n".join(filter(None, [verdict, heading, *lines]))


def best(chosen: ProductSummary, shown: Sequence[ProductSummary], figure: Figure, up: bool) -> str:
    word = _LEAST_AND_MOST[figure][up]
    told = price(chosen.price) if figure is Figure.PRICE else _rated(chosen.rating, chosen.reviews)
    stock = "" if chosen.in_stock or not chosen.stock_known else " It is out of stock right now."
    return f"Of these {len(shown)}, {chosen.name} is the {word}: {told}.{stock}"


def all_by(cards: Sequence[ProductCard], figure: Figure, up: bool) -> str:
    """Each with its figure, the first one first; those whose page tells none after them."""
    told = [(card.name, _FIGURES[figure](card)) for card in cards]
    known = sorted(((value, name) for name, value in told if value), reverse=up)
    silent = [name for name, value in told if value is None]
    if not known:
        return f"Our pages on {listed([card.name for card in cards])} don't tell their {figure}."
    said = listed([f"{name} ({value.text})" for value, name in known])
    unknown = f" I don't know the {figure} of {listed(silent)}." if silent else ""
    return sentence(f"by {figure}: {said}") + unknown


def first_by(shown: Sequence[ProductSummary], figure: Figure, up: bool) -> ProductSummary | None:
    """None where a list doesn't tell such figures, or they are in several currencies."""
    if figure is Figure.RATING:
        rated = [one for one in shown if one.rating is not None]
        return max(rated, key=lambda one: (one.rating or 0, one.reviews), default=None)
    if figure is not Figure.PRICE or len({one.price.lowest.currency for one in shown}) > 1:
        return None
    if up:
        return max(shown, key=lambda one: one.price.highest.amount)
    return min(shown, key=lambda one: one.price.lowest.amount)


def name_of_first(cards: Sequence[ProductCard], figure: Figure, up: bool) -> str | None:
    figures = [_FIGURES[figure](card) for card in cards]
    known = [(value.amount, card.name) for value, card in zip(figures, cards, strict=True) if value]
    is_alike = len(known) == len(cards) and len({value.of for value in figures if value}) == 1
    return (max(known) if up else min(known))[1] if is_alike else None


def _verdict(one: ProductCard, other: ProductCard, figure: Figure, up: bool) -> str:
    """ "A is lighter: 250 g, against 620 g for B"; that it isn't known, where it isn't."""
    first, second = _FIGURES[figure](one), _FIGURES[figure](other)
    if first is None or second is None:
        silent = [card.name for card, known in ((one, first), (other, second)) if known is None]
        what = "reviews" if figure is Figure.RATING else f"{figure}"
        return f"I know no {what} of {listed(silent, 'or')} to compare."
    if first.of != second.of:
        return f"They are measured differently: {one.name}, {first.text}; {other.name}, {second.text}."
    if first.amount == second.amount:
        return sentence(f"there is no difference in {figure}: {first.text} for both")
    (more, told_more), (less, told_less) = (one, first.text), (other, second.text)
    if (first.amount > second.amount) != up:
        (more, told_more), (less, told_less) = (other, second.text), (one, first.text)
    return f"{more.name} is {_LESS_AND_MORE[figure][up]}: {told_more}, against {told_less} for {less.name}."


def _differences(one: ProductCard, other: ProductCard) -> list[tuple[str, str, str]]:
    rows = [("price", price(one.price), price(other.price))]
    if one.rating is not None or other.rating is not None:
        rows.append(("rating", _rated(one.rating, one.reviews), _rated(other.rating, other.reviews)))
    if one.brand != other.brand:
        rows.append(("brand", one.brand or "", other.brand or ""))
    names = dict.fromkeys((*one.attributes, *other.attributes))
    rows += [
        (name.lower(), unlinked(one.attributes.get(name, "")), unlinked(other.attributes.get(name, "")))
        for name in names
    ]
    options = dict.fromkeys((*one.options, *other.options))
    rows += [
        (name.lower(), listed(one.options.get(name, ())), listed(other.options.get(name, ())))
        for name in options
    ]
    if one.in_stock != other.in_stock:
        rows.append(("in stock", "yes" if one.in_stock else "no", "yes" if other.in_stock else "no"))
    told = [row for row in rows if row[1] != row[2]]
    return [(name, first or "not said", second or "not said") for name, first, second in told][
        :FACTS_COMPARED
    ]


def _rated(rating: float | None, reviews: int) -> str:
    return "no reviews yet" if rating is None else f"{rating:.1f} out of 5 by {counted(reviews, 'review')}"


class Known(NamedTuple):
    amount: float
    text: str
    of: str
    """What is measured, and in what: only alike figures can be compared."""


def _price(card: ProductCard) -> Known:
    return Known(card.price.lowest.amount, price(card.price), card.price.lowest.currency)


def _rating(card: ProductCard) -> Known | None:
    return None if card.rating is None else Known(card.rating, _rated(card.rating, card.reviews), "")


def _weight(card: ProductCard) -> Known | None:
    return _measured(card, ("weight",))


def _size(card: ProductCard) -> Known | None:
    return _measured(card, _SIZES)


def _warranty(card: ProductCard) -> Known | None:
    months = card.warranty_months
    return None if months is None else Known(months, counted(months, "month"), "")


def _measured(card: ProductCard, names: Sequence[str]) -> Known | None:
    """The first attribute of such a name that holds one number."""
    for wanted in names:
        for name, value in card.attributes.items():
            numbers = _NUMBER.findall(value.partition("(")[0].replace(",", ""))
            if wanted in name.lower() and len(numbers) == 1:
                return Known(float(numbers[0]), value, f"{name} {_NUMBER.sub('', value)}")
    return None


_FIGURES: Mapping[Figure, Callable[[ProductCard], Known | None]] = {
    Figure.PRICE: _price,
    Figure.RATING: _rating,
    Figure.WEIGHT: _weight,
    Figure.SIZE: _size,
    Figure.WARRANTY: _warranty,
}
