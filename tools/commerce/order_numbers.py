"""Order numbers as people type them, and as this shop writes them."""

import unicodedata
from collections import Counter
from functools import lru_cache

from sqlalchemy import select

from tools.commerce.database import ReadSession
from tools.commerce.schema import Order

SAMPLE = 200
SHAPES = 3
KEYS_KEPT = 4096


@lru_cache(maxsize=KEYS_KEPT)
def number_key(number: str) -> str:
    """The number reduced to upper-case letters and digits: `#fw-1042 ` and `FW1042` have the same key."""
    return "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isalnum())


def shape(number: str) -> str:
    """With 9 for a digit and A for a letter, but a fixed start kept: `FW-104233` has the shape `FW-999999`."""
    start = 0
    while start < len(number) and not number[start].isdigit():
        start += 1
    rest = ("9" if c.isdigit() else "A" if c.isalpha() else c for c in number[start:])
    return number[:start] + "".join(rest)


def common_shapes(session: ReadSession) -> tuple[str, ...]:
    """The commonest shapes among the newest order numbers, at most three."""
    numbers = session.scalars(select(Order.number).order_by(Order.id.desc()).limit(SAMPLE))
    return tuple(found for found, _ in Counter(map(shape, numbers)).most_common(SHAPES))
