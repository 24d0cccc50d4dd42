"""Whether somebody only takes leave: "thank you", "ok great". Code decides it, by phrases that are kept as data.

The grammar is closed, and a wording that nobody wrote down counts as something to answer: a person who looks in for
nothing is the price, never a shopper who is left waiting.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.phrases import Phrase, meanings_of, words_of
from knowledge.plain_yaml import plain_values

LONGEST = 120
"""Characters."""
CLOSING = "closing"


def takes_leave(text: str) -> bool:
    if len(text) > LONGEST or "?" in text or "¿" in text:
        return False
    return CLOSING in meanings_of(words_of(text), _meanings())


@cache
def _meanings() -> Mapping[Phrase, str]:
    listed: dict[str, list[str]] = plain_values(
        Path(__file__).with_name("pleasantries.yaml").read_text("utf-8")
    )
    return {tuple(phrase.split()): meaning for meaning, phrases in listed.items() for phrase in phrases}
