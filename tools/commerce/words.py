"""Words as shoppers type them, brought into one form: case, accents, plurals, British and American spelling."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

SPELLINGS = {
    "aluminium": "aluminum",
    "armour": "armor",
    "centre": "center",
    "colour": "color",
    "fibre": "fiber",
    "flavour": "flavor",
    "grey": "gray",
    "jewellery": "jewelry",
    "litre": "liter",
    "metre": "meter",
    "mould": "mold",
    "odour": "odor",
    "pyjama": "pajama",
    "tyre": "tire",
    "woollen": "woolen",
}
SIZES = {
    "extra small": "xs",
    "small": "s",
    "medium": "m",
    "large": "l",
    "extra large": "xl",
    "x large": "xl",
}
_FILLERS = """
    a about all also am an and any anything are as at available be buy by can carry come could do does else find
    for from get give got had has have hello help hi i in is it its like list look looking me my need of on one
    or other our out please product see sell shop show some something stock that the their them then there these
    they thing this those to under up us want was we what which who will with would you your
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that say nothing of a product."""
Options = Mapping[str, Iterable[str]]
_IRREGULAR = {"feet": "foot", "geese": "goose", "halves": "half", "hooves": "hoof", "knives": "knife",
              "leaves": "leaf", "loaves": "loaf", "mice": "mouse", "scarves": "scarf", "shelves": "shelf",
              "wolves": "wolf"}  # fmt: skip
"""Plurals that no rule tells from those of "glove" and "sleeve"."""
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> tuple[str, ...]:
    """`"The Grey Mugs!"` -> `("the", "gray", "mug")`."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return tuple(_one_form(word) for word in _WORD.findall(text.casefold()))


def telling_words(text: str) -> tuple[str, ...]:
    """Without fillers, each word once."""
    return tuple(dict.fromkeys(word for word in words(text) if word not in FILLERS))


def similar(word: str, vocabulary: Iterable[str]) -> list[str]:
    """Words of the vocabulary that `word` may be a slip of: same first letter, one slip, two in a long word."""
    slips = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
    if not slips:
        return []
    near = [known for known in vocabulary if known[:1] == word[:1] and abs(len(known) - len(word)) <= slips]
    found = process.extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=5)
    return [known for known, *_ in found]


def matching_options(wanted: Mapping[str, str], existing: Options) -> dict[str, set[str]] | None:
    """Option names to the values that are meant, as the shop writes them; None when one does not exist."""
    meant: dict[str, set[str]] = {}
    for name, value in wanted.items():
        named = [known for known in existing if _key(known) == _key(name)]
        for known in named or existing:
            if values := _meant(value, existing[known]):
                meant.setdefault(known, set()).update(values)
                break
        else:
            return None
    return meant


def _meant(value: str, existing: Iterable[str]) -> set[str]:
    by_key: dict[str, set[str]] = {}
    for known in existing:
        by_key.setdefault(_key(known), set()).add(known)
    key = _key(value)
    if not key:
        return set()
    if key in by_key:
        return by_key[key]
    asked = set(key.split())
    holding = [known for known in by_key if asked <= set(known.split())]
    return {known for near in holding or similar(key, by_key) for known in by_key[near]}


def _key(text: str) -> str:
    key = " ".join(words(text))
    return SIZES.get(key, key)


def _singular(word: str) -> str:
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word.removesuffix("s")


@lru_cache(maxsize=20_000)
def _one_form(word: str) -> str:
    singular = _IRREGULAR.get(word) or _singular(word)
    return SPELLINGS.get(singular, singular)
