"""The app's home tab: the key figures for whoever may see figures."""

from datetime import timedelta

import pytest

from api.slack.home import trend
from tests.api.slack.office import Office
from tests.api.slack.posted import words_in
from tests.api.slack.workspace import AGENT, ANALYST, NOBODY, Delivery
from tests.tools.builders import Shop, line

pytestmark = pytest.mark.anyio


async def test_the_key_figures_with_their_change_and_course(staff_office: Office, shop: Shop) -> None:
    for days_ago, price in ((5, 2000), (6, 1000), (40, 1500)):
        placed_at = staff_office.clock.now - timedelta(days=days_ago)
        shop.order(f"A-{days_ago}", placed_at=placed_at, items=[line("Mug", price=price)])

    await staff_office.hears(opened_home(ANALYST))

    words = "".join(words_in(staff_office.slack.homes[ANALYST]["blocks"]))
    assert "Feb 10 to Mar 9, 2026" in words
    assert "Orders\n2  🟢 ▲ +100.0%, was 1\n▁" in words
    assert "not known" in words, "there are no visits to convert"


@pytest.mark.parametrize(
    ("user", "told"), [(AGENT, "There are no figures for your role"), (NOBODY, "I can only answer people")]
)
async def test_nobody_else_sees_figures_there(staff_office: Office, shop: Shop, user: str, told: str) -> None:
    shop.order("A-1")

    await staff_office.hears(opened_home(user))

    words = "".join(words_in(staff_office.slack.homes[user]["blocks"]))
    assert words.startswith(told)
    assert "Orders" not in words


async def test_the_messages_tab_is_not_the_home_tab(staff_office: Office) -> None:
    await staff_office.hears(opened_home(ANALYST, tab="messages"))

    assert staff_office.slack.homes == {}


def test_a_course_from_its_lowest_to_its_highest_with_gaps() -> None:
    assert trend(["1", "4.5", None, "8"]) == "▁▄ █"
    assert trend(["3", "3"]) == "▁▁"
    assert trend(["3", None]) == ""


def opened_home(user: str, tab: str = "home") -> Delivery:
    return Delivery.of_event(
        {"type": "app_home_opened", "user": user, "channel": f"D{user}", "tab": tab, "event_ts": "1800.1"}
    )
