"""What things in a card are called in a picture."""

import unicodedata
from collections.abc import Sequence

from tools.commerce.metrics.facts import Dimension

_JOINERS = "\u200c\u200d"
"""Invisible, but some scripts are misspelled without them."""
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


def dimension_name(dimension: Dimension) -> str:
    return dimension.replace("_", " ")


def member_name(members: Sequence[str | None], dimensions: Sequence[Dimension]) -> str:
    """`Lighting`, `Lighting · web`; `(no category)` for what has none."""
    named = zip(members, dimensions, strict=True)
    return " · ".join(clean(name) if name else f"(no {dimension_name(of)})" for name, of in named)


def clean(text: str) -> str:
    """On one line, without what cannot be seen: a name from the shop's data may hold anything."""
    seen = "".join(
        " " if one.isspace() else one
        for one in text
        if one.isspace() or one in _JOINERS or unicodedata.category(one)[0] != "C"
    )
    return " ".join(seen.split())


LONGEST_IN_A_SENTENCE = 48
"""Characters: what a title says after the name must still fit on a phone."""


def in_a_sentence(name: str) -> str:
    """Cut where it is long. A name that runs from right to left must not turn the words around it."""
    if len(name) > LONGEST_IN_A_SENTENCE:
        name = f"{name[:LONGEST_IN_A_SENTENCE].rsplit(' ', 1)[0].rstrip(' ,;:')}…"
    if any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in name):
        return f"{_ISOLATE}{name}{_END_OF_ISOLATE}"
    return name
