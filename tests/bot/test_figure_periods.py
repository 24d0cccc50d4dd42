"""Days by the words for them, as docs/figures.md has decided."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.embedded.kpis.periods import periods
from bot.embedded.kpis.reckoning import Reader
from knowledge.shop_profile import Weekday
from tools.commerce.metrics.calendar import Calendar

TODAY = date(2026, 3, 18)
AMERICAN = Reader(Calendar(ZoneInfo("America/New_York"), Weekday.MONDAY, 1), TODAY)
BRITISH = Reader(Calendar(ZoneInfo("Europe/London"), Weekday.SUNDAY, 4), TODAY, is_day_first=True)


def days(text: str, reader: Reader) -> str:
    (found,) = periods(text, reader)
    return f"{found.period.first}..{found.period.last}"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("last week", "2026-03-09..2026-03-15"),
        ("this month so far", "2026-03-01..2026-03-18"),
        ("last 30 days", "2026-02-16..2026-03-17"),
        ("the past week", "2026-03-11..2026-03-17"),
        ("in april", "2025-04-01..2025-04-30"),
        ("last q4", "2025-10-01..2025-12-31"),
        ("since easter", "2025-04-20..2026-03-18"),
        ("the 10 days before black friday", "2025-11-18..2025-11-27"),
        ("the week after easter", "2025-04-21..2025-04-27"),
        ("between 3 and 9 may", "2025-05-03..2025-05-09"),
        ("december 24 to january 6", "2025-12-24..2026-01-06"),
        ("the week before last", "2026-03-02..2026-03-08"),
        ("last week of february", "2026-02-22..2026-02-28"),
        ("mid february", "2026-02-11..2026-02-20"),
        ("2025-04", "2025-04-01..2025-04-30"),
        ("3/4", "2026-03-04..2026-03-04"),
        ("week 11", "2026-03-09..2026-03-15"),
        ("next month", "2026-04-01..2026-04-30"),
    ],
)
def test_words_name_days(words: str, meant: str) -> None:
    assert days(words, AMERICAN) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("last week", "2026-03-08..2026-03-14"),
        ("q4", "2026-01-01..2026-03-18"),
        ("h1", "2025-04-01..2025-09-30"),
        ("fy25", "2024-04-01..2025-03-31"),
        ("2025/26", "2025-04-01..2026-03-18"),
        ("3/4/2025", "2025-04-03..2025-04-03"),
        ("this year", "2026-01-01..2026-03-18"),
    ],
)
def test_weeks_fiscal_years_and_dates_are_the_shops(words: str, meant: str) -> None:
    assert days(words, BRITISH) == meant


@given(st.text(st.sampled_from("0123456789/-. qhfyjanmarweeklastofsince'"), max_size=40), st.dates())
def test_no_text_on_no_day_breaks_it(text: str, today: date) -> None:
    for found in periods(text, Reader(AMERICAN.calendar, today)):
        assert found.period.first <= found.period.last
