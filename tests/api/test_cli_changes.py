"""`parley approvals` and `parley receive`: what staff see, decide and are refused."""

from datetime import UTC, datetime

import pytest

from tests.api.conftest import Run, RunOn
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import wish
from tools.commerce.database import Database
from tools.commerce.schema import Proposal, ProposalStatus, Refund, Return, ReturnReason

SAM = ("--as", "agent:sam@example.com")


@pytest.fixture
def run(run_on: RunOn, database: Database) -> Run:
    return run_on(database.url.render_as_string(hide_password=False))


@pytest.fixture
def shop(database: Database) -> PaidShop:
    made = PaidShop(database, now=datetime.now(UTC))
    made.delivered()
    return made


@pytest.fixture
def waiting(shop: PaidShop) -> str:
    """The id of a confirmed proposal that an agent must approve: something came damaged."""
    proposal_id = shop.proposed(wish((2, 1), reason=ReturnReason.DAMAGED)).id
    assert shop.decide(proposal_id).status is ProposalStatus.NEEDS_APPROVAL
    return proposal_id


def test_what_waits_is_listed_with_what_it_is_and_why(run: Run, waiting: str) -> None:
    code, out, _ = run("approvals", COLUMNS="60")

    said = " ".join(out.split())
    assert code == 0
    assert waiting in out, "in one piece, to be copied"
    assert "Return 1 x Lamp of order A-1" in said
    assert "photos" in said


def test_nothing_that_waits_is_said(run: Run) -> None:
    assert run("approvals")[:2] == (0, "Nothing waits for approval.\n")


def test_what_is_approved_is_carried_out(run: Run, shop: PaidShop, waiting: str) -> None:
    code, out, _ = run("approvals", "--approve", waiting, *SAM)

    assert (code, out.startswith("Accepted: Return 1 x Lamp")) == (0, True)
    assert [one.status for one in shop.all(Return)] == ["approved"]


def test_what_is_not_approved_is_left(run: Run, shop: PaidShop, waiting: str) -> None:
    code, out, _ = run("approvals", "--decline", waiting, *SAM)

    assert (code, out.startswith("Declined: Return 1 x Lamp")) == (0, True)
    assert shop.one(Proposal, waiting).status is ProposalStatus.DECLINED
    assert shop.all(Return) == []


def test_what_can_no_longer_be_done_fails_the_command(run: Run, shop: PaidShop, waiting: str) -> None:
    shop.done(wish((2, 1)))

    code, out, err = run("approvals", "--approve", waiting, *SAM)

    assert (code, out) == (1, "")
    assert "nothing was changed" in err
    assert len(shop.all(Return)) == 1


def test_an_agents_decision_needs_an_agent_one_decision_and_something_to_decide(
    run: Run, waiting: str
) -> None:
    for who in ((), ("--as", "analyst"), ("--as", "anonymous")):
        code, _, err = run("approvals", "--approve", waiting, *who)
        assert (code, "--as agent:EMAIL" in err) == (2, True)
    assert run("approvals", "--approve", waiting, "--decline", waiting, *SAM)[0] == 2
    code, _, err = run("approvals", "--approve", "nothing", *SAM)
    assert (code, err) == (1, "parley: No proposal of that id waits for approval.\n")


def test_a_return_that_is_back_is_paid_once(run: Run, shop: PaidShop) -> None:
    shop.done(wish((2, 1)))
    [opened] = shop.all(Return)

    code, out, _ = run("receive", opened.rma, *SAM)

    assert (code, "$" in out) == (0, True)
    assert len(shop.all(Refund)) == 1
    code, out, err = run("receive", opened.rma, *SAM)
    assert (code, out, "was completed before" in err) == (1, "", True)
    assert len(shop.all(Refund)) == 1


def test_a_return_that_cannot_be_accepted_is_not_paid(run: Run, shop: PaidShop) -> None:
    shop.done(wish((2, 1)))
    [opened] = shop.all(Return)

    assert run("receive", opened.rma, "--reject", *SAM)[0] == 0

    assert [one.status for one in shop.all(Return)] == ["rejected"]
    assert shop.all(Refund) == []


def test_receiving_needs_an_agent_and_a_return(run: Run) -> None:
    assert run("receive", "RMA-1")[0] == 2
    code, _, err = run("receive", "RMA-1", *SAM)
    assert (code, err) == (1, "parley: No return opened here has the number RMA-1.\n")
