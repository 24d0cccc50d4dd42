"""Two replicas on one database, each with connections and a clock of its own: one effect, and true answers."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest
from langchain_core.messages import AIMessage

from bot.errors import ClientMessageReused
from bot.replicas import hear_replicas
from tests.bot.conftest import Clock, FarReplica
from tests.bot.pressing import pressed, proposes, shown, started, status
from tests.bot.test_handoffs import MAYA, handoff, hands_over
from tests.tools.builders import days, parcel
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce.changes import decisions
from tools.commerce.changes.decisions import Decision
from tools.commerce.database import Database
from tools.commerce.schema import (
    ConversationStatus,
    LedgerEntry,
    Message,
    OrderStatus,
    Proposal,
    ProposalStatus,
    Refund,
    Role,
    ShipmentStatus,
)
from tools.commerce.transcript import NEWS
from tools.principal import Principal

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(database: Database, clock: Clock) -> PaidShop:
    made = PaidShop(database, now=clock.now)
    made.paid("A-1")
    return made


async def test_what_one_proposes_another_carries_out(far_replica: FarReplica, shop: PaidShop) -> None:
    here, there = far_replica(proposes()), far_replica(proposes())
    me = await started(here)
    proposal = await shown(here, me)

    reply = await pressed(there, me, proposal.id)

    assert reply.messages[0].text.startswith("Done. Order A-1 is canceled.")
    assert (await here.view(me)).messages == (await there.view(me)).messages


async def test_a_typed_yes_is_understood_where_the_proposal_was_not_made(
    far_replica: FarReplica, shop: PaidShop
) -> None:
    here, there = far_replica(proposes()), far_replica(proposes())
    me = await started(here)
    await shown(here, me)

    await there.reply(me, "yes")

    assert status(shop) is OrderStatus.CANCELLED


async def test_the_button_and_a_typed_yes_at_the_same_moment_have_one_effect(
    far_replica: FarReplica, shop: PaidShop
) -> None:
    here, there = far_replica(proposes()), far_replica(proposes())
    me = await started(here)
    proposal = await shown(here, me)

    replies = await asyncio.gather(pressed(here, me, proposal.id), there.reply(me, "yes"))

    assert any(reply.messages[0].text.startswith("Done. Order A-1") for reply in replies)
    assert len(shop.all(Refund)) == 1


async def test_yes_and_no_at_the_same_moment_have_one_end_and_both_are_told_it(
    far_replica: FarReplica, shop: PaidShop
) -> None:
    here, there = far_replica(proposes()), far_replica(proposes())
    me = await started(here)
    proposal = await shown(here, me)

    yes, no = await asyncio.gather(
        pressed(here, me, proposal.id), pressed(there, me, proposal.id, Decision.DECLINE)
    )

    told = (yes.messages[0].text.split(".")[0], no.messages[0].text.split(":")[0])
    if shop.one(Proposal, proposal.id).status is ProposalStatus.ACCEPTED:
        assert told == ("Done", "That has been done already")
        assert len(shop.all(Refund)) == 1
    else:
        assert told == (
            "That was declined before, so nothing was changed",
            "All right, I've left everything as it is.",
        )
        assert shop.all(Refund) == []


async def test_where_clocks_differ_a_proposal_is_either_carried_out_or_expired(
    far_replica: FarReplica, shop: PaidShop, clock: Clock
) -> None:
    late = Clock()
    late.now = clock.now + timedelta(minutes=31)
    here, there = far_replica(proposes()), far_replica(proposes(), late)
    me = await started(here)
    proposal = await shown(here, me)

    reply, _ = await asyncio.gather(pressed(here, me, proposal.id), there.tend_proposals())

    if shop.one(Proposal, proposal.id).status is ProposalStatus.ACCEPTED:
        assert reply.messages[0].text.startswith("Done.")
        assert len(shop.all(Refund)) == 1
    else:
        assert "has expired" in reply.messages[0].text
        assert shop.all(LedgerEntry) == []


async def test_the_button_of_a_proposal_that_another_replica_has_replaced_does_nothing(
    far_replica: FarReplica, shop: PaidShop
) -> None:
    here, there = far_replica(proposes()), far_replica(proposes())
    me = await started(here)
    first = await shown(here, me)
    second = await shown(there, me)

    reply = await pressed(here, me, first.id)

    assert reply.messages[0].text.startswith("A newer proposal has taken the place")
    assert status(shop) is OrderStatus.PROCESSING
    await pressed(here, me, second.id)
    assert status(shop) is OrderStatus.CANCELLED


async def test_what_was_decided_meanwhile_is_told_once_however_many_replicas_look(
    far_replica: FarReplica, shop: PaidShop
) -> None:
    shop.paid(
        "A-9",
        [shop.mug(20)],
        status=OrderStatus.SHIPPED,
        promised_at=shop.now - days(12),
        placed_at=shop.now - days(20),
        parcels=[parcel(ShipmentStatus.IN_TRANSIT, shipped_at=shop.now - days(18))],
    )
    lost = proposes("propose_refund", {"order_number": "A-9", "cause": "lost_parcel"})
    replicas = [far_replica(lost) for _ in range(4)]
    me = await started(replicas[0])
    proposal = await shown(replicas[0], me)
    waiting = await pressed(replicas[0], me, proposal.id)
    with shop.database.writing() as session:
        staff = Principal(role=Role.AGENT, staff_email="sam@example.com")
        decisions.approve(session, proposal.id, staff, Decision.CONFIRM, shop.book)

    for _ in range(2):
        await asyncio.gather(*(replica.tend_proposals() for replica in replicas))

    said = (await replicas[0].view(me)).messages
    assert [message.text[:5] for message in said].count("Done.") == 1
    # The button's own answer stays what it was.
    assert (await pressed(replicas[1], me, proposal.id)).messages == waiting.messages


async def test_a_message_that_comes_a_hundred_times_at_once_is_one(
    far_replica: FarReplica, shop: PaidShop
) -> None:
    numbers = count(1)
    replicas = [far_replica(lambda _: AIMessage(f"answer {next(numbers)}")) for _ in range(2)]
    me = await started(replicas[0])

    replies = await asyncio.gather(
        *(replicas[number % 2].reply(me, "cancel A-1", client_message_id="m-1") for number in range(100))
    )

    assert {reply.model_dump_json() for reply in replies} == {replies[0].model_dump_json()}
    assert [message.text for message in replies[0].messages] == ["answer 1"]
    assert len(shop.all(Message)) == 2
    after_a_restart = far_replica(proposes())
    assert await after_a_restart.reply(me, "cancel A-1", client_message_id="m-1") == replies[0]


async def test_a_request_that_proposes_comes_a_hundred_times_and_makes_one_proposal(
    far_replica: FarReplica, shop: PaidShop
) -> None:
    replicas = [far_replica(proposes()), far_replica(proposes())]
    me = await started(replicas[0])

    replies = await asyncio.gather(
        *(replicas[n % 2].reply(me, "cancel A-1", client_message_id="m-1") for n in range(100))
    )

    assert len({reply.model_dump_json() for reply in replies}) == 1
    assert [one.status for one in shop.all(Proposal)] == [ProposalStatus.OPEN]


async def test_the_same_id_with_other_words_is_an_error_on_every_replica(
    far_replica: FarReplica, shop: PaidShop
) -> None:
    replicas = [far_replica(proposes()), far_replica(proposes())]
    me = await started(replicas[0])
    await replicas[0].reply(me, "cancel A-1", client_message_id="m-1")

    for others in (replicas[1], far_replica(proposes())):
        with pytest.raises(ClientMessageReused):
            await others.reply(me, "return A-1", client_message_id="m-1")
    assert len(shop.all(Proposal)) == 1


async def test_a_button_pressed_again_after_a_restart_gets_its_answer(
    far_replica: FarReplica, shop: PaidShop
) -> None:
    here = far_replica(proposes())
    me = await started(here)
    proposal = await shown(here, me)
    first = await pressed(here, me, proposal.id)

    again = await pressed(far_replica(proposes()), me, proposal.id)

    assert again == first
    assert len(shop.all(Refund)) == 1


async def test_two_people_on_one_account_agree_to_the_same_refund_once(
    far_replica: FarReplica, shop: PaidShop, clock: Clock
) -> None:
    one_mug: dict[str, object] = {
        "order_number": "A-1",
        "reason": "changed_mind",
        "items": [{"line": 1, "quantity": 1}],
    }
    script = proposes("propose_cancellation", one_mug)
    here, there = far_replica(script), far_replica(script)
    talks = [await started(here), await started(there)]
    mugs = [await shown(here, talks[0]), await shown(there, talks[1])]
    clock.now += timedelta(seconds=10)

    replies = await asyncio.gather(pressed(here, talks[0], mugs[0].id), pressed(there, talks[1], mugs[1].id))

    assert sorted(reply.messages[0].text[:13] for reply in replies) == ["Done. 1 x Mug", "I couldn't do"]
    assert [refund.amount_minor for refund in shop.all(Refund)] == [1500]


async def test_while_a_person_has_it_the_bot_is_silent_on_every_replica_and_after_a_restart(
    far_replica: FarReplica, shop: PaidShop
) -> None:
    here = far_replica(hands_over)
    me = await started(here)
    await here.reply(me, "a person, please")
    await here.people.take(handoff(shop.database).id, MAYA)
    await here.finish_running(within_seconds=10)

    reply = await far_replica(hands_over).reply(me, "a person? where is my order?")

    assert (reply.messages, reply.status) == ((), ConversationStatus.HUMAN)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_one_stores_another_hears(far_replica: FarReplica, database: Database) -> None:
    storing, following = (
        far_replica(lambda _: AIMessage("Hello!")),
        far_replica(lambda _: AIMessage("Hello!")),
    )
    me = await started(storing, email=None)
    listening = asyncio.create_task(hear_replicas(database, {NEWS: following.tell_news}))
    try:
        news = asyncio.create_task(following.wait_for_news(me, within_seconds=60))
        for _ in range(20):
            # Once is enough as soon as the other listens.
            await storing.reply(me, "hi")
            await asyncio.wait({news}, timeout=1)
            if news.done():
                break
        assert news.done()
    finally:
        listening.cancel()
