"""A shopper who waits for a person is told of in the staff's channel, once, and taken there."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.slack.notices import clock, deadline
from tests.api.slack.office import Office
from tests.api.slack.posted import Posted
from tests.api.slack.slack_server import Fault
from tests.api.slack.workspace import AGENT, ANALYST, HANDOFFS, MANAGER, press
from tests.pictures import picture
from tools.commerce.handoffs import lifecycle
from tools.commerce.handoffs.routing import Needs
from tools.commerce.photos import keeping
from tools.commerce.photos.encoding import as_kept
from tools.commerce.schema import (
    ChannelNotice,
    ConversationChannel,
    ConversationStatus,
    Handoff,
    HandoffReason,
    NoticeKind,
)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("day", "hour", "told", "due"),
    [
        (10, 14, "2:00 PM", "2:00 PM"),
        (10, 0, "12:00 AM", "Monday"),
        (11, 0, "Wednesday 12:00 AM", "today"),
        (16, 9, "Monday 9:00 AM", "Monday 9:00 AM"),
        (17, 9, "Mar 17, 9:00 AM", "Mar 17, 9:00 AM"),
        (18, 0, "Mar 18, 12:00 AM", "Mar 17"),
    ],
)
async def test_a_day_is_named_so_that_no_other_is_meant(day: int, hour: int, told: str, due: str) -> None:
    zone = ZoneInfo("America/New_York")
    now, moment = datetime(2026, 3, 10, 12, tzinfo=zone), datetime(2026, 3, day, hour, tzinfo=zone)
    assert (clock(moment, now, zone), deadline(moment, now, zone)) == (told, due)


async def waiting(
    office: Office, reason: HandoffReason = HandoffReason.LEGAL_THREAT, skill: str | None = None
) -> str:
    """The conversation of a shopper who is to go on with a person; they have a quarter of an hour."""
    talk = (await office.parley.register.start(None, ConversationChannel.WIDGET)).id
    with office.parley.database.writing() as session:
        now = office.clock.now
        due = now + timedelta(minutes=15)
        lifecycle.hand_over(session, talk, reason, "model", now, due, Needs(skill=skill))
    return talk


def notices(office: Office) -> list[Posted]:
    return office.slack.to_all(HANDOFFS)


async def pressed(office: Office, user: str) -> None:
    await office.hears(press(user, notices(office)[0], "Take it", office.slack.response_url()))


async def test_it_is_told_once_however_often_and_by_how_many_is_looked(office_on_both: Office) -> None:
    await waiting(office_on_both)

    await asyncio.gather(*(office_on_both.connection.tend() for _ in range(4)))
    await office_on_both.connection.tend()

    (notice,) = notices(office_on_both)
    assert notice.text == (
        "A shopper is waiting for a person: legal threat. Since 11:00 AM, to be taken by 11:15 AM."
    )
    assert list(notice.buttons) == ["Take it"]


async def test_of_photos_it_tells_how_many(staff_office: Office) -> None:
    talk = await waiting(staff_office)
    now = staff_office.clock.now
    with staff_office.parley.database.writing() as session:
        sent = [keeping.add(session, talk, as_kept(picture(width)), now).sha256 for width in (20, 30, 40)]
        keeping.attach(session, talk, sent[:2], 1)

    await staff_office.connection.tend()

    (notice,) = notices(staff_office)
    assert notice.text.endswith("to be taken by 11:15 AM. With 2 photos.")


async def test_an_agent_takes_it_there_and_everybody_sees_who_has_it(office_on_both: Office) -> None:
    talk = await waiting(office_on_both)
    await office_on_both.connection.tend()

    await pressed(office_on_both, AGENT)

    view = await office_on_both.parley.register.view(talk)
    assert view.status is ConversationStatus.HUMAN
    assert view.messages[-1].text == "Sam from our team is here now, and has read what you wrote."
    (notice,) = notices(office_on_both)
    assert notice.words == "Taken: legal threat\nsam@shop.example is on it."
    assert notice.buttons == {}


async def test_who_comes_second_is_told_who_has_it(staff_office: Office) -> None:
    await waiting(staff_office)
    await staff_office.connection.tend()
    notice = notices(staff_office)[0]
    late = press(MANAGER, notice, "Take it", staff_office.slack.response_url())
    await pressed(staff_office, AGENT)

    await staff_office.hears(late)

    told = [one.text for one in staff_office.slack.posted if one.only_to]
    assert told == ["sam@shop.example is on this conversation already."]


async def test_an_analyst_cannot_take_it(staff_office: Office) -> None:
    talk = await waiting(staff_office)
    await staff_office.connection.tend()

    await pressed(staff_office, ANALYST)

    assert (await staff_office.parley.register.view(talk)).status is ConversationStatus.WAITING


async def test_what_is_overdue_or_no_longer_needed_is_shown_so(staff_office: Office) -> None:
    talk = await waiting(staff_office)
    other = await waiting(staff_office, HandoffReason.FRAUD)
    await staff_office.connection.tend()
    staff_office.clock.pass_by(minutes=16)
    with staff_office.parley.database.writing() as session:
        found = lifecycle.open_handoff(session, talk)
        assert found is not None
        later = staff_office.clock.now + timedelta(minutes=15)
        lifecycle.escalate(session, found.id, staff_office.clock.now, later)
    await staff_office.connection.tend()
    assert [one.text.partition(":")[2][:7] for one in notices(staff_office)] == [" fraud.", " legal "], (
        "what is overdue is posted again, below what came since"
    )
    overdue = notices(staff_office)[-1].words
    with staff_office.parley.database.writing() as session:
        lifecycle.withdraw(session, other, staff_office.clock.now)
    with staff_office.parley.database.writing() as session:
        lifecycle.withdraw(session, talk, staff_office.clock.now)
    await staff_office.connection.tend()

    assert overdue.startswith(
        "Still waiting for a person: legal threat\nSince 11:00 AM. Nobody has taken it in time."
    )
    assert [one.words for one in notices(staff_office)] == [
        "No longer needed: fraud\nThe shopper went back to the assistant.",
        "No longer needed: legal threat\nThe shopper went back to the assistant.",
    ]


async def test_a_notice_whose_receipt_was_lost_is_not_posted_again(staff_office: Office) -> None:
    await waiting(staff_office)
    staff_office.slack.faults["chat.postMessage"] = [Fault.DROPPED]
    await staff_office.connection.tend()
    assert len(notices(staff_office)) == 1

    staff_office.clock.pass_by(minutes=2)
    await staff_office.connection.tend()
    await pressed(staff_office, AGENT)

    assert [one.words for one in notices(staff_office)] == ["Taken: legal threat\nsam@shop.example is on it."]


async def test_what_waits_while_slack_is_down_for_a_weekend_is_told_when_it_is_back(
    staff_office: Office,
) -> None:
    await waiting(staff_office)
    await waiting(staff_office, HandoffReason.FRAUD)
    with staff_office.parley.database.writing() as session:
        # Of two days of tries every five minutes.
        values = {"kind": NoticeKind.HANDOFF, "channel_id": HANDOFFS, "shown": "", "tries": 576, "posts": 0}
        for found in session.query(Handoff):
            session.add(ChannelNotice(subject_id=found.id, **values))
    staff_office.slack.faults["conversations.history"] = [Fault.BROKEN] * 99
    await staff_office.connection.tend()

    staff_office.slack.faults.clear()
    staff_office.clock.pass_by(minutes=6)
    await staff_office.connection.tend()

    assert len(notices(staff_office)) == 2


async def test_a_slack_that_is_busy_is_left_alone_as_long_as_it_asks(staff_office: Office) -> None:
    await waiting(staff_office)
    staff_office.slack.faults["chat.postMessage"] = [Fault.BUSY]
    await staff_office.connection.tend()

    staff_office.clock.pass_by(seconds=29)
    await staff_office.connection.tend()
    assert notices(staff_office) == []
    staff_office.clock.pass_by(seconds=2)
    await staff_office.connection.tend()
    assert len(notices(staff_office)) == 1
