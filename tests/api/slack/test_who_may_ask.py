"""Who is on the shop's list of staff is answered, in their role; nobody else is told anything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select

from api.slack.sending import Sender
from api.slack.staff import GROUP_SECONDS, Staff, StaffFile
from knowledge.shop_files import ShopFileError
from knowledge.shop_profile import DEMO_SHOP
from tests.api.slack.office import STAFF, Office, rewrite_staff
from tests.api.slack.slack_server import BOT_TOKEN, Fault, SlackServer
from tests.api.slack.test_conversing import pane_opened, said
from tests.api.slack.workspace import (
    ANALYST,
    MANAGER,
    NOBODY,
    OPEN,
    Delivery,
    command,
    mention,
    message,
    press,
)
from tools.commerce.schema import Conversation, Role

pytestmark = pytest.mark.anyio

Asked = Callable[[SlackServer], Delivery]
REFUSAL = "I can only answer people on this shop's staff list."


@pytest.mark.parametrize(
    "asked",
    [
        lambda _: mention(NOBODY, "orders last week"),
        lambda _: message(NOBODY, "orders last week", "D0NOBODY"),
        lambda slack: command(NOBODY, "orders last week", slack.response_url()),
        lambda _: pane_opened(NOBODY),
        lambda _: mention(ANALYST, "orders last week", user_team="T0OTHER"),
        lambda _: mention(ANALYST, "orders last week", team="T0OTHER"),
    ],
    ids=["mention", "direct message", "command", "pane", "Slack Connect", "another workspace"],
)
async def test_nobody_else_is_told_anything(staff_office: Office, asked: Asked) -> None:
    await staff_office.hears(asked(staff_office.slack))

    (posted,) = staff_office.slack.posted
    assert posted.words.startswith(REFUSAL)
    assert posted.only_to or posted.channel.startswith("D")
    with staff_office.parley.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 0


async def test_who_is_taken_off_the_list_is_refused_in_a_thread_that_goes_on(staff_office: Office) -> None:
    await staff_office.hears(mention(ANALYST, "orders last week", ts="1800.1"))
    (answered,) = staff_office.slack.posted
    rewrite_staff(staff_office, STAFF.replace(f"user: {ANALYST}", "user: U0LATER"))

    await staff_office.hears(
        message(ANALYST, "orders last week", OPEN, thread="1800.1"),
        press(ANALYST, answered, "CSV", staff_office.slack.response_url()),
    )

    assert all(one.words.startswith(REFUSAL) for one in staff_office.slack.posted[1:])
    assert len(staff_office.slack.posted) == 3
    assert staff_office.slack.files == {}


async def test_an_answer_is_not_posted_to_whoever_was_taken_off_the_list_meanwhile(
    staff_office: Office,
) -> None:
    staff_office.slack.faults["chat.postMessage"] = [Fault.BROKEN]
    await staff_office.hears(mention(ANALYST, "hello"))
    rewrite_staff(staff_office, "slack: {}")
    staff_office.clock.pass_by(minutes=1)

    await staff_office.connection.tend()
    rewrite_staff(staff_office, STAFF)
    await staff_office.connection.tend()

    assert staff_office.slack.posted == []


async def test_another_role_begins_another_conversation(staff_office: Office) -> None:
    await staff_office.hears(mention(MANAGER, "hello", ts="1800.1"))
    rewrite_staff(staff_office, STAFF.replace("role: manager", "role: analyst"))

    await staff_office.hears(mention(MANAGER, "again", thread="1800.1"))

    with staff_office.parley.database.reading() as session:
        roles = session.scalars(
            select(Conversation.role).order_by(Conversation.created_at, Conversation.role)
        )
        assert set(roles) == {Role.MANAGER, Role.ANALYST}


async def test_the_members_of_a_group_are_staff(staff_office: Office) -> None:
    staff_office.slack.groups["S0TEAM"] = ["U0MEMBER"]

    await staff_office.hears(mention("U0MEMBER", "hello"), mention("U0MEMBER", "again"))

    assert said(staff_office) == ["hello", "again"]
    assert len(staff_office.slack.called("usergroups.users.list")) == 1


async def test_a_group_that_cannot_be_read_now_lets_nobody_in_and_loses_no_question(
    staff_office: Office,
) -> None:
    rewrite_staff(staff_office, STAFF.replace("S0TEAM", "S0NEW"))
    staff_office.slack.groups["S0NEW"] = ["U0MEMBER"]
    staff_office.slack.faults["usergroups.users.list"] = [Fault.BROKEN]
    await staff_office.hears(mention("U0MEMBER", "hello"))
    assert staff_office.slack.posted == []
    staff_office.clock.pass_by(minutes=1)

    await staff_office.connection.tend()

    assert said(staff_office) == ["hello"]


async def test_who_leaves_a_group_is_let_in_for_a_minute_at_most(tmp_path: Path, slack: SlackServer) -> None:
    (tmp_path / "staff.yaml").write_text("slack: {members: [{group: S0TEAM, role: agent}]}")
    slack.groups["S0TEAM"] = ["U0MEMBER"]
    seconds = [0.0]
    client = AsyncWebClient(BOT_TOKEN, f"{slack.url}/api/")
    staff = Staff(tmp_path, Sender(client), clock=lambda: seconds[0])
    assert (await staff.identity("U0MEMBER")) is not None
    slack.groups["S0TEAM"] = []
    seconds[0] = GROUP_SECONDS

    assert await staff.identity("U0MEMBER") is None


async def test_a_list_that_is_broken_makes_nobody_staff_until_it_is_mended(staff_office: Office) -> None:
    rewrite_staff(staff_office, "slack: [")
    await staff_office.hears(mention(ANALYST, "hello"))
    rewrite_staff(staff_office, STAFF)
    await staff_office.hears(mention(ANALYST, "hello"))

    refused, answered = staff_office.slack.posted
    assert refused.words.startswith(REFUSAL)
    assert "You said: hello" in answered.words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("slack: {members: [{user: U1AB, role: boss, email: a@b}]}", "slack.members.0.role"),
        ("slack: {members: [{user: ana, role: analyst, email: a@b}]}", "slack.members.0.user"),
        ("slack: {members: [{user: U1AB, role: analyst}]}", "a user needs an email"),
        ("slack: {members: [{user: U1AB, group: S1AB, role: analyst}]}", "either a user or a group"),
        ("slack: {members: [{group: S1AB, role: shopper}]}", "slack.members.0.role"),
        ("slack: {open_channel: [C1AB]}", "did you mean open_channels?"),
    ],
)
def test_a_mistake_in_the_list_is_named_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "staff.yaml").write_text(text)

    with pytest.raises(ShopFileError, match="line 1") as error:
        StaffFile.load(tmp_path)

    assert told in str(error.value)


def test_the_demo_shop_and_a_shop_without_a_list_have_no_staff(tmp_path: Path) -> None:
    assert StaffFile.load(DEMO_SHOP) == StaffFile.load(tmp_path) == StaffFile()
