"""The versions that a text means: exactly one, several to ask about, or none that can be had."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.embedded.versions.comparing import Comparison, Step, compared_options, further
from bot.embedded.versions.measures import measured
from bot.embedded.versions.mentions import Mention
from bot.embedded.versions.tokens import LETTERS
from bot.embedded.versions.wanted import Wanted, alternatives
from tools.change_cards import VersionFacts


class Outcome(StrEnum):
    SILENT = "silent"
    """The text says nothing of another version."""
    ONE = "one"
    SEVERAL = "several"
    """Nobody can tell which of them."""
    NONE = "none"
    """What was asked for can't be had; `versions` come closest."""


@dataclass(frozen=True)
class Picked:
    outcome: Outcome
    versions: tuple[VersionFacts, ...] = ()
    missing: str = ""
    """The values that can't be had, as they are called."""
    sold_out: bool = False
    """Whether there is such a version, but none is left of it."""


_WORN = frozenset({"letter", "number"})
_COUNTS = re.compile(r"(?<!size)(?<!s)s$", re.IGNORECASE)
"""An option in the plural, as "Pieces", counts something."""
SILENT = Picked(Outcome.SILENT)


def pick(text: str, versions: Sequence[VersionFacts], base: VersionFacts | None, thing: str) -> Picked:
    """Of `versions`, sold-out ones included, what should take the place of `base`; `thing` is the product's name.

    `base` is what they have, or what they chose last; sizes up and down are counted from what they have.

    Never one that contradicts the text. Options that it leaves open stay as they are in `base`; where that can't be
    had, it is for the person to say what they would rather give up.
    """
    options = options_of(versions)
    found = [_of(wanted, versions, base) for wanted in alternatives(text, options, thing)]
    had = (picked for picked in found if picked.outcome in {Outcome.ONE, Outcome.SEVERAL})
    return next(had, found[0] if found else SILENT)


def left_by(
    said: str, answer: str, versions: Sequence[VersionFacts], base: VersionFacts | None, thing: str
) -> list[VersionFacts]:
    """Those that have what was `said` before, apart from the options that the `answer` speaks of; all if none has."""
    options = options_of(versions)
    before, now = alternatives(said, options, thing), alternatives(answer, options, thing)
    if not before or not now:
        return list(versions)
    spoken_of = {name for mention in (*now[0].named, *now[0].refused) for name in mention.names} | now[
        0
    ].others
    kept = [mention for mention in _new(before[0], base) if not mention.names & spoken_of]
    return [version for version in versions if fits(version, kept, ())] or list(versions)


def options_of(versions: Iterable[VersionFacts]) -> dict[str, tuple[str, ...]]:
    """Each option with its values."""
    values: dict[str, dict[str, None]] = {}
    for version in versions:
        for name, value in version.options.items():
            values.setdefault(name, {})[value] = None
    return {name: tuple(known) for name, known in values.items()}


def _of(wanted: Wanted, versions: Sequence[VersionFacts], base: VersionFacts | None) -> Picked:
    named = _new(wanted, base)
    spoken_of = set(wanted.others) if base else set()
    spoken_of |= {
        n for mention in wanted.refused if base and mention.fits(base.options) for n in mention.names
    }
    if base and not (named or wanted.missing or wanted.comparison or spoken_of):
        return SILENT
    spoken_of |= {name for mention in named for name in mention.names}
    fitting = [
        version
        for version in versions
        if fits(version, named, wanted.refused)
        and not (base and (version.sku == base.sku or _shares(version, base, wanted.others)))
        and not (base and _differs(version, base, wanted.same - {n for m in named for n in m.names}))
    ]
    if wanted.missing:
        called = ", ".join(word.upper() if word in LETTERS else word for word in wanted.missing)
        return Picked(Outcome.NONE, _nearest(_there(fitting), base), called)
    if base and wanted.same and not _there(fitting):
        found = _of(replace(wanted, same=frozenset()), versions, base)
        return replace(found, outcome=Outcome.SEVERAL) if found.outcome is Outcome.ONE else found
    if wanted.comparison and base:
        spoken_of -= {n for n in spoken_of if all(m.fits(base.options) for m in named if n in m.names)}
        return _compared(wanted, wanted.comparison, versions, base, fitting, spoken_of)
    return _kept(fitting, named, base, spoken_of)


