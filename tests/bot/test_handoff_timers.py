"""What happens by itself in a conversation with people: a clock that the test moves, on two replicas at once."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from sqlalchemy import select

from bot.conversation import Conversations
from tests.bot.conftest import Clock, Replica
from tests.bot.pressing import started
from tests.bot.test_handoffs import BEN, MAYA, SUNDAY, handoff, hands_over
from tests.tools.builders import Shop
from tools.commerce import staff_accounts
from tools.commerce.database import Database
from tools.commerce.handoffs import queue, routing
from tools.commerce.handoffs.queue import Show, Sought
from tools.commerce.schema import (
    ConversationStatus,
    Handoff,
    HandoffReason,
    HandoffState,
    OutboxEmail,
    Role,
    StaffAccount,
)
from tools.handoff_card import HandoffCard

pytestmark = pytest.mark.anyio

NOOR = "noor@fernway.example"


class Shift:
    """A shopper who was handed over, two replicas with one clock, and what they did by themselves."""

    def __init__(self, replica: Replica, database: Database, clock: Clock) -> None:
        self.replicas = [replica(hands_over) for _ in range(2)]
        self.database, self.clock = database, clock
        self.talk = ""

    @property
    def front(self) -> Conversations:
        return self.replicas[0]

    async def begins(self, email: str | None = None, says: str = "a person, please") -> Handoff:
        self.talk = await started(self.front, email=email)
        await self.front.reply(self.talk, says)
        return handoff(self.database)

    async def passes(self, **span: float) -> None:
        self.clock.now += timedelta(**span)
        await asyncio.gather(*(one.tend_handoffs() for one in self.replicas))

    async def last_words(self) -> str:
        return (await self.front.view(self.talk)).messages[-1].text

    async def told_to(self, text: str) -> HandoffCard:
        """What somebody hears who writes that a minute later."""
        self.clock.now += timedelta(minutes=1)
        (card,) = (await self.front.reply(await started(self.front, email=None), text)).messages[0].cards
        assert isinstance(card, HandoffCard)
        return card

    async def status(self) -> ConversationStatus:
        return (await self.front.view(self.talk)).status

    def mails(self) -> Sequence[OutboxEmail]:
        with self.database.reading() as session:
            return session.query(OutboxEmail).order_by(OutboxEmail.id).all()

    def newest(self) -> Handoff:
        with self.database.reading() as session:
            return session.query(Handoff).order_by(Handoff.opened_at.desc(), Handoff.state.desc()).first()  # type: ignore[return-value]  # there is one

    def colleague(self, email: str, role: Role = Role.AGENT, skills: tuple[str, ...] = ()) -> StaffAccount:
        with self.database.writing() as session:
            staff_accounts.put(session, email, email[:3].title(), role, None, self.clock.now)
            return staff_accounts.set_routing(session, email, skills, ["fr"] if skills else None)

    def first_for(self, account: StaffAccount) -> list[tuple[str | None, bool]]:
        """What is in the queue as they see it: the skill of each, and whether it fits them."""
        fits = routing.fits(account, "en", self.clock.now)
        with self.database.reading() as session:
            sought = Sought(account.email)
            cases = queue.find_cases(session, Show.WAITING, sought, self.clock.now, fits=fits, limit=9)
            fitting = set(session.scalars(select(Handoff.id).where(fits)))
            return [(case.handoff.skill, case.handoff.id in fitting) for case in cases]


@pytest.fixture
def shift(replica: Replica, database: Database, clock: Clock) -> Shift:
    return Shift(replica, database, clock)


async def test_who_takes_it_and_leaves_the_shopper_waiting_loses_it_and_the_shopper_is_told(
    shift: Shift,
) -> None:
    mine = (await shift.begins()).id
    people = shift.front.people
    await people.take(mine, MAYA)
    await shift.passes(minutes=29)
    assert await shift.status() is ConversationStatus.HUMAN
    await people.say(mine, MAYA, "I'm looking into it.", "d-1")
    await shift.passes(hours=3)
    assert await shift.status() is ConversationStatus.HUMAN

    await shift.front.reply(shift.talk, "any news?")
    await shift.passes(minutes=20)
    await shift.front.reply(shift.talk, "hello??")
    await shift.passes(minutes=10)

    assert await shift.status() is ConversationStatus.WAITING
    assert "asked for somebody else from our team" in await shift.last_words()
    found = handoff(shift.database)
    assert (found.taken_by, found.releases, found.escalations) == (None, 1, 1)
    (mail,) = shift.mails()
    assert "It was put back into the queue once." in mail.body


async def test_what_somebody_had_who_has_left_the_shop_waits_for_another(shift: Shift) -> None:
    mine = (await shift.begins()).id
    shift.colleague(MAYA.email)
    await shift.front.people.take(mine, MAYA)
    await shift.front.people.say(mine, MAYA, "I'm looking into it.", "d-1")
    await shift.passes(hours=1)
    assert await shift.status() is ConversationStatus.HUMAN

    with shift.database.writing() as session:
        staff_accounts.disable(session, MAYA.email, shift.clock.now)
    await shift.passes(seconds=1)

    assert await shift.status() is ConversationStatus.WAITING
    assert (handoff(shift.database).taken_by, len(shift.mails())) == (None, 1)


async def test_who_waits_too_long_is_told_so_once_and_can_leave_an_address(shift: Shift) -> None:
    await shift.begins()
    await shift.passes(minutes=15)
    assert await shift.last_words() == (
        "I'm sorry, this takes longer than usual. I've reminded our team. "
        "Leave your e-mail address here, and an e-mail tells you when there is an answer."
    )
    kept = await shift.front.reply(shift.talk, "ada@example.com")
    assert "tells you when there is an answer" in kept.messages[0].text
    await shift.passes(minutes=15)
    assert await shift.last_words() == kept.messages[0].text


async def test_what_is_put_back_again_and_again_is_for_a_manager(shift: Shift) -> None:
    mine = (await shift.begins()).id
    for who in (MAYA, BEN, MAYA):
        assert shift.mails() == []
        await shift.front.people.take(mine, who)
        await shift.front.people.release(mine, who)

    assert "put back into the queue 3 times" in shift.mails()[0].body
    assert shift.first_for(shift.colleague(MAYA.email)) == [(None, False)]
    assert shift.first_for(shift.colleague(NOOR, Role.MANAGER)) == [(None, True)]


async def test_a_silent_shopper_s_case_is_closed_and_goes_back_to_who_had_it(shift: Shift) -> None:
    mine = (await shift.begins()).id
    await shift.front.people.take(mine, MAYA)
    await shift.front.people.say(mine, MAYA, "Does it have a crack?", "d-1")
    await shift.passes(days=2, hours=23)
    assert await shift.status() is ConversationStatus.HUMAN
    await shift.passes(hours=1)

    assert await shift.status() is ConversationStatus.CLOSED
    assert "We haven't heard from you" in await shift.last_words()
    assert handoff(shift.database).state is HandoffState.CLOSED

    shift.clock.now += timedelta(days=5)
    reply = await shift.front.reply(shift.talk, "yes, it has")
    assert reply.status is ConversationStatus.WAITING
    assert reply.messages[0].text.startswith("Good to hear from you. I've passed this conversation")
    again = shift.newest()
    assert (again.state, again.meant_for, again.reason) == (
        HandoffState.WAITING,
        MAYA.email,
        HandoffReason.ASKED,
    )


async def test_who_comes_back_soon_goes_to_the_same_person(shift: Shift) -> None:
    mine = (await shift.begins()).id
    await shift.front.people.take(mine, MAYA)
    await shift.front.people.close(mine, MAYA)
    shift.clock.now += timedelta(hours=2)
    await shift.front.reply(shift.talk, "a person again")
    maya, ben = shift.colleague(MAYA.email), shift.colleague(BEN.email)

    assert shift.newest().meant_for == MAYA.email
    assert (shift.first_for(maya), shift.first_for(ben)) == ([(None, True)], [(None, False)])
    shift.clock.now += timedelta(minutes=15)
    assert shift.first_for(ben) == [(None, True)], "what nobody took in time is for everybody"


async def test_an_answer_that_is_not_read_is_told_by_e_mail_once(shift: Shift) -> None:
    Shop(shift.database, shift.clock.now).customer("ada@example.com")
    mine = (await shift.begins("ada@example.com")).id
    people = shift.front.people
    await people.take(mine, MAYA)
    await people.say(mine, MAYA, "It was sent today.", "d-1")
    await shift.passes(minutes=4)
    assert shift.mails() == []
    await shift.passes(minutes=1)
    await people.say(mine, MAYA, "And it's free.", "d-2")
    await shift.passes(minutes=20)

    (mail,) = shift.mails()
    assert (mail.recipient, mail.subject) == ("ada@example.com", "Fernway has answered you")
    assert "sent today" not in mail.body

    await shift.front.note_read(shift.talk, 99)
    await people.say(mine, MAYA, "Anything else?", "d-3")
    await shift.passes(minutes=2)
    await shift.front.reply(shift.talk, "no, thanks")
    await shift.passes(minutes=5)
    assert len(shift.mails()) == 1, "who answers has read"
    await people.say(mine, MAYA, "Goodbye!", "d-4")
    await shift.passes(minutes=5)
    assert len(shift.mails()) == 2


async def test_out_of_hours_an_anonymous_shopper_leaves_an_address_and_is_written_to(shift: Shift) -> None:
    shift.clock.now = SUNDAY
    mine = (await shift.begins()).id
    kept = await shift.front.reply(shift.talk, "Sure, it is Ada@Example.com.")
    await shift.front.reply(shift.talk, "or bob@example.com")
    shift.clock.now += timedelta(hours=22)
    await shift.front.people.take(mine, MAYA)
    await shift.front.people.say(mine, MAYA, "Good morning!", "d-1")
    await shift.passes(minutes=5)

    assert [m.text for m in kept.messages] == [
        "Thank you: an e-mail to ada@example.com tells you when there is an answer."
    ]
    assert [mail.recipient for mail in shift.mails()] == ["ada@example.com"]


async def test_a_case_is_shown_first_to_who_has_the_skill_and_the_language(
    shift: Shift, replica: Replica
) -> None:
    def fraud(messages: Sequence[BaseMessage]) -> AIMessage:
        if messages[-1].type == "human":
            return AIMessage(
                "", tool_calls=[{"name": "hand_over_to_person", "args": {"reason": "fraud"}, "id": "c1"}]
            )
        return AIMessage("Somebody will answer here.")

    shift.replicas = [replica(fraud)]
    found = await shift.begins(says="Bonjour, quelqu'un a commandé avec ma carte bancaire !")
    assert (found.skill, found.language) == ("fraud", "fr")
    shift.clock.now += timedelta(minutes=1)
    shift.replicas = [replica(hands_over)]
    shift.talk = await started(shift.front, email=None)
    reply = await shift.front.reply(shift.talk, "a person, please")

    card = reply.messages[0].cards[0]
    assert card.kind == "handoff"
    assert card.ahead == 0, "who waits for another skill is not before them"
    knows, other = shift.colleague(MAYA.email, skills=("fraud",)), shift.colleague(BEN.email)
    assert shift.first_for(knows) == [("fraud", True), (None, True)]
    assert shift.first_for(other) == [(None, True), ("fraud", False)]


async def test_the_wait_is_that_of_those_who_write_the_same_language(shift: Shift) -> None:
    await shift.begins()
    for _ in range(5):
        shift.clock.now += timedelta(minutes=9)
        mine = shift.newest().id
        await shift.front.people.take(mine, MAYA)
        await shift.front.people.close(mine, MAYA)
        await shift.front.reply(shift.talk, "a person, please")

    alone = await shift.told_to("Je voudrais parler à une personne, person, s'il vous plaît.")
    assert (alone.within_minutes, alone.ahead) == (15, 0), "who writes English does not tell of it"
    assert alone.message.endswith("Nobody on our team writes French, so the answer may come in English.")
    shift.colleague(BEN.email, skills=("billing",))
    second = await shift.told_to("Bonjour, je voudrais parler avec quelqu'un, person.")
    english = await shift.told_to("a person, please")

    assert (second.ahead, "Nobody" in second.message) == (1, False)
    assert (english.within_minutes, english.ahead) == (10, 1)


@pytest.mark.parametrize("text", ["Où est ma commande, s'il vous plaît ?", "Je voudrais rendre la lampe."])
async def test_the_language_is_told_from_all_that_was_written(shift: Shift, text: str) -> None:
    await shift.begins(says="person ?")
    assert handoff(shift.database).language is None
    await shift.front.reply(shift.talk, text)
    assert handoff(shift.database).language == "fr"
