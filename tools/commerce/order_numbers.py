"""Order numbers as people type them."""

import unicodedata


def number_key(number: str) -> str:
    """The number reduced to upper-case letters and digits: `#fw-1042 ` and `FW1042` have the same key."""
    return "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isalnum())
