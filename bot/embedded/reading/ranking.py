"""By what somebody compares products: price, rating, weight, or another figure that their pages give."""

import re
from enum import StrEnum

from bot.embedded.reading.plain import plain


class Figure(StrEnum):
    PRICE = "price"
    RATING = "rating"
    WEIGHT = "weight"
    SIZE = "size"
    WARRANTY = "warranty"


_CUES: tuple[tuple[Figure, bool, str], ...] = (
    (Figure.WARRANTY, True, r"(?:longer|longest|better|best) (?:warranty|guarantee)"),
    (
        Figure.PRICE,
        False,
        r"cheap(?:er|est)|(?:less|least) expensive|(?:more|most) affordable|lowest price\w*|costs? less|"
        r"low(?:er|est)[- ]priced?|best price|budget option|inexpensive",
    ),
    (
        Figure.PRICE,
        True,
        r"(?:more|most) (?:expensive|costly)|pric(?:ier|iest)|dear(?:er|est)|costs? more|high(?:er|est)[- ]priced?",
    ),
    (
        Figure.RATING,
        True,
        r"(?:best|top|better|highest|higher)[- ](?:rated|reviewed|ratings?|reviews)|(?:most|more) popular|most liked|"
        r"favou?rites?|best ?sell\w+|(?:rated|reviewed) (?:best|better|higher|highest)|"
        r"(?:which|what)(?: \w+){0,4} (?:best|better)|the (?:best|better) (?:one|of)|(?:better|best)\W*$",
    ),
    (Figure.WEIGHT, False, r"light(?:er|est)(?! (?:up|colou?r|shade))|weighs? less"),
    (Figure.WEIGHT, True, r"heav(?:ier|iest)|weighs? more"),
    (
        Figure.SIZE,
        True,
        r"(?:bigg|larg|tall|long|wid|deep|broad|roomi|thick)(?:er|est)|(?:more|most) (?:room|space|capacity|volume)|"
        r"holds? more",
    ),
    (
        Figure.SIZE,
        False,
        r"(?:small|short|narrow|thinn|compact)(?:er|est)|(?:more|most) compact|holds? less",
    ),
)
"""The first that the text has is meant: a longer warranty is no longer thing."""
_COMPILED = tuple((figure, up, re.compile(rf"\b(?:{cue})", re.IGNORECASE)) for figure, up, cue in _CUES)


def ranking(text: str) -> tuple[Figure, bool] | None:
    """The figure, and whether more of it is wanted; None where the text compares nothing."""
    text = plain(text)
    return next(((figure, up) for figure, up, cue in _COMPILED if cue.search(text)), None)


def without_ranking(text: str) -> str:
    """The text without such words, which name no product."""
    for _, _, cue in _COMPILED:
        text = cue.sub(" ", text)
    return text
