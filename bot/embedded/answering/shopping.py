"""Looking for something to buy: by words, price, rating, or for somebody."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.embedded.answering.availability import of_versions, or_article, refused
from bot.embedded.answering.comparison import is_of_whole_shop, ranked_by_pages, set_side_by_side
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.meant.product import which_product
from bot.embedded.reading.amounts import PriceLimits, price_limits, without_prices
from bot.embedded.reading.content import content_words
from bot.embedded.reading.ranking import Figure, ranking, without_ranking
from bot.embedded.reading.references import refers_back
from bot.embedded.situation import Situation, Slot
from bot.embedded.versions.asked import narrowing
from bot.embedded.wording import products as wording
from tools.cards import ToolResult
from tools.commerce.words import words
from tools.product_cards import ProductCard, ProductListCard, ProductSummary

GOES_WITH = re.compile(
    r"\b(?:(?:go(?:es)?|fits?|pairs?|match(?:es)?|works?|looks?)(?: \w+)? with|to go with|accessor(?:y|ies))\b",
    re.IGNORECASE,
)
_FOR_WHOM = re.compile(
    r"\b(?:for|to) (?:my|a|an|our|the|his|her) (?:(?:old|little|best|young|elderly|new|dear) )*"
    r"(?:dad|father|mom|mum|mother|parents?|wife|husband|partner|girlfriend|boyfriend|son|daughter|kids?|child(?:ren)?|baby|"
    r"brother|sister|siblings?|grand\w+|granny|uncle|aunt|niece|nephew|friends?|bestie|boss|colleague|coworker|teacher|"
    r"neighbou?r|roommate|in-laws?|family|man|woman|boy|girl|teen\w*)\b|"
    r"\b(?:birthday|anniversary|christmas|xmas|wedding|housewarming|valentine'?s?(?: day)?|graduation|mother's day|"
    r"father's day)(?: (?:gifts?|presents?))?\b|\b(?:gifts?|presents?)\b(?! (?:card|wrap|box|bag|certificate|voucher))",
    re.IGNORECASE,
)
_SORTED = {
    (Figure.PRICE, False): "cheapest",
    (Figure.PRICE, True): "dearest",
    (Figure.RATING, True): "best_rated",
}


def find(task: Task, situation: Situation) -> Answer:
    if answer := set_side_by_side(task, situation):
        return answer
    limits, by = price_limits(task.text), ranking(task.text)
    said = content_words(_FOR_WHOM.sub(" ", without_ranking(task.text)))
    has_limit = limits.minimum is not None or limits.maximum is not None
    is_gift = bool(_FOR_WHOM.search(task.text))
    if not said and not has_limit and by is None and not is_gift:
        raise Asks(
            "What are you looking for? A few words will do, and a price if you have one in mind.",
            Slot.PRODUCT,
        )
    # Who says nothing of the thing gets what others liked best.
    sort = _SORTED.get(by) if by else None if said else "best_rated"
    found = _search(situation, said, limits, sort)
    is_found = isinstance(found, ProductListCard) and bool(found.products)
    if said and (has_limit or is_gift) and not (is_found and _is_named(found, said)):
        if has_limit and (answer := _at_another_price(situation, said, sort)):
            return answer
        found = _search(situation, "", limits, "best_rated") if not is_found else found
        if isinstance(found, ProductListCard) and found.products and not is_found:
            return Answer(wording.instead_of(said, found), product=found.products[0].name)
    if not isinstance(found, ProductListCard) or not found.products:
        return or_article(task, situation, refused(found))
    best = found.products[0].name
    if said and not wording.is_named(found, said):
        return or_article(task, situation, Answer(wording.closest(found), product=best))
    if not is_gift and (only := _with_such_versions(found.products, task.text)):
        return of_versions(only.name, task, situation)
    if sort:
        return Answer(wording.sorted_products(found, by, said), product=best)
    return ranked_by_pages(found.products, by, situation) or Answer(wording.products(found), product=best)


def first_of_kind(task: Task, situation: Situation) -> Answer | None:
    """Of several products: the cheapest kettle, the lightest tent. "The longest hose" may be a version of one."""
    by, said = ranking(task.text), content_words(without_ranking(task.text))
    if by and not said and is_of_whole_shop(task.text, situation):
        return find(task, situation)
    if by is None or not said or refers_back(task.text):
        return None
    if by[0] in {Figure.PRICE, Figure.RATING}:
        return find(task, situation)
    found = _search(situation, said, PriceLimits(), None)
    if not isinstance(found, ProductListCard):
        return None
    if only := _with_such_versions(found.products, task.text):
        return of_versions(only.name, task, situation)
    return ranked_by_pages(found.products, by, situation)


def goes_with(task: Task, situation: Situation) -> Answer:
    """Nothing on record says what goes with what: others of its kind are all that can be shown."""
    name = which_product(replace(task, text=GOES_WITH.sub(" ", task.text)), situation)
    card = situation.ask("get_product_details", product=name)
    if not isinstance(card, ProductCard) or card.category is None:
        return Answer(wording.NOTHING_GOES_WITH)
    near = situation.ask("find_products", words="*", category=card.category, sort_by="best_rated")
    others = near.products if isinstance(near, ProductListCard) else ()
    said = wording.others_of_kind(card, [one for one in others if one.product_id != card.product_id])
    return Answer(said, product=card.name)


def _is_named(found: ToolResult, said: str) -> bool:
    return isinstance(found, ProductListCard) and wording.is_named(found, said)


def _at_another_price(situation: Situation, said: str, sort: str | None) -> Answer | None:
    found = _search(situation, said, PriceLimits(), sort)
    if not isinstance(found, ProductListCard) or not _is_named(found, said):
        return None
    return Answer(wording.none_at_that_price(found), product=found.products[0].name)


def _search(situation: Situation, said: str, limits: PriceLimits, sort: str | None) -> ToolResult:
    return situation.ask(
        "find_products",
        words=said or "*",
        min_price=_decimal(limits.minimum),
        max_price=_decimal(limits.maximum),
        sort_by=sort,
    )


def _with_such_versions(found: Sequence[ProductSummary], text: str) -> ProductSummary | None:
    """The only one of which the text tells a version: what alone it names, or else what comes in what it says."""
    text = without_prices(text)
    said = set(words(text))
    named = [one for one in found if set(words(one.name)) & said]
    if len(named) > 1:
        return None  # a kind of which there are several
    named = named or list(found)
    told = [(one, narrowing(text, one.options, one.name)) for one in named]
    fitting = [one for one, version in told if version and (version.named or version.comparison)]
    if len(fitting) > 1:
        fitting = [one for one, version in told if version and version.named]
    return fitting[0] if len(fitting) == 1 else None


def _decimal(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
