"""Every figure of a demo shop is what its rows come to, on both databases."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tests.tools.commerce.metrics.recomputed import Recomputed, figure
from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import Comparison, KpiQuery
from tools.commerce.metrics.tables import KpiTable, answer

SHOP = ShopProfile.load(DEMO_SHOP)
CALENDAR = Calendar.of(SHOP)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
FIRST = date(2026, 8, 1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('metrics')}/shop.db"
    else:
        url = request.getfixturevalue("module_postgres_url")
    with closing(Database(url)) as database:
        database.migrate()
        create_demo_shop(database, orders=400, now=NOW)
        yield database


@pytest.fixture(scope="module")
def recomputed(shop: Database) -> Recomputed:
    with shop.reading() as session:
        return Recomputed(session, SHOP.zone)


SPLITS = (
    *product(("orders", "cancellation_rate", "refunds"), (Dimension.CHANNEL, Dimension.REGION)),
    *product(
        ("gross_sales", "net_sales", "units", "discount_rate", "return_rate"),
        (Dimension.CHANNEL, Dimension.REGION, Dimension.CATEGORY),
    ),
    *product(("returns",), (Dimension.CATEGORY, Dimension.REASON)),
    *product(("on_time_delivery",), (Dimension.CARRIER, Dimension.REGION)),
    *product(("conversion_rate",), (Dimension.CHANNEL, Dimension.COUNTRY)),
)
periods = st.tuples(st.integers(0, 100), st.integers(0, 60)).map(
    lambda pair: Period(FIRST + timedelta(pair[0]), FIRST + timedelta(sum(pair)))
)


def asked(shop: Database, query: KpiQuery) -> KpiTable:
    with shop.reading() as session:
        return answer(session, query, CALENDAR, SHOP.currency)


@settings(max_examples=40)
@given(asked_by=st.sampled_from(SPLITS), period=periods, grain=st.sampled_from(Grain))
def test_a_figure_is_what_its_rows_come_to(
    shop: Database,
    recomputed: Recomputed,
    asked_by: tuple[str, Dimension],
    period: Period,
    grain: Grain,
) -> None:
    name, dimension = asked_by
    rows = list(filter(recomputed.within(period), recomputed.of[name]))

    table = asked(shop, KpiQuery(metrics=(name,), period=period, grain=grain, dimensions=(dimension,)))

    assert table.figures[0].value == figure(name, rows)
    for row in table.rows:
        assert row.unit is not None
        part = [
            one
            for one in rows
            if recomputed.within(row.unit)(one) and one.members[dimension] == row.members[0]
        ]
        assert row.figures[0].value == figure(name, part), row
    assert {row.members[0] for row in table.rows} >= {one.members[dimension] for one in rows if one.above}


@settings(max_examples=25)
@given(asked_by=st.sampled_from(SPLITS), period=periods, place=st.integers(0, 30))
def test_what_is_filtered_and_what_is_left_make_the_whole(
    shop: Database,
    recomputed: Recomputed,
    asked_by: tuple[str, Dimension],
    period: Period,
    place: int,
) -> None:
    name, dimension = asked_by
    known = sorted({one.members[dimension] for one in recomputed.of[name]} - {None}, key=str)
    member = known[place % len(known)]
    only = {"dimension": dimension, "members": (str(member).upper(),)}
    rows = list(filter(recomputed.within(period), recomputed.of[name]))

    def filtered(*, is_exclusion: bool) -> Decimal | None:
        filters = ({**only, "is_exclusion": is_exclusion},)
        query = KpiQuery.model_validate({"metrics": (name,), "period": period, "filters": filters})
        return asked(shop, query).figures[0].value

    assert filtered(is_exclusion=False) == figure(name, [r for r in rows if r.members[dimension] == member])
    assert filtered(is_exclusion=True) == figure(name, [r for r in rows if r.members[dimension] != member])


@pytest.mark.parametrize("comparison", Comparison)
def test_each_part_is_compared_with_its_own_past(
    shop: Database, recomputed: Recomputed, comparison: Comparison
) -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 31))
    query = KpiQuery(
        metrics=("net_sales", "return_rate"),
        period=period,
        dimensions=(Dimension.CATEGORY,),
        comparison=comparison,
    )

    table = asked(shop, query)

    assert table.compared_to is not None
    for row in table.rows:
        for name, found in zip(query.metrics, row.figures, strict=True):
            of_member = [
                one for one in recomputed.of[name] if one.members[Dimension.CATEGORY] == row.members[0]
            ]
            assert found.value == figure(name, filter(recomputed.within(period), of_member))
            assert found.before == figure(name, filter(recomputed.within(table.compared_to), of_member))


def test_the_top_members_come_first_and_the_rest_is_counted(shop: Database) -> None:
    period = Period(FIRST, NOW.date())
    everything = asked(shop, KpiQuery(metrics=("units",), period=period, dimensions=(Dimension.PRODUCT,)))

    top = asked(shop, KpiQuery(metrics=("units",), period=period, dimensions=(Dimension.PRODUCT,), top=3))

    assert top.rows == everything.rows[:3]
    values = [row.figures[0].value or 0 for row in everything.rows]
    assert values == sorted(values, reverse=True)
    assert top.left_out == len(everything.rows) - 3


def test_a_figure_of_today_has_no_period(shop: Database) -> None:
    table = asked(
        shop, KpiQuery(metrics=("stock_units", "inventory_value"), dimensions=(Dimension.WAREHOUSE,))
    )

    assert all(figure.value and figure.value > 0 for row in table.rows for figure in row.figures)
    assert table.figures[0].value == sum(row.figures[0].value or 0 for row in table.rows)
