"""Sentences of a Markdown text, to quote from."""

import re

_BREAK = re.compile(
    r"""(?<=[.!?])          # after the end of a sentence,
        (?<!\b[ap]\.m\.)    # which "p.m." is not by itself,
        (?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bInc\.)(?<!\bNo\.)
        \s+(?=["'(*\[]?[A-Z0-9])""",
    re.VERBOSE,
)
_AFTER_CLOCK = re.compile(r"(?<=[ap]\.m\.)\s+(?=(?:The|We|You|If|It|Your|On|Orders?|Everything)\b)")
_ITEM = re.compile(r"^\s*(?:[-*]|\d+\.)\s+")


def sentences(markdown: str) -> tuple[str, ...]:
    """In their order, with the mark-up inside.

    A list belongs to the sentence with a colon before it: an item alone ("Monday: 8 a.m. to 8 p.m.") says little.
    Any other list item is a sentence of its own, without its marker.
    """
    found: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)", markdown):
        text = " ".join(_ITEM.sub("", block).split())
        if _ITEM.match(block) and found and _goes_on(found[-1]):
            found[-1] = f"{found[-1]}\n- {text}"
            continue
        for part in _BREAK.split(text):
            found.extend(piece for piece in _AFTER_CLOCK.split(part) if piece)
    return tuple(found)


def _goes_on(sentence: str) -> bool:
    return sentence.endswith(":") or "\n- " in sentence


def plain(markdown: str) -> str:
    """Without links and emphasis: what is embedded and searched."""
    without_links = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", markdown)
    return " ".join(re.sub(r"[*_`]{1,2}(?=\S)|(?<=\S)[*_`]{1,2}", "", without_links).split())
