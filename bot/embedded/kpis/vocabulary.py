"""What staff call the figures and what they are split by: the names in the definitions, and `vocabulary.yaml`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.embedded.kpis.tokens import Token, root, roots
from knowledge.plain_yaml import plain_values
from knowledge.words import FUNCTION_WORDS
from tools.commerce.metrics.definitions import BY_NAME, METRICS
from tools.commerce.metrics.facts import Dimension

SLACK = 4
"""So many other words may stand between those of a phrase."""
_UNTOLD = frozenset(
    root(word)
    for word in "a an the of to in our we is are was were be did do does for that with who into and it".split()
)
"""Words of a phrase that need not be said."""
_BETWEEN = _UNTOLD - {root("and")}
"""Of a dimension, where "product and category" are two."""
_HOW = frozenset({"howmany", "howmuch", "howlong"})


@dataclass(frozen=True)
class Phrase:
    """A name for something, as roots of words."""

    meaning: str
    roots: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """What a text names, and by which of its tokens."""

    meaning: str
    places: tuple[int, ...]

    @property
    def weight(self) -> tuple[int, int]:
        """The more words, and the closer together, the surer."""
        return len(self.places), -(max(self.places) - min(self.places))


@dataclass(frozen=True)
class Vocabulary:
    metrics: tuple[Phrase, ...]
    dimensions: tuple[Phrase, ...]
    fillers: frozenset[str]
    texts: tuple[str, ...]
    """Everything that is said in it, for repairing slips of the pen."""
    related: Mapping[str, frozenset[str]]
    """The roots of all that is said of a metric."""
    vague: Mapping[str, tuple[str, ...]]
    """What may be one metric as well as another."""
    lacking: Mapping[str, str]
    """What shops know and this one does not, and the metric that is nearest to it."""
    ratios: Mapping[tuple[str, str], str]
    """The metric that is the one by the other."""
    spoken: Mapping[str, tuple[str, ...]]
    """All ways in which each metric is spoken of, to tell others that are like them."""


@cache
def vocabulary() -> Vocabulary:
    given = plain_values((Path(__file__).parent / "vocabulary.yaml").read_text(encoding="utf-8"))
    called: dict[str, tuple[str, ...]] = {
        metric.name: (metric.title, *metric.synonyms, *given["metrics"].get(metric.name, ()))
        for metric in METRICS
    }
    fillers = FUNCTION_WORDS | frozenset(given["fillers"].split())
    lacking: dict[str, str] = {
        phrase: nearest for nearest, phrases in given["lacking"].items() for phrase in phrases
    }
    vague: dict[str, tuple[str, ...]] = {
        phrase: tuple(either.split()) for either, phrases in given["vague"].items() for phrase in phrases
    }
    ratios: dict[tuple[str, str], str] = {
        (above, below): name
        for name, pairs in given["ratios"].items()
        for above, below in (pair.split() for pair in pairs)
    }
    split_by: dict[str, list[str]] = given["dimensions"]
    texts = [phrase for names in (*called.values(), *split_by.values()) for phrase in names]
    return Vocabulary(
        metrics=(*_phrases(called), *_phrases({name: (name,) for name in (*lacking, *vague)})),
        dimensions=_phrases({Dimension(name): names for name, names in split_by.items()}, _BETWEEN),
        related={name: frozenset(r for told in names for r in roots(told)) for name, names in called.items()},
        vague=vague,
        lacking=lacking,
        ratios=ratios,
        fillers=fillers | frozenset(map(root, fillers)),
        texts=tuple(texts),
        spoken={name: (*map(_in_words, names), BY_NAME[name].definition) for name, names in called.items()},
    )


def is_filler(word: str) -> bool:
    """Whether a word says nothing of what is asked, in whatever form."""
    fillers = vocabulary().fillers
    return word in fillers or root(word) in fillers


def cuts(said: Sequence[Token], free: Sequence[int]) -> tuple[Named, ...]:
    """The dimensions that the tokens at the places `free` name. Words of a name stand together there: "visits by
    source" is no "visit source"."""
    return named(vocabulary().dimensions, said, free, together=True)


def named(
    phrases: Iterable[Phrase], said: Sequence[Token], free: Sequence[int], *, together: bool = False
) -> tuple[Named, ...]:
    """What the tokens at the places `free` name, each place used once, the surest first."""
    there = {said[place].root for place in free}
    found = [
        Named(phrase.meaning, places)
        for phrase in phrases
        if there.issuperset(phrase.roots)
        and (places := _places(phrase.roots, said, free))
        and not (together and _is_parted(places, said))
    ]
    found.sort(key=lambda one: one.weight, reverse=True)
    used: set[int] = set()
    kept: list[Named] = []
    for one in found:
        if not used.intersection(one.places):
            used.update(one.places)
            kept.append(one)
    return tuple(kept)


def _in_words(phrase: str) -> str:
    return re.sub(r"\bhow(?=many|much|long)", "how ", phrase)


def _phrases(called: Mapping[str, Iterable[str]], untold: frozenset[str] = _UNTOLD) -> tuple[Phrase, ...]:
    pairs = ((meaning, _told(phrase, untold)) for meaning, names in called.items() for phrase in names)
    return tuple(dict.fromkeys(Phrase(meaning, told) for meaning, told in pairs if told))


def _told(phrase: str, untold: frozenset[str]) -> tuple[str, ...]:
    every = roots(phrase)
    return tuple(one for one in every if one not in untold) or every


def _places(wanted: Sequence[str], said: Sequence[Token], free: Sequence[int]) -> tuple[int, ...]:
    """The closest places at which all that is wanted stands; () where it stands too far apart."""
    near = [one for one in wanted if one not in _HOW]
    best: tuple[int, ...] = ()
    for anchor in (place for place in free if near and said[place].root == near[0]):
        chosen = [anchor]
        for one in near[1:]:
            there = [place for place in free if said[place].root == one and place not in chosen]
            if not there:
                break
            chosen.append(min(there, key=lambda place: (abs(place - chosen[-1]), place < chosen[-1])))
        else:
            if max(chosen) - min(chosen) < len(near) + SLACK and (not best or _width(chosen) < _width(best)):
                best = tuple(chosen)
    asked = [place for place in free if said[place].root in _HOW.intersection(wanted)]
    return (*best, asked[0]) if best and asked else best


def _is_parted(places: Sequence[int], said: Sequence[Token]) -> bool:
    between = set(range(places[0], places[-1])) - set(places)
    return list(places) != sorted(places) or any(said[place].root not in _BETWEEN for place in between)


def _width(places: Sequence[int]) -> int:
    return max(places) - min(places)
