"""What a rule leaves to a person is told in the staff's channel once, and decided there as at the desk."""

import asyncio

import pytest

from tests.api.slack.office import Office, rewrite_staff
from tests.api.slack.posted import Posted
from tests.api.slack.test_handoff_notices import waiting as handed_over
from tests.api.slack.workspace import AGENT, ANALYST, HANDOFFS, MANAGER, OPEN, press
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import wish
from tools.commerce.changes import decisions
from tools.commerce.changes.decisions import Decision
from tools.commerce.schema import (
    AuditEvent,
    AuditRow,
    HandoffReason,
    Proposal,
    ProposalStatus,
    Return,
    ReturnReason,
    Role,
)
from tools.principal import Principal

pytestmark = pytest.mark.anyio


class Approvals:
    """A damaged lamp is to be returned, which an agent must approve."""

    def __init__(self, opened: Office) -> None:
        self.office = opened
        database = opened.parley.database
        self.shop = PaidShop(database, now=opened.clock.now, policy=opened.parley.policy)
        self.shop.delivered()
        self.id: str = self.shop.proposed(wish((2, 1), reason=ReturnReason.DAMAGED)).id
        assert self.shop.decide(self.id).status is ProposalStatus.NEEDS_APPROVAL

    @property
    def notice(self) -> Posted:
        (notice,) = self.office.slack.to_all(HANDOFFS)
        return notice

    async def is_told(self) -> "Approvals":
        await asyncio.gather(*(self.office.connection.tend() for _ in range(4)))
        return self

    async def pressed(self, user: str, label: str) -> list[str]:
        """What that person alone was told then."""
        before = len(self.office.slack.posted)
        await self.office.hears(press(user, self.notice, label, self.office.slack.response_url()))
        return [one.text for one in self.office.slack.posted[before:] if one.only_to]

    @property
    def deciders(self) -> list[str]:
        decided = (AuditEvent.APPROVED, AuditEvent.REJECTED)
        with self.office.parley.database.reading() as session:
            rows = session.query(AuditRow).filter(AuditRow.event.in_(decided))
            return [row.actor for row in rows]

    @property
    def status(self) -> ProposalStatus:
        return ProposalStatus(self.shop.one(Proposal, self.id).status)


@pytest.fixture
async def approvals(own_office: Office) -> Approvals:
    return await Approvals(own_office).is_told()


async def test_it_is_told_once_with_the_rule_and_without_the_shopper(office_on_both: Office) -> None:
    approvals = await Approvals(office_on_both).is_told()

    notice = approvals.notice
    assert notice.words.startswith("To be approved: return")
    assert "order A-1" in notice.words
    assert not [word for word in ("Ada", "ada@example.com", "05401", "4242") if word in str(notice.blocks)]
    assert list(notice.buttons) == ["Approve", "Decline"]
    assert notice.buttons["Approve"]["confirm"]["confirm"]["text"] == "Approve"
    assert await approvals.pressed(AGENT, "Approve") == []
    assert approvals.status is ProposalStatus.ACCEPTED
    assert approvals.notice.words.startswith("Approved by sam@shop.example: return")
    assert approvals.notice.buttons == {}


async def test_pressed_twice_and_by_two_at_once_it_is_decided_once(approvals: Approvals) -> None:
    slack, notice = approvals.office.slack, approvals.notice
    twice = press(AGENT, notice, "Approve", slack.response_url())
    other = press(MANAGER, notice, "Decline", slack.response_url())

    await approvals.office.hears_at_once(twice, twice, other)

    assert len(approvals.deciders) == 1
    assert [one.text for one in slack.posted if one.only_to] == [
        "That is decided already, or its time ran out. Its message shows how it stands."
    ]
    assert len(approvals.shop.all(Return)) == (approvals.status is ProposalStatus.ACCEPTED)


async def test_who_may_not_is_told_so_and_nothing_is_decided(approvals: Approvals) -> None:
    assert await approvals.pressed(ANALYST, "Approve") == ["Only a support agent can approve this."]
    assert (await approvals.pressed("U0NOBODY", "Approve"))[0].startswith(
        "I can only answer people on this shop"
    )
    assert (approvals.status, approvals.deciders) == (ProposalStatus.NEEDS_APPROVAL, [])


async def test_what_is_decided_elsewhere_or_lapses_is_shown(approvals: Approvals) -> None:
    book = approvals.office.parley.rulebook()
    kim = Principal(role=Role.MANAGER, staff_email="kim@shop.example")
    with approvals.office.parley.database.writing() as session:
        decisions.approve(session, approvals.id, kim, Decision.DECLINE, book)
    late = press(AGENT, approvals.notice, "Approve", approvals.office.slack.response_url())
    await approvals.is_told()
    assert approvals.notice.words.startswith("Declined by kim@shop.example")
    await approvals.office.hears(late)
    assert approvals.deciders == ["agent:kim@shop.example"]


async def test_what_nobody_decided_in_time_is_shown_as_lapsed(approvals: Approvals) -> None:
    approvals.office.clock.pass_by(days=8)
    await approvals.office.parley.tend_proposals()
    await approvals.is_told()
    assert approvals.notice.words.startswith("No longer waiting: its time ran out")


async def test_each_is_told_in_the_channel_of_its_skill(staff_office: Office) -> None:
    rewrite_staff(
        staff_office,
        f"slack: {{handoff_channel: {HANDOFFS}, handoff_channels: {{legal: {OPEN}}}}}",
    )
    await handed_over(staff_office, HandoffReason.INJURY, skill="legal")
    await handed_over(staff_office, HandoffReason.FRAUD, skill="fraud")
    await staff_office.connection.tend()

    told = {one.channel: one.words for one in staff_office.slack.to_all()}
    assert "injury\nSince 11:00 AM, to be taken by 11:15 AM. (legal)" in told[OPEN]
    assert "fraud\nSince 11:00 AM, to be taken by 11:15 AM.Take it" in told[HANDOFFS]
