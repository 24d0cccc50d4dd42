"""Values that can be told apart by how much they are: letters of sizes, beds, and numbers with their units."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.embedded.versions.tokens import (
    BEDS,
    LETTERS,
    LEVELS,
    SKILLS,
    UNITS,
    amount,
    is_number,
    of_value,
    tokens,
)


@dataclass(frozen=True)
class Measure:
    """`of` says what is measured; only measures of the same can be compared."""

    of: str
    amount: float


_SCALES = (("letter", LETTERS), ("bed", BEDS), ("level", LEVELS), ("skill", SKILLS))


def measure(value: str, of: str | None = None) -> Measure | None:
    """Of a value as the shop writes it: `M`, `Queen`, `High`, `256 GB`, `EU 42`, `Pack of 6`."""
    found = of_value(value)
    for scale, places in _SCALES:
        if len(found) == 1 and found[0] in places and of in {None, scale}:
            return Measure(scale, places[found[0]])
    numbers = [place for place, token in enumerate(found) if is_number(token)]
    if len(numbers) != 1 or len(found) > 3:
        return None
    said = amount(found[numbers[0]])
    rest = [word for word in found if not is_number(word) and word != "of"]
    if len(rest) > 1:
        return None
    unit, factor = UNITS.get(rest[0], (rest[0], 1.0)) if rest else ("number", 1.0)
    return Measure(unit, said * factor)


def measured(values: Iterable[str]) -> str | None:
    """What all the values measure; None where they don't measure the same."""
    known = list(values)
    for scale, places in _SCALES:
        if all(len(found := tokens(value)) == 1 and found[0] in places for value in known):
            return scale
    kinds = {one.of if (one := measure(value)) else None for value in known}
    return kinds.pop() if len(kinds) == 1 else None
