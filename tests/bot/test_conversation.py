import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from sqlalchemy import func, select, update

from bot.conversation import Conversations
from bot.errors import AnswerDelayed, ClientMessageReused, EmptyMessage, MessageTooLong, UnknownConversation
from bot.events import AcceptedEvent, DoneEvent, MessageEvent, TextEvent
from tests.bot.conftest import Clock, Replica
from tests.bot.scripted_model import echo
from tools.commerce import transcript
from tools.commerce.database import Database
from tools.commerce.schema import Conversation, ConversationChannel, Message, MessageRole

pytestmark = pytest.mark.anyio


async def started(conversations: Conversations) -> str:
    return (await conversations.start(None, ConversationChannel.WIDGET)).id


def rows(database: Database, conversation_id: str) -> Sequence[Message]:
    with database.reading() as session:
        return transcript.after(session, conversation_id, 0)


async def test_a_message_is_accepted_streamed_answered_and_stored(
    replica: Replica, database: Database
) -> None:
    conversations = replica(echo)
    conversation_id = await started(conversations)

    events = [event async for event in conversations.send(conversation_id, "hello there")]

    assert isinstance(events[0], AcceptedEvent)
    assert isinstance(events[-1], DoneEvent)
    assert "".join(e.text for e in events if isinstance(e, TextEvent)) == "You said: hello there"
    assert [e.message.text for e in events if isinstance(e, MessageEvent)] == ["You said: hello there"]
    assert [(r.role, r.text) for r in rows(database, conversation_id)] == [
        (MessageRole.USER, "hello there"),
        (MessageRole.ASSISTANT, "You said: hello there"),
    ]


async def test_the_same_message_again_gets_the_same_answer_and_no_second_turn(
    replica: Replica, database: Database
) -> None:
    numbers = count(1)
    conversations = replica(lambda _: AIMessage(f"answer {next(numbers)}"))
    conversation_id = await started(conversations)

    first = await conversations.reply(conversation_id, "hi", client_message_id="m1")
    again = await replica(echo).reply(conversation_id, "hi", client_message_id="m1")

    assert first == again
    assert len(rows(database, conversation_id)) == 2


async def test_a_used_client_message_id_with_other_words_is_an_error(
    replica: Replica, database: Database
) -> None:
    conversations = replica(echo)
    conversation_id = await started(conversations)
    await conversations.reply(conversation_id, "hi", client_message_id="m1")

    with pytest.raises(ClientMessageReused):
        await conversations.reply(conversation_id, "something else", client_message_id="m1")
    assert len(rows(database, conversation_id)) == 2


@pytest.mark.parametrize("text", ["", "   \n\t ", "\u200b\u200e", "\x00\x01"])
async def test_a_message_with_nothing_to_read_is_refused(replica: Replica, text: str) -> None:
    conversations = replica(echo)
    with pytest.raises(EmptyMessage):
        await conversations.reply(await started(conversations), text)


async def test_a_message_that_is_too_long_is_refused_and_not_stored(
    replica: Replica, database: Database
) -> None:
    conversations = replica(echo)
    conversation_id = await started(conversations)
    with pytest.raises(MessageTooLong):
        await conversations.reply(conversation_id, "x" * 4001)
    assert rows(database, conversation_id) == []


async def test_only_its_own_token_opens_a_conversation(replica: Replica) -> None:
    conversations = replica(echo)
    one = await conversations.start(None, ConversationChannel.WIDGET)
    other = await conversations.start(None, ConversationChannel.WIDGET)
    await conversations.authorize(one.id, one.token)
    for conversation_id, token in ((one.id, other.token), (one.id, ""), (str(uuid4()), one.token)):
        with pytest.raises(UnknownConversation):
            await conversations.authorize(conversation_id, token)


async def test_messages_sent_at_once_through_two_replicas_are_answered_one_after_the_other(
    replica: Replica, database: Database
) -> None:
    replicas = [replica(echo), replica(echo)]
    conversation_id = await started(replicas[0])

    sent = [
        replicas[n % 2].reply(conversation_id, f"message {n}", client_message_id=str(n)) for n in range(10)
    ]
    replies = await asyncio.gather(*sent)

    assert [reply.messages[0].text for reply in replies] == [f"You said: message {n}" for n in range(10)]
    stored = rows(database, conversation_id)
    assert [row.seq for row in stored] == list(range(1, 21))
    assert [row.role for row in stored] == [MessageRole.USER, MessageRole.ASSISTANT] * 10
    assert all(
        answer.text.endswith(said.text) for said, answer in zip(stored[::2], stored[1::2], strict=True)
    )


async def test_a_turn_goes_on_when_its_caller_stops_listening(replica: Replica, database: Database) -> None:
    conversations = replica(echo)
    conversation_id = await started(conversations)
    events = conversations.send(conversation_id, "hi")
    assert isinstance(await anext(events), AcceptedEvent)

    await events.aclose()  # type: ignore[attr-defined]  # an async generator, typed as an iterator
    await conversations.finish_running(within_seconds=10)

    assert [row.text for row in rows(database, conversation_id)] == ["hi", "You said: hi"]


