"""Alerts and digests: proposed, confirmed by a person, told once in the conversation that they were made in."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.conversation import Conversations
from bot.events import PublicMessage
from bot.register import Identity
from tests.bot.conftest import Clock, FarReplica, Replica
from tests.bot.pressing import pressed, proposes
from tests.tools.builders import Shop, line
from tools.commerce import transcript
from tools.commerce.changes.decisions import Decision
from tools.commerce.database import Database
from tools.commerce.schema import (
    Conversation,
    ConversationChannel,
    OrderStatus,
    ProposalStatus,
    Role,
    Watch,
    WatchState,
)
from tools.kpi_cards import KpiCard

pytestmark = pytest.mark.anyio

ANALYST = Identity(role=Role.ANALYST, email="ana@shop.example")
MORNING = datetime(2026, 3, 10, 9, tzinfo=ZoneInfo("America/New_York"))
CANCELLED = proposes(
    "watch_metric", {"metric": "cancellation_rate", "direction": "above", "threshold": "20%"}
)
DIGEST = proposes("propose_digest", {"metrics": ["net_sales", "orders"], "cadence": "daily"})


@dataclass
class Desk:
    """A shop and an analyst in it, who looks at a clock that only the test moves."""

    shop: Shop
    clock: Clock
    placed: int = 0

    def day(self, number: int, hour: int = 9) -> None:
        """Move the clock to an hour of the shop's, so many days after the first."""
        self.clock.now = (MORNING + timedelta(days=number)).replace(hour=hour).astimezone(UTC)
        self.shop.now = self.clock.now

    def sell(self, count: int, *, cancelled: int = 0, day: int = 0) -> None:
        at = (MORNING + timedelta(days=day)).replace(hour=8)
        for number in range(count):
            self.placed += 1
            status = OrderStatus.CANCELLED if number < cancelled else OrderStatus.PROCESSING
            placed_at = at + timedelta(seconds=number)
            self.shop.order(
                f"A-{self.placed}", placed_at=placed_at, status=status, items=[line("Mug", price=1000)]
            )


@pytest.fixture
def desk(database: Database, clock: Clock) -> Desk:
    made = Desk(Shop(database), clock)
    made.day(0, hour=12)
    made.sell(10, day=-1)
    return made


async def confirmed(conversations: Conversations, identity: Identity = ANALYST) -> str:
    """The id of a conversation in which somebody asked for what the model proposes, and agreed."""
    me = (await conversations.start(identity, ConversationChannel.SLACK)).id
    reply = await conversations.reply(me, "tell me, please")
    assert reply.proposal is not None, reply
    done = await pressed(conversations, me, reply.proposal.id)
    assert done.proposal is not None
    assert done.proposal.status is ProposalStatus.ACCEPTED, done
    return me


async def told(conversations: Conversations, me: str) -> Sequence[PublicMessage]:
    """What came without being asked for."""
    messages = (await conversations.view(me)).messages
    return [one for one in messages if any(isinstance(card, KpiCard) for card in one.cards)]


def watches(desk: Desk) -> Sequence[Watch]:
    with desk.shop.database.reading() as session:
        return session.scalars(select(Watch).order_by(Watch.id)).all()


async def test_nothing_is_watched_before_a_person_agrees(replica: Replica, desk: Desk) -> None:
    conversations = replica(CANCELLED)
    me = (await conversations.start(ANALYST, ConversationChannel.SLACK)).id

    reply = await conversations.reply(me, "tell me when the cancellation rate passes 20%")

    assert reply.proposal is not None
    assert reply.proposal.summary == (
        "Tell you here when Cancellation rate in the last 28 days is above 20.0%; I look every day at 9:00 AM."
    )
    assert watches(desk) == []
    await pressed(conversations, me, reply.proposal.id, Decision.DECLINE)
    assert watches(desk) == []


async def test_it_is_told_once_when_it_passes_and_again_only_after_it_came_back(
    replica: Replica, desk: Desk
) -> None:
    conversations = replica(CANCELLED)
    me = await confirmed(conversations)

    async def at(day: int) -> int:
        desk.day(day)
        await conversations.tend_watches()
        return len(await told(conversations, me))

    assert await at(0) == 0
    desk.sell(10, cancelled=10, day=1)
    assert await at(1) == 0, "today is not over"
    assert await at(2) == 1
    assert await at(3) == 1
    desk.sell(60, day=3)
    assert await at(4) == 1, "it came back"
    desk.sell(40, cancelled=40, day=5)
    assert await at(6) == 2

    first = (await told(conversations, me))[0]
    assert first.text == (
        "Cancellation rate in the last 28 days is above 20.0%: it is 50.0%. "
        "I'll tell you again only after it has come back."
    )


