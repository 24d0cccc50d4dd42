"""Wishes about what the shop sells."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rapidfuzz import fuzz, process

from bot.embedded import policies
from bot.embedded.amounts import PriceLimits, price_limits
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.comparison import best_of_shown, chosen_of_shown, compared, ranked_by_pages
from bot.embedded.content import content_words
from bot.embedded.intents import Intent
from bot.embedded.manner import is_question
from bot.embedded.ranking import Figure, ranking, without_ranking
from bot.embedded.references import Pick, is_follow_up, refers_back, selection
from bot.embedded.situation import Situation, Slot
from bot.embedded.wording import products as wording
from bot.embedded.wording import stock
from bot.embedded.wording.phrases import counted
from tools.cards import ProductCard, ProductListCard, ProductSummary, Refusal, StockCard, ToolResult

_IN_ANOTHER_OPTION = re.compile(r"\W*(?:and |or |what about |how about |also )?(?:in|as)\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"^\W*(?:please )?(?:tell me|what|info\w*|details?|show me)\b.{0,20}\b(?:about|on|of)\b", re.IGNORECASE
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
_GOES_WITH = re.compile(
    r"\b(?:(?:go(?:es)?|fits?|pairs?|match(?:es)?|works?|looks?)(?: \w+)? with|to go with|accessor(?:y|ies))\b",
    re.IGNORECASE,
)
_ONE = re.compile(r"\bones?\b", re.IGNORECASE)
WHICH_PRODUCT = "Which product do you mean? Its name, or a few words that describe it, will do."


def find(task: Task, situation: Situation) -> Answer:
    if answer := _compared(task, situation):
        return answer
    limits, by = price_limits(task.text), ranking(task.text)
    words = content_words(_FOR_WHOM.sub(" ", without_ranking(task.text)))
    has_limit = limits.minimum is not None or limits.maximum is not None
    is_gift = bool(_FOR_WHOM.search(task.text))
    if not words and not has_limit and by is None and not is_gift:
        raise Asks(
            "What are you looking for? A few words will do, and a price if you have one in mind.",
            Slot.PRODUCT,
        )
    # Who says nothing of the thing gets what others liked best.
    sort = _SORTED.get(by) if by else None if words else "best_rated"
    found = _search(situation, words, limits, sort)
    is_found = isinstance(found, ProductListCard) and bool(found.products)
    if words and (has_limit or is_gift) and not (is_found and _is_named(found, words)):
        if has_limit and (answer := _at_another_price(situation, words, sort)):
            return answer
        found = _search(situation, "", limits, "best_rated") if not is_found else found
        if isinstance(found, ProductListCard) and found.products and not is_found:
            return Answer(wording.instead_of(words, found), product=found.products[0].name)
    if not isinstance(found, ProductListCard) or not found.products:
        return _or_article(task, situation, _refused(found))
    best = found.products[0].name
    if words and not wording.is_named(found, words):
        return _or_article(task, situation, Answer(wording.closest(found), product=best))
    if sort:
        return Answer(wording.sorted_products(found, by, words), product=best)
    return ranked_by_pages(found.products, by, situation) or Answer(wording.products(found), product=best)


def _is_named(found: ToolResult, words: str) -> bool:
    return isinstance(found, ProductListCard) and wording.is_named(found, words)


def _at_another_price(situation: Situation, words: str, sort: str | None) -> Answer | None:
    found = _search(situation, words, PriceLimits(), sort)
    if not isinstance(found, ProductListCard) or not _is_named(found, words):
        return None
    return Answer(wording.none_at_that_price(found), product=found.products[0].name)


def _search(situation: Situation, words: str, limits: PriceLimits, sort: str | None) -> ToolResult:
    return situation.ask(
        "find_products",
        words=words or "*",
        min_price=_decimal(limits.minimum),
        max_price=_decimal(limits.maximum),
        sort_by=sort,
    )


def _compared(task: Task, situation: Situation) -> Answer | None:
    if task.resumed:
        return None
    return best_of_shown(task, situation) or compared(task, situation)


def named_or_unclear(task: Task, situation: Situation) -> Answer:
    """A message without a wish may ask what the articles know, or name a product."""
    if not task.text:
        unknown = Task(task.intent, situation.text)
        return named(unknown, situation, every_word=True) or policies.unclear(situation)
    look_up = policies.quoted if is_question(task.text) else policies.known
    if article := look_up(task, situation):
        return article
    return named(task, situation) or _about_a_named(task, situation) or policies.unclear(situation)


def _about_a_named(task: Task, situation: Situation) -> Answer | None:
    """What is asked of a product whose name stands in the message as the catalog has it."""
    words = content_words(task.text)
    found = situation.ask("find_products", words=words) if len(words.split()) > 1 else None
    if not isinstance(found, ProductListCard) or not found.products:
        return None
    best = found.products[0].name
    is_in_full = best.lower() in " ".join(task.text.lower().split())
    return question(task, situation) if is_in_full else None


def named(task: Task, situation: Situation, *, every_word: bool = False) -> Answer | None:
    """What the catalog has by that name, for a message that is little but a name."""
    words = content_words(task.text)
    if not words or not (_ABOUT.match(task.text) or words.lower() == task.text.lower().strip(" .?!")):
        return None
    found = situation.ask("find_products", words=words)
    if not isinstance(found, ProductListCard) or not wording.is_named(found, words, every_word=every_word):
        return None
    return Answer(wording.products(found), product=found.products[0].name)


def question(task: Task, situation: Situation) -> Answer:
    if answer := _compared(task, situation):
        return answer
    if answer := _first_of_kind(task, situation):
        return answer
    if stock.HOW_MANY.search(task.text) or _IN_ANOTHER_OPTION.match(task.text):
        return check_stock(task, situation)
    if _GOES_WITH.search(task.text):
        return _goes_with(task, situation)
    name = which_product(task, situation)
    found = situation.ask("get_product_details", product=name)
    if isinstance(found, ProductListCard) and found.products:
        raise _which(found)
    if not isinstance(found, ProductCard):
        return _or_article(task, situation, _refused(found))
    if wording.names_version(found, task.text):
        return check_stock(task, situation)
    return Answer(wording.product(found, task.text, situation.likeness), product=found.name)


def _first_of_kind(task: Task, situation: Situation) -> Answer | None:
    """Of several products: the cheapest kettle, the lightest tent. "The longest hose" may be a version of one."""
    by, words = ranking(task.text), content_words(without_ranking(task.text))
    if by is None or not words or refers_back(task.text):
        return None
    if by[0] in {Figure.PRICE, Figure.RATING}:
        return find(task, situation)
    found = _search(situation, words, PriceLimits(), None)
    return ranked_by_pages(found.products, by, situation) if isinstance(found, ProductListCard) else None


def _goes_with(task: Task, situation: Situation) -> Answer:
    """Nothing on record says what goes with what: others of its kind are all that can be shown."""
    name = which_product(replace(task, text=_GOES_WITH.sub(" ", task.text)), situation)
    card = situation.ask("get_product_details", product=name)
    if not isinstance(card, ProductCard) or card.category is None:
        return Answer(wording.NOTHING_GOES_WITH)
    near = situation.ask("find_products", words="*", category=card.category, sort_by="best_rated")
    others = near.products if isinstance(near, ProductListCard) else ()
    said = wording.others_of_kind(card, [one for one in others if one.product_id != card.product_id])
    return Answer(said, product=card.name)


def check_stock(task: Task, situation: Situation) -> Answer:
    if answer := _compared(task, situation):
        return answer
    name = which_product(task, situation)
    found = situation.ask("check_stock", product=name)
    if isinstance(found, ProductListCard) and found.products:
        raise _which(found)
    if not isinstance(found, StockCard):
        return _or_article(task, situation, _refused(found))
    # Of a product named earlier, the options may have been named with it.
    said = f"{task.text} {situation.text}" if task.resumed else task.text
    return Answer(stock.stock(found, said, situation.today), product=found.name)


def which_product(task: Task, situation: Situation) -> str:
    """The words, or the name, of the product that is meant. Raises Asks when nothing says it."""
    if task.resumed:
        picked = _picked(situation.text, situation.products_shown)
        return picked.name if picked else content_words(situation.text) or situation.text
    words = content_words(task.text)
    picked = chosen_of_shown(task, situation) or _picked(task.text, situation.products_shown)
    if picked:
        return picked.name
    if (offered := _offered_in(words, situation)) and _ONE.search(task.text):
        return offered
    if situation.memory.product and (not words or _about_the_same(task.text, words, situation)):
        return situation.memory.product
    if refers_back(task.text) and (before := _named_before(task, situation)):
        return before
    if words:
        return words
    raise Asks(WHICH_PRODUCT, Slot.PRODUCT)


def _named_before(task: Task, situation: Situation) -> str:
    """What the rest of the message names: "how much is the tent, and is it waterproof?"."""
    before, parted, _ = situation.text.partition(task.text)
    return content_words(before) if parted else ""


def _offered_in(words: str, situation: Situation) -> str | None:
    """The only product of the list shown that comes in the option named: "the moss one"."""
    said = words.lower().split()
    fitting = [
        shown.name
        for shown in situation.products_shown
        if said
        and set(said) <= {w for values in shown.options.values() for v in values for w in v.lower().split()}
    ]
    return fitting[0] if len(fitting) == 1 else None


def _about_the_same(text: str, words: str, situation: Situation) -> bool:
    """ "And in blue?", "is it waterproof": not "what about the tent?"."""
    if (refers_back(text) and not is_follow_up(text)) or _IN_ANOTHER_OPTION.match(text):
        return True
    values = {word for value in situation.option_values for word in value.split()}
    return all(
        process.extractOne(word, values, scorer=fuzz.ratio, score_cutoff=80) for word in words.lower().split()
    )


def _picked(text: str, shown: Sequence[ProductSummary]) -> ProductSummary | None:
    chosen = selection(text)
    if chosen is None or not shown:
        return None
    if chosen.pick is Pick.NTH:
        if chosen.place > len(shown):
            raise Asks(f"I showed you {counted(len(shown), 'product')} only. {WHICH_PRODUCT}", Slot.PRODUCT)
        return shown[chosen.place - 1]
    return shown[-1] if chosen.pick is Pick.LAST or len(shown) == 1 else None


def _which(found: ProductListCard) -> Asks:
    return Asks(wording.which_product(found), Slot.PRODUCT)


def _or_article(task: Task, situation: Situation, otherwise: Answer) -> Answer:
    """What sounded like a product may be a service that the articles speak of: gift wrap, spare parts."""
    return policies.quoted(task, situation) or otherwise


def _decimal(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _refused(found: ToolResult) -> Answer:
    if isinstance(found, ProductListCard):
        return Answer(wording.products(found))
    return Answer(found.message if isinstance(found, Refusal) else "I couldn't look that up just now.")


JOBS = {
    Intent.FIND_PRODUCTS: find,
    Intent.PRODUCT_QUESTION: question,
    Intent.CHECK_STOCK: check_stock,
}
