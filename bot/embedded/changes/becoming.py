"""Which lines could become what a text asks for, by the options that their products come in."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.embedded.changes.draft import Draft, Line
from bot.embedded.changes.lines import pieces_about, pieces_from
from bot.embedded.changes.quantities import some_of
from bot.embedded.versions.comparing import leads_somewhere
from bot.embedded.versions.wanted import Wanted, alternatives
from tools.commerce.schema import ProposalKind

_EVERY = re.compile(r"\b(?:both|all)\b", re.IGNORECASE)


def becomes(text: str, line: Line, lines: Sequence[Line]) -> bool:
    """Whether the text says of this one of the `lines` that it should be another version."""
    # A turn reads its message again after every tool's answer.
    return _becomes(text, line, tuple(lines))


@lru_cache(maxsize=2048)
def _becomes(text: str, line: Line, lines: tuple[Line, ...]) -> bool:
    own = own_options(line)
    for about in (pieces_about(text, line, lines), pieces_from(text, line, lines)):
        for wanted in alternatives(about, line.comes_in, line.name):
            if _is_other(wanted, line, own):
                return True
    return False


def in_part(draft: Draft) -> Line | None:
    """The only line that is to be another version, where that is said of some of its items: "one of them in blue"."""
    line = draft.line(draft.items[0].line) if len(draft.items) == 1 else None
    if draft.change is not ProposalKind.ITEM_CHANGE or line is None or not draft.said:
        return None
    text = draft.said[-1]
    count = None if _EVERY.search(text) else some_of(text)
    return line if count and count < line.quantity and becomes(text, line, draft.lines) else None


def could_become(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines that come in what the text says, and are not so yet."""
    return [line for line in lines if becomes(text, line, lines)]


def own_options(line: Line) -> dict[str, str]:
    """Those of the line as it is, as far as its product still has them."""
    told = f", {line.options or ''},"
    return {
        name: value
        for name, values in line.comes_in.items()
        for value in values
        if f", {name}: {value}," in told
    }


def _is_other(wanted: Wanted, line: Line, own: dict[str, str]) -> bool:
    if wanted.comparison and not wanted.complains and leads_somewhere(wanted.comparison, line.comes_in, own):
        return True
    return bool(wanted.others) or any(not mention.fits(own) for mention in wanted.named)