def _compared(
    wanted: Wanted,
    said: Comparison,
    versions: Sequence[VersionFacts],
    base: VersionFacts,
    fitting: Sequence[VersionFacts],
    spoken_of: set[str],
) -> Picked:
    named, options = _new(wanted, base), options_of(versions)
    own = next((version for version in versions if version.own), base)
    among = [*fitting, base] if fits(base, named, wanted.refused) else list(fitting)
    beyond = further(said, own, among, [one for one in among if one.available or one is base], options)
    if beyond is None:
        return Picked(Outcome.SEVERAL, _there(fitting)) if _there(fitting) else SILENT
    if (
        base in beyond and said.step is not Step.BEYOND
    ):  # it is the biggest already, or what was chosen before
        return Picked(Outcome.NONE) if base.own else SILENT
    beyond = [version for version in beyond if version is not base]
    if said.step is Step.MOST:
        beyond = list(_there(beyond)) or beyond  # "the biggest": of what there is of it
    if said.price:
        return _closest(_there(beyond), base, is_only=said.step is Step.MOST)
    found = _kept(beyond, named, base, spoken_of | set(compared_options(said, options)))
    is_guess = wanted.complains and found.outcome is Outcome.ONE
    return Picked(Outcome.SEVERAL, found.versions) if is_guess else found


def _new(wanted: Wanted, base: VersionFacts | None) -> list[Mention]:
    """The values that are named, but for what `base` has already: that tells which thing, or is to stay."""
    if base is None:
        return list(wanted.named)
    new = [mention for mention in wanted.named if not mention.fits(base.options)]
    if new or wanted.comparison:
        replaced = {name for mention in new for name in mention.names}
        stays = [mention for mention in wanted.named if mention not in new and not mention.names & replaced]
        return [*new, *(replace(m, pairs=m.pairs & base.options.items()) for m in stays)]
    others = [replace(m, pairs=m.pairs - base.options.items()) for m in wanted.named]
    return [mention for mention in others if mention.pairs]


def fits(version: VersionFacts, named: Sequence[Mention], refused: Sequence[Mention]) -> bool:
    """Whether it is what was named: of several values of one option any will do, of each option one is needed."""
    by_option: dict[frozenset[str], list[Mention]] = {}
    for mention in named:
        by_option.setdefault(mention.names, []).append(mention)
    return all(any(m.fits(version.options) for m in alike) for alike in by_option.values()) and not any(
        mention.fits(version.options) for mention in refused
    )


def _shares(version: VersionFacts, base: VersionFacts, names: Iterable[str]) -> bool:
    return any(version.options.get(name) == base.options.get(name) for name in names)


def _differs(version: VersionFacts, base: VersionFacts, names: Iterable[str]) -> bool:
    return any(version.options.get(name) != base.options.get(name) for name in names)


def _there(versions: Sequence[VersionFacts]) -> tuple[VersionFacts, ...]:
    return tuple(version for version in versions if version.available)


def _kept(
    fitting: Sequence[VersionFacts], named: Sequence[Mention], base: VersionFacts | None, changed: set[str]
) -> Picked:
    """Those that keep what was not spoken of, where there are any."""
    kept = {n: v for n, v in base.options.items() if n not in changed} if base else {}
    keeping = [version for version in fitting if kept.items() <= version.options.items()]
    there = _there(keeping) if keeping else _nearest(_there(fitting), base)
    if there:
        is_certain = len(there) == 1 and (bool(keeping) or not _fits_otherwise(there[0], kept, fitting))
        return Picked(Outcome.ONE if is_certain else Outcome.SEVERAL, there)
    called = ", ".join(_called(mention) for mention in named)
    if not called and len(keeping) == 1:
        called = ", ".join(keeping[0].options.values())
    return Picked(Outcome.NONE, _nearest(_there(fitting), base), called, bool(fitting))


def _fits_otherwise(
    version: VersionFacts, kept: Mapping[str, str], all_of_them: Sequence[VersionFacts]
) -> bool:
    """Whether it differs by a size as people wear it from what is there: that is for them to say.

    Of other options, where no version has all that was said and the rest as before, the only one will do.
    """
    options = options_of(all_of_them)
    return any(
        version.options.get(name) != value
        and measured([value, *options.get(name, ())]) in _WORN
        and not _COUNTS.search(name)
        for name, value in kept.items()
    )


def _nearest(versions: tuple[VersionFacts, ...], base: VersionFacts | None) -> tuple[VersionFacts, ...]:
    """Those first that have most in common with `base`."""
    own = base.options.items() if base else frozenset()
    return tuple(sorted(versions, key=lambda version: -len(own & version.options.items())))


def _closest(there: tuple[VersionFacts, ...], base: VersionFacts, *, is_only: bool) -> Picked:
    """Of what is cheapest, that which has most in common with `base`; of what is cheaper, any."""
    if is_only and there and there[0].price != base.price:
        shared = [len(base.options.items() & version.options.items()) for version in there]
        there = tuple(v for v, count in zip(there, shared, strict=True) if count == max(shared))
    if not there:
        return Picked(Outcome.NONE)
    return Picked(Outcome.ONE if len(there) == 1 else Outcome.SEVERAL, there)


def _called(mention: Mention) -> str:
    return " or ".join(sorted(value for _, value in mention.pairs))
