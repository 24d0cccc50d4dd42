"""Which values of a product's options a text names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.embedded.versions.measures import measure, measured
from bot.embedded.versions.tokens import (
    LETTERS,
    NUMBER_WORDS,
    UNIT_FORMS,
    UNITS,
    alike,
    amount,
    is_number,
    of_value,
    tells,
    tokens,
)

Pair = tuple[str, str]
"""The name of an option, and a value of it."""
Options = Mapping[str, Sequence[str]]

COLORS = frozenset(
    "amber apricot aqua azure beige black blue bronze brown burgundy charcoal cobalt copper coral cream "
    "crimson cyan fuchsia gold golden graphite gray green indigo ivory khaki lavender lilac lime magenta "
    "marigold maroon mauve mint mustard navy nude olive orange peach pink plum purple red rose rust sage "
    "salmon sand scarlet silver slate tan taupe teal terracotta turquoise violet white yellow".split()
)
_ALSO_CALLED = {
    "softcover": "paperback",
    "softback": "paperback",
    "hardback": "hardcover",
    "hardbound": "hardcover",
    "ruled": "lined",
    "dotgrid": "dotted",
    "graph": "squared",
    "grid": "squared",
    "twin": "single",
    "full": "double",
    "cordless": "wireless",
}
"""Two names of one thing, in the trades that have them."""
_LACKS = frozenset("no not without non isn't aren't don't doesn't minus".split())
_BEFORE_SIZE = frozenset({"a", "an", "in", "to", "into", "size"})
_BEFORE_NUMBER = frozenset({"a", "an", "size"})
_OPTIONS_ALSO_CALLED = {
    "waterresistance": "waterproof",
    "waterresistant": "waterproof",
    "waterproofing": "waterproof",
    "backlit": "backlight",
    "lit": "light",
}
"""Two names of what a thing has or lacks."""


_LONG, _PART = 6, 5
"""Letters: what begins with so long a name is a form of it; so long an ending is a part of it."""


@dataclass(frozen=True)
class Mention:
    """Tokens `start` to `end` of a text, and the values that they may name; none where the product has no such."""

    start: int
    end: int
    pairs: frozenset[Pair]
    by_option: bool = False
    """Whether the option itself is named, as something that it should have or lack."""

    @property
    def names(self) -> frozenset[str]:
        """Of the options."""
        return frozenset(name for name, _ in self.pairs)

    def fits(self, options: Mapping[str, str]) -> bool:
        return any(options.get(name) == value for name, value in self.pairs)


def mentions(said: Sequence[str], options: Options) -> list[Mention]:
    """In the order of the text. The longest reading counts: "sage green" is not just any green."""
    found: list[Mention] = []
    taken: set[int] = set()
    values = [(name, value) for name, known in options.items() for value in known]
    wholes = {pair: of_value(pair[1]) for pair in values}
    longest = max(map(len, wholes.values()), default=0)
    for length in range(min(len(said), longest + 1), 0, -1):
        for start in range(len(said) - length + 1):
            span = range(start, start + length)
            if taken & set(span):
                continue
            piece = said[start : start + length]
            exact = {pair for pair, whole in wholes.items() if _same(piece, whole)}
            if exact or (exact := {pair for pair, whole in wholes.items() if _slips(piece, whole)}):
                found.append(Mention(start, start + length, frozenset(exact)))
                taken.update(span)
    found += _measures(said, options, taken)
    found += _yes_or_no(said, options, taken)
    for place, token in enumerate(said):
        if place not in taken and tells(token):
            part = {pair for pair, whole in wholes.items() if any(alike(token, own) for own in whole)}
            if part:
                found.append(Mention(place, place + 1, frozenset(part)))
    return sorted(found, key=lambda mention: mention.start)


def counted(said: Sequence[str], options: Options) -> tuple[str, ...]:
    """With "three persons", "two liters" and "in a twelve" as numbers, where the product has such counts."""
    counts = {word for name in options for word in tokens(name)}
    counts |= {
        word
        for values in options.values()
        for whole in map(of_value, values)
        if any(map(is_number, whole))
        for word in whole
    }
    kinds = {kind for values in options.values() if (kind := measured(values))}
    found = list(said)
    for place, (word, after) in enumerate(pairwise(said)):
        unit = UNIT_FORMS.get(after, after)
        is_unit = len(after) > 2 and UNITS.get(unit, ("",))[0] in kinds  # "one in blue" is no inch
        if word in NUMBER_WORDS and (unit in counts or is_unit):
            found[place : place + 2] = [NUMBER_WORDS[word], unit]
        elif word in _BEFORE_NUMBER and after in NUMBER_WORDS and "number" in kinds:
            found[place + 1] = NUMBER_WORDS[after]
    return tuple(found)


def unknown(said: Sequence[str], options: Options, found: Iterable[Mention]) -> list[Mention]:
    """What the text names like a value, while the product has no such: "purple", "size 12", "512 GB"."""
    taken = {place for mention in found for place in range(mention.start, mention.end)}
    kinds = {kind for values in options.values() if (kind := measured(values))}
    missing: list[Mention] = []
    for place, token in enumerate(said):
        after = said[place + 1] if place + 1 < len(said) else ""
        before = said[place - 1] if place else ""
        if place in taken:
            continue
        is_letter = token in LETTERS and "letter" in kinds and (len(token) > 1 or before in _BEFORE_SIZE)
        is_amount = is_number(token) and (
            UNITS.get(after, (after,))[0] in kinds or (before == "size" and kinds)
        )
        if token in COLORS or is_letter or is_amount:
            missing.append(Mention(place, place + 1, frozenset()))
    return missing


def _measures(said: Sequence[str], options: Options, taken: set[int]) -> list[Mention]:
    """Numbers with another unit than the shop's, "1000 GB" of "1 TB", or without one: "the 256"."""
    found: list[Mention] = []
    for place, token in enumerate(said):
        if place in taken or not is_number(token):
            continue
        after = said[place + 1] if place + 1 < len(said) else ""
        pairs = _of_amount(amount(token), after, options)
        if pairs:
            end = place + 2 if after in UNITS else place + 1
            found.append(Mention(place, end, frozenset(pairs)))
            taken.update(range(place, end))
    return found


