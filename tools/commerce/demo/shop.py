"""Everything that stays the same while a demo shop is generated."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from knowledge.shop_profile import DEMO_SHOP, ShopProfile, Weekday
from tools.commerce.demo.catalog import Catalog, load_catalog
from tools.commerce.demo.days import Days
from tools.commerce.demo.parcels import Carriers
from tools.commerce.demo.people import People, load_people
from tools.commerce.demo.trade import Trade, load_trade
from tools.commerce.policy import Policy


@dataclass(frozen=True)
class Shop:
    """`warehouse_of` is the nearest warehouse by state."""

    seed: int
    days: Days
    trade: Trade
    catalog: Catalog
    people: People
    carriers: Carriers
    policy: Policy
    warehouse_of: dict[str, str]


@cache
def demo_profile() -> ShopProfile:
    return ShopProfile.load(DEMO_SHOP)


@cache
def _demo_policy() -> Policy:
    return Policy.load(DEMO_SHOP)


def demo_zone() -> ZoneInfo:
    return ZoneInfo(demo_profile().time_zone)


def open_shop(seed: int, today: date, now: datetime | None) -> Shop:
    """The shop on `today`, seen at `now` (default: noon). Raises ValueError when `now` is not on that day."""
    zone, policy, trade = demo_zone(), _demo_policy(), load_trade()
    moment = now or datetime.combine(today, time(12), zone)
    if moment.astimezone(zone).date() != today:
        raise ValueError("now should lie on the day given")
    weekdays = list(Weekday)
    days = Days(today, moment, zone, {weekdays.index(day) for day in policy.delivery.ship_weekdays})
    return Shop(
        seed=seed,
        days=days,
        trade=trade,
        catalog=load_catalog(),
        people=People(seed, trade),
        carriers=Carriers(days, trade, policy.delivery),
        policy=policy,
        warehouse_of={place.region: place.warehouse for place in load_people().places},
    )
