"""A yes or no to a proposal: carried out by code, once, and exactly as it was shown."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from langchain_core.messages import AIMessage, BaseMessage

from bot.errors import UnknownProposal
from tests.bot.conftest import Clock, Replica
from tests.bot.pressing import pressed, proposes, shown, started, status
from tests.tools.builders import days, parcel
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.change_cards import ProposalCard, ReceiptCard
from tools.commerce.changes import audit, decisions
from tools.commerce.changes.decisions import Decision
from tools.commerce.database import Database
from tools.commerce.schema import (
    LedgerEntry,
    Order,
    OrderStatus,
    OutboxEmail,
    Proposal,
    ProposalStatus,
    Refund,
    Role,
    ShipmentStatus,
)
from tools.principal import Principal

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(database: Database, clock: Clock) -> PaidShop:
    made = PaidShop(database, now=clock.now)
    made.paid("A-1")
    return made


async def test_a_proposal_changes_nothing_until_it_is_confirmed(replica: Replica, shop: PaidShop) -> None:
    conversations = replica(proposes())
    me = await started(conversations)

    proposal = await shown(conversations, me)

    assert proposal.status is ProposalStatus.OPEN
    assert proposal.money is not None
    assert (proposal.money.amount, proposal.money.currency) == (7500, "USD")
    assert status(shop) is OrderStatus.PROCESSING
    assert shop.all(LedgerEntry) == []


async def test_pressing_confirm_carries_it_out_and_tells_what_was_done(
    replica: Replica, shop: PaidShop
) -> None:
    conversations = replica(proposes())
    me = await started(conversations)
    proposal = await shown(conversations, me)

    reply = await pressed(conversations, me, proposal.id)

    assert reply.messages[0].text.startswith("Done. Order A-1 is canceled.")
    assert [card.kind for card in reply.messages[0].cards] == ["receipt"]
    assert reply.proposal is not None
    assert reply.proposal.status is ProposalStatus.ACCEPTED
    assert status(shop) is OrderStatus.CANCELLED
    assert [(one.amount_minor, one.status) for one in shop.all(Refund)] == [(7500, "issued")]


@pytest.mark.parametrize("yes", ["yes", "Ok, do it", "sí", "Yes, cancel it", "👍"])
async def test_a_plain_typed_yes_right_after_it_was_shown_is_a_confirmation(
    replica: Replica, shop: PaidShop, yes: str
) -> None:
    conversations = replica(proposes())
    me = await started(conversations)
    await shown(conversations, me)

    await conversations.reply(me, yes)

    assert status(shop) is OrderStatus.CANCELLED


@pytest.mark.parametrize(
    "words",
    [
        "yes but to my gift card",
        "yes?",
        "thanks",
        "ok thanks",
        "no problem",
        "the agent said yes",
        "yes, and A-2 too",
    ],
)
async def test_anything_else_goes_to_the_model_and_confirms_nothing(
    replica: Replica, shop: PaidShop, words: str
) -> None:
    conversations = replica(proposes())
    me = await started(conversations)
    first = await shown(conversations, me)

    reply = await conversations.reply(me, words)

    assert status(shop) is OrderStatus.PROCESSING
    # The scripted model proposes again: the earlier proposal can no longer be confirmed.
    assert reply.proposal is not None
    assert reply.proposal.id != first.id
    assert (await pressed(conversations, me, first.id)).messages[0].text.startswith("A newer proposal")
    assert status(shop) is OrderStatus.PROCESSING


async def test_a_typed_no_declines(replica: Replica, shop: PaidShop) -> None:
    conversations = replica(proposes())
    me = await started(conversations)
    proposal = await shown(conversations, me)

    reply = await conversations.reply(me, "no thanks")

    assert reply.messages[0].text == "All right, I've left everything as it is."
    assert shop.one(Proposal, proposal.id).status is ProposalStatus.DECLINED
    assert "declined before" in (await pressed(conversations, me, proposal.id)).messages[0].text
    assert status(shop) is OrderStatus.PROCESSING


async def test_a_yes_after_something_else_was_said_is_asked_about_once_more(
    replica: Replica, shop: PaidShop
) -> None:
    await_question = proposes()
    conversations = replica(
        lambda messages: (
            AIMessage("We open at nine.")
            if "open" in [m for m in messages if m.type == "human"][-1].text
            else await_question(messages)
        )
    )
    me = await started(conversations)
    proposal = await shown(conversations, me)
    await conversations.reply(me, "when do you open?")

    again = await conversations.reply(me, "yes")

    assert status(shop) is OrderStatus.PROCESSING
    assert again.messages[0].text.startswith("Just to be sure")
    assert [card.kind for card in again.messages[0].cards] == ["proposal"]
    assert again.proposal is not None
    assert again.proposal.id == proposal.id
    await conversations.reply(me, "yes")
    assert status(shop) is OrderStatus.CANCELLED


async def test_a_yes_that_was_sent_before_the_proposal_could_be_read_is_asked_about(
    replica: Replica, shop: PaidShop, clock: Clock
) -> None:
    proposing = proposes()

    def slow(messages: Sequence[BaseMessage]) -> AIMessage:
        clock.now += timedelta(seconds=2)
        return proposing(messages)

    conversations = replica(slow)
    me = await started(conversations)

    first = asyncio.create_task(conversations.reply(me, "cancel A-1"))
    await asyncio.sleep(0)
    hasty = await conversations.reply(me, "yes")
    await first

    assert hasty.messages[0].text.startswith("Just to be sure")
    assert status(shop) is OrderStatus.PROCESSING


async def test_what_is_proposed_is_said_in_the_shops_own_words_whatever_the_model_says(
    replica: Replica, shop: PaidShop
) -> None:
    conversations = replica(proposes(says="Good news, it is all free! Say yes for a surprise."))

    reply = await conversations.reply(await started(conversations), "cancel A-1")

    said = reply.messages[0].text
    assert "Cancel order A-1 and give back $75.00 to Visa ending in 4242. Nothing is done yet." in said


async def test_a_proposal_of_another_conversation_is_unknown(replica: Replica, shop: PaidShop) -> None:
    conversations = replica(proposes())
    proposal = await shown(conversations, await started(conversations))
    other = await started(conversations)

    for unknown in (proposal.id, "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(UnknownProposal):
            await pressed(conversations, other, unknown)
    assert status(shop) is OrderStatus.PROCESSING


async def test_an_expired_proposal_is_not_carried_out(replica: Replica, shop: PaidShop, clock: Clock) -> None:
    conversations = replica(proposes())
    me = await started(conversations)
    proposal = await shown(conversations, me)
    clock.now += timedelta(minutes=31)

    view = await conversations.view(me)
    reply = await pressed(conversations, me, proposal.id)

    card = view.messages[-1].cards[0]
    assert isinstance(card, ProposalCard)
    assert card.status is ProposalStatus.EXPIRED
    assert "has expired" in reply.messages[0].text
    assert status(shop) is OrderStatus.PROCESSING


async def test_what_changed_since_it_was_shown_is_noticed_and_nothing_is_done(
    replica: Replica, shop: PaidShop
) -> None:
    conversations = replica(proposes())
    me = await started(conversations)
    proposal = await shown(conversations, me)
    with shop.database.writing() as session:
        session.get_one(Order, shop.all(Order)[0].id).status = OrderStatus.SHIPPED

    reply = await pressed(conversations, me, proposal.id)

    assert "already shipped" in reply.messages[0].text
    assert "Nothing was changed" in reply.messages[0].text
    assert shop.one(Proposal, proposal.id).status is ProposalStatus.FAILED
    assert shop.all(LedgerEntry) == []


async def test_a_hundred_presses_at_once_on_two_replicas_have_one_effect_and_one_answer(
    replica: Replica, shop: PaidShop
) -> None:
    one, two = replica(proposes()), replica(proposes())
    me = await started(one)
    proposal = await shown(one, me)

    replies = await asyncio.gather(
        *(pressed(conversations, me, proposal.id) for conversations in (one, two) for _ in range(50))
    )

    assert len({reply.model_dump_json() for reply in replies}) == 1
    assert [(one.amount_minor, one.kind) for one in shop.all(LedgerEntry)] == [(7500, "refund")]


async def test_one_order_proposed_in_two_conversations_is_canceled_once(
    replica: Replica, shop: PaidShop
) -> None:
    conversations = replica(proposes())
    talks = [await started(conversations) for _ in range(4)]
    proposals = [await shown(conversations, talk) for talk in talks]

    replies = await asyncio.gather(
        *(pressed(conversations, talk, one.id) for talk, one in zip(talks, proposals, strict=True))
    )

    final = sorted(reply.proposal.status for reply in replies if reply.proposal)
    assert final == ["accepted", "failed", "failed", "failed"]
    assert len(shop.all(Refund)) == 1


async def test_a_decision_that_a_killed_process_left_is_carried_out_once_by_the_next(
    replica: Replica, shop: PaidShop, clock: Clock
) -> None:
    conversations = replica(proposes())
    me = await started(conversations)
    proposal = await shown(conversations, me)
    # The first process carried it out, and died before it could answer.
    shop.decide(proposal.id)

    reply = await pressed(replica(proposes()), me, proposal.id)

    assert reply.messages[0].text.startswith("Done. Order A-1 is canceled.")
    assert len(shop.all(Refund)) == 1


async def test_above_the_limit_it_waits_for_an_agent_and_the_shopper_is_told_the_end(
    replica: Replica, shop: PaidShop, clock: Clock
) -> None:
    shop.paid(
        "A-9",
        [shop.mug(20)],
        status=OrderStatus.SHIPPED,
        promised_at=shop.now - days(12),
        placed_at=shop.now - days(20),
        parcels=[parcel(ShipmentStatus.IN_TRANSIT, shipped_at=shop.now - days(18))],
    )
    conversations = replica(proposes("propose_refund", {"order_number": "A-9", "cause": "lost_parcel"}))
    me = await started(conversations)
    proposal = (await conversations.reply(me, "my parcel is lost")).proposal
    assert proposal is not None
    assert proposal.approval is not None

    waiting = await pressed(conversations, me, proposal.id)

    assert waiting.proposal is not None
    assert waiting.proposal.status is ProposalStatus.NEEDS_APPROVAL
    assert shop.all(Refund) == []
    with shop.database.writing() as session:
        agent = Principal(role=Role.AGENT, staff_email="ken@example.com")
        decisions.approve(session, proposal.id, agent, Decision.CONFIRM, shop.book)
    await conversations.tend_proposals()
    await conversations.tend_proposals()

    told = (await conversations.view(me)).messages
    assert [message.text for message in told if message.text.startswith("Done.")] == [told[-1].text]
    assert isinstance(told[-1].cards[0], ReceiptCard)
    assert len(shop.all(Refund)) == 1

    assert shop.all(OutboxEmail) == []
    clock.now += timedelta(minutes=5)
    await conversations.tend_handoffs()
    assert [mail.recipient for mail in shop.all(OutboxEmail)] == ["ada@example.com"], "who left hears of it"


async def test_every_step_is_in_the_trail(replica: Replica, shop: PaidShop) -> None:
    conversations = replica(proposes())
    me = await started(conversations)
    proposal = await shown(conversations, me)
    await pressed(conversations, me, proposal.id)

    with shop.database.reading() as session:
        rows = audit.of_order(session, "A-1")
        verified = audit.verify(session)

    assert [row.event.value for row in rows] == ["proposed", "executed", "money_settled"]
    assert [row.actor for row in rows] == ["model", "shopper", "parley"]
    assert {row.conversation_id for row in rows} == {me}
    assert {row.policy_version for row in rows} == {shop.policy.fingerprint}
    assert verified.broken is None
