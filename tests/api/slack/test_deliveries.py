"""Whatever Slack delivers, however often and in whatever order, is done once, and acknowledged at once."""

import asyncio
import random
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from api.slack.channel import SlackChannel
from tests.api.slack.office import Clock, Office, office
from tests.api.slack.slack_server import Fault, SlackServer
from tests.api.slack.test_conversing import DIRECT, said
from tests.api.slack.workspace import ANALYST, MANAGER, Delivery, command, mention, message
from tools.commerce.database import Database, WriteSession
from tools.commerce.schema import Conversation, Message, MessageRole, SlackDelivery, SlackThread

pytestmark = pytest.mark.anyio


async def test_each_delivery_four_times_at_once_shuffled_and_after_a_restart_has_one_effect(
    database: Database, tmp_path: Path, slack: SlackServer
) -> None:
    url = database.url.render_as_string(hide_password=False)
    deliveries = [
        *(mention(ANALYST, f"question {number}") for number in range(3)),
        *(message(MANAGER, f"question {number}", "D0MANAGER", thread="1800.1") for number in range(3, 6)),
        command(ANALYST, "question 6", slack.response_url()),
    ]
    often = deliveries * 4
    random.Random(9).shuffle(often)

    async with office(url, tmp_path, slack) as first:
        answers = await first.hears_at_once(*often)
    async with office(url, tmp_path, slack) as second:
        answers += await second.hears_at_once(*deliveries)

        assert {answer.status_code for answer in answers} == {200}
        assert sorted(said(second)) == [f"question {number}" for number in range(7)]
        with second.parley.database.reading() as session:
            asked = session.scalars(select(Message.text).where(Message.role == MessageRole.USER)).all()
        assert sorted(asked) == sorted(said(second))


async def test_what_is_done_keeps_nothing_of_what_was_written(staff_office: Office) -> None:
    await staff_office.hears(mention(ANALYST, "hello"))

    with staff_office.parley.database.reading() as session:
        (stored,) = session.scalars(select(SlackDelivery)).all()
    assert stored.payload is None
    assert stored.done_at


async def test_a_slow_model_delays_neither_the_acknowledgement_nor_others(
    sqlite_url: str, tmp_path: Path, slack: SlackServer
) -> None:
    go_on = threading.Event()

    def slow(messages: Sequence[BaseMessage]) -> AIMessage:
        text = messages[-1].text
        if text.startswith("slow"):
            go_on.wait(20)
        return AIMessage(f"You said: {text}")

    async with office(sqlite_url, tmp_path, slack, slow) as opened:
        for number in range(3):
            await opened.workspace.deliver(mention(ANALYST, f"slow {number}"))
        await opened.workspace.deliver(mention(MANAGER, "quick"))
        try:
            async with asyncio.timeout(5):
                await slack.something_posted.wait()
            assert said(opened) == ["quick"]
            assert opened.workspace.slowest < 3, "Slack waits no longer"
            assert {call["status"] for call in slack.called("assistant.threads.setStatus")}
        finally:
            go_on.set()
        await opened.settled()

        assert sorted(said(opened)) == ["quick", "slow 0", "slow 1", "slow 2"]


async def test_what_cannot_be_stored_is_not_acknowledged(
    staff_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = mention(ANALYST, "hello")
    with monkeypatch.context() as broken:
        broken.setattr(staff_office.parley.database, "writing", _lost)
        (refused,) = await staff_office.hears(asked)

    (again,) = await staff_office.hears(asked)

    assert (refused.status_code, again.status_code) == (503, 200)
    assert said(staff_office) == ["hello"]


async def test_what_was_acknowledged_before_a_kill_is_answered_after_it(
    office_on_both: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the acknowledgement, with nothing done yet."""
    with monkeypatch.context() as killed:
        killed.setattr(SlackChannel, "take", _never)
        await office_on_both.hears(message(ANALYST, "hello", DIRECT))
    assert office_on_both.slack.posted == []

    await office_on_both.connection.tend()
    await office_on_both.connection.tend()

    assert said(office_on_both) == ["hello"]


async def test_what_was_stored_and_not_answered_before_a_kill_is_answered_and_posted(
    sqlite_url: str, tmp_path: Path, slack: SlackServer
) -> None:
    clock = Clock()
    asked = message(ANALYST, "hello", DIRECT)
    async with office(sqlite_url, tmp_path, slack, clock=clock) as killed:
        await killed.hears(asked)
        with killed.parley.database.writing() as session:
            _as_killed_before_the_answer(session)
    slack.posted.clear()
    clock.pass_by(minutes=2)

    async with office(sqlite_url, tmp_path, slack, clock=clock) as restarted:
        await restarted.parley.resume()
        await restarted.settled()
        await restarted.connection.tend()
        await restarted.hears(asked)

        assert said(restarted) == ["hello"]


async def test_a_question_that_cannot_be_done_is_given_up_with_a_word(staff_office: Office) -> None:
    staff_office.slack.faults["usergroups.users.list"] = [Fault.BROKEN] * 20
    await staff_office.hears(mention("U0SOMEBODY", "hello"))

    for _ in range(10):
        staff_office.clock.pass_by(hours=1)
        await staff_office.connection.tend()

    assert len(staff_office.slack.called("usergroups.users.list")) == 8
    (posted,) = staff_office.slack.posted
    assert posted.words.startswith("I couldn't answer that now")


async def test_old_deliveries_are_forgotten(staff_office: Office) -> None:
    await staff_office.hears(mention(ANALYST, "hello"))
    staff_office.clock.pass_by(days=3)

    await staff_office.connection.tend()

    with staff_office.parley.database.reading() as session:
        assert session.scalars(select(SlackDelivery)).all() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"type": "event_callback"}',
        b'{"type": "event_callback", "event_id": "Ev1", "event": {"type": "message"}}',
        b'{"type": "event_callback", "event_id": "Ev1", "event": {"type": "message", "user": 7, "ts": []}}',
        b'{"type": "event_callback", "event_id": "Ev1", "event": {"type": "reaction_added", "user": "U1"}}',
    ],
)
async def test_what_is_not_in_slacks_form_does_nothing(staff_office: Office, body: bytes) -> None:
    (answer,) = await staff_office.hears(Delivery(body, "application/json"))

    assert answer.status_code in {200, 400, 404}
    assert staff_office.slack.posted == []


async def _never(_channel: SlackChannel, _key: str) -> None:
    """A process that was killed does nothing any more."""


def _lost() -> None:
    raise OperationalError("", None, Exception("lost"))


def _as_killed_before_the_answer(session: WriteSession) -> None:
    session.execute(delete(Message).where(Message.role == MessageRole.ASSISTANT))
    session.execute(update(Message).values(answered_at=None))
    session.execute(update(Conversation).values(last_seq=1))
    session.execute(update(SlackThread).values(posted_seq=0))
