"""Versions told by comparison: one size up, the biggest, a longer one, the cheapest."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.embedded.versions.measures import measure, measured
from bot.embedded.versions.mentions import Options
from bot.embedded.versions.tokens import tokens
from tools.change_cards import VersionFacts

PRICE = "price"
"""What is compared, where it is no option."""


class Step(StrEnum):
    NEXT = "next"
    """So many steps further."""
    BEYOND = "beyond"
    """Any that is further: "a bigger one"."""
    MOST = "most"
    """The furthest there is."""
    PLUS = "plus"
    """So much more of what an option counts: "two more keys"."""
    HALF = "half"
    """Half a size."""


@dataclass(frozen=True)
class Comparison:
    step: Step
    up: bool
    count: int = 1
    price: bool = False
    of: frozenset[str] = frozenset()
    """What such words measure; empty where they may be said of anything."""
    words: frozenset[str] = frozenset()
    """Of the text, to find the option that it names."""
    counts: bool = False
    """Whether it is of something counted, "the most pieces": then of an option of that name alone."""
    called: str = ""
    """What an option's name begins with that such a word is said of: "brighter" of a brightness."""
    within: "Comparison | None" = None
    """Of a price, what is compared before it: "the cheapest of the biggest"."""


_MORE = (
    "bigger|larger|longer|taller|wider|thicker|brighter|stronger|heavier|higher|broader|roomier|"
    "firmer|harder|warmer"
)
_BARE = "big|large|long|tall|wide|thick|bright|strong|heavy|high|broad|roomy|firm|hard|warm|powerful|spacious"
"""Said with "more", "less", "not so"."""
_LESS = "smaller|shorter|narrower|thinner|dimmer|weaker|lower|slimmer|softer|cooler|milder"
_MOST = (
    "biggest|largest|longest|tallest|widest|thickest|brightest|strongest|heaviest|highest|maximum|max|greatest|best|"
    "firmest|hardest|warmest"
)
_LEAST = (
    "smallest|shortest|narrowest|thinnest|dimmest|weakest|lowest|minimum|slimmest|softest|coolest|mildest"
)
_HAS = "storage|memory|capacity|space|power|room|length|width"
_COUNT = r"(?:(half)(?: an?)?|an?|one|1|the next|next|(two|2|three|3))"
_THING = r"(?:sizes?|steps?|capacity|capacities|storage|length|wattage|level|notch|one|version|model)"


def _next(way: str, more: str) -> str:
    """ "A bigger size" may be any; "a size bigger", "one up" and "up a size" are the next."""
    return (
        rf"\b{_COUNT} {_THING} (?:{way}|{more})\b|\b{_COUNT} {way}\b|"
        rf"\b(?:{way}|{more}) (?:by )?{_COUNT} {_THING}\b|\b{way} (?:by )?(?:one|two|2)\b"
    )


