"""A dispute is told in the staff's channel with its kind, amount and deadline, and told anew when that is near."""

from datetime import timedelta
from typing import Any, cast

import pytest

from api.slack.approval_notices import ApprovalBoard
from api.slack.dispute_notices import DisputeBoard
from api.slack.sending import Sender
from api.slack.staff import Staff
from tests.api.slack.block_rules import wrong_in
from tests.api.slack.office import Office
from tests.api.slack.posted import Posted
from tests.api.slack.workspace import AGENT, HANDOFFS, MANAGER, press
from tests.tools.commerce.disputes.disputed_shop import NOOR, DisputedShop, from_the_bank
from tools.commerce import staff_accounts
from tools.commerce.changes.requests import Correction, RulingWish
from tools.commerce.disputes import lifecycle
from tools.commerce.schema import Dispute, DisputeKind, OutboxEmail, OutcomeKind, ProposalStatus, Role

pytestmark = pytest.mark.anyio


def told(office: Office, beginning: str) -> list[Posted]:
    return [one for one in office.slack.to_all(HANDOFFS) if one.words.startswith(beginning)]


def claimed(office: Office, **values: Any) -> tuple[DisputedShop, str]:
    shop = DisputedShop(office.parley.database, now=office.clock.now, policy=office.parley.policy, **values)
    shop.delivered()
    return shop, shop.opened(DisputeKind.NOT_RECEIVED)


async def test_its_deadline_is_told_who_has_it_and_then_the_managers(office_on_both: Office) -> None:
    office = office_on_both
    shop, dispute_id = claimed(office)
    with office.parley.database.writing() as session:
        staff_accounts.put(session, "kim@shop.example", "Kim", Role.MANAGER, None, office.clock.now)
    await office.connection.tend()
    (first,) = told(office, "Dispute: not received")
    respond_by = shop.one(Dispute, dispute_id).respond_by
    assert "Order: A-1" in first.words
    assert "At stake: $" in first.words
    assert "ada@example.com" not in str(first.blocks)

    mailed = []
    for hours in (25, 24, 24, 4, 4):
        office.clock.now = respond_by - timedelta(hours=hours)
        await office.parley.tend_handoffs()
        await office.connection.tend()
        with office.parley.database.reading() as session:
            mails = session.query(OutboxEmail).filter(OutboxEmail.subject.startswith("A dispute is")).all()
        mailed.append(sorted(mail.recipient for mail in mails))
    assert mailed == [
        [],
        ["maya@shop.example"],
        ["maya@shop.example"],
        ["kim@shop.example", "maya@shop.example"],
        ["kim@shop.example", "maya@shop.example"],
    ]
    (again,) = told(office, "Dispute: not received")
    assert again.ts > first.ts, "told anew, below what came since"

    with office.parley.database.writing() as session:
        lifecycle.withdraw(session, dispute_id, "agent:maya@shop.example", office.clock.now, None)
    await office.connection.tend()
    assert told(office, "Dispute: not received") == []
    assert told(office, "Dispute withdrawn: not received")[0].words.endswith("By: maya@shop.example")


async def test_a_chargeback_that_was_accepted_and_then_lost_is_told_as_lost(own_office: Office) -> None:
    shop, _ = claimed(own_office)
    dispute_id = shop.opened(DisputeKind.CHARGEBACK, bank=from_the_bank(2000))
    shop.decided(dispute_id, OutcomeKind.REFUND)
    await own_office.connection.tend()
    assert told(own_office, "Dispute settled: chargeback")

    wrong = Correction(of=shop.dispute(dispute_id).proposal_id or "", why="The bank did rule on it.")
    letter = RulingWish(ruled_on=shop.book.when.today)
    shop.decided(dispute_id, OutcomeKind.LOST, by=NOOR, ruling=letter, correction=wrong)
    await own_office.connection.tend()
    assert told(own_office, "Dispute lost: chargeback")


@pytest.mark.parametrize("handled", [False, True])
async def test_the_longest_case_is_within_what_slack_takes_and_leads_to_its_page(
    own_office: Office, handled: bool
) -> None:
    shop, number = (
        DisputedShop(own_office.parley.database, now=own_office.clock.now),
        "<!channel>" + "N" * 110,
    )
    shop.policy = own_office.parley.policy
    shop.delivered(number)
    dispute_id = shop.opened(DisputeKind.NOT_AS_DESCRIBED, number=number)
    decided = shop.decided(dispute_id, OutcomeKind.STORE_CREDIT, amount_minor=99_999_999_900)
    if handled:
        shop.approve(decided.id, NOOR)
    staff, profile = Staff(own_office.shop_dir, cast(Sender, None)), own_office.parley.shop
    address = f"https://{'d' * 180}.example/desk"
    for board, subject in ((DisputeBoard, dispute_id), (ApprovalBoard, decided.id)):
        with own_office.parley.database.writing() as session:
            drawn = board(staff, profile, address).drawn(session, subject, own_office.clock.now)
        assert drawn is not None
        blocks = [block.to_dict() for block in drawn.answer.blocks]
        assert wrong_in(blocks, "message", lambda _: True) == []
        assert (f"{address}/cases/" in str(blocks)) is not handled
        assert len(drawn.answer.text) <= 3000
        assert "&lt;!channel&gt;" in drawn.answer.text
        assert ("<" in drawn.answer.text, "mrkdwn" in str(blocks)) == (False, False), "it is no mark-up"


async def test_an_outcome_above_the_limits_is_approved_there_by_a_manager_who_did_not_decide_it(
    own_office: Office,
) -> None:
    shop, dispute_id = claimed(own_office)
    proposal = shop.decided(dispute_id, OutcomeKind.STORE_CREDIT, amount_minor=9900)
    assert proposal.status is ProposalStatus.NEEDS_APPROVAL
    await own_office.connection.tend()
    (notice,) = told(own_office, "To be approved: dispute outcome")
    assert "Decided by: maya@shop.example" in notice.words

    slack = own_office.slack
    await own_office.hears(press(AGENT, notice, "Approve", slack.response_url()))
    assert slack.posted[-1].text == "Only a manager can approve how a dispute is settled."
    await own_office.hears(press(MANAGER, notice, "Approve", slack.response_url()))

    assert told(own_office, "Approved by kim@shop.example")
    await own_office.connection.tend()
    assert told(own_office, "Dispute settled: not received")
