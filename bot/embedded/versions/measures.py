"""Values that can be told apart by how much they are: letters of sizes, beds, and numbers with their units."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.embedded.versions.tokens import BEDS, LETTERS, UNITS, amount, is_number, tokens


@dataclass(frozen=True)
class Measure:
    """`of` says what is measured; only measures of the same can be compared."""

    of: str
    amount: float


def measure(value: str) -> Measure | None:
    """Of a value as the shop writes it: `M`, `Queen`, `256 GB`, `EU 42`, `Pack of 6`."""
    found = tokens(value)
    for scale, places in (("letter", LETTERS), ("bed", BEDS)):
        if len(found) == 1 and found[0] in places:
            return Measure(scale, places[found[0]])
    numbers = [place for place, token in enumerate(found) if is_number(token)]
    if len(numbers) != 1 or len(found) > 3:
        return None
    said = amount(found[numbers[0]])
    rest = [word for word in found if not is_number(word) and word != "of"]
    if len(rest) > 1:
        return None
    of, factor = UNITS.get(rest[0], (rest[0], 1.0)) if rest else ("number", 1.0)
    return Measure(of, said * factor)


def measured(values: Iterable[str]) -> str | None:
    """What all the values measure; None where they don't measure the same."""
    found = {measure(value) for value in values}
    kinds = {one.of if one else None for one in found}
    return kinds.pop() if len(kinds) == 1 else None
