"""A dispute in its conversation: opened with the shopper's own words, settled by a person, and told to them truly."""

from collections.abc import Callable, Sequence

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.tool import tool_call

from bot.colleague import Colleague
from bot.conversation import Conversations
from tests.bot.conftest import Replica
from tests.bot.pressing import started
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.disputes.disputed_shop import NOOR, from_the_bank
from tools.commerce.changes.decisions import Decision, approve
from tools.commerce.changes.requests import DisputeOutcomeRequest
from tools.commerce.database import Database
from tools.commerce.disputes.amending import Amendment
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.disputes.stakes import Claim
from tools.commerce.schema import (
    ConversationStatus,
    Dispute,
    DisputeKind,
    DisputeState,
    Handoff,
    HandoffState,
    LedgerEntry,
    OutcomeKind,
    Role,
)
from tools.dispute_card import DisputeCard

pytestmark = pytest.mark.anyio

MAYA = Colleague("maya@fernway.example", "Maya")
BOSS = Colleague("noor@shop.example", "Noor", Role.MANAGER)


def claims(**arguments: object) -> Callable[[Sequence[BaseMessage]], AIMessage]:
    """Opens a case with whatever is written first, and says then what the tool says."""

    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        if isinstance(messages[-1], HumanMessage):
            return AIMessage("", tool_calls=[tool_call(name="open_dispute", args=arguments, id="c1")])
        return AIMessage(str(messages[-1].content))

    return script


@pytest.fixture
def shop(database: Database) -> PaidShop:
    shop = PaidShop(database)
    shop.delivered()
    return shop


@pytest.fixture
def conversations(replica: Replica, shop: PaidShop) -> Conversations:
    return replica(claims(kind="damaged", order_number="A-1", items=[{"line": 2}]))


def the_dispute(database: Database) -> Dispute:
    with database.reading() as session:
        return session.query(Dispute).one()


async def taken(conversations: Conversations, database: Database, who: Colleague = MAYA) -> str:
    """The id of the only dispute, its conversation taken by `who`."""
    with database.reading() as session:
        handoff = session.query(Handoff).filter(Handoff.state == HandoffState.WAITING).one()
    await conversations.people.take(handoff.id, who)
    return the_dispute(database).id


def refund(dispute_id: str) -> DisputeOutcomeRequest:
    return DisputeOutcomeRequest(dispute_id=dispute_id, outcome=OutcomeKind.REFUND)


async def last_said(conversations: Conversations, talk: str) -> str:
    return (await conversations.view(talk)).messages[-1].text


async def test_a_case_has_the_shoppers_words_and_says_what_was_noted_and_by_when(
    conversations: Conversations, database: Database
) -> None:
    talk = await started(conversations)
    reply = await conversations.reply(talk, "My lamp came broken, I want <b>my money</b>!")

    found = the_dispute(database)
    assert (found.kind, found.claim) == (DisputeKind.DAMAGED, "My lamp came broken, I want <b>my money</b>!")
    assert (found.amount_minor, found.opened_by) == (4000, "shopper")
    assert reply.status is ConversationStatus.WAITING
    (card,) = reply.messages[0].cards
    assert isinstance(card, DisputeCard)
    assert card.items == ("1 x Lamp",)
    assert "I've opened a case for our team: 1 x Lamp of order A-1, damaged." in card.message
    assert card.message.endswith("You'll have their decision by Friday, March 13.")


async def test_the_same_claim_joins_the_open_case(replica: Replica, shop: PaidShop) -> None:
    def three_times(messages: Sequence[BaseMessage]) -> AIMessage:
        if not isinstance(messages[-1], HumanMessage):
            return AIMessage("A person will look at it.")
        arguments = {"kind": "damaged", "order_number": "A-1"}
        calls = [tool_call(name="open_dispute", args=arguments, id=f"c{n}") for n in range(3)]
        return AIMessage("", tool_calls=calls)

    conversations = replica(three_times)
    await conversations.reply(await started(conversations), "It is broken")

    assert [one.state for one in shop.all(Dispute)] == [DisputeState.OPEN]
    assert len(shop.all(Handoff)) == 1