def _yes_or_no(said: Sequence[str], options: Options, taken: set[int]) -> list[Mention]:
    """ "The waterproof one", "without the base": an option that a thing has or lacks is named by its own name."""
    found: list[Mention] = []
    for name, values in options.items():
        ways = {_truth(value): value for value in values}
        own = tokens(name)
        is_either = None not in ways and len(ways) == len(values)
        lacking = next((value for value in values if _truth(value) is False), None)
        if not is_either and lacking is None:
            continue
        for start, end in _places(said, own):
            span = range(start, end)
            if taken & set(span):
                continue
            lacks = bool(_LACKS & set(said[max(start - 3, 0) : start]))
            having = (
                {value for value in values if value != lacking} if is_either or _has(said, start) else set()
            )
            named = {lacking} if lacks else having
            pairs = frozenset((name, value) for value in named if value is not None)
            if pairs:
                found.append(Mention(start, end, pairs, by_option=True))
                taken.update(span)
    return found


def _places(said: Sequence[str], own: Sequence[str]) -> list[tuple[int, int]]:
    """Where an option is called by its name, a form of it or its last part: "backlighting", or "lights", for a
    backlight; or by another name, as "waterproof" for water resistance."""
    called, places = _option("".join(own)), []
    for start in range(len(said)):
        for length in sorted({1, 2, len(own)}):
            piece = _option("".join(said[start : start + length]))
            is_form = len(called) >= _LONG and piece.startswith(called)
            is_part = len(piece) >= _PART and called.endswith(piece)
            if start + length <= len(said) and (piece == called or (length == 1 and (is_form or is_part))):
                places.append((start, start + length))
                break
    return places


def _option(name: str) -> str:
    return _OPTIONS_ALSO_CALLED.get(name, name)


def _has(said: Sequence[str], start: int) -> bool:
    """Whether it is told of a thing that has one: "with a backlight"."""
    return bool({"with", "has", "have"} & set(said[max(start - 3, 0) : start]))


def _truth(value: str) -> bool | None:
    """Whether the value says that a thing has it."""
    said = set(tokens(value))
    if said & {"no", "not", "none", "without", "false"}:
        return False
    return True if said & {"yes", "included", "include", "with", "true"} else None


def _of_amount(said: float, unit: str, options: Options) -> set[Pair]:
    pairs: set[Pair] = set()
    for name, values in options.items():
        for value in values:
            known = measure(value)
            if known is None or known.of in {"letter", "bed"}:
                continue
            if unit in UNITS:
                of, factor = UNITS[unit]
                if of == known.of and abs(said * factor - known.amount) < known.amount / 1000:
                    pairs.add((name, value))
            elif said in {amount(token) for token in of_value(value) if is_number(token)}:
                pairs.add((name, value))
    return pairs


def _same(piece: Sequence[str], whole: Sequence[str]) -> bool:
    """ "Paper back", "darkgreen" and "softcover" are the same as "Paperback", "Dark Green" and "Paperback"."""
    return _called(piece) == _called(whole)


def _called(words: Sequence[str]) -> str:
    joined = "".join(words)
    return _ALSO_CALLED.get(joined, joined)


@lru_cache(maxsize=4096)
def _slip(token: str, own: str) -> bool:
    return alike(token, own)


def _slips(piece: Sequence[str], whole: Sequence[str]) -> bool:
    return len(piece) == len(whole) and all(_slip(a, b) for a, b in zip(piece, whole, strict=True))
