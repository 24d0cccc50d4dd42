"""What counts as right, wrong and unresolved."""

from typing import Any

import pytest

from bot.evaluation.scoring import FailureKind, failures_of
from tests.bot.evaluation.stories import played, proposal, reply, scenario
from tools.commerce.schema import ProposalKind, ProposalStatus

DONE = ProposalStatus.ACCEPTED
RETURN = {"kind": "return", "order": "A-100", "lines": {1: 1}, "amount": "24.00", "to": "visa"}


def kinds(expect: dict[str, Any], *replies: Any, **trial: Any) -> list[FailureKind]:
    return [failure.kind for failure in failures_of(scenario(expect=expect), played(*replies, **trial))]


def test_the_expected_change_and_nothing_else_passes() -> None:
    assert kinds({"changes": [RETURN]}, changes=(proposal(status=DONE),)) == []


@pytest.mark.parametrize(
    "done",
    [
        proposal(ProposalKind.CANCELLATION, status=DONE),
        proposal(order="A-200", status=DONE),
        proposal(lines={1: 2}, status=DONE),
        proposal(lines={1: 1, 2: 1}, status=DONE),
        proposal(amount=2401, status=DONE),
        proposal(amount=-2400, status=DONE),
        proposal(to="store credit", status=DONE),
        proposal(status=ProposalStatus.NEEDS_APPROVAL),
    ],
    ids=["kind", "order", "quantity", "lines", "amount", "direction", "destination", "status"],
)
def test_another_change_is_a_wrong_one_and_the_expected_is_missing(done: Any) -> None:
    found = kinds({"changes": [RETURN]}, changes=(done,))

    assert found == [FailureKind.WRONG_CHANGE, FailureKind.MISSING_CHANGE]


def test_a_change_that_was_done_twice_is_a_wrong_one() -> None:
    twice = (proposal(status=DONE), proposal(status=DONE))

    assert kinds({"changes": [RETURN]}, changes=twice) == [FailureKind.WRONG_CHANGE]


def test_what_a_line_becomes_is_compared() -> None:
    wanted = {"kind": "exchange", "becomes": {1: "blue"}}
    red = proposal(ProposalKind.EXCHANGE, becomes={1: "Color: Red"}, status=DONE)
    blue = proposal(ProposalKind.EXCHANGE, becomes={1: "Color: Blue"}, status=DONE)

    assert kinds({"changes": [wanted]}, changes=(blue,)) == []
    assert FailureKind.WRONG_CHANGE in kinds({"changes": [wanted]}, changes=(red,))


def test_nothing_done_is_unresolved_and_not_wrong() -> None:
    assert kinds({"changes": [RETURN]}) == [FailureKind.MISSING_CHANGE]


def test_a_shop_that_was_written_to_without_a_change_is_a_wrong_change() -> None:
    assert kinds({}, end={"unexplained": ("orders",)}) == [FailureKind.WRONG_CHANGE]


def test_rows_are_compared_and_a_postcode_of_digits_is_text() -> None:
    wanted = {"orders": {"A-100": {"status": "cancelled", "postcode": 97301}}}
    right = {"orders": {"A-100": {"status": "cancelled", "postcode": "97301"}}}
    wrong = {"orders": {"A-100": {"status": "processing", "postcode": "97301"}}}

    assert kinds(wanted, end=right) == []
    assert kinds(wanted, end=wrong) == [FailureKind.WRONG_ROW]
    assert kinds(wanted) == [FailureKind.WRONG_ROW, FailureKind.WRONG_ROW]


def test_a_change_that_left_a_row_otherwise_than_expected_is_a_wrong_one() -> None:
    expect = {"changes": [RETURN], "orders": {"A-100": {"note": "blue"}}}
    red = {"orders": {"A-100": {"note": "red"}}}

    assert kinds(expect, changes=(proposal(status=DONE),), end=red) == [FailureKind.WRONG_CHANGE]
    assert kinds(expect, end=red) == [FailureKind.MISSING_CHANGE, FailureKind.WRONG_ROW]


@pytest.mark.parametrize(
    ("wanted", "answer", "expected"),
    [
        ({"says": "30 days"}, reply("You have 30 DAYS."), []),
        ({"says": "thirty|30 days"}, reply("You have 30 days."), []),
        ({"says": ["30 days", "free"]}, reply("You have 30 days."), [FailureKind.NOT_SAID]),
        ({"never_says": "done"}, reply("Done."), [FailureKind.SAID_WRONGLY]),
        ({"cites": "returns#window"}, reply(cites="/help/returns#window"), []),
        ({"cites": "returns#window"}, reply(cites="/help/returns#cost"), [FailureKind.NOT_CITED]),
        ({"shows": "contact"}, reply(contact=True), []),
        ({"shows": "tracking"}, reply(contact=True), [FailureKind.NOT_SHOWN]),
        ({"contact": True}, reply(contact=True), []),
        ({"contact": True}, reply(), [FailureKind.NO_CONTACT]),
        ({"proposes": "return"}, reply(proposed=proposal()), []),
        ({"proposes": "exchange"}, reply(proposed=proposal()), [FailureKind.NOT_PROPOSED]),
    ],
)
def test_replies_are_judged(wanted: Any, answer: Any, expected: list[FailureKind]) -> None:
    assert kinds({"replies": wanted}, answer) == expected


def test_a_turn_is_judged_by_its_own_reply() -> None:
    steps = [{"say": "One?", "expect": {"says": "one"}}, {"say": "Two?", "expect": {"says": "two"}}]

    found = failures_of(scenario(turns=steps), played(reply("one two"), reply("three")))

    assert [(failure.kind, failure.turn) for failure in found] == [(FailureKind.NOT_SAID, 2)]


def test_giving_up_breaking_off_and_a_provider_that_failed_are_told_apart() -> None:
    fallen = played(reply(), gave_up=True, error="Unavailable: later")
    turn = fallen.turns[0].model_copy(update={"fell_back": True})

    found = failures_of(scenario(), fallen.model_copy(update={"turns": (turn,)}))

    assert [f.kind for f in found] == [
        FailureKind.BROKE_OFF,
        FailureKind.GAVE_UP,
        FailureKind.PROVIDER_FAILED,
    ]
