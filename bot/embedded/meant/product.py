"""Which product is meant: by its name, its place among those shown, or because it was just spoken of."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.embedded.answering.comparison import chosen_of_shown
from bot.embedded.answers import Asks, Task
from bot.embedded.intents import Intent
from bot.embedded.reading.content import content_words
from bot.embedded.reading.references import Pick, is_follow_up, refers_back, selection
from bot.embedded.situation import Situation, Slot
from bot.embedded.wording.phrases import counted
from tools.commerce.words import words as in_one_form
from tools.product_cards import ProductCard, ProductSummary

IN_ANOTHER_OPTION = re.compile(r"\W*(?:and |or |what about |how about |also )?(?:in|as)\b", re.IGNORECASE)
_AND_IS_IT = re.compile(
    r"\W*(?:and|but|so|also) "
    r"(?:(?:is|are|was|does|do|did|can|could|will|would|has|have|how \w+|what|when|which|where)\W+)+"
    r"(?:it|its|they|them|that|this)\b",
    re.IGNORECASE,
)
_ONE = re.compile(r"\bones?\b", re.IGNORECASE)
WHICH_PRODUCT = "Which product do you mean? Its name, or a few words that describe it, will do."


def which_product(task: Task, situation: Situation) -> str:
    """The words, or the name, of the product that is meant. Raises Asks when nothing says it."""
    if task.resumed:
        picked = _picked(situation.text, situation.products_shown)
        return picked.name if picked else content_words(situation.text) or situation.text
    words = content_words(task.text)
    picked = chosen_of_shown(task, situation) or _picked(task.text, situation.products_shown)
    if picked:
        return picked.name
    if (named := _named_one(task.text, situation)) and _ONE.search(task.text):
        return named
    if (offered := _offered_in(words, situation)) and _ONE.search(task.text):
        return offered
    if not is_follow_up(task.text) and (before := _named_before(task, situation)):
        return before
    if situation.memory.product and (
        not words or _about_the_same(task.text, words, situation) or _of_its_facts(task, words, situation)
    ):
        return situation.memory.product
    if words:
        return words
    raise Asks(WHICH_PRODUCT, Slot.PRODUCT)


def _named_before(task: Task, situation: Situation) -> str:
    """What the rest of the message names: "how much is the tent, and is it waterproof?", "about the tent: is it tall?".

    Where another thing was spoken of before, only a name that the catalog has takes its place.
    """
    before, parted, _ = situation.text.partition(task.text)
    named = content_words(before) if parted else ""
    if not named or situation.memory.product is None:
        return named if refers_back(task.text) else ""
    found = situation.look("get_product_details", product=named)
    return named if isinstance(found, ProductCard) else ""


def _named_one(text: str, situation: Situation) -> str | None:
    """The only product of the list shown that "the tidal one" names by a word of its own."""
    said = set(in_one_form(text))
    named = [one.name for one in situation.products_shown if said & set(in_one_form(one.name))]
    return named[0] if len(named) == 1 else None


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
    """ "And in blue?", "is it waterproof", "how many stitches does it have?": not "what about the tent?"."""
    if (refers_back(text) and not is_follow_up(text)) or IN_ANOTHER_OPTION.match(text):
        return True
    if _AND_IS_IT.match(text):
        return True
    values = {word for value in situation.option_values for word in value.split()}
    return all(
        process.extractOne(word, values, scorer=fuzz.ratio, score_cutoff=80) for word in words.lower().split()
    )


def _of_its_facts(task: Task, said: str, situation: Situation) -> bool:
    """ "Are the fins included?", of a board whose page tells of its fins."""
    return task.intent is Intent.PRODUCT_QUESTION and bool(situation.facts_named & set(in_one_form(said)))


def _picked(text: str, shown: Sequence[ProductSummary]) -> ProductSummary | None:
    chosen = selection(text)
    if chosen is None or not shown:
        return None
    if chosen.pick is Pick.NTH:
        if chosen.place > len(shown):
            raise Asks(f"I showed you {counted(len(shown), 'product')} only. {WHICH_PRODUCT}", Slot.PRODUCT)
        return shown[chosen.place - 1]
    return shown[-1] if chosen.pick is Pick.LAST or len(shown) == 1 else None
