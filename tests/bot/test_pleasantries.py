"""Who only takes leave is owed no answer; whoever may want one is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pleasantries import takes_leave
from tests.bot.conftest import Clock, Replica
from tests.bot.test_handoff_timers import Shift
from tests.bot.test_handoffs import MAYA
from tools.commerce.database import Database
from tools.commerce.schema import ConversationStatus


@pytest.fixture
def shift(replica: Replica, database: Database, clock: Clock) -> Shift:
    return Shift(replica, database, clock)


@pytest.mark.parametrize(
    "text",
    [
        "thank you",
        "Thanks!!",
        "ok great",
        "Perfect, thank you so much for your help.",
        "got it, thx 👍🏽",
        "That's all. Have a nice day!",
        "No, that's it, thanks",
        "THANK YOU VERY MUCH",
        "vielen Dank!",
        "merci beaucoup, bonne journée",
        "🙏",
    ],
)
def test_a_good_bye_is_one(text: str) -> None:
    assert takes_leave(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yes",
        "no",
        "thanks, and when does it come?",
        "thanks, when does it come",
        "thank you but it is the wrong size",
        "great, another week of waiting",
        "thanks for nothing",
        "ok so what now",
        "perfect, send it to 5 Elm Street",
        "great. just great. where is it",
        "I appreciate it if you hurry",
        "fine, then I want my money back",
        "thanks in advance for sending it",
        "so?",
        "ok?",
        "and then",
    ],
)
def test_what_may_want_an_answer_is_none(text: str) -> None:
    assert not takes_leave(text)


@given(st.sampled_from(["thanks", "ok great", "bye"]), st.text(alphabet="qxzwj", min_size=2, max_size=12))
def test_a_word_that_nobody_listed_makes_it_something_to_answer(leave: str, word: str) -> None:
    assert not takes_leave(f"{leave} {word}")


@pytest.mark.anyio
async def test_who_only_says_thanks_waits_for_no_answer(shift: Shift) -> None:
    mine = (await shift.begins()).id
    people = shift.front.people
    await people.take(mine, MAYA)
    await people.say(mine, MAYA, "A new one is on its way.", "d-1")
    for text in ("Thank you so much!", "ok great 👍", "That's all then, bye"):
        await shift.front.reply(shift.talk, text)
    await shift.passes(hours=3)
    assert await shift.status() is ConversationStatus.HUMAN

    await people.say(mine, MAYA, "Shall I send it to the same address?", "d-2")
    await shift.front.reply(shift.talk, "great, thanks")
    await shift.passes(hours=3)
    assert await shift.status() is ConversationStatus.WAITING, "after a question it is an answer"


@pytest.mark.anyio
async def test_thanks_after_the_end_open_no_new_case(shift: Shift) -> None:
    mine = (await shift.begins()).id
    await shift.front.people.take(mine, MAYA)
    await shift.front.people.say(mine, MAYA, "A new one is on its way.", "d-1")
    await shift.passes(days=3, hours=1)
    assert await shift.status() is ConversationStatus.CLOSED

    reply = await shift.front.reply(shift.talk, "Perfect, thank you")

    assert reply.messages[-1].text.startswith("You're welcome!")
    assert await shift.status() is ConversationStatus.CLOSED
    again = await shift.front.reply(shift.talk, "thanks, but it still hasn't come")
    assert again.messages[-1].text.startswith("Good to hear from you.")
    assert await shift.status() is ConversationStatus.WAITING
