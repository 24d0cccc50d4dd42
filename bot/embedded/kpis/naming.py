"""What the words that are left over name in the shop's data: filters, or what must be asked or said first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.embedded.kpis.leftover import Unread
from bot.embedded.kpis.question import Only
from bot.embedded.kpis.reading import Reading
from bot.embedded.kpis.vocabulary import is_filler
from bot.embedded.situation import Situation
from knowledge.places import COUNTRY_NAMES
from tools.cards import MemberCandidate, MemberMention, MembersFound
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension

MOST_NAMES = 12
"""That one call of the tool looks up."""


@dataclass(frozen=True)
class Doubtful:
    """Words that fit members of several dimensions."""

    words: str
    meanings: tuple[Only, ...]


@dataclass(frozen=True)
class Unknown:
    words: str
    near: tuple[str, ...]
    is_cut: bool
    """Whether figures were to be split by it."""


@dataclass(frozen=True)
class Names:
    filters: tuple[Only, ...] = ()
    doubtful: tuple[Doubtful, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    named: tuple[str, ...] = ()
    """The words that name something in the shop."""


def names_in(
    reading: Reading, metrics: Sequence[str], situation: Situation, is_word: Callable[[str], bool]
) -> Names:
    """What `is_word` of everyday language may say anything. Raises NeedsTool until the tool has told what is named."""
    unread = reading.unread[:MOST_NAMES]
    if not unread:
        return Names()
    found = situation.look("find_members", names=[one.text for one in unread])
    if not isinstance(found, MembersFound):
        return Names()
    filters: list[tuple[str, Only]] = []
    doubtful: list[Doubtful] = []
    unknown: list[Unknown] = []
    named = {one.text for one, mention in _paired(unread, found.mentions) if mention.candidates}
    for one, mention in _paired(unread, found.mentions):
        is_known = any(it.exact for it in mention.candidates)
        if mention.words != one.text and _is_idle(mention.words) and not is_known:
            continue
        fitting = _fitting(mention, metrics, reading)
        words = mention.words if one.start else _uncapitalized(mention.words)
        is_everyday = _is_everyday(words, is_word)
        if is_everyday and all(it.guessed for it in fitting):
            fitting = ()
        if len(fitting) == 1:
            filters.append((mention.words, _only(fitting[0], one)))
        elif fitting:
            doubtful.append(Doubtful(mention.words, tuple(_only(it, one) for it in fitting)))
        elif one.text in named and is_everyday:
            continue  # "kitchen stuff"
        elif one.led or one.by or not is_everyday:
            unknown.append(Unknown(_telling(mention.words), mention.near, one.by))
    return Names(
        filters=_merged([found for _, found in filters]),
        doubtful=tuple(doubtful),
        unknown=tuple(unknown),
        named=(*(words for words, _ in filters), *(one.words for one in doubtful)),
    )


def allowed(metrics: Sequence[str]) -> frozenset[Dimension]:
    """What all the metrics can be split by."""
    known = [BY_NAME[name].dimensions for name in metrics]
    return frozenset.intersection(*known) if known else frozenset(Dimension)


def _paired(
    unread: Sequence[Unread], mentions: Sequence[MemberMention]
) -> Iterator[tuple[Unread, MemberMention]]:
    """The tool tells of one text after the other, in their words."""
    left = iter(unread)
    current, rest = next(left), ""
    rest = " ".join(current.text.split())
    for mention in mentions:
        while not rest.startswith(mention.words):
            current = next(left)
            rest = " ".join(current.text.split())
        rest = rest[len(mention.words) :].strip()
        yield current, mention


def _fitting(mention: MemberMention, metrics: Sequence[str], reading: Reading) -> Sequence[MemberCandidate]:
    """The candidates that the metrics can be split by, where there are any; whole names before parts of names."""
    candidates = mention.candidates
    for narrower in (
        [one for one in candidates if one.dimension in reading.mentioned],
        [one for one in candidates if one.dimension in allowed(metrics)],
        [one for one in candidates if one.exact],
    ):
        if narrower:
            candidates = tuple(one for one in candidates if one in narrower)
    if len(candidates) == 2 and candidates[0].members == candidates[1].members:
        split = [one for one in candidates if one.dimension in reading.dimensions]
        return split or candidates
    return candidates


def _only(candidate: MemberCandidate, one: Unread) -> Only:
    return Only(dimension=candidate.dimension, members=candidate.members, exclude=one.exclude)


def _merged(filters: Sequence[Only]) -> tuple[Only, ...]:
    """Members of one dimension count together: "web and app"."""
    merged: dict[tuple[Dimension, bool], tuple[str, ...]] = {}
    for one in filters:
        key = one.dimension, one.exclude
        merged[key] = tuple(dict.fromkeys((*merged.get(key, ()), *one.members)))
    return tuple(Only(dimension=d, members=members, exclude=e) for (d, e), members in merged.items())


def _is_idle(words: str) -> bool:
    return all(is_filler(word) for word in words.lower().replace("-", " ").split())


def _is_everyday(words: str, is_word: Callable[[str], bool]) -> bool:
    return (
        words.islower()
        and words not in COUNTRY_NAMES
        and all(is_word(word) for word in words.replace("-", " ").replace("'", " ").split())
    )


def _uncapitalized(words: str) -> str:
    """Of the first word of a message, whose capital says nothing."""
    return words[:1].lower() + words[1:]


def _telling(words: str) -> str:
    said = [word for word in words.split() if not is_filler(word.lower())]
    return " ".join(said) or words
