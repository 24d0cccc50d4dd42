"""Two products beside each other: "A or B?", "the difference between the two", "which of these is cheaper?"."""

import re
from collections.abc import Sequence

from bot.embedded.answers import Answer, Task
from bot.embedded.reading.content import content_words
from bot.embedded.reading.plain import plain
from bot.embedded.reading.ranking import Figure, ranking, without_ranking
from bot.embedded.reading.references import ORDINALS, is_follow_up
from bot.embedded.situation import Situation
from bot.embedded.wording import comparison as wording
from bot.embedded.wording import stock
from tools.product_cards import ProductCard, ProductSummary, StockCard

MOST_PAGES = 4
_ASKS = re.compile(
    r"\bdiffer\w*|\bcompar\w*|\b(?:versus|vs|which|between|better|or)\b|(?<!other )(?<!rather )\bthan\b",
    re.IGNORECASE,
)
_PARTED = re.compile(r"\b(?:and|or|versus|vs\.?|than|with|to|from|against)\b|/|,", re.IGNORECASE)
_FRAME = re.compile(
    r"\b(?:what(?:'s| is| are)?|which(?: one)?(?: is| of)?|differences?|differs?|different|compare[ds]?|comparison|"
    r"between|better|best|choose|pick|decide|deciding|torn|vs|versus|both|price|rather|more|less|should|whether|them)\b",
    re.IGNORECASE,
)
_THE_TWO = re.compile(
    r"\b(?:these|those|them|the two|both|of the (?:two|three|lot)|of (?:these|those|them))\b", re.IGNORECASE
)
_NTH = re.compile(r"\b(" + "|".join(ORDINALS) + r")\b", re.IGNORECASE)


_IT = re.compile(
    r"\b(?:compare|difference|between|than|better|with|from|to)\b.*\b(?:it|this|that)\b|"
    r"\b(?:it|this|that)\b.*\b(?:or|than|with|versus|vs|from)\b",
    re.IGNORECASE,
)
_WHOLE_SHOP = re.compile(
    r"\byou (?:sell|have|offer|carry|stock|got)\b|\bin (?:the|your) (?:shop|store)\b", re.IGNORECASE
)


def set_side_by_side(task: Task, situation: Situation) -> Answer | None:
    if task.resumed:
        return None
    return best_of_shown(task, situation) or compared(task, situation)


def compared(task: Task, situation: Situation) -> Answer | None:
    """The two that the message sets against each other; None where it doesn't."""
    text = plain(task.text)
    if not _ASKS.search(text):
        return None
    names = _two_shown(text, situation.products_shown) or _two_named(text, situation.memory.product)
    if names is None:
        return None
    found = [situation.ask("get_product_details", product=name) for name in names]
    cards = [card for card in found if isinstance(card, ProductCard)]
    if len({card.product_id for card in cards}) == 1:
        return _versions_compared(cards[0].name, names, situation)
    if len(cards) < 2:
        return None
    return Answer(wording.beside(cards[0], cards[1], ranking(text)), product=_preferred(cards, text))


def _versions_compared(name: str, said: tuple[str, str], situation: Situation) -> Answer | None:
    """ "The 1800 W dryer and the 2200 W one" are two versions of one product."""
    card = situation.ask("check_stock", product=name)
    told = stock.difference(card, *said) if isinstance(card, StockCard) else ""
    return Answer(told, product=name) if told else None


def is_of_whole_shop(text: str, situation: Situation) -> bool:
    """ "What's the cheapest thing you sell?", "and the most expensive?" """
    before = situation.memory.text
    goes_on = is_follow_up(text) and bool(_WHOLE_SHOP.search(before) and ranking(before))
    return bool(_WHOLE_SHOP.search(text)) or goes_on


def chosen_of_shown(task: Task, situation: Situation) -> ProductSummary | None:
    """The one of the products shown that ranks first in what the message asks: "the cheaper one"."""
    shown, by = situation.products_shown, ranking(task.text)
    if is_of_whole_shop(task.text, situation):
        return None
    if by is None or len(shown) < 2 or content_words(without_ranking(task.text)):
        return None
    return wording.first_by(shown, *by)


def best_of_shown(task: Task, situation: Situation) -> Answer | None:
    """ "Which of these is the cheapest?" """
    chosen, by = chosen_of_shown(task, situation), ranking(task.text)
    if by is None:
        return None
    if chosen:
        return Answer(wording.best(chosen, situation.products_shown, *by), product=chosen.name)
    if by[0] in {Figure.PRICE, Figure.RATING} or content_words(without_ranking(task.text)):
        return None
    return ranked_by_pages(situation.products_shown, by, situation)


def ranked_by_pages(
    shown: Sequence[ProductSummary], by: tuple[Figure, bool] | None, situation: Situation
) -> Answer | None:
    """By what only the products' own pages tell, of the first few; None where it is something else or but one."""
    if by is None or by[0] in {Figure.PRICE, Figure.RATING} or len(shown) < 2:
        return None
    found = [situation.ask("get_product_details", product=one.name) for one in shown[:MOST_PAGES]]
    cards = [card for card in found if isinstance(card, ProductCard)]
    if len(cards) == 2:
        return Answer(wording.beside(cards[0], cards[1], by), product=wording.name_of_first(cards, *by))
    return Answer(wording.all_by(cards, *by), product=wording.name_of_first(cards, *by))


def _preferred(cards: Sequence[ProductCard], text: str) -> str | None:
    by = ranking(text)
    return None if by is None else wording.name_of_first(cards, *by)


def _two_shown(text: str, shown: Sequence[ProductSummary]) -> tuple[str, str] | None:
    """ "The first and the third", "the two"."""
    places = [ORDINALS[found.lower()] for found in _NTH.findall(text)]
    named = [shown[place - 1].name for place in places if place <= len(shown)]
    if len(named) == 2:
        return named[0], named[1]
    if (
        len(shown) >= 2
        and _THE_TWO.search(text)
        and not content_words(_FRAME.sub(" ", without_ranking(text)))
    ):
        return shown[0].name, shown[1].name
    return None


def _two_named(text: str, spoken_of: str | None) -> tuple[str, str] | None:
    """The words for one and for the other; one of them may be "it", the product spoken of."""
    named = [content_words(_FRAME.sub(" ", without_ranking(part))) for part in _PARTED.split(text)]
    told = [words for words in named if words]
    if len(told) == 1 and spoken_of and _IT.search(text):
        return spoken_of, told[0]
    return (told[0], told[1]) if len(told) == 2 else None
