"""Whole days summed up anew: in another zone, after having been killed, and checked."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from tests.tools.builders import Shop
from tools.commerce.database import Database
from tools.commerce.metrics.calendar import Period
from tools.commerce.rollups import building
from tools.commerce.rollups.building import bring_up_to_date, differences
from tools.commerce.rollups.state import EVER, State
from tools.commerce.schema import DailySum, Order

BERLIN, NEW_YORK, SAO_PAULO = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "America/Sao_Paulo")
)


@pytest.fixture
def shop(database: Database) -> Shop:
    """With an order in each hour around the days on which clocks change, and around the ends of years."""
    made = Shop(database)
    starts = (
        datetime(2017, 10, 14, 20, tzinfo=UTC),
        datetime(2018, 2, 17, 20, tzinfo=UTC),
        datetime(2026, 3, 8, tzinfo=UTC),
        datetime(2026, 10, 24, 20, tzinfo=UTC),
        datetime(2026, 12, 31, 18, tzinfo=UTC),
    )
    with database.writing() as session:
        for number, placed in enumerate(
            start + timedelta(hours=hour) for start in starts for hour in range(12)
        ):
            session.add(
                Order(
                    number=f"A-{number}",
                    number_key=f"A{number}",
                    status="delivered",
                    currency="USD",
                    placed_at=placed,
                    subtotal_minor=0,
                    total_minor=0,
                )
            )
    return made


def by_day(database: Database) -> dict[date, int]:
    """Of the orders, from the first grouping."""
    with database.reading() as session:
        rows = session.execute(
            select(DailySum.day, DailySum.facts).where(DailySum.grouping == 0, DailySum.facts > 0)
        )
        return {row.day: row.facts for row in rows}


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, SAO_PAULO], ids=str)
def test_days_are_those_of_the_shops_zone(shop: Shop, zone: ZoneInfo) -> None:
    bring_up_to_date(shop.database, zone)

    with shop.database.reading() as session:
        placed = [moment for moment in session.scalars(select(Order.placed_at)) if moment]
        assert State.read(session).serves(zone, EVER)
    days = [moment.astimezone(zone).date() for moment in placed]
    assert by_day(shop.database) == {day: days.count(day) for day in days}


def test_killed_in_the_middle_it_goes_on_where_it_was(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "EVENTS_AT_ONCE", 10)

    def kill(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(shop.database, NEW_YORK, kill)

    with shop.database.reading() as session:
        state = State.read(session)
        assert state.stale is not None
        assert state.serves(NEW_YORK, Period(date(2017, 10, 14), date(2017, 10, 14)))
        assert not state.serves(NEW_YORK, Period(date(2026, 12, 31), date(2026, 12, 31)))
    shop.order("late", placed_at=datetime(2017, 10, 14, 22, tzinfo=UTC))
    shop.order("later", placed_at=datetime(2026, 12, 31, 22, tzinfo=UTC))

    bring_up_to_date(shop.database, NEW_YORK)

    with shop.database.reading() as session:
        assert State.read(session).stale is None
        assert differences(session) == []
    assert sum(by_day(shop.database).values()) == 62


@pytest.mark.breaks_invariants
def test_a_check_names_what_is_wrong(shop: Shop) -> None:
    with shop.database.writing() as session:
        session.execute(update(DailySum).where(DailySum.grouping == 0).values(sum_1=DailySum.sum_1 + 1))

    with shop.database.reading() as session:
        found = differences(session)

    assert len(found) == len(by_day(shop.database))
    assert "orders of 2026-03-08 by channel" in "\n".join(found)

    bring_up_to_date(shop.database, NEW_YORK, anew=True)

    with shop.database.reading() as session:
        assert differences(session) == []
