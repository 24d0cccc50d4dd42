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
_CLAUSE = re.compile(r"(?:^|(?<=[.:;!?] ))\d+(?:\.\d+)+\.? +(?=[A-Z])", re.MULTILINE)
"""The number of a clause, as terms have them: "5.1 The Customer may"."""
_SPEAKS = 3
"""Characters: a row that is called "L" or "20" says what of only with its column's name."""
_RULE = re.compile(r"[\s|:-]+")


def sentences(markdown: str) -> tuple[str, ...]:
    """In their order, with the mark-up inside.

    A list belongs to the sentence with a colon before it: an item alone ("Monday: 8 a.m. to 8 p.m.") says little.
    Any other list item is a sentence of its own, without its marker. The rows of a table are items of a list, and the
    numbers of clauses are left out.
    """
    found: list[str] = []
    markdown = _CLAUSE.sub("", re.sub(r"(?:^[ ]*\|.*\n?)+", _as_list, markdown, flags=re.MULTILINE))
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)", markdown):
        text = " ".join(_ITEM.sub("", block).split())
        if _ITEM.match(block) and found and _goes_on(found[-1]):
            found[-1] = f"{found[-1]}\n- {text}"
            continue
        for part in _BREAK.split(text):
            found.extend(piece for piece in _AFTER_CLOCK.split(part) if piece)
    return tuple(found)


def _as_list(table: re.Match[str]) -> str:
    """Each row with the names of its columns: "Express: charge $18, free of charge from: not available"."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table[0].splitlines()]
    head, *others = [row for row in rows if not _RULE.fullmatch("|".join(row))]
    items = (
        f"- {first if len(first) > _SPEAKS else f'{head[0]} {first}'}: "
        + ", ".join(f"{name.lower()} {cell}" for name, cell in zip(head[1:], cells, strict=False))
        for first, *cells in others
    )
    return "\n".join(items) + "\n\n"


def _goes_on(sentence: str) -> bool:
    return sentence.endswith(":") or "\n- " in sentence


def plain(markdown: str) -> str:
    """Without links and emphasis: what is embedded and searched."""
    without_links = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", markdown)
    return " ".join(re.sub(r"[*_`]{1,2}(?=\S)|(?<=\S)[*_`]{1,2}", "", without_links).split())