def leave_unanswered(database: Database, conversation_id: str, text: str, clock: Clock) -> None:
    """What a process killed in mid-turn leaves: a stored message, and a lease that nobody renews."""
    with database.writing() as session:
        assert transcript.claim_turn(session, conversation_id, "killed", clock.now)
        transcript.accept_message(session, conversation_id, "killed", text, "before", clock.now)


async def test_what_a_killed_process_left_is_answered_before_the_next_message(
    replica: Replica, database: Database, clock: Clock
) -> None:
    conversations = replica(echo)
    conversation_id = await started(conversations)
    leave_unanswered(database, conversation_id, "before the crash", clock)
    clock.now += timedelta(seconds=9)

    reply = await conversations.reply(conversation_id, "after it")

    assert [m.text for m in reply.messages] == ["You said: after it"]
    assert [row.text for row in rows(database, conversation_id)] == [
        "before the crash",
        "You said: before the crash",
        "after it",
        "You said: after it",
    ]


async def test_sending_it_again_after_a_crash_answers_it_once(
    replica: Replica, database: Database, clock: Clock
) -> None:
    conversations = replica(echo)
    conversation_id = await started(conversations)
    leave_unanswered(database, conversation_id, "before the crash", clock)
    clock.now += timedelta(seconds=9)

    reply = await conversations.reply(conversation_id, "before the crash", client_message_id="before")

    assert [m.text for m in reply.messages] == ["You said: before the crash"]
    assert len(rows(database, conversation_id)) == 2


async def test_a_new_process_answers_what_was_abandoned(
    replica: Replica, database: Database, clock: Clock
) -> None:
    conversations = replica(echo)
    conversation_id = await started(conversations)
    leave_unanswered(database, conversation_id, "before the crash", clock)
    assert await conversations.resume_abandoned() == 0, "the lease may still be somebody's"

    clock.now += timedelta(seconds=9)
    assert await conversations.resume_abandoned() == 1
    await conversations.finish_running(within_seconds=10)

    assert [row.text for row in rows(database, conversation_id)][-1] == "You said: before the crash"
    assert await conversations.resume_abandoned() == 0


async def test_a_replica_that_lost_its_lease_writes_nothing(
    replica: Replica, database: Database, clock: Clock
) -> None:
    def lose_the_lease(messages: Sequence[BaseMessage]) -> AIMessage:
        with database.writing() as session:
            session.execute(update(Conversation).values(turn_holder="another replica"))
        return echo(messages)

    conversations = replica(lose_the_lease)
    conversation_id = await started(conversations)

    with pytest.raises(AnswerDelayed):
        await conversations.reply(conversation_id, "hi")
    assert [row.text for row in rows(database, conversation_id)] == ["hi"]


async def test_a_model_that_breaks_still_leaves_the_shopper_with_an_answer(
    replica: Replica, database: Database
) -> None:
    def break_down(_: Sequence[BaseMessage]) -> AIMessage:
        raise RuntimeError("no")

    conversations = replica(break_down)
    conversation_id = await started(conversations)
    reply = await conversations.reply(conversation_id, "hi")
    assert "something went wrong" in reply.messages[0].text
    assert [row.role for row in rows(database, conversation_id)] == [MessageRole.USER, MessageRole.ASSISTANT]


async def test_a_model_that_never_stops_calling_tools_is_stopped(
    replica: Replica, database: Database
) -> None:
    numbers = count()

    def call_for_ever(_: Sequence[BaseMessage]) -> AIMessage:
        calls = [
            {"name": "get_contact_details", "args": {}, "id": f"call-{next(numbers)}", "type": "tool_call"}
            for _ in range(5)
        ]
        return AIMessage("", tool_calls=calls)

    conversations = replica(call_for_ever)
    conversation_id = await started(conversations)
    reply = await conversations.reply(conversation_id, "hi")

    assert "something went wrong" in reply.messages[0].text
    with database.reading() as session:
        answered = session.scalar(select(func.count()).where(Message.role == MessageRole.TOOL))
    assert answered == 8


@pytest.mark.parametrize(
    "call",
    [
        {"name": "no_such_tool", "args": {}},
        {"name": "track_parcel", "args": {"order_number": float("nan")}},
        {"name": "track_parcel", "args": {"order_number": {"$ne": 1}, "customer_id": 7}},
        {"name": "find_products", "args": {"limit": 10**12}},
        {"name": "search_knowledge", "args": {}},
    ],
)
async def test_a_broken_tool_call_is_told_to_the_model_and_ends_in_an_answer(
    replica: Replica, database: Database, call: dict[str, object]
) -> None:
    def call_once(messages: Sequence[BaseMessage]) -> AIMessage:
        if messages[-1].type == "tool":
            return AIMessage("I could not look that up.")
        return AIMessage("", tool_calls=[{**call, "id": "1", "type": "tool_call"}])

    conversations = replica(call_once)
    conversation_id = await started(conversations)
    reply = await conversations.reply(conversation_id, "hi")
    assert reply.messages[0].text == "I could not look that up."
    assert [row.role for row in rows(database, conversation_id)].count(MessageRole.TOOL) == 1
