"""Which version the line that is asked about should become, of those that the tool told."""

import re

from bot.embedded.changes.draft import Draft, Item, Question
from bot.embedded.changes.lines import pieces_about, pieces_from
from bot.embedded.changes.matching import placed
from bot.embedded.versions.picking import Outcome, Picked, left_by, pick
from bot.embedded.versions.wanted import is_open
from bot.embedded.wording import changes as wording
from tools.change_cards import Choice, VersionFacts

_TAKES_IT = re.compile(
    r"^\W*(?:yes|yeah|yep|ok|okay|sure|fine|go ahead|"
    r"that(?:'s| is) (?:fine|ok|okay|good|great)|that (?:one|works|will do)|sounds good|please)\b",
    re.IGNORECASE,
)
"""Said of the only one that is offered, which is then proposed."""


def version_told(draft: Draft, text: str) -> Draft:
    """With the version that the text means; without the one chosen before, where it only tells that it is another."""
    found = _picked(draft, text)
    if found.outcome is Outcome.SILENT:
        return draft
    sku = found.versions[0].sku if found.outcome is Outcome.ONE else None
    return with_version(draft, sku)


def version_answered(draft: Draft, text: str) -> Draft:
    """With the version, or the question narrowed down, by an answer to which one; its place in the list will do."""
    offered = [
        version for version in draft.versions if version.sku in {choice.value for choice in draft.choices}
    ]
    among = _picked(draft, text, _as_said_before(draft, text, offered))
    found = among if among.outcome is Outcome.ONE else _picked(draft, text)
    if among.outcome is Outcome.SEVERAL and len(among.versions) < len(offered):
        found = among
    if found.outcome is Outcome.SILENT and (named := _named_as_before(draft, text, offered)):
        return with_version(draft, named)
    if found.outcome is Outcome.SILENT and (chosen := placed(text, draft.choices)):
        return with_version(draft, chosen.value)
    if found.outcome is Outcome.SILENT and len(offered) == 1 and _TAKES_IT.match(text):
        return with_version(draft, offered[0].sku)
    if found.outcome is Outcome.SILENT and is_open(text):
        return _asking(draft, tuple(offered), wording.NOT_FOR_US_TO_CHOOSE)
    return _told(draft, found)


def version_of_earlier_words(draft: Draft, text: str) -> Draft:
    """With the version that was told before it was asked, or the question narrowed down by it."""
    return _told(draft, _picked(draft, text))


def no_version(draft: Draft, text: str) -> str:
    """That the version which the text means can't be had; empty where it can, or where it means none."""
    found = _picked(draft, text)
    is_none = found.outcome is Outcome.NONE
    return wording.no_such_version(found.missing, sold_out=found.sold_out) if is_none else ""


def with_version(draft: Draft, sku: str | None) -> Draft:
    items = draft.items or ((Item(line=draft.about),) if draft.about else ())
    chosen = (i.model_copy(update={"sku": sku}) if i.line == draft.about else i for i in items)
    return draft.but(items=tuple(chosen))


def _told(draft: Draft, found: Picked) -> Draft:
    if found.outcome is Outcome.ONE:
        return with_version(draft, found.versions[0].sku)
    if found.outcome is Outcome.SEVERAL:
        return _asking(draft, found.versions)
    if found.outcome is Outcome.NONE:
        return _asking(draft, found.versions, wording.no_such_version(found.missing, sold_out=found.sold_out))
    return draft


def _picked(draft: Draft, text: str, among: list[VersionFacts] | None = None) -> Picked:
    line = draft.line(draft.about)
    if line is None or not draft.versions:
        return Picked(Outcome.SILENT)
    text = _without_number(text, draft.order) if draft.order else text
    chosen = next((item.sku for item in draft.items if item.line == line.line), None)
    own = next((version for version in draft.versions if version.own), None)
    base = next((version for version in draft.versions if version.sku == chosen), own)
    for about in (pieces_about(text, line, draft.lines), pieces_from(text, line, draft.lines)):
        found = pick(about, draft.versions if among is None else among, base, line.name)
        if found.outcome is not Outcome.SILENT:
            return found
    return Picked(Outcome.SILENT)


def _named_as_before(draft: Draft, text: str, offered: list[VersionFacts]) -> str | None:
    """The one of those offered that has what they name, be it as they have it now: "the black one again"."""
    line = draft.line(draft.about)
    if line is None or len(offered) < 2:
        return None
    found = pick(pieces_about(text, line, draft.lines) or text, offered, None, line.name)
    return found.versions[0].sku if found.outcome is Outcome.ONE else None


def _as_said_before(draft: Draft, text: str, offered: list[VersionFacts]) -> list[VersionFacts]:
    """Of those offered, the ones that have what was said before of options that the answer leaves open."""
    line = draft.line(draft.about)
    if line is None or not draft.said:
        return offered
    own = next((version for version in draft.versions if version.own), None)
    said = pieces_about(draft.said[-1], line, draft.lines)
    return left_by(said, text, offered, own, line.name)


def _without_number(text: str, order: str) -> str:
    """Without the order's number, and "from" before it: the one of "from blue" is another."""
    named = rf"(?:\b(?:from|of|in|on) )?(?:(?:my |the )?order (?:number )?)?{re.escape(order)}"
    return re.sub(named, " ", text, flags=re.IGNORECASE)


def _asking(draft: Draft, versions: tuple[VersionFacts, ...], before: str = "") -> Draft:
    """Which of `versions`, or of all that can be had where there are none."""
    line = draft.line(draft.about)
    there = {version.sku for version in versions or draft.versions if version.available and not version.own}
    choices = tuple(
        Choice(value=version.sku, label=version.label)
        for version in versions or draft.versions
        if version.sku in there
    )
    question = f"{before} {wording.which_version(line.name if line else '')}".strip()
    return draft.but(
        asked=Question.VARIANT,
        question=wording.question(question, choices),
        choices=choices,
        proposed=False,
    )
