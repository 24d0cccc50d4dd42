"""A conversation that a person goes on with: handed over once, the bot silent, and given back in the end."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.tool import tool_call

from bot.colleague import Colleague
from bot.conversation import Conversations
from bot.desk import Desk
from bot.events import Reply
from tests.bot.conftest import Clock, Replica
from tests.bot.pressing import pressed, proposes, shown, started
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce.database import Database
from tools.commerce.handoffs import lifecycle
from tools.commerce.handoffs.lifecycle import HandoffError
from tools.commerce.schema import (
    Conversation,
    ConversationStatus,
    Handoff,
    HandoffReason,
    HandoffState,
    HandoffStep,
    OutboxEmail,
    ProposalStatus,
)

pytestmark = pytest.mark.anyio

MAYA = Colleague("maya@fernway.example", "Maya")
BEN = Colleague("ben@fernway.example", "Ben")
SUNDAY = datetime(2026, 3, 15, 15, 0, tzinfo=UTC)
"""Nobody is there."""


def hands_over(messages: Sequence[BaseMessage]) -> AIMessage:
    if isinstance(messages[-1], HumanMessage) and "person" in messages[-1].text:
        return AIMessage("", tool_calls=[tool_call(name="hand_over_to_person", args={}, id="c1")])
    return AIMessage("Somebody will answer here.")


@pytest.fixture
def conversations(replica: Replica) -> Conversations:
    return replica(hands_over)


@pytest.fixture
async def talk(conversations: Conversations) -> str:
    """Handed over."""
    talk = await started(conversations, email=None)
    await conversations.reply(talk, "a person, please")
    return talk


def handoff(database: Database) -> Handoff:
    """The only one that there is."""
    with database.reading() as session:
        return session.query(Handoff).one()


def steps(database: Database) -> list[HandoffStep]:
    with database.reading() as session:
        return [event.step for event in lifecycle.trail(session, session.query(Handoff).one().id)]


async def said(conversations: Conversations, talk: str) -> list[tuple[str, str]]:
    view = await conversations.view(talk)
    return [(message.role, message.text) for message in view.messages]


async def test_after_the_handover_the_bot_is_silent_and_nothing_is_lost(
    conversations: Conversations, talk: str
) -> None:
    reply = await conversations.reply(talk, "are you there? my order is A-1")

    assert reply.messages == ()
    assert reply.status is ConversationStatus.WAITING
    assert (await said(conversations, talk))[-1] == ("user", "are you there? my order is A-1")


async def test_asked_for_again_it_is_still_one_handoff(replica: Replica, database: Database) -> None:
    def twice(messages: Sequence[BaseMessage]) -> AIMessage:
        if isinstance(messages[-1], HumanMessage):
            calls = [tool_call(name="hand_over_to_person", args={}, id=f"c{n}") for n in range(3)]
            return AIMessage("", tool_calls=calls)
        return AIMessage("Somebody will answer here.")

    conversations = replica(twice)
    talk = await started(conversations, email=None)
    await conversations.reply(talk, "a person, please")

    assert handoff(database).state is HandoffState.WAITING
    assert steps(database) == [HandoffStep.OPENED]


async def test_a_person_writes_in_the_same_chat_and_gives_it_back(
    conversations: Conversations, talk: str, database: Database
) -> None:
    people, mine = conversations.people, handoff(database).id

    await people.take(mine, MAYA)
    assert (await conversations.view(talk)).status is ConversationStatus.HUMAN
    await people.say(mine, MAYA, "Hi, I've sent a new one.", "d-1")
    await people.say(mine, MAYA, "Hi, I've sent a new one.", "d-1")
    await conversations.reply(talk, "thank you!")
    await people.close(mine, MAYA)

    view = await conversations.view(talk)
    assert view.status is ConversationStatus.BOT
    assert [(m.role, m.author) for m in view.messages if m.author] == [("agent", "Maya")]
    assert view.messages[-1].choices[0] == "Very well"
    assert steps(database) == [
        HandoffStep.OPENED,
        HandoffStep.TAKEN,
        HandoffStep.ANSWERED,
        HandoffStep.CLOSED,
    ]


async def test_how_it_went_is_asked_and_kept_once(
    conversations: Conversations, talk: str, database: Database
) -> None:
    mine = handoff(database).id
    await conversations.people.take(mine, MAYA)
    await conversations.people.close(mine, MAYA)

    thanks = await conversations.reply(talk, "So-so")
    later = await conversations.reply(talk, "Very well")

    assert "Thank you" in thanks.messages[0].text
    assert handoff(database).rating == 3
    assert later.messages[0].text == "Somebody will answer here."


async def test_while_nobody_has_taken_it_the_shopper_can_go_back(
    conversations: Conversations, talk: str, database: Database
) -> None:
    offered = (await conversations.view(talk)).messages[-1].choices
    reply = await conversations.reply(talk, offered[0])

    assert reply.status is ConversationStatus.BOT
    assert reply.messages
    assert handoff(database).state is HandoffState.WITHDRAWN


async def test_of_two_who_take_it_at_once_one_has_it(
    conversations: Conversations, talk: str, database: Database
) -> None:
    mine = handoff(database).id
    taken = await asyncio.gather(
        *(conversations.people.take(mine, who) for who in (MAYA, BEN)), return_exceptions=True
    )

    refused = [error for error in taken if isinstance(error, HandoffError)]
    assert [error.code for error in refused] == ["taken_by_another"]
    winner, loser = (MAYA, BEN) if taken[0] is None else (BEN, MAYA)
    with pytest.raises(HandoffError, match="Take this conversation first"):
        await conversations.people.say(mine, loser, "Hello", "d-1")
    await conversations.people.say(mine, winner, "Hello", "d-1")
    joined = [text for role, text in await said(conversations, talk) if "is here now" in text]
    assert joined == [f"{winner.name} from our team is here now, and has read what you wrote."]


async def test_put_back_it_waits_for_somebody_else(
    conversations: Conversations, talk: str, database: Database
) -> None:
    mine = handoff(database).id
    await conversations.people.take(mine, MAYA)
    await conversations.people.release(mine, MAYA)
    assert (await conversations.view(talk)).status is ConversationStatus.WAITING

    await conversations.people.take(mine, BEN)
    assert handoff(database).taken_by == BEN.email


async def test_what_nobody_takes_is_escalated_each_time_its_time_passes(
    replica: Replica, talk: str, database: Database, clock: Clock
) -> None:
    replicas = [replica(hands_over) for _ in range(2)]

    async def escalated() -> int:
        await asyncio.gather(*(one.tend_handoffs() for one in replicas))
        with database.reading() as session:
            return session.query(OutboxEmail).count()

    clock.now += timedelta(minutes=14)
    assert await escalated() == 0
    clock.now += timedelta(minutes=1)
    assert await escalated() == 1
    assert await escalated() == 1
    clock.now += timedelta(minutes=15)
    assert await escalated() == 2
    await replicas[0].people.take(handoff(database).id, MAYA)
    await replicas[0].people.say(handoff(database).id, MAYA, "I'm looking into it.", "d-1")
    clock.now += timedelta(days=1)
    assert await escalated() == 2


async def test_out_of_hours_it_says_when_people_are_back_and_counts_from_then(
    replica: Replica, database: Database, clock: Clock
) -> None:
    clock.now = SUNDAY
    conversations = replica(hands_over)
    talk = await started(conversations, email=None)
    reply = await conversations.reply(talk, "a person, please")

    card = reply.messages[0].cards[0]
    assert card.kind == "handoff"
    assert "We're back tomorrow at 8 a.m., and answer then" in card.message
    assert handoff(database).answer_by == datetime(2026, 3, 16, 12, 15, tzinfo=UTC)


async def test_the_more_urgent_wait_and_those_before_are_told(
    conversations: Conversations, talk: str, clock: Clock
) -> None:
    clock.now += timedelta(minutes=1)
    other = await started(conversations, email=None)
    reply = await conversations.reply(other, "a person, please")

    card = reply.messages[0].cards[0]
    assert card.kind == "handoff"
    assert "1 person is before you. Someone usually answers within 15 minutes" in card.message


async def test_a_word_to_a_person_accepts_no_proposal_but_its_button_does(
    replica: Replica, database: Database, clock: Clock
) -> None:
    shop = PaidShop(database, now=clock.now)
    shop.paid("A-1")
    conversations = replica(proposes())
    talk = await started(conversations)
    proposal = await shown(conversations, talk)
    with database.writing() as session:
        now = clock.now
        lifecycle.hand_over(session, talk, HandoffReason.ASKED, "model", now, now)

    await conversations.reply(talk, "yes")
    view = await conversations.view(talk)
    assert view.proposal is not None
    assert view.proposal.status is ProposalStatus.OPEN
    done = await pressed(conversations, talk, proposal.id)
    assert done.proposal is not None
    assert done.proposal.status is ProposalStatus.ACCEPTED


FOR_A_PERSON = {
    "asked": [
        "I want to talk to a person",
        "human please",
        "get me a real agent",
        "can somebody from your team chat with me",
        "no more bot, give me a human being",
        "put me through to customer service",
        "let me speak to your supervisor",
        "agent!",
    ],
    "complaint": [
        "this is the worst shop I have ever bought from",
        "I'm really angry with you people",
        "your service is a disgrace",
        "I am so disappointed in this company",
        "this is completely unacceptable",
        "I want to make a complaint",
        "I've never been treated so badly",
        "you lot are hopeless, I'm furious",
    ],
    "legal_threat": [
        "I will take you to court",
        "my lawyer will write to you",
        "you'll hear from my attorney",
        "I'm going to sue you",
        "I'm considering legal action over this order",
        "see you in court",
        "this goes to small claims if you don't pay",
        "I'll report you to the Better Business Bureau",
    ],
    "chargeback": [
        "I'm filing a chargeback",
        "I'll do a charge back with my bank",
        "I am going to dispute this with my bank",
        "I'll just dispute the charge with my card issuer",
        "then I reverse the payment through my bank",
        "chargeback it is then",
        "I've disputed the payment with PayPal",
        "expect a charge-back from me",
    ],
    "injury": [
        "the lamp gave me an electric shock",
        "the kettle burned my hand",
        "my son was injured by your chair",
        "I cut my finger on the glass and had to go to hospital",
        "the candle caught fire and burnt my arm",
        "my daughter had an allergic reaction to the blanket",
        "I was hurt when the stool broke",
        "I ended up in the emergency room because of your stove",
    ],
    "privacy": [
        "Delete all my personal data",
        "please erase everything you know about me",
        "I want a copy of all the data you have on me",
        "this is a GDPR request",
        "remove my data from your systems, all of it",
        "I hereby make a subject access request",
        "I'd like to exercise my right to be forgotten",
        "send me all my personal data please",
    ],
}


@pytest.fixture(scope="module")
def in_their_words(demo_desk: Desk) -> Conversations:
    return Conversations(demo_desk)


@pytest.mark.parametrize(
    ("reason", "words"), [(reason, text) for reason, texts in FOR_A_PERSON.items() for text in texts]
)
async def test_whoever_needs_a_person_gets_one_case_and_a_silent_bot(
    in_their_words: Conversations, demo_desk: Desk, reason: str, words: str
) -> None:
    talk = await started(in_their_words, email=None)
    reply = await in_their_words.reply(talk, words)
    after: Reply = await in_their_words.reply(talk, "hello?")

    assert reply.status is ConversationStatus.WAITING, reply.messages[0].text
    assert "I've passed this conversation to our team" in reply.messages[0].text
    assert after.messages == ()
    with demo_desk.database.reading() as session:
        found = session.query(Handoff).filter_by(conversation_id=talk).one()
        assert (found.reason, session.get_one(Conversation, talk).status) == (reason, "waiting")


@pytest.mark.parametrize(
    "question",
    [
        "How do I get a copy of my data?",
        "Can you delete my data",
        "what happens if I make a GDPR request",
        "Do you keep a copy of my data",
    ],
)
async def test_who_only_asks_about_their_data_reads_the_page(
    in_their_words: Conversations, question: str
) -> None:
    talk = await started(in_their_words, email=None)
    reply = await in_their_words.reply(talk, question)

    assert reply.status is ConversationStatus.BOT
    assert "/help/privacy" in reply.messages[0].text + str(reply.messages[0].citations)


async def test_not_understood_twice_a_person_goes_on(in_their_words: Conversations) -> None:
    talk = await started(in_their_words, email=None)
    await in_their_words.reply(talk, "the thing with the other thing")
    reply = await in_their_words.reply(talk, "you know, that one, like before")

    assert reply.status is ConversationStatus.WAITING, reply.messages[0].text


async def test_who_writes_in_another_language_is_told_so_in_it_and_gets_a_person(
    in_their_words: Conversations, demo_desk: Desk
) -> None:
    talk = await started(in_their_words, email=None)
    reply = await in_their_words.reply(talk, "Bonjour, je voudrais savoir où est ma commande.")

    assert reply.status is ConversationStatus.WAITING
    assert reply.messages[0].text.startswith(
        "Je ne comprends que l'anglais ; j'ai donc transmis votre message à notre équipe.\n\n"
        "I only understand English, and you seem to write French. I've passed this conversation to our team"
    )
    with demo_desk.database.reading() as session:
        found = session.query(Handoff).filter_by(conversation_id=talk).one()
    assert (found.reason, found.language) == (HandoffReason.NOT_UNDERSTOOD, "fr")