@pytest.mark.parametrize(
    ("email", "code"), [("eve@example.com", "order_not_found"), (None, "identity_needed")]
)
async def test_nobody_opens_a_case_about_somebody_elses_order(
    conversations: Conversations, shop: PaidShop, email: str | None, code: str
) -> None:
    shop.customer("eve@example.com")
    reply = await conversations.reply(await started(conversations, email), "A-1 is broken")

    assert code in reply.messages[0].text
    assert (shop.all(Dispute), shop.all(Handoff), reply.status) == ([], [], ConversationStatus.BOT)


async def test_what_an_agent_decides_is_done_and_told_in_the_chat(
    conversations: Conversations, database: Database
) -> None:
    talk = await started(conversations)
    await conversations.reply(talk, "My lamp came broken")
    dispute = await taken(conversations, database)

    decided = await conversations.disputes.settle(refund(dispute), MAYA, seen_left_minor=7500)

    assert not decided.awaits_approval
    assert await last_said(conversations, talk) == (
        "Maya from our team has decided about your claim. We refund 1 x Lamp of order A-1: $40.00 to Visa ending in "
        "4242. You don't have to send anything back. We issue the refund within 3 business days."
    )
    view = await conversations.view(talk)
    assert (view.proposal, view.messages[-1].cards[0].kind) == (None, "receipt")
    with database.reading() as session:
        assert [entry.status for entry in session.query(LedgerEntry)] == ["settled"]
        assert session.query(Handoff).one().reply_by is None, "whoever decides has answered"
    with pytest.raises(DisputeError, match="settled by maya"):
        await conversations.disputes.settle(refund(dispute), MAYA)


async def test_a_refusal_tells_its_reasons_and_cites_the_shops_page(
    conversations: Conversations, database: Database
) -> None:
    talk = await started(conversations)
    await conversations.reply(talk, "My lamp came broken")
    dispute = await taken(conversations, database)
    reasons = ("Damage can be told within 30 days of delivery.",)
    refusal = DisputeOutcomeRequest(
        dispute_id=dispute,
        outcome=OutcomeKind.REFUSAL,
        reasons=reasons,
        rules=("damage.report_within_days",),
    )

    await conversations.disputes.settle(refusal, MAYA)

    last = (await conversations.view(talk)).messages[-1]
    assert last.text.endswith(f"can't give anything back for it. {reasons[0]}")
    assert [citation.url for citation in last.citations] == ["/help/damaged-items#report"]


async def test_above_a_limit_the_shopper_hears_of_it_once_it_is_approved(
    replica: Replica, shop: PaidShop, database: Database
) -> None:
    shop.delivered("A-2", items=[shop.mug(20)])
    conversations = replica(claims(kind="not_received", order_number="A-2"))
    talk = await started(conversations)
    await conversations.reply(talk, "Where is it?")
    dispute = await taken(conversations, database)

    decided = await conversations.disputes.settle(refund(dispute), MAYA)

    assert decided.awaits_approval
    waiting = await last_said(conversations, talk)
    assert waiting.startswith("Maya has looked into your claim and made a decision. A second person")
    assert "$" not in waiting
    assert (await conversations.view(talk)).proposal is None
    with database.writing() as session:
        approve(session, decided.proposal_id, NOOR, Decision.CONFIRM, shop.book)
    await conversations.tend_proposals()
    told = await last_said(conversations, talk)
    assert told.startswith("Our team has decided about your claim. We refund 20 x Mug of order A-2: $300.00")


@pytest.mark.parametrize("is_closed", [False, True])
async def test_what_a_second_person_declined_is_never_left_to_itself(
    replica: Replica, shop: PaidShop, database: Database, is_closed: bool
) -> None:
    shop.delivered("A-2", items=[shop.mug(20)])
    conversations = replica(claims(kind="not_received", order_number="A-2"))
    talk = await started(conversations)
    await conversations.reply(talk, "Where is it?")
    decided = await conversations.disputes.settle(refund(await taken(conversations, database)), MAYA)
    (mine,) = shop.all(Handoff)
    if is_closed:
        await conversations.people.close(mine.id, MAYA)
    with database.writing() as session:
        approve(session, decided.proposal_id, NOOR, Decision.DECLINE, shop.book)

    for _ in range(2):
        await conversations.tend_handoffs()

    *_, newest = sorted(shop.all(Handoff), key=lambda handoff: handoff.id != mine.id)
    assert (newest.id == mine.id) is not is_closed
    if is_closed:
        assert (newest.state, newest.meant_for) == (HandoffState.WAITING, MAYA.email)
        assert (await last_said(conversations, talk)).startswith("Your claim is not decided yet")
        await taken(conversations, database)
    else:
        assert newest.reply_by is not None
    no = refund(the_dispute(database).id).model_copy(
        update={"outcome": OutcomeKind.REFUSAL, "reasons": ("It was delivered.",)}
    )
    assert not (await conversations.disputes.settle(no, MAYA)).awaits_approval


