"""The buttons below an answer: the next questions, files, ratings, and a proposal's yes and no."""

import csv
import io

import pytest
from sqlalchemy import select

from tests.api.slack.office import Office
from tests.api.slack.posted import Posted
from tests.api.slack.test_conversing import DIRECT
from tests.api.slack.workspace import AGENT, ANALYST, CLOSED, mention, message, press
from tests.tools.builders import Shop, line
from tools.commerce.schema import Channel, FeedbackVerdict, Message, MessageFeedback, Watch

pytestmark = pytest.mark.anyio


@pytest.fixture
async def answered(staff_office: Office, shop: Shop) -> Posted:
    """An answer with figures, in a channel."""
    placed_at = staff_office.clock.now.replace(day=4)
    shop.order("A-1", placed_at=placed_at, channel=Channel.WEB)
    shop.order("A-2", placed_at=placed_at, channel=Channel.STORE, items=[line("Mug", price=500)])
    await staff_office.hears(mention(ANALYST, "orders last week", ts="1800.1"))
    (posted,) = staff_office.slack.posted
    return posted


async def test_the_next_question_is_asked_in_the_same_thread_and_shown(
    staff_office: Office, answered: Posted
) -> None:
    await pressed(staff_office, ANALYST, answered, "By channel")

    posted = staff_office.slack.posted[-1]
    assert posted.thread_ts == "1800.1"
    assert posted.words.startswith("by channel")
    assert "store" in posted.words


async def test_a_press_that_is_delivered_twice_asks_once(staff_office: Office, answered: Posted) -> None:
    once = press(ANALYST, answered, "By channel", staff_office.slack.response_url())

    await staff_office.hears(once, once)

    assert len(staff_office.slack.posted) == 2


async def test_nobody_can_press_the_buttons_of_somebody_elses_answer(
    staff_office: Office, answered: Posted
) -> None:
    for label in ("By channel", "CSV"):
        await pressed(staff_office, AGENT, answered, label)

    told = staff_office.slack.posted[1:]
    assert [one.words.startswith("That answer was for somebody else") for one in told] == [True, True]
    assert all(one.only_to for one in told)
    assert staff_office.slack.files == {}


async def test_the_figures_of_an_answer_come_as_a_file(staff_office: Office, answered: Posted) -> None:
    await pressed(staff_office, ANALYST, answered, "By channel")
    await pressed(staff_office, ANALYST, staff_office.slack.posted[-1], "CSV")

    (file,) = (file for file in staff_office.slack.files.values() if file.name.endswith(".csv"))
    assert (file.name, file.channel, file.thread_ts) == ("net_sales.csv", f"D{ANALYST}", None)
    assert file.content is not None
    assert list(csv.reader(io.StringIO(file.content.decode()))) == [
        ["first_day", "last_day", "channel", "net_sales USD"],
        ["2026-03-02", "2026-03-08", "web", "15.00"],
        ["2026-03-02", "2026-03-08", "store", "5.00"],
    ]
    assert "direct messages" in staff_office.slack.posted[-1].words


async def test_in_a_direct_message_the_file_stands_below_the_answer(staff_office: Office) -> None:
    await staff_office.hears(message(ANALYST, "orders last week", DIRECT, thread="1800.1"))
    await pressed(staff_office, ANALYST, staff_office.slack.posted[0], "CSV")

    (file,) = staff_office.slack.files.values()
    assert (file.channel, file.thread_ts) == (DIRECT, "1800.1")


async def test_the_last_rating_of_an_answer_is_kept(staff_office: Office, answered: Posted) -> None:
    await pressed(staff_office, ANALYST, answered, "positive")
    await pressed(staff_office, ANALYST, answered, "negative")
    await pressed(staff_office, AGENT, answered, "positive")

    with staff_office.parley.database.reading() as session:
        kept = session.scalars(select(MessageFeedback).order_by(MessageFeedback.rater)).all()
        rated = session.scalars(select(Message).where(Message.seq == kept[0].seq)).one()
    assert {one.rater: one.verdict for one in kept} == {
        "ana@shop.example": FeedbackVerdict.BAD,
        "sam@shop.example": FeedbackVerdict.GOOD,
    }
    assert rated.text == "Here is what I found."


@pytest.mark.parametrize("channel", [DIRECT, CLOSED], ids=["direct message", "channel"])
async def test_a_digest_stands_once_it_is_confirmed_and_then_comes_by_itself(
    own_office: Office, channel: str
) -> None:
    slack = own_office.slack
    asked = "send me orders every day"
    await own_office.hears(
        message(ANALYST, asked, DIRECT, thread="1800.1")
        if channel == DIRECT
        else mention(ANALYST, asked, CLOSED)
    )
    (proposal,) = slack.posted
    once = press(ANALYST, proposal, "Confirm", slack.response_url())
    await own_office.hears(once, once, press(ANALYST, proposal, "Confirm", slack.response_url()))
    Shop(own_office.parley.database).order("A-1", placed_at=own_office.clock.now)
    own_office.clock.pass_by(days=1)

    await own_office.parley.tend_watches()
    await own_office.connection.tend()

    with own_office.parley.database.reading() as session:
        assert len(session.scalars(select(Watch)).all()) == 1
    done, digest = slack.posted[1:]
    assert "Done" in done.words
    assert "Orders" in digest.words
    assert digest.only_to is None
    assert digest.channel == (DIRECT if channel == DIRECT else f"D{ANALYST}")
    if channel == DIRECT:
        assert "Confirm" not in proposal.buttons
        assert "done" in proposal.words
    else:
        assert "Confirm" not in str(slack.called("response_url"))


async def test_what_is_declined_is_not_done(own_office: Office) -> None:
    await own_office.hears(message(ANALYST, "send me orders every day", DIRECT, thread="1800.1"))
    (proposal,) = own_office.slack.posted

    await pressed(own_office, ANALYST, proposal, "Decline")

    assert "I've left everything as it is" in own_office.slack.posted[1].words
    with own_office.parley.database.reading() as session:
        assert session.scalars(select(Watch)).all() == []


async def pressed(opened: Office, user: str, posted: Posted, label: str) -> None:
    (answer,) = await opened.hears(press(user, posted, label, opened.slack.response_url()))
    assert (answer.status_code, answer.text) == (200, "")