async def test_what_has_passed_already_is_told_right_away(replica: Replica, desk: Desk) -> None:
    desk.sell(30, cancelled=30, day=-2)
    conversations = replica(CANCELLED)

    me = await confirmed(conversations)
    await conversations.tend_watches()

    assert len(await told(conversations, me)) == 1


async def test_replicas_that_look_at_once_tell_once(far_replica: FarReplica, desk: Desk) -> None:
    replicas = [far_replica(DIGEST) for _ in range(3)]
    me = await confirmed(replicas[0])
    desk.day(1)

    await asyncio.gather(*(one.tend_watches() for one in replicas for _ in range(2)))
    await replicas[0].tend_watches()

    assert len(await told(replicas[1], me)) == 1


async def test_a_digest_comes_with_the_last_whole_day_and_once_for_days_that_nothing_ran(
    replica: Replica, desk: Desk
) -> None:
    conversations = replica(DIGEST)
    me = await confirmed(conversations)
    desk.sell(4, day=2)
    await conversations.tend_watches()
    assert await told(conversations, me) == []

    desk.day(3, hour=17)
    await conversations.tend_watches()
    desk.clock.now -= timedelta(hours=1)  # the clock is put back
    await conversations.tend_watches()

    (message,) = await told(conversations, me)
    assert message.text == "Net sales and orders of the last day: net sales $40.00; orders 4."
    assert [one.next_due_at for one in watches(desk)] == [MORNING + timedelta(days=4)]


async def test_a_turn_comes_first_and_the_news_after_it(replica: Replica, desk: Desk) -> None:
    conversations = replica(DIGEST)
    me = await confirmed(conversations)
    desk.day(1)
    with desk.shop.database.writing() as session:
        assert transcript.claim_turn(session, me, "somebody", desk.clock.now)

    await conversations.tend_watches()
    assert await told(conversations, me) == []
    with desk.shop.database.writing() as session:
        transcript.release_turn(session, me, "somebody")
    await conversations.tend_watches()

    assert len(await told(conversations, me)) == 1


async def test_what_was_not_stored_is_told_the_next_time(
    replica: Replica, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the process had died in the middle: the message and the next time are one transaction."""
    conversations = replica(DIGEST)
    me = await confirmed(conversations)
    desk.day(1)

    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(transcript, "append_unasked", dies)
        await conversations.tend_watches()
    assert await told(conversations, me) == []

    await conversations.tend_watches()
    await conversations.tend_watches()

    assert len(await told(conversations, me)) == 1


async def test_whoever_sees_figures_no_longer_is_told_none(replica: Replica, desk: Desk) -> None:
    conversations = replica(DIGEST)
    me = await confirmed(conversations)
    with desk.shop.database.writing() as session:
        session.get_one(Conversation, me).role = Role.AGENT
    desk.day(1)

    await conversations.tend_watches()

    assert await told(conversations, me) == []


async def test_two_people_may_agree_to_the_same_at_once(replica: Replica, desk: Desk) -> None:
    conversations = replica(CANCELLED)
    other = Identity(role=Role.MANAGER, email="max@shop.example")
    opened = [(await conversations.start(one, ConversationChannel.SLACK)).id for one in (ANALYST, other)]
    asked = [await conversations.reply(one, "tell me, please") for one in opened]

    for me, reply in zip(opened, asked, strict=True):
        assert reply.proposal is not None
        await pressed(conversations, me, reply.proposal.id)

    assert [one.owner for one in watches(desk)] == ["ana@shop.example", "max@shop.example"]


async def test_what_is_stopped_is_told_no_more(replica: Replica, desk: Desk) -> None:
    me = await confirmed(replica(DIGEST))
    (watch,) = watches(desk)
    stopping = replica(proposes("stop_watch", {"number": watch.id}))

    reply = await stopping.reply(me, "stop that one")
    assert reply.proposal is not None
    assert reply.proposal.summary == "Stop sending you Net sales and orders of the last day."
    await pressed(stopping, me, reply.proposal.id)
    desk.day(1)
    await stopping.tend_watches()

    assert [one.state for one in watches(desk)] == [WatchState.STOPPED]
    assert await told(stopping, me) == []