_NUMBER = r"\d{1,4}|one|two|three|four|five|six"
_PRICES = (
    (Step.MOST, False, r"\b(?:cheapest|least expensive|lowest[- ]priced?|most affordable|best value)\b"),
    (Step.MOST, True, r"\b(?:most expensive|priciest|dearest|highest[- ]priced?)\b"),
    (Step.BEYOND, False, r"\b(?:cheaper|less expensive|more affordable|not (?:so|as) expensive)\b"),
    (Step.BEYOND, True, r"\b(?:more expensive|pricier|dearer)\b"),
)
_SIZES = (
    (Step.PLUS, True, rf"\b({_NUMBER}) (?:more|extra|additional) (?!of\b)\w+"),
    (Step.PLUS, False, rf"\b({_NUMBER}) (?:less|fewer) \w+"),
    (Step.NEXT, True, _next("up", _MORE)),
    (Step.NEXT, False, _next("down", _LESS)),
    (Step.NEXT, True, rf"\b(?:size up|next (?:{_MORE}) {_THING}|next {_THING}(?! down))\b"),
    (Step.NEXT, False, rf"\b(?:size down|next (?:{_LESS}) {_THING})\b"),
    (Step.MOST, True, rf"\b(?:{_MOST})\b|\bmost (?:{_HAS})\b"),
    (Step.MOST, False, rf"\b(?:{_LEAST})\b|\bleast (?:{_HAS})\b"),
    (Step.MOST, False, r"\b(?:easiest|simplest)\b"),
    (Step.BEYOND, True, rf"\b(?:{_MORE})\b|\bmore (?:{_HAS}|powerful|spacious|difficult|challenging)\b"),
    (
        Step.BEYOND,
        False,
        rf"\b(?:{_LESS}|easier|simpler)\b|\bless (?:{_HAS}|difficult|challenging)\b|"
        rf"\b(?:less|not (?:quite |nearly )?(?:so|as|that)) (?:{_BARE})\b",
    ),
    (Step.BEYOND, True, r"\btoo (?:small|tight|short|narrow|dim|weak|little|soft)\b"),
    (Step.BEYOND, False, r"\btoo (?:big|large|loose|long|wide|bright|strong|baggy|firm|hard|warm)\b"),
    (
        Step.BEYOND,
        True,
        r"\b(?:not|isn't|aren't) (?:big|large|long|wide|bright|strong|warm|firm|thick)(?: enough)\b",
    ),
    (Step.BEYOND, True, r"\bmore (?!of\b|than\b)(\w+)"),
    (Step.BEYOND, False, r"\b(?:less|fewer) (?!of\b|than\b)(\w+)"),
    (Step.MOST, True, r"\b(?:the|with) most (\w+)"),
    (Step.MOST, False, r"\b(?:the|with) (?:fewest|least) (\w+)"),
)
_COMPILED = [
    (step, up, is_price, re.compile(words, re.IGNORECASE))
    for is_price, patterns in ((True, _PRICES), (False, _SIZES))
    for step, up, words in patterns
]
_MEASURED = (
    (r"\b(?:long|short)(?:er|est)\b", {"length", "time"}),
    (r"\b(?:tall|wid|narrow|thick|thin|broad)(?:er|est)\b|\blength\b", {"length"}),
    (r"\b(?:bright|dim|strong|weak)(?:er|est)\b|\b(?:power|wattage|bright|powerful)\b", {"power", "level"}),
    (r"\b(?:eas|simpl)(?:ier|er|iest|est)\b|\b(?:difficult|challenging|advanced)\b", {"skill"}),
    (r"\bhard(?:er|est)\b", {"skill", "level"}),
    (r"\bbest\b", {"named"}),
    (r"\b(?:storage|memory)\b", {"storage"}),
    (r"\bheav(?:ier|iest)\b", {"weight"}),
    (r"\bcapacity\b|\broom(?:ier)?\b|\bspace\b", {"storage", "volume"}),
)
_ADJECTIVE = re.compile(
    r"\b(?:(?:not|isn't|aren't|less|so|as|that) )?(bright|strong|wid|thick|deep|heav|long|high|pow|firm|warm|soft)"
    r"(?:er|est|ier|iest|erful|e|y| enough)?\b",
    re.IGNORECASE,
)
_COUNTED = {word: number for number, word in enumerate("one two three four five six".split(), start=1)}


def comparison(text: str) -> Comparison | None:
    """The first that the text makes; of a price, with what else it compares."""
    priced = _first(text, (pattern for pattern in _COMPILED if pattern[2]))
    sized = _first(text, (pattern for pattern in _COMPILED if not pattern[2]))
    return replace(priced, within=sized) if priced and priced.step is Step.MOST else priced or sized


def _first(text: str, patterns: Iterable[tuple[Step, bool, bool, re.Pattern[str]]]) -> Comparison | None:
    for step, up, is_price, pattern in patterns:
        found = pattern.search(text)
        if found is None:
            continue
        groups = [group.lower() for group in found.groups() if group]
        counts = (_COUNTED.get(group) or (int(group) if group.isdigit() else None) for group in groups)
        count = next((count for count in counts if count), 1)
        kinds = {kind for words, of in _MEASURED for kind in of if re.search(words, text, re.IGNORECASE)}
        return Comparison(
            step=Step.HALF if "half" in groups else step,
            up=up,
            count=count,
            price=is_price,
            of=frozenset(kinds),
            words=frozenset(tokens(text)),
            counts=step in {Step.PLUS, Step.MOST, Step.BEYOND} and bool(groups) and not is_price,
            called=called[1].lower() if (called := _ADJECTIVE.search(found[0])) else "",
        )
    return None


