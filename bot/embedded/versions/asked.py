"""Which versions of a product a question is about: "the cheapest waterproof one in a 9", "in any color but navy"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.embedded.reading.plain import plain
from bot.embedded.versions.comparing import Step, further
from bot.embedded.versions.mentions import Mention, Options
from bot.embedded.versions.picking import fits, options_of
from bot.embedded.versions.tokens import tokens
from bot.embedded.versions.wanted import Wanted, alternatives
from tools.change_cards import VersionFacts

_YES, _NO = frozenset({"yes", "true", "with"}), frozenset({"no", "false", "none", "without"})
_DENIES = frozenset({"not", "non", "no", "without", "isn't", "aren't"})


@dataclass(frozen=True)
class Asked:
    """`versions` are those that fit, sold-out ones included: all of them, where the question narrows nothing."""

    versions: tuple[VersionFacts, ...]
    is_first: bool = False
    """Whether they are the first by what the question compares, as "the cheapest"."""
    missing: str = ""
    """A value that it names while the product has no such."""


def asked(text: str, versions: Sequence[VersionFacts], thing: str) -> Asked:
    options = options_of(versions)
    wanted = narrowing(text, options, thing)
    if wanted is None:
        return Asked(tuple(versions))
    fitting = [one for one in versions if fits(one, wanted.named, wanted.refused)]
    if wanted.missing and not (wanted.named or wanted.refused):
        return Asked(tuple(versions), missing=wanted.missing[0])
    first = _first(wanted, fitting, options)
    return Asked(tuple(first or fitting), is_first=bool(first))


def narrowing(text: str, options: Options, thing: str) -> Wanted | None:
    """What the text says of the version; None where it says nothing."""
    found = alternatives(text, options, thing)
    wanted = found[0] if found else Wanted()
    flags = _flags(tokens(plain(text)), options)
    wanted = Wanted(
        named=(*wanted.named, *flags),
        refused=wanted.refused,
        missing=wanted.missing,
        comparison=wanted.comparison if wanted.comparison and wanted.comparison.step is Step.MOST else None,
    )
    return wanted if wanted.named or wanted.refused or wanted.missing or wanted.comparison else None


def _flags(said: Sequence[str], options: Options) -> list[Mention]:
    """ "Waterproof" and "not waterproof", of an option of that name that is either Yes or No."""
    found = []
    for name, values in options.items():
        known: Mapping[bool, str] = {
            value.lower() in _YES: value for value in values if value.lower() in _YES | _NO
        }
        own = tokens(name)
        place = next((at for at in range(len(said)) if said[at : at + len(own)] == own), None)
        if len(known) < 2 or not own or place is None:
            continue
        denied = bool(_DENIES & set(said[max(0, place - 2) : place]))
        found.append(Mention(place, place + len(own), frozenset({(name, known[not denied])})))
    return found


def _first(wanted: Wanted, fitting: Sequence[VersionFacts], options: Options) -> list[VersionFacts]:
    """Of those in stock, where any is."""
    if wanted.comparison is None or len(fitting) < 2:
        return []
    there = [one for one in fitting if one.available] or list(fitting)
    return further(wanted.comparison, there[0], there, there, options) or []
