"""What a text says that a version should be: the values it names and refuses, a comparison, and second bests."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.embedded.reading.plain import plain
from bot.embedded.versions.comparing import Comparison, compared_options, comparison, is_complaint
from bot.embedded.versions.measures import measured
from bot.embedded.versions.mentions import COLORS, Mention, Options, counted, mentions, unknown
from bot.embedded.versions.tokens import tokens

_REFUSES = frozenset(
    "not except without never don't isn't aren't doesn't hate dislike excluding besides minus from".split()
)
"""Before a value that is not wanted."""
_REFUSES_AFTER = {
    "but": frozenset({"anything", "everything", "any", "all", "color", "colour", "size", "one"}),
    "than": frozenset({"rather", "other", "anything"}),
    "of": frozenset({"instead"}),
    "no": frozenset({""}),
}
"""The same, after one of these; "no" anywhere but at the beginning, where it may answer us."""
_BETWEEN = frozenset(
    "the a an in size color colour one any my it that this want need like really have get be as for to".split()
)
"""Words that may stand between "not" and the value."""
_ENOUGH = 5
_OTHER = frozenset({"other", "another", "different", "new"})
_COMPLAINS = re.compile(
    r"\b(?:too|a bit|a little|a tad|so|slightly|runs?|fits?|(?:comes?|came) (?:up|out)|quite)"
    r"(?: too| a bit| a little| quite| very)? (?:small|medium|large|big|tight|loose|short|long|dark|light|bright|wide|"
    r"soft|firm|hard|warm|narrow)\b",
    re.IGNORECASE,
)
"""How it is now is not how it should be."""
_NO_LONGER = re.compile(r"\bchanged (?:my|our) minds? (?:about|on) [^,.;!?]*", re.IGNORECASE)
"""Why they don't want what they have."""
_STATE = (
    "available|in stock|(?<=not )there|(?<=n't )there|possible|sold out|of stock|gone|unavailable|have it|have that|"
    "have them|have one"
)
_IF_NOT = re.compile(
    r"\bif\b(?=[^,;.!?]{0,60}(?:\bno\b|\bnot\b|n't\b|\bnone\b|\bout\b|\bgone\b|\bunavailable\b))[^,;.!?]{0,80}?"
    rf"(?:\b(?:{_STATE})\b|(?=[,;.!?]|\bthen\b|\b(?:take|give|make|send|get|choose|pick|go|i'll|i\swill|i'd)\b|$))",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:otherwise|or else|failing that|(?:as )?(?:a |my )?(?:second|next)[ -](?:choice|best|option)|as a fallback|"
    r"worst case|if not|if you can't)\b",
    re.IGNORECASE,
)
_OR = re.compile(r"[\s,;.]+or (?!.*\bor\b)", re.IGNORECASE)
_ALSO_FINE = re.compile(
    r"\b(?:prefer\w*|ideally|first choice|would be (?:best|ideal|great))\b[^.;]{0,80}?([,;]| but | or )"
    r"(?=[^.;]{0,60}\b(?:fine|ok|okay|works?|do|too|acceptable)\b)",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"\b(?:exchang|swap|trad|chang|switch|replac)\w*\b[^,.;!?]{0,80}?\b(?:for|into|to|with)\b", re.IGNORECASE
)
"""What they have and give away for another: "swap the wireless pair for", after which stands what they want."""
_SAME = re.compile(
    r"\b(?:same (?:(?:number|amount|kind|type|sort|level) of )?|(?:just )?as (?:many|much) (?!as\b))"
    r"((?:[\w-]+(?:,? and |, | or )?){1,4})",
    re.IGNORECASE,
)
_ANYTHING = re.compile(
    r"\b(?:(?:don't|do not|doesn't|does not) (?:mind|care|matter)|no preference|whichever|whatever|surprise me|"
    r"(?:you|u) (?:choose|pick|decide)|up to you|"
    r"any(?:thing| one)? (?:is|of them|of those|will|would|at all|goes|works)|"
    r"either(?: one)?|all the same)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wanted:
    named: tuple[Mention, ...] = ()
    refused: tuple[Mention, ...] = ()
    missing: tuple[str, ...] = ()
    """Words that name values which there are none of."""
    comparison: Comparison | None = None
    others: frozenset[str] = frozenset()
    """Options of which any other value will do: "another color"."""
    same: frozenset[str] = frozenset()
    """Options that are to stay as they are: "in the same color"."""
    complains: bool = False
    """Whether it compares only by what is wrong now: "too small"."""

    def __bool__(self) -> bool:
        return bool(self.named or self.refused or self.missing or self.comparison or self.others)


def alternatives(text: str, options: Options, own_words: str = "") -> list[Wanted]:
    """The first is liked best; the others are for where it can't be had. `own_words` name the thing itself."""
    said = plain(text)
    given = _GIVEN.search(said)
    return (_alternatives(said[given.end() :], options, own_words) if given else []) or _alternatives(
        said, options, own_words
    )


def _alternatives(text: str, options: Options, own_words: str) -> list[Wanted]:
    found = [wanted for part in _parts(text, options) if (wanted := _wanted(part, options, own_words))]
    return [_completed(wanted, found) for wanted in found]


def is_open(text: str) -> bool:
    """Whether they leave the choice to us, or to chance."""
    return bool(_ANYTHING.search(plain(text)))


def _parts(text: str, options: Options) -> list[str]:
    """ "Black, or blue if there is no black" as "black" and "blue", in the order they are liked."""
    if condition := _IF_NOT.search(text):
        before, after = text[: condition.start()], text[condition.end() :]
        inside = tokens(condition[0])
        named = mentions(inside, options)
        told = {pair for mention in mentions(tokens(before), options) for pair in mention.pairs}
        if named and all(mention.pairs <= told for mention in named) and any(map(str.isalnum, after)):
            return [before, after]  # "in wool. If wool is gone, cotton is fine"
        if named or unknown(inside, options, named):
            return [re.sub(r"\b(?:no|not|out|\w+n't)\b", " ", condition[0]), f"{before} , {after}"]
        if not any(map(str.isalnum, after)) and (second := _OR.search(before)):
            return [before[: second.start()], before[second.end() :]]  # "black, or white if that's gone"
        return [before, after]
    if other := _ELSE.search(text):
        return [text[: other.start()], text[other.end() :]]
    if other := _ALSO_FINE.search(text):
        return [text[: other.start(1)], text[other.end(1) :]]
    return [text]


def _wanted(text: str, options: Options, own_words: str) -> Wanted:
    compared = comparison(text)
    if compared and compared.counts and not compared_options(compared, options):
        compared = None  # "one more change" counts nothing that it comes in
    text = _NO_LONGER.sub(" ", text)
    said = counted(tokens(_COMPLAINS.sub(" ", re.sub(r"\bno\s?[,.;!:]", " ", text))), options)
    found = mentions(said, options)
    refused: list[Mention] = []
    for mention in found:
        joined = refused and refused[-1].end == mention.start - 1 and said[mention.start - 1] in {"or", "nor"}
        if not mention.by_option and (joined or _is_refused(said, mention.start)):
            refused.append(mention)
    named = tuple(mention for mention in found if mention not in refused)
    own = set(tokens(own_words))
    missing = [
        said[one.start]
        for one in unknown(said, options, found)
        if said[one.start] not in own
        and not _is_refused(said, one.start)
        and said[: one.start][-1:] != ("no",)
    ]
    complains = is_complaint(text)
    if complains and (named or missing):
        compared = None  # "too small, I need L": L says it all
    called = {name: _called(name, options) for name in options}
    others = frozenset(
        name
        for before, word in pairwise(said)
        for name, words in called.items()
        if before in _OTHER and word in words and not named
    )
    kept = {token for same in _SAME.finditer(text) for token in tokens(same[1])}
    same = frozenset(name for name, words in called.items() if kept & words)
    return Wanted(named, tuple(refused), tuple(missing), compared, others, same, complains)


def _called(name: str, options: Options) -> frozenset[str]:
    """The words for an option: its name, what it measures, as a volume, and "color" where it has colors under another
    name, as a finish."""
    has_color = any("color" in tokens(other) for other in options)
    colors = [value for value in options[name] if COLORS & set(tokens(value))]
    is_color = not has_color and 2 * len(colors) > len(options[name])
    kind = measured(options[name])
    is_only = kind and [measured(values) for values in options.values()].count(kind) == 1
    also = {word for word, holds in (("color", is_color), (kind or "", is_only)) if holds}
    return frozenset(tokens(name)) | also


def _is_refused(said: Sequence[str], start: int) -> bool:
    for place in range(start - 1, max(start - 1 - _ENOUGH, -1), -1):
        word, before = said[place], said[place - 1] if place else None
        if word in _REFUSES_AFTER:
            after = _REFUSES_AFTER[word]
            if word == "but" and "same" in said[max(place - 3, 0) : place]:
                return False  # "the same one but in red"
            return before is not None and (before in after or "" in after)
        if word in _REFUSES:
            return True
        if word not in _BETWEEN:
            return False
    return False


def _completed(wanted: Wanted, all_of_them: Sequence[Wanted]) -> Wanted:
    """With what the other alternatives say of options that this one leaves open: "M in black, or else in blue".

    Only where they are about the same option: "the wrist one, or else the leather one" are two that stand alone.
    """
    names = {name for mention in wanted.named for name in mention.names}
    also = [
        mention
        for other in all_of_them
        if other is not wanted and any(mention.names & names for mention in other.named)
        for mention in other.named
        if not mention.names & names
    ]
    return replace(wanted, named=(*wanted.named, *also))
