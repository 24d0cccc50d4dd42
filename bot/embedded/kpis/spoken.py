"""The fixed words of `cues.yaml`, as patterns for text in lower case."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.plain_yaml import plain_values


def spoken(name: str, *, whole_words: bool = True, count: str = "") -> re.Pattern[str]:
    """Finds any of the wordings of that name; where `whole_words`, not within a word. `count` stands for `<count>`."""
    either = "|".join(_wordings()[name]).replace("<count>", count)
    return re.compile(rf"(?<![\w/])(?:{either})(?![\w/])" if whole_words else either)


@cache
def _wordings() -> Mapping[str, list[str]]:
    given: Mapping[str, list[str]] = plain_values(
        (Path(__file__).parent / "cues.yaml").read_text(encoding="utf-8")
    )
    return given
