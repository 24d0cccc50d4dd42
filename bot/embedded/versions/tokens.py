"""Words of shoppers and of catalogs in one form: `256GB`, `256 gb` and `256 gigs` are the same two tokens."""

import re
from functools import cache, lru_cache

from bot.embedded.understanding.examples import examples
from tools.commerce.words import FILLERS, similar, words

UNITS = {
    "mm": ("length", 0.1),
    "cm": ("length", 1.0),
    "m": ("length", 100.0),
    "inch": ("length", 2.54),
    "ft": ("length", 30.48),
    "yd": ("length", 91.44),
    "ml": ("volume", 1.0),
    "cl": ("volume", 10.0),
    "l": ("volume", 1000.0),
    "mg": ("weight", 0.001),
    "g": ("weight", 1.0),
    "kg": ("weight", 1000.0),
    "lb": ("weight", 453.6),
    "mb": ("storage", 1.0),
    "gb": ("storage", 1000.0),
    "tb": ("storage", 1_000_000.0),
    "w": ("power", 1.0),
    "kw": ("power", 1000.0),
    "min": ("time", 1.0),
    "hour": ("time", 60.0),
    "day": ("time", 1440.0),
}
"""Each with what it measures, and how much of it."""
UNIT_FORMS = {
    form: unit
    for unit, forms in {
        "mm": "millimeter millimetre",
        "cm": "centimeter centimetre",
        "m": "meter metre mtr",
        "inch": 'in inches " ″',
        "ft": "foot feet '",
        "yd": "yard",
        "ml": "milliliter millilitre",
        "l": "liter litre ltr",
        "g": "gram gramme gr",
        "kg": "kilo kilogram kgs",
        "lb": "lbs pound",
        "oz": "ounce",
        "gb": "gig gigabyte gigs",
        "tb": "terabyte tera",
        "mb": "megabyte meg",
        "w": "watt",
        "min": "minute",
        "hour": "h hr hrs",
        "pack": "pk pc pcs piece count ct",
        "people": "person persons man",
    }.items()
    for form in forms.split()
}
_SIZE_WORDS = {
    "small": "s",
    "medium": "m",
    "med": "m",
    "large": "l",
    "xlarge": "xl",
    "xsmall": "xs",
    "xxlarge": "xxl",
}
NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
}
LETTERS = {size: place for place, size in enumerate("xxxs xxs xs s m l xl xxl xxxl xxxxl".split())}
LEVELS = {
    "low": 0,
    "mild": 0,
    "light": 0,
    "soft": 0,
    "m": 1,
    "standard": 1,
    "regular": 1,
    "high": 2,
    "strong": 2,
    "firm": 2,
    "hard": 2,
    "warm": 2,
    "max": 3,
}
SKILLS = {"beginner": 0, "easy": 0, "intermediate": 1, "advanced": 2, "hard": 2, "difficult": 2, "expert": 3}
BEDS = {"single": 0, "twin": 0, "double": 1, "full": 1, "queen": 2, "king": 3}
_TOKEN = re.compile(
    r"\d+(?:[-/]\d+)+|\d+(?:[.,]\d+)?(?=x+[sl]\b)|\d*x+[sl]\b|\d+(?:[.,]\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[\"″]|(?<=\d)'"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_HALF = re.compile(r"(?<=\d)(?:\s?½|[ -]1/2\b|\s?(?:and a|&) half\b)")
_WHOLE = r"(?:liter|litre|meter|metre|gallon|pint|quart|foot|yard|kilo|pound|inch|hour)"
_FRACTIONS = (
    (re.compile(rf"\b(?:one|1|an?) and (?:a )?half (?={_WHOLE}s?\b)"), "1.5 "),
    (re.compile(rf"\b(?:one )?half (?:of )?(?:an? )?(?={_WHOLE}s?\b)"), "0.5 "),
    (re.compile(rf"(?<![\d/])(?:1/2|½) ?(?={_WHOLE}s?\b|l\b|m\b)"), "0.5 "),
    (
        re.compile(rf"(?<![\d/])(?:3/4|¾|three[- ]quarters?(?: of)?(?: an?)?) ?(?={_WHOLE}s?\b|l\b|m\b)"),
        "0.75 ",
    ),
    (re.compile(rf"\b(?:an?|one) (?:(?:full|whole) )?(?={_WHOLE}\b)"), "1 "),
)
"""Amounts in words before a unit: "half a liter", "a full liter"."""
_EXTRA = {"extra", "x"}
_EMPTY = FILLERS | frozenset("size color colour one instead please only just same but more most".split())


@lru_cache(maxsize=2048)
def tokens(text: str) -> tuple[str, ...]:
    """In lower case and the singular, sizes as letters, numbers apart from their units."""
    found: list[str] = []
    said = _HALF.sub(".5", text.lower().replace("’", "'"))
    for words_for, number in _FRACTIONS:
        said = words_for.sub(number, said)
    for word in _TOKEN.findall(said):
        found.append(_form(word, found[-1] if found else ""))
        if len(found) > 1 and found[-1] in {"s", "l"} and found[-2] in _EXTRA:
            found[-2:] = [f"x{found[-1]}"]
    return tuple(found)


def of_value(value: str) -> tuple[str, ...]:
    """Those of a value as the shop writes it, with "Two batteries" as a number."""
    found = tokens(value)
    return tuple(NUMBER_WORDS.get(word, word) for word in found) if len(found) > 1 else found


def is_number(token: str) -> bool:
    return bool(_NUMBER.fullmatch(token))


def amount(token: str) -> float:
    return float(token)


def tells(token: str) -> bool:
    """Whether the token alone can stand for a value of which it is a part: "green" of "Sage Green"."""
    return not is_number(token) and token not in _EMPTY and token not in UNITS and len(token) > 1


def alike(token: str, other: str) -> bool:
    """The same, or a slip of the pen in a longer word that is no word itself: "back" is not black."""
    if token == other:
        return True
    return len(other) > 4 and token not in _ordinary_words() and bool(similar(token, (other,)))


def _size_misspelt(word: str) -> str | None:
    near = similar(word, _SIZE_WORDS) if len(word) > 4 and word not in _ordinary_words() else []
    return _SIZE_WORDS[near[0]] if near else None


@cache
def _ordinary_words() -> frozenset[str]:
    """What people say in every shop."""
    return frozenset(form for text in examples().well_spelt for word in text.split() for form in words(word))


def _form(word: str, before: str) -> str:
    if sized := re.fullmatch(r"(\d)x([sl])", word):
        return "x" * int(sized[1]) + sized[2]
    if is_number(word.replace(",", ".")):
        return word.replace(",", ".")
    after_number = is_number(before)
    if after_number and word in UNIT_FORMS:
        return UNIT_FORMS[word]
    if before == "size" and word in NUMBER_WORDS:
        return NUMBER_WORDS[word]
    if size := _SIZE_WORDS.get(word) or _size_misspelt(word):
        return size
    if "'" in word or len(word) < 4:
        return word
    form = " ".join(words(word)) or word
    return UNIT_FORMS.get(form, form) if after_number else form