async def test_of_an_order_that_was_not_proved_nothing_is_told(
    replica: Replica, shop: PaidShop, database: Database
) -> None:
    conversations = replica(claims(kind="other"))
    talk = await started(conversations, email=None)
    await conversations.reply(talk, "You took my money")
    dispute = await taken(conversations, database)
    await conversations.disputes.amend(dispute, MAYA, Amendment(DisputeKind.DAMAGED, "A-1"))

    await conversations.disputes.settle(refund(dispute), MAYA)

    view = await conversations.view(talk)
    said = " ".join(f"{message.text} {message.cards}" for message in view.messages)
    assert "nobody has shown in this chat whose order it is" in view.messages[-1].text
    assert not [secret for secret in ("A-1", "Visa", "$", "Lamp") if secret in said]


async def test_of_an_order_that_was_not_proved_an_approval_is_told_once(
    replica: Replica, shop: PaidShop, database: Database
) -> None:
    shop.delivered("A-2", items=[shop.mug(20)])
    conversations = replica(claims(kind="other"))
    talk = await started(conversations, email=None)
    await conversations.reply(talk, "You took my money")
    dispute = await taken(conversations, database)
    await conversations.disputes.amend(dispute, MAYA, Amendment(DisputeKind.NOT_RECEIVED, "A-2"))
    decided = await conversations.disputes.settle(refund(dispute), MAYA)
    with database.writing() as session:
        approve(session, decided.proposal_id, NOOR, Decision.CONFIRM, shop.book)

    await conversations.tend_proposals()
    await conversations.tend_proposals()

    texts = [message.text for message in (await conversations.view(talk)).messages]
    assert sum("nobody has shown in this chat" in text for text in texts) == 1
    assert not any("$" in text or "A-2" in text for text in texts)


async def test_escalated_it_waits_for_a_manager(conversations: Conversations, database: Database) -> None:
    talk = await started(conversations)
    await conversations.reply(talk, "My lamp came broken")
    dispute = await taken(conversations, database)

    await conversations.disputes.escalate(dispute, MAYA, "Third claim this month")

    assert (await conversations.view(talk)).status is ConversationStatus.WAITING
    with pytest.raises(DisputeError) as refused:
        await conversations.disputes.settle(refund(dispute), MAYA)
    assert refused.value.code == "manager_needed"
    await taken(conversations, database, BOSS)
    await conversations.disputes.settle(refund(dispute), BOSS)
    assert the_dispute(database).closed_by == "agent:noor@shop.example"


async def test_what_the_bank_sent_is_a_case_of_its_own(
    conversations: Conversations, shop: PaidShop, database: Database
) -> None:
    claim = Claim(DisputeKind.CHARGEBACK, "As the bank sent it.", "A-1", bank=from_the_bank(7500))
    dispute = await conversations.disputes.open_without_conversation(MAYA, claim)

    found = the_dispute(database)
    assert (found.id, found.reason_code, found.respond_by) == (dispute, "13.1", from_the_bank(1).respond_by)
    assert found.payment_id is not None
    await taken(conversations, database)
    assert shop.all(Handoff)[0].reply_by is None, "no shopper waits there"
    await conversations.disputes.withdraw(dispute, MAYA, "The bank took it back")
    assert the_dispute(database).state is DisputeState.WITHDRAWN


async def test_a_case_that_is_gone_is_told_of(conversations: Conversations) -> None:
    with pytest.raises(DisputeError) as refused:
        await conversations.disputes.settle(refund("nothing"), MAYA)
    assert refused.value.code == "unknown_dispute"