def is_complaint(text: str) -> bool:
    """Whether all that it compares is that something is too small or too big, with nothing said of what instead."""
    found = comparison(text)
    return found is not None and comparison(re.sub(r"\btoo \w+", " ", text)) is None


def compared_options(said: Comparison, options: Options) -> list[str]:
    """The options that may be meant: one that is named, else those that measure what such words are said of."""
    kinds = {name: kind for name, known in options.items() if len(known) > 1 and (kind := measured(known))}
    words = said.words - {"size"} if len(kinds) > 1 else said.words
    named = [name for name in kinds if words & set(tokens(name))]
    if any(kind in said.of for kind in kinds.values()):
        named = [name for name in named if kinds[name] in said.of]  # "easier, with as many pieces"
    sized = [name for name in kinds if "size" in tokens(name)]
    if not named and "size" in said.words and len(sized) == 1:
        named = sized
    if said.called:
        named = named or [
            name for name in kinds if any(word.startswith(said.called) for word in tokens(name))
        ]
    if said.counts:
        return named  # "two more mugs" is how many
    return named or [
        name for name, kind in kinds.items() if (kind in said.of if said.of else kind != "skill")
    ]


def leads_somewhere(said: Comparison, options: Options, own: Mapping[str, str]) -> bool:
    """Whether any value, in stock or not, compares so with what somebody has."""
    if said.price:
        return any(len(values) > 1 for values in options.values())
    for name in compared_options(said, options):
        of = measured(options[name])
        now = measure(own.get(name, ""), of)
        amounts = [found.amount for value in options[name] if (found := measure(value, of))]
        if now and any((amount > now.amount) is said.up and amount != now.amount for amount in amounts):
            return True
    return False


def further(
    said: Comparison,
    base: VersionFacts,
    versions: Sequence[VersionFacts],
    there: Sequence[VersionFacts],
    options: Options,
) -> list[VersionFacts] | None:
    """Those of `versions` that compare so with `base`; None where nobody can tell by which option."""
    if said.price and said.within and (first := further(said.within, base, versions, there, options)):
        versions, there = first, [one for one in there if one in first]
    if said.price:
        return _by(said, base, versions if said.step is not Step.MOST else there, _price)
    named = compared_options(said, options)
    if len(named) != 1:
        return None
    return _by(said, base, versions, _amount_of(named[0], options))


def _by(
    said: Comparison,
    base: VersionFacts,
    versions: Sequence[VersionFacts],
    amount: Callable[[VersionFacts], float | None],
) -> list[VersionFacts]:
    sign = 1 if said.up else -1
    amounts = {version.sku: value for version in versions if (value := amount(version)) is not None}
    own = amount(base)
    if said.step is Step.MOST:
        furthest = max((sign * value for value in amounts.values()), default=None)
        wanted = {value for value in amounts.values() if sign * value == furthest}
    else:
        beyond = sorted(
            {v for v in amounts.values() if own is not None and sign * (v - own) > 0}, key=lambda v: sign * v
        )
        wanted = _steps(said, own, beyond)
    return [version for version in versions if amounts.get(version.sku) in wanted]


def _steps(said: Comparison, own: float | None, beyond: Sequence[float]) -> set[float]:
    if own is None or said.step is Step.BEYOND:
        return set(beyond)
    if said.step is Step.PLUS:
        return {value for value in beyond if abs(value - own) == said.count}
    if said.step is Step.HALF:
        return {value for value in beyond if abs(value - own) == 0.5}
    taken = set(beyond[said.count - 1 : said.count])
    # Where there are half sizes too, a size may be the next one or the next whole one.
    halves = {value for value in beyond if abs(value - own) == said.count}
    return taken | (halves if beyond and abs(beyond[0] - own) == 0.5 else set())


def _price(version: VersionFacts) -> float:
    return float(version.price.amount)


def _amount_of(option: str, options: Options) -> Callable[[VersionFacts], float | None]:
    of = measured(options[option])

    def amount(version: VersionFacts) -> float | None:
        found = measure(version.options.get(option, ""), of)
        return found.amount if found else None

    return amount
