"""Which of several versions of one product in an order is meant by comparing them: "the bigger of the two bottles"."""

import re
from collections.abc import Sequence

from bot.embedded.changes.draft import Line
from bot.embedded.changes.naming import names, tokens_of
from bot.embedded.reading.plain import plain
from bot.embedded.versions.comparing import Step, compared_options, comparison
from bot.embedded.versions.measures import measure
from bot.embedded.versions.tokens import tokens

_MORE_OF = {
    "big": "bigger",
    "large": "larger",
    "long": "longer",
    "bright": "brighter",
    "tall": "taller",
    "wide": "wider",
    "small": "smaller",
    "short": "shorter",
    "dim": "dimmer",
    "narrow": "narrower",
    "thin": "thinner",
    "weak": "weaker",
}
"""Of two, "the dim one" is the dimmer."""
_THE = re.compile(
    r"(?:(?P<before>[\w']+) )?\b(?:the|my)(?: (?:two|three|\d))? "
    rf"(?P<how>[a-z]+(?:er|est)|(?:more|less|most|least) [a-z]+|{'|'.join(_MORE_OF)}) "
    r"(?P<thing>(?:one|pair)\b|of (?:the|my|those|these)\b(?: (?:two|both|three))?(?: [\w'-]+)?|[\w'-]+(?: [\w'-]+)?)",
    re.IGNORECASE,
)
_VERSION = frozenset("size sizes version versions model option color".split())
_TARGET = frozenset(
    "for to into with want like need prefer get have be is it's me by as in rather take's buy".split()
)
"""Before a version that they don't have yet."""


def compared_line(text: str, lines: Sequence[Line]) -> Line | None:
    """None where nothing is compared so, or where nobody can tell which it is."""
    found = _THE.search(plain(text))
    how = found["how"].lower() if found else ""
    said = comparison(_MORE_OF.get(how, how))
    if found is None or said is None or said.price or said.step not in {Step.BEYOND, Step.MOST}:
        return None
    if (found["before"] or "").lower() in _TARGET:
        return None
    words = [word.lower() for word in re.findall(r"[\w'-]+", found["thing"])]
    products = {line.name: [one for one in lines if one.name == line.name] for line in lines}
    several = [own for own in products.values() if len(own) > 1]
    named = [own for own in several if any(names(word, tokens_of(own[0].name)) for word in words)]
    own_words = {
        token for own in several for values in own[0].comes_in.values() for v in values for token in tokens(v)
    }
    if how in _MORE_OF and own_words & set(tokens(how)):
        return None  # a size that the shop itself calls small
    is_other = any(names(word, tokens_of(line.name)) for line in lines for word in words)
    among = several if not (named or is_other or words[0] in _VERSION) else named
    if len(among) != 1 or (how in _MORE_OF and len(among[0]) > 2):
        return None
    sign = 1 if said.up else -1
    amounts = {
        option: {line.line: _amount(line, option) for line in among[0]}
        for option in compared_options(said, among[0][0].comes_in)
    }
    told = [own for own in amounts.values() if None not in own.values() and len(set(own.values())) > 1]
    if len(told) != 1:
        return None
    ranked = sorted(among[0], key=lambda line: -sign * (told[0][line.line] or 0))
    is_tie = told[0][ranked[0].line] == told[0][ranked[1].line]
    return None if is_tie else ranked[0]


def _amount(line: Line, option: str) -> float | None:
    """Of the line as it is: `750` of `Capacity: 750 ml, Color: Red`."""
    own = re.search(rf"(?:^|, ){re.escape(option)}: ([^,]*)", line.options or "")
    found = measure(own[1]) if own else None
    return found.amount if found else None
