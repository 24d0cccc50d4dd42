"""The shop's calendar as the role's instructions tell it, as they would tell an LLM."""

import re
from zoneinfo import ZoneInfo

from bot.embedded.kpis.reckoning import Reader
from bot.embedded.situation import Situation
from knowledge.shop_profile import Weekday
from tools.commerce.metrics.calendar import Calendar

_WEEKS = re.compile(r"Weeks begin on (\w+); fiscal years begin in month (\d+)")
_ZONE = re.compile(r"time zone ([\w/+-]+)\.")
_CURRENCY = re.compile(r"Money is in ([A-Z]{3})\.")
_DAY_FIRST = "Days written as numbers: day first"


def reader_of(situation: Situation) -> Reader:
    weeks, zone = _WEEKS.search(situation.prompt), _ZONE.search(situation.prompt)
    money = _CURRENCY.search(situation.prompt)
    calendar = Calendar(
        ZoneInfo(zone[1] if zone else "UTC"),
        Weekday(weeks[1]) if weeks else Weekday.MONDAY,
        int(weeks[2]) if weeks else 1,
    )
    return Reader(
        calendar,
        situation.today,
        is_day_first=_DAY_FIRST in situation.prompt,
        currency=money[1] if money else "",
    )
