"""Every figure of a demo shop is what its rows come to, on both databases."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tests.tools.commerce.metrics.recomputed import Happened, Recomputed, figure
from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop
from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import Comparison, KpiQuery, QueryError
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import KpiTable, answer

SHOP = ShopProfile.load(DEMO_SHOP)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
REPORTING = Reporting.of(SHOP, NOW)
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
        ("new_customers", "retention_90d", "customer_lifetime_value", "return_rate_by_order"),
        (Dimension.CHANNEL, Dimension.COUNTRY),
    ),
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


def expected(
    name: str, of_all: Sequence[Happened], rows: Sequence[Happened], period: Period
) -> Decimal | None:
    """A figure of days before the first that there is data of, or of days to come, is not known."""
    first = min(one.at for one in of_all if one.at is not None).astimezone(SHOP.zone).date()
    return figure(name, rows) if period.last >= first and period.first <= REPORTING.today else None


def asked(shop: Database, query: KpiQuery) -> KpiTable:
    with shop.reading() as session:
        return answer(session, query, REPORTING)


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

    assert table.figures[0].value == expected(name, recomputed.of[name], rows, period)
    for row in table.rows:
        assert row.unit is not None
        part = [
            one
            for one in rows
            if recomputed.within(row.unit)(one) and one.members[dimension] == row.members[0]
        ]
        assert row.figures[0].value == expected(name, recomputed.of[name], part, row.unit), row
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

    def figure_of(part: list[Happened]) -> Decimal | None:
        return expected(name, recomputed.of[name], part, period)

    def filtered(*, is_exclusion: bool) -> Decimal | None:
        filters = ({**only, "is_exclusion": is_exclusion},)
        query = KpiQuery.model_validate({"metrics": (name,), "period": period, "filters": filters})
        return asked(shop, query).figures[0].value

    assert filtered(is_exclusion=False) == figure_of([r for r in rows if r.members[dimension] == member])
    assert filtered(is_exclusion=True) == figure_of([r for r in rows if r.members[dimension] != member])


@pytest.mark.parametrize("comparison", [Comparison.PREVIOUS, Comparison.YEAR_BEFORE])
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


def test_the_smallest_come_first_where_they_are_asked_for(shop: Database) -> None:
    period = Period(FIRST, NOW.date())
    split = KpiQuery(metrics=("units",), period=period, dimensions=(Dimension.PRODUCT,))

    largest, smallest = (
        asked(shop, split),
        asked(shop, split.model_copy(update={"ascending": True, "top": 2})),
    )

    values = sorted(row.figures[0].value or 0 for row in largest.rows)
    assert [row.figures[0].value for row in smallest.rows] == values[:2]
    assert [one.value for one in smallest.others] == [sum(values[2:])]


def test_the_others_together_have_a_figure_where_one_can_be_told(
    shop: Database, recomputed: Recomputed
) -> None:
    period = Period(FIRST, NOW.date())
    metrics = ("return_rate", "customers", "delivery_time_median")
    query = KpiQuery(metrics=metrics, period=period, dimensions=(Dimension.CHANNEL,), top=1)

    table = asked(shop, query)

    kept = {row.members[0] for row in table.rows}
    rest = [
        one
        for one in recomputed.of["return_rate"]
        if recomputed.within(period)(one) and one.members[Dimension.CHANNEL] not in kept
    ]
    assert [one.value for one in table.others] == [figure("return_rate", rest), None, None]


def test_shares_of_each_month_make_the_whole(shop: Database) -> None:
    period = Period(date(2026, 9, 1), date(2026, 10, 31))
    query = KpiQuery(metrics=("net_sales",), period=period, dimensions=(Dimension.CHANNEL,), shares=True)

    whole, months = asked(shop, query), asked(shop, query.model_copy(update={"grain": Grain.MONTH}))

    for rows in (
        whole.rows,
        *([r for r in months.rows if r.unit == unit] for unit in {r.unit for r in months.rows}),
    ):
        total = sum(row.figures[0].value or 0 for row in rows)
        assert [row.figures[0].share for row in rows] == [(row.figures[0].value or 0) / total for row in rows]


@pytest.mark.parametrize("name", ["net_sales", "return_rate"])
def test_a_running_figure_is_that_of_all_days_so_far(
    shop: Database, recomputed: Recomputed, name: str
) -> None:
    period = Period(date(2026, 10, 1), date(2026, 12, 31))

    table = asked(shop, KpiQuery(metrics=(name,), period=period, grain=Grain.WEEK, running=True))

    for row in table.rows:
        assert row.unit is not None
        so_far = Period(period.first, row.unit.last)
        is_known = row.unit.first <= REPORTING.today
        expected = figure(name, filter(recomputed.within(so_far), recomputed.of[name])) if is_known else None
        assert row.figures[0].running == expected


@pytest.mark.parametrize(
    ("grain", "first", "last", "partial"),
    [
        (Grain.DAY, "2026-11-18", "2026-11-20", [False, False, True]),
        (Grain.WEEK, "2026-11-01", "2026-11-15", [True, False, False]),
        (Grain.MONTH, "2026-08-02", "2026-11-20", [True, False, False, True]),
        (Grain.MONTH, "2026-10-01", "2026-12-31", [False, True, True]),
        (Grain.QUARTER, "2026-04-01", "2026-10-15", [False, False, True]),
    ],
)
def test_a_unit_that_is_cut_off_or_not_over_is_no_whole_one(
    shop: Database, grain: Grain, first: str, last: str, partial: list[bool]
) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))

    table = asked(shop, KpiQuery(metrics=("orders",), period=period, grain=grain))

    assert [row.is_partial for row in table.rows] == partial


def test_the_top_members_over_time_are_the_top_members_of_it_all(shop: Database) -> None:
    period = Period(date(2026, 9, 1), date(2026, 10, 31))
    query = KpiQuery(metrics=("units",), period=period, dimensions=(Dimension.CATEGORY,), top=2)

    whole, months = asked(shop, query), asked(shop, query.model_copy(update={"grain": Grain.MONTH}))

    assert {row.members for row in months.rows} == {row.members for row in whole.rows}
    assert len(months.rows) == 4


def test_customers_who_bought_before(shop: Database, recomputed: Recomputed) -> None:
    period = Period(date(2026, 9, 1), date(2026, 11, 20))

    table = asked(
        shop, KpiQuery(metrics=("customers", "returning_customers", "repeat_purchase_rate"), period=period)
    )

    everybody, returning = recomputed.buyers(period)
    assert returning
    assert [one.value for one in table.figures] == [
        len(everybody),
        len(returning),
        Decimal(len(returning)) / len(everybody),
    ]


def test_how_long_stock_lasts_and_how_much_of_it_sells(shop: Database, recomputed: Recomputed) -> None:
    table = asked(shop, KpiQuery(metrics=("days_of_cover", "sell_through"), dimensions=(Dimension.CATEGORY,)))

    assert table.rows
    for row in table.rows:
        available, sold = recomputed.stock_and_sales(row.members[0], days=28)
        assert row.figures[0].value == (Decimal(28 * available) / sold if sold else None)
        assert row.figures[1].value == (Decimal(sold) / (sold + available) if sold + available else None)


def test_what_lies_ahead_is_not_known_yet(shop: Database) -> None:
    tomorrow = NOW.date() + timedelta(days=1)

    table = asked(shop, KpiQuery(metrics=("orders", "refunds"), period=Period(tomorrow, tomorrow)))

    assert [one.value for one in table.figures] == [None, None]


@pytest.mark.parametrize(
    ("asked_for", "code"),
    [
        ({"metrics": ("return_rate",), "dimensions": ("channel",), "shares": True}, "no_shares"),
        ({"metrics": ("customers",), "grain": "month", "running": True}, "no_running_total"),
        ({"metrics": ("orders",), "running": True}, "grain_needed"),
        ({"metrics": ("units",), "comparison": "target"}, "no_target"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    shop: Database, asked_for: dict[str, object], code: str
) -> None:
    with pytest.raises(QueryError) as refused:
        asked(shop, KpiQuery.model_validate({"period": Period(FIRST, FIRST), **asked_for}))

    assert refused.value.code == code


def test_a_figure_of_today_has_no_period(shop: Database) -> None:
    table = asked(
        shop, KpiQuery(metrics=("stock_units", "inventory_value"), dimensions=(Dimension.WAREHOUSE,))
    )

    assert all(figure.value and figure.value > 0 for row in table.rows for figure in row.figures)
    assert table.figures[0].value == sum(row.figures[0].value or 0 for row in table.rows)
