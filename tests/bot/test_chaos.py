"""Whatever a broken model emits: at most eight tool steps, a reply, nothing done, and the next message is answered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from sqlalchemy import select

from bot.answering import LONGEST_ANSWER
from bot.conversation import Conversations
from bot.events import DoneEvent, Reply, TextEvent
from bot.guard import MAX_TOOL_CALLS
from tests.bot.chaos_model import BROKEN, at_random, for_ever, once
from tests.bot.conftest import Clock, Replica
from tests.bot.pressing import started
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.table_contents import PROPOSALS, TALK, contents, differing
from tools.commerce.database import Database
from tools.commerce.schema import Message, MessageRole, Proposal, ProposalStatus

pytestmark = pytest.mark.anyio

MOST_STORED = 24_000
"""Characters of a turn: eight proposals with their cards take most of it."""


@pytest.fixture
def shop(database: Database, clock: Clock) -> PaidShop:
    made = PaidShop(database, now=clock.now)
    made.paid("A-1")
    return made


def rows(shop: PaidShop, conversation_id: str, turn: int) -> list[Message]:
    with shop.database.reading() as session:
        query = select(Message).where(Message.conversation_id == conversation_id, Message.turn == turn)
        return list(session.scalars(query.order_by(Message.seq)))


async def answered(conversations: Conversations, conversation_id: str, *, live: bool) -> Reply:
    async for event in conversations.send(conversation_id, "please help me with A-1", live=live):
        if isinstance(event, TextEvent):
            event.model_dump_json()  # as a channel sends it
        if isinstance(event, DoneEvent):
            return event.reply
    raise AssertionError("no reply")


@contextmanager
def named(name: str) -> Iterator[None]:
    """Says which of them it was."""
    try:
        yield
    except Exception as error:
        error.add_note(f"the model emitted {name}")
        raise


async def assert_harmless(shop: PaidShop, conversations: Conversations, *, live: bool) -> Reply:
    """One turn of it, and what it left."""
    me = await started(conversations)
    before = contents(shop.database)

    reply = await answered(conversations, me, live=live)

    assert differing(before, contents(shop.database)) <= TALK | PROPOSALS
    assert {proposal.status for proposal in shop.all(Proposal)} <= {
        ProposalStatus.OPEN,
        ProposalStatus.EXPIRED,
    }
    assert reply.messages[-1].text.strip()
    stored = rows(shop, me, 1)
    assert stored[0].answered_at is not None
    assert sum(row.role is MessageRole.TOOL for row in stored) <= MAX_TOOL_CALLS
    assert sum(len(row.text) + len(str(row.payload)) for row in stored) < MOST_STORED
    return reply


@pytest.mark.parametrize("live", [False, True], ids=["whole", "streamed"])
async def test_what_is_broken_does_nothing_and_is_answered(
    replica: Replica, shop: PaidShop, live: bool
) -> None:
    for name in BROKEN:
        with named(name):
            await assert_harmless(shop, replica(once(name)), live=live)


async def test_a_model_that_never_learns_is_stopped(replica: Replica, shop: PaidShop) -> None:
    for name in BROKEN:
        with named(name):
            await assert_harmless(shop, replica(for_ever(name)), live=False)


async def test_chaos_turn_after_turn_leaves_a_conversation_that_goes_on(
    replica: Replica, shop: PaidShop
) -> None:
    sane = replica(lambda _: AIMessage("I am myself again."))
    for seed in range(8):
        conversations = replica(at_random(seed))
        me = await started(conversations)
        before = contents(shop.database)

        for _ in range(4):
            await conversations.reply(me, "and now?")

        assert differing(before, contents(shop.database)) <= TALK | PROPOSALS, seed
        reply = await sane.reply(me, "are you there?")
        assert reply.messages[-1].text.startswith("I am myself again."), seed


@pytest.mark.parametrize("name", ["half an argument", "a megabyte of argument", "a call without an id"])
async def test_a_model_is_told_what_was_wrong_and_can_do_better(
    replica: Replica, shop: PaidShop, name: str
) -> None:
    told: list[str] = []

    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        if messages[-1].type == "tool":
            told.append(messages[-1].text)
            return AIMessage("I'll put it another way.")
        return BROKEN[name]()

    reply = await assert_harmless(shop, replica(script), live=False)

    assert reply.messages[-1].text.startswith("I'll put it another way.")
    assert len(told) == 1
    assert ("call_unreadable" in told[0]) is (name != "a call without an id")


async def test_a_model_that_cannot_stop_talking_is_cut_off(replica: Replica, shop: PaidShop) -> None:
    reply = await assert_harmless(shop, replica(once("a megabyte of text")), live=False)

    assert len(reply.messages[-1].text) <= LONGEST_ANSWER
