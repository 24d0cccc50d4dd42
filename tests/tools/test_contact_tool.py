from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from knowledge.shop_profile import OpeningHours, Weekday
from tests.tools.builders import SHOP, Shop, ask
from tools.commerce.days import LocalTime
from tools.contact import contact_card, get_contact_details

NEW_YORK = ZoneInfo("America/New_York")
WORKDAY = OpeningHours(open=time(8), close=time(20))
HOURS = dict.fromkeys(tuple(Weekday)[:5], WORKDAY) | {
    Weekday.SATURDAY: OpeningHours(open=time(9, 30), close=time(17)),
    Weekday.SUNDAY: None,
}
CONTACT = SHOP.contact.model_copy(update={"hours": HOURS})


@pytest.mark.parametrize(
    ("moment", "open_now", "opens_next"),
    [
        (datetime(2026, 3, 10, 15, 0, tzinfo=UTC), True, None),
        # On March 6 New York is five hours behind; from March 8 it is four.
        (datetime(2026, 3, 6, 12, 59, tzinfo=UTC), False, "today at 8 a.m."),
        (datetime(2026, 3, 6, 13, 0, tzinfo=UTC), True, None),
        (datetime(2026, 3, 10, 12, 0, tzinfo=UTC), True, None),
        (datetime(2026, 3, 11, 0, 0, tzinfo=UTC), False, "tomorrow at 8 a.m."),
        (datetime(2026, 3, 14, 1, 0, tzinfo=UTC), False, "tomorrow at 9:30 a.m."),
        (datetime(2026, 3, 14, 22, 0, tzinfo=UTC), False, "Monday at 8 a.m."),
        (datetime(2026, 3, 15, 15, 0, tzinfo=UTC), False, "tomorrow at 8 a.m."),
    ],
    ids=str,
)
def test_people_answer_in_the_hours_of_the_shops_zone(
    moment: datetime, open_now: bool, opens_next: str | None
) -> None:
    card = contact_card(CONTACT, LocalTime(moment, NEW_YORK))

    assert (card.open_now, card.opens_next) == (open_now, opens_next)


def test_days_of_the_same_hours_are_said_together() -> None:
    card = contact_card(CONTACT, LocalTime(datetime(2026, 3, 10, 15, 0, tzinfo=UTC), NEW_YORK))

    assert card.hours == (
        "Monday to Friday 8 a.m. to 8 p.m., Saturday 9:30 a.m. to 5 p.m., Sunday closed (EDT)"
    )


def test_a_shop_that_never_opens_says_no_day() -> None:
    closed = CONTACT.model_copy(update={"hours": dict.fromkeys(Weekday)})

    card = contact_card(closed, LocalTime(datetime(2026, 3, 10, 15, 0, tzinfo=UTC), NEW_YORK))

    assert (card.open_now, card.opens_next, card.hours) == (False, None, "Monday to Sunday closed (EDT)")


@pytest.mark.anyio
async def test_anybody_may_ask_how_to_reach_the_shop(shop: Shop) -> None:
    card = await ask(get_contact_details, shop.context("no-such-conversation"))

    assert (card.email, card.phone) == (SHOP.contact.email, SHOP.contact.phone)
