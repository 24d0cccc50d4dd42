from datetime import date

import pytest

from bot.embedded.reading.deadlines import deadline

TUESDAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("text", "last_day"),
    [
        ("will it come today", date(2026, 3, 10)),
        ("tomorow?", date(2026, 3, 11)),
        ("by Friday", date(2026, 3, 13)),
        ("before friday", date(2026, 3, 12)),
        ("this week", date(2026, 3, 15)),
        ("before the weekend", date(2026, 3, 13)),
        ("next week", date(2026, 3, 22)),
        ("by the 14th", date(2026, 3, 14)),
        ("by March 9", date(2027, 3, 9)),
        ("before 20 March", date(2026, 3, 19)),
        ("by February 31", None),
        ("where is it", None),
        ("the second one", None),
    ],
)
def test_the_day_hoped_for_is_read(text: str, last_day: date | None) -> None:
    assert deadline(text, TUESDAY) == last_day
