"""Whether a trial came out as its scenario expects, and if not, in what."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, JsonValue

from bot.evaluation.matching import described, is_change
from bot.evaluation.played import EndState, TrialPlayed, TurnPlayed
from bot.evaluation.questions import text_of
from bot.evaluation.scenario import Cell, Change, Expected, Replies, Scenario
from bot.events import ProposalState, Reply
from tools.commerce.schema import ConversationStatus


class FailureKind(StrEnum):
    WRONG_CHANGE = "wrong_change"
    """Something was changed that should not have been: the worst that can happen."""
    MISSING_CHANGE = "missing_change"
    WRONG_ROW = "wrong_row"
    NOT_SAID = "not_said"
    SAID_WRONGLY = "said_wrongly"
    NOT_CITED = "not_cited"
    NOT_SHOWN = "not_shown"
    NO_CONTACT = "no_contact"
    NOT_PROPOSED = "not_proposed"
    GAVE_UP = "gave_up"
    BROKE_OFF = "broke_off"
    PROVIDER_FAILED = "provider_failed"


class Failure(BaseModel):
    model_config = ConfigDict(frozen=True)

    kind: FailureKind
    detail: str
    turn: int | None = None
    """From 1, where it is about one turn."""


def failures_of(scenario: Scenario, played: TrialPlayed) -> tuple[Failure, ...]:
    """None when all is as expected."""
    changes = list(_change_failures(scenario.expect.changes, played.end))
    # Where all was carried out and a row is not as it should be, the change did something else than it should.
    did_wrong = bool(played.end.changes) and not changes
    found = [
        *changes,
        *_row_failures(
            scenario.expect, played.end, FailureKind.WRONG_CHANGE if did_wrong else FailureKind.WRONG_ROW
        ),
        *_reply_failures(scenario.expect.replies, played.turns),
    ]
    for number, (step, turn) in enumerate(zip(scenario.turns, played.turns, strict=False), start=1):
        found += _reply_failures(step.expect, [turn], number)
    if played.error:
        found.append(Failure(kind=FailureKind.BROKE_OFF, detail=played.error))
    if played.gave_up:
        found.append(Failure(kind=FailureKind.GAVE_UP, detail=f"after {len(played.turns)} turns"))
    if any(turn.fell_back for turn in played.turns):
        detail = "the embedded model answered in place of the one on trial"
        found.append(Failure(kind=FailureKind.PROVIDER_FAILED, detail=detail))
    return tuple(found)


def _change_failures(expected: Sequence[Change], end: EndState) -> Iterable[Failure]:
    left = list(expected)
    for done in end.changes:
        match = next((change for change in left if _is_done(change, done)), None)
        if match:
            left.remove(match)
        else:
            yield Failure(kind=FailureKind.WRONG_CHANGE, detail=described(done))
    if end.unexplained:
        detail = f"written without a confirmed change: {', '.join(end.unexplained)}"
        yield Failure(kind=FailureKind.WRONG_CHANGE, detail=detail)
    for change in left:
        wanted = change.model_dump(mode="json", exclude_defaults=True)
        detail = ", ".join(f"{name} {value}" for name, value in wanted.items())
        yield Failure(kind=FailureKind.MISSING_CHANGE, detail=detail)


def _is_done(expected: Change, done: ProposalState) -> bool:
    return is_change(expected, done) and expected.status == done.status.value


def _row_failures(expected: Expected, end: EndState, kind: FailureKind) -> Iterable[Failure]:
    pairs = [
        (key, cells, found.get(key, {}))
        for rows, found in ((expected.orders, end.orders), (expected.customers, end.customers))
        for key, cells in rows.items()
    ]
    for key, cells, found in pairs:
        for column, value in cells.items():
            if column not in found or not _same(found[column], value):
                detail = f"{key}: {column} is {found.get(column)!r}, not {value!r}"
                yield Failure(kind=kind, detail=detail)


def _same(found: Cell, value: Cell) -> bool:
    # A postcode of digits is a number in YAML, and text in the database.
    return found == value or (found is not None and not isinstance(value, bool) and str(found) == str(value))


def _reply_failures(
    expected: Replies, turns: Sequence[TurnPlayed], number: int | None = None
) -> Iterable[Failure]:
    text = "\n".join(_shown(turn.reply) for turn in turns)
    messages = [message for turn in turns for message in turn.reply.messages]
    cards = {card.kind for message in messages for card in message.cards}
    cited = [citation.url for message in messages for citation in message.citations]
    statuses = {turn.reply.status for turn in turns}
    proposed = {turn.reply.proposal.kind for turn in turns if turn.reply.proposal}
    has_contact = "contact" in cards or bool(
        statuses & {ConversationStatus.WAITING, ConversationStatus.HUMAN}
    )

    def failed(kind: FailureKind, wanted: Iterable[str], holds: Callable[[str], bool]) -> Iterable[Failure]:
        return (Failure(kind=kind, detail=one, turn=number) for one in wanted if not holds(one))

    yield from failed(FailureKind.NOT_SAID, expected.says, lambda one: _said(one, text))
    yield from failed(FailureKind.SAID_WRONGLY, expected.never_says, lambda one: not _said(one, text))
    yield from failed(FailureKind.NOT_CITED, expected.cites, lambda one: _cited(one, cited))
    yield from failed(FailureKind.NOT_SHOWN, expected.shows, lambda one: one in cards)
    yield from failed(
        FailureKind.NO_CONTACT, ["no person was offered"] * expected.contact, lambda _: has_contact
    )
    wanted = [expected.proposes.value] if expected.proposes else []
    yield from failed(FailureKind.NOT_PROPOSED, wanted, lambda one: one in proposed)


def _shown(reply: Reply) -> str:
    """All that can be read of a reply: its text, what its cards tell, and its proposal."""
    cards: list[JsonValue] = [
        card.model_dump(mode="json") for message in reply.messages for card in message.cards
    ]
    proposal = [reply.proposal.summary] if reply.proposal else []
    return "\n".join([text_of(reply), *proposal, *_texts(cards)])


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _said(alternatives: str, text: str) -> bool:
    lower = text.casefold()
    return any(one.strip().casefold() in lower for one in alternatives.split("|"))


def _cited(alternatives: str, urls: Sequence[str]) -> bool:
    return any(_said(alternatives, url) for url in urls)
