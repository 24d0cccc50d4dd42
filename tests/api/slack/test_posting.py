"""Answers reach Slack once, in order, whatever Slack and the network do."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.api.slack.office import Office, office
from tests.api.slack.slack_server import Fault, SlackServer
from tests.api.slack.test_conversing import DIRECT, said
from tests.api.slack.workspace import ANALYST, CLOSED, OPEN, Delivery, command, mention, message
from tests.tools.builders import Shop
from tools.commerce import transcript
from tools.commerce.database import Database
from tools.commerce.schema import Channel, MessageRole, SlackThread

pytestmark = pytest.mark.anyio


async def test_slack_is_left_alone_for_as_long_as_it_asks(office_on_both: Office) -> None:
    slack, clock = office_on_both.slack, office_on_both.clock
    slack.faults["chat.postMessage"] = [Fault.BUSY]
    await office_on_both.hears(mention(ANALYST, "hello"))

    clock.pass_by(seconds=29)
    await office_on_both.connection.tend()
    assert slack.posted == []
    clock.pass_by(seconds=2)
    await office_on_both.connection.tend()

    assert said(office_on_both) == ["hello"]
    assert slack.called("conversations.replies") == [], "it is known not to be there"


@pytest.mark.parametrize(
    "asked", [mention(ANALYST, "hello"), message(ANALYST, "hello", DIRECT)], ids=["thread", "direct"]
)
async def test_an_answer_whose_receipt_was_lost_is_not_posted_again(
    office_on_both: Office, asked: Delivery
) -> None:
    office_on_both.slack.faults["chat.postMessage"] = [Fault.DROPPED]
    await office_on_both.hears(asked)
    office_on_both.clock.pass_by(minutes=1)

    await office_on_both.connection.tend()
    await office_on_both.connection.tend()

    assert said(office_on_both) == ["hello"]


async def test_a_failing_slack_is_tried_again_at_growing_intervals(staff_office: Office) -> None:
    staff_office.slack.faults["chat.postMessage"] = [Fault.BROKEN] * 3
    await staff_office.hears(mention(ANALYST, "hello"))

    for _ in range(30):
        staff_office.clock.pass_by(seconds=1)
        await staff_office.connection.tend()

    assert len(staff_office.slack.called("chat.postMessage")) == 4
    assert said(staff_office) == ["hello"]


async def test_two_processes_that_look_after_the_same_threads_post_once(
    database: Database, tmp_path: Path, slack: SlackServer
) -> None:
    url = database.url.render_as_string(hide_password=False)
    slack.faults["chat.postMessage"] = [Fault.BUSY] * 3
    async with office(url, tmp_path, slack) as one, office(url, tmp_path, slack, clock=one.clock) as other:
        await one.hears(*(mention(ANALYST, f"question {number}") for number in range(3)))
        one.clock.pass_by(minutes=2)

        await asyncio.gather(*(each.connection.tend() for each in (one, other) * 2))

        assert sorted(said(one)) == ["question 0", "question 1", "question 2"]


async def test_what_nobody_asked_for_appears_in_its_thread(staff_office: Office) -> None:
    await staff_office.hears(mention(ANALYST, "hello", ts="1800.1"))

    tell(staff_office, "Return rate passed 8%.")
    await staff_office.connection.tend()
    await staff_office.connection.tend()

    posted = staff_office.slack.posted
    assert [one.thread_ts for one in posted] == ["1800.1", "1800.1"]
    assert "Return rate passed 8%." in posted[1].words


async def test_news_for_one_person_alone_go_to_their_direct_messages(staff_office: Office) -> None:
    await staff_office.hears(command(ANALYST, "hello", staff_office.slack.response_url()))

    tell(staff_office, "Return rate passed 8%.")
    await staff_office.connection.tend()

    news = staff_office.slack.posted[-1]
    assert (news.channel, news.only_to) == (f"D{ANALYST}", None)


async def test_after_a_while_a_command_is_answered_in_its_channel(staff_office: Office) -> None:
    slack = staff_office.slack
    await staff_office.hears(command(ANALYST, "hello", slack.response_url()))
    with staff_office.parley.database.reading() as session:
        (thread,) = session.scalars(select(SlackThread)).all()
    staff_office.clock.pass_by(minutes=30)

    await (await staff_office.parley.conversations()).reply(thread.conversation_id, "again")
    await staff_office.connection.tend()

    assert [(one.channel, one.only_to) for one in slack.posted[1:]] == [(CLOSED, ANALYST)]


async def test_a_chart_stands_in_the_answer_once_slack_knows_the_file(
    staff_office: Office, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.slack.posting.FILE_PAUSES", (0.0, 0.0, 0.0))
    staff_office.slack.looks_at_files = 2
    for channel in (Channel.WEB, Channel.STORE):
        shop.order(f"A-{channel}", placed_at=staff_office.clock.now.replace(day=4), channel=channel)

    await staff_office.hears(mention(ANALYST, "by channel"))

    (posted,) = staff_office.slack.posted
    (image,) = (block for block in posted.blocks if block["type"] == "image")
    assert image["alt_text"]
    assert staff_office.slack.files[image["slack_file"]["id"]].channel is None


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_without_its_chart_an_answer_still_has_its_figures(
    staff_office: Office, shop: Shop, method: str
) -> None:
    shop.order("A-1", placed_at=staff_office.clock.now.replace(day=4))
    staff_office.slack.faults[method] = [Fault.BUSY]

    await staff_office.hears(mention(ANALYST, "by channel"))

    (posted,) = staff_office.slack.posted
    assert "$15.00" in posted.words
    assert all(block["type"] != "image" for block in posted.blocks)


async def test_a_channel_that_is_closed_is_not_tried_for_ever(staff_office: Office) -> None:
    staff_office.slack.archived.add(OPEN)
    await staff_office.hears(mention(ANALYST, "hello"))
    staff_office.clock.pass_by(hours=1)

    await staff_office.connection.tend()

    assert len(staff_office.slack.called("chat.postMessage")) == 1


async def test_news_for_somebody_who_cannot_be_reached_are_not_tried_for_ever(staff_office: Office) -> None:
    await staff_office.hears(command(ANALYST, "hello", staff_office.slack.response_url()))
    tell(staff_office, "Return rate passed 8%.")
    staff_office.slack.archived.add(f"D{ANALYST}")

    for _ in range(3):
        await staff_office.connection.tend()
        staff_office.clock.pass_by(minutes=10)

    assert len(staff_office.slack.called("conversations.open")) == 1


def tell(opened: Office, text: str) -> None:
    """As a watch does that has something to say."""
    with opened.parley.database.writing() as session:
        (thread,) = session.scalars(select(SlackThread)).all()
        now = opened.clock()
        transcript.claim_turn(session, thread.conversation_id, "watch", now)
        news = transcript.NewMessage(MessageRole.ASSISTANT, text)
        transcript.append_unasked(session, thread.conversation_id, "watch", news, now)
        transcript.release_turn(session, thread.conversation_id, "watch")
