"""Periods as people word them, with the days that are meant, reckoned apart from what reads them."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from tests.bot.figure_questions import Shop
from tools.commerce.metrics.calendar import DAY, Grain, Period

Worded = tuple[str, Period]
NEAR = 200
"""So many days ago a single day is named without its year."""


def worded_period(shop: Shop, dice: Random) -> Worded:
    """One of the ways to name days up to today, and these days."""
    return dice.choice(_WAYS)(shop, dice)


def month_name(day: date, dice: Random) -> str:
    return day.strftime(dice.choice(("%B", "%b"))) if day.month != 5 else "May"


def _this(shop: Shop, dice: Random) -> Worded:
    grain = dice.choice((Grain.WEEK, Grain.MONTH, Grain.QUARTER))
    first = shop.calendar.unit(shop.today, grain).first
    short = {Grain.WEEK: "wtd", Grain.MONTH: "mtd", Grain.QUARTER: "qtd"}[grain]
    return dice.choice((f"this {grain}", f"this {grain} so far", short)), Period(first, shop.today)


def _this_year(shop: Shop, dice: Random) -> Worded:
    words = dice.choice(("this year", "ytd", "year to date", "so far this year"))
    return words, Period(shop.today.replace(month=1, day=1), shop.today)


def _last(shop: Shop, dice: Random) -> Worded:
    grain = dice.choice((Grain.WEEK, Grain.MONTH, Grain.QUARTER))
    this = shop.calendar.unit(shop.today, grain)
    return f"last {grain}", shop.calendar.unit(this.first - DAY, grain)


def _before_last(shop: Shop, dice: Random) -> Worded:
    grain = dice.choice((Grain.WEEK, Grain.MONTH))
    this = shop.calendar.unit(shop.today, grain)
    last = shop.calendar.unit(this.first - DAY, grain)
    return f"the {grain} before last", shop.calendar.unit(last.first - DAY, grain)


def _last_days(shop: Shop, dice: Random) -> Worded:
    count = dice.choice((7, 10, 14, 30, 45, 60, 90))
    words = dice.choice(("last {} days", "past {} days", "over the last {} days", "in the past {} days"))
    return words.format(count), Period(shop.today - count * DAY, shop.today - DAY)


def _last_units(shop: Shop, dice: Random) -> Worded:
    count, grain = dice.randint(2, 6), dice.choice((Grain.WEEK, Grain.MONTH))
    last = first = shop.calendar.unit(shop.today, grain)
    for _ in range(count):
        first = shop.calendar.unit(first.first - DAY, grain)
    words = dice.choice(("last {} {}s", "past {} {}s", "the last {} {}s"))
    return words.format(count, grain), Period(first.first, last.first - DAY)


def _month(shop: Shop, dice: Random) -> Worded:
    """The latest that has begun."""
    whole = shop.calendar.unit(
        shop.today.replace(day=1) - dice.randint(0, 10) * timedelta(days=30.4), Grain.MONTH
    )
    words = dice.choice(("in {}", "{}", "for {}", "during {}")).format(month_name(whole.first, dice))
    return words, Period(whole.first, min(whole.last, shop.today))


def _month_of_last_year(shop: Shop, dice: Random) -> Worded:
    whole = shop.calendar.unit(date(shop.today.year - 1, dice.randint(1, 12), 1), Grain.MONTH)
    words = dice.choice(("in {} {}", "{} {}")).format(month_name(whole.first, dice), whole.first.year)
    return words, whole


def _quarter(shop: Shop, dice: Random) -> Worded:
    """The latest that has begun, counted from the beginning of the fiscal year."""
    one = shop.calendar.unit(shop.today, Grain.QUARTER)
    for _ in range(dice.randint(0, 3)):
        one = shop.calendar.unit(one.first - DAY, Grain.QUARTER)
    year = shop.calendar.unit(one.first, Grain.YEAR)
    number = [part.first for part in shop.calendar.split(year, Grain.QUARTER)].index(one.first) + 1
    words = dice.choice(("q{}", "in q{}", "Q{}", "in Q{}")).format(number)
    return words, Period(one.first, min(one.last, shop.today))


def _since(shop: Shop, dice: Random) -> Worded:
    first = shop.today - dice.randint(8, NEAR) * DAY
    return f"since {_day(first, dice)}", Period(first, shop.today)


def _between(shop: Shop, dice: Random) -> Worded:
    first = shop.today - dice.randint(60, NEAR) * DAY
    last = first + dice.randint(5, 50) * DAY
    words = dice.choice(("from {} to {}", "between {} and {}"))
    order = dice.random()
    return words.format(_day(first, dice, order), _day(last, dice, order)), Period(first, last)


def _days_before(shop: Shop, dice: Random) -> Worded:
    count, day = dice.choice((5, 7, 10, 20)), shop.today - dice.randint(10, NEAR) * DAY
    return f"in the {count} days before {_day(day, dice)}", Period(day - count * DAY, day - DAY)


def _yesterday(shop: Shop, _: Random) -> Worded:
    return "yesterday", Period(shop.today - DAY, shop.today - DAY)


def _day(day: date, dice: Random, order: float = 0.0) -> str:
    name = month_name(day, dice)
    return f"{name} {day.day}" if order < 0.7 else f"{day.day} {name}"


_WAYS: tuple[Callable[[Shop, Random], Worded], ...] = (
    _this,
    _this_year,
    _last,
    _last,
    _before_last,
    _last_days,
    _last_days,
    _last_units,
    _month,
    _month,
    _month_of_last_year,
    _quarter,
    _since,
    _between,
    _days_before,
    _yesterday,
)
