"""Staff ask in Slack, and are answered where they asked."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, BaseMessage

from tests.api.slack.office import Office, office
from tests.api.slack.slack_server import SlackServer
from tests.api.slack.workspace import (
    AGENT,
    ANALYST,
    CLOSED,
    MANAGER,
    OPEN,
    Delivery,
    command,
    mention,
    message,
)
from tests.tools.builders import Shop

pytestmark = pytest.mark.anyio

DIRECT = "D0ANALYST"


async def test_a_mention_is_answered_once_in_a_thread_below_it(office_on_both: Office) -> None:
    asked = mention(ANALYST, "hello &amp; &lt;welcome&gt;", ts="1800.1")

    answers = await office_on_both.hears(asked)

    assert [answer.status_code for answer in answers] == [200]
    (posted,) = office_on_both.slack.to_all(OPEN)
    assert posted.thread_ts == "1800.1"
    assert "You said: hello & <welcome>" in posted.words
    assert posted.text.startswith("You said: hello &amp; &lt;welcome&gt;")


async def test_a_thread_goes_on_without_another_mention(staff_office: Office) -> None:
    await staff_office.hears(
        mention(ANALYST, "hello", ts="1800.1"),
        message(ANALYST, "and on", OPEN, thread="1800.1"),
        message(ANALYST, f"<@{MANAGER}> look at this", OPEN, thread="1800.1"),
        message(MANAGER, "nice", OPEN, thread="1800.1"),
        message(ANALYST, "lunch?", OPEN),
    )

    assert said(staff_office) == ["hello", "and on"]
    assert {one.thread_ts for one in staff_office.slack.posted} == {"1800.1"}


async def test_what_follows_at_once_is_not_missed(staff_office: Office) -> None:
    root, reply = mention(ANALYST, "hello", ts="1800.1"), message(ANALYST, "and on", OPEN, thread="1800.1")

    await staff_office.workspace.deliver(root)
    await staff_office.hears(reply)

    assert sorted(said(staff_office)) == ["and on", "hello"]


async def test_a_mention_that_comes_as_message_of_its_channel_too_is_answered_once(
    staff_office: Office,
) -> None:
    await staff_office.hears(
        message(ANALYST, "<@U0BOT> hello", OPEN, ts="1800.1"), mention(ANALYST, "hello", ts="1800.1")
    )

    assert said(staff_office) == ["hello"]


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"bot_id": "B0OTHER"},
    ],
)
async def test_edits_deletions_and_bots_are_passed_over(staff_office: Office, event: dict[str, str]) -> None:
    answers = await staff_office.hears(message(ANALYST, "hello", DIRECT, **event))

    assert answers[0].status_code == 200
    assert staff_office.slack.posted == []


async def test_a_direct_message_shows_that_it_is_looked_up_and_what_it_is_about(staff_office: Office) -> None:
    await staff_office.hears(message(ANALYST, "how are we doing", DIRECT, thread="1800.1"))

    (posted,) = staff_office.slack.to_all(DIRECT)
    assert posted.thread_ts == "1800.1"
    status, title = (
        staff_office.slack.called(f"assistant.threads.{name}")[0] for name in ("setStatus", "setTitle")
    )
    assert status["thread_ts"] == "1800.1"
    assert title["title"] == "how are we doing"


async def test_a_direct_message_without_a_thread_is_answered_beside_it(staff_office: Office) -> None:
    await staff_office.hears(message(ANALYST, "one", DIRECT), message(ANALYST, "two", DIRECT))

    assert [one.thread_ts for one in staff_office.slack.to_all(DIRECT)] == [None, None]
    assert said(staff_office) == ["one", "two"]


async def test_where_a_channel_is_not_open_only_who_asked_sees_the_answer(staff_office: Office) -> None:
    await staff_office.hears(mention(ANALYST, "hello", channel=CLOSED))

    assert [one.only_to for one in staff_office.slack.posted] == [ANALYST]


async def test_people_of_other_companies_in_an_open_channel_see_nothing(staff_office: Office) -> None:
    body = mention(ANALYST, "hello").body.replace(
        b'"is_ext_shared_channel": false', b'"is_ext_shared_channel": true'
    )

    await staff_office.hears(Delivery(body, "application/json"))

    assert [one.only_to for one in staff_office.slack.posted] == [ANALYST]


async def test_a_command_is_answered_to_whoever_gave_it(staff_office: Office) -> None:
    url = staff_office.slack.response_url()

    (answer,) = await staff_office.hears(command(ANALYST, "orders last week", url))

    assert (answer.status_code, answer.text) == (200, "")
    (posted,) = staff_office.slack.posted
    assert url.endswith(f"/{posted.only_to}")
    assert "Orders" in posted.words


async def test_a_mention_without_words_gets_an_example(staff_office: Office) -> None:
    await staff_office.hears(mention(ANALYST, ""))

    (posted,) = staff_office.slack.posted
    assert posted.only_to == ANALYST
    assert "For example" in posted.words


async def test_a_message_that_is_too_long_is_not_taken_and_says_why(staff_office: Office) -> None:
    await staff_office.hears(message(ANALYST, "a" * 4001, DIRECT))

    (posted,) = staff_office.slack.posted
    assert "at most 4,000 characters" in posted.words


async def test_the_assistants_pane_offers_what_can_be_asked(staff_office: Office) -> None:
    await staff_office.hears(pane_opened(ANALYST), pane_opened(AGENT), pane_changed(AGENT))

    figures, orders = staff_office.slack.called("assistant.threads.setSuggestedPrompts")
    assert "Net sales" in figures["prompts"][0]["message"]
    assert "Net sales" not in str(orders["prompts"])


async def test_figures_come_with_what_they_count_and_what_to_ask_next(
    staff_office: Office, shop: Shop
) -> None:
    shop.order("A-1", placed_at=staff_office.clock.now.replace(day=4))

    await staff_office.hears(mention(ANALYST, "orders last week"))

    (posted,) = staff_office.slack.to_all(OPEN)
    assert "Mar 2 to Mar 8, 2026, compared with Feb 23 to Mar 1, 2026" in posted.words
    assert "Orders placed, without those that were cancelled" in posted.words
    assert list(posted.buttons) == ["By channel", "By country", "Against last year", "CSV"]


async def test_what_is_asked_of_an_order_is_for_the_one_who_asked_alone(
    staff_office: Office, shop: Shop
) -> None:
    shop.order("A-1", customer_id=shop.customer("jo@home.example", name="Jo"))

    await staff_office.hears(
        mention(AGENT, "order A-1"), mention(MANAGER, "order A-1"), mention(MANAGER, "orders last week")
    )

    orders, all_orders, figures = staff_office.slack.posted
    assert "Order A-1" in orders.words
    assert (orders.only_to, all_orders.only_to, figures.only_to) == (AGENT, MANAGER, None)


async def test_two_people_in_a_thread_have_a_conversation_each(
    sqlite_url: str, tmp_path: Path, slack: SlackServer
) -> None:
    def all_that_it_is_told(messages: Sequence[BaseMessage]) -> AIMessage:
        return AIMessage(" / ".join(one.text for one in messages if one.type == "human"))

    async with office(sqlite_url, tmp_path, slack, all_that_it_is_told) as opened:
        await opened.hears(
            mention(MANAGER, "a secret", ts="1800.1"), mention(ANALYST, "what was said?", thread="1800.1")
        )

    assert "secret" not in slack.posted[-1].words
    assert "what was said?" in slack.posted[-1].words


def pane_opened(user: str) -> Delivery:
    return Delivery.of_event(_pane("assistant_thread_started", user))


def pane_changed(user: str) -> Delivery:
    return Delivery.of_event(_pane("assistant_thread_context_changed", user))


def _pane(kind: str, user: str) -> dict[str, object]:
    thread = {"user_id": user, "context": {}, "channel_id": f"D{user}", "thread_ts": "1800.1"}
    return {"type": kind, "assistant_thread": thread, "event_ts": "1800.2"}


def said(opened: Office) -> list[str]:
    """What was answered, word for word."""
    return [one.text.removeprefix("You said: ") for one in opened.slack.posted]
