"""Every figure of a demo shop is what its rows come to, on both databases."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from operator import ge, gt, le, lt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.commerce.metrics.demo_figures import FIRST, REPORTING, SHOP, asked, demo_shop
from tests.tools.commerce.metrics.disputed import add_disputes
from tests.tools.commerce.metrics.happened import Happened, figure
from tests.tools.commerce.metrics.recomputed import Recomputed
from tools.commerce.database import Database
from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import Bound, Comparison, KpiQuery, Side


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('metrics')}/shop.db"
    else:
        url = request.getfixturevalue("module_postgres_url")
    with demo_shop(url) as database:
        add_disputes(database)
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


@pytest.mark.parametrize(("side", "holds"), [("above", gt), ("at_least", ge), ("below", lt), ("at_most", le)])
@pytest.mark.parametrize("name", ["units", "return_rate"])
def test_members_are_picked_by_the_size_of_their_figure_and_the_rest_still_counts(
    shop: Database, recomputed: Recomputed, name: str, side: str, holds: Callable[[Decimal, Decimal], bool]
) -> None:
    rows = list(filter(recomputed.within(MONTHS), recomputed.of[name]))
    members = {one.members[Dimension.CATEGORY] for one in rows}
    of_each = {
        member: figure(name, [one for one in rows if one.members[Dimension.CATEGORY] == member])
        for member in members
    }
    known = {member: value for member, value in of_each.items() if value is not None}
    middle = sorted(known.values())[len(known) // 2]
    split = KpiQuery(
        metrics=(name,),
        period=MONTHS,
        dimensions=(Dimension.CATEGORY,),
        bound=Bound(side=Side(side), value=middle),
    )

    table, monthly = (asked(shop, split.model_copy(update={"grain": grain})) for grain in (None, Grain.MONTH))

    picked = {member for member, value in known.items() if holds(value, middle)}
    assert {row.members[0] for row in table.rows} == {row.members[0] for row in monthly.rows} == picked
    assert table.figures[0].value == figure(name, rows)
    assert table.left_out == len(of_each) - len(picked)


MONTHS = Period(date(2026, 8, 20), date(2026, 10, 19))


def test_every_figure_is_what_its_definition_says(shop: Database, recomputed: Recomputed) -> None:
    for name, every in recomputed.of.items():
        rows = list(filter(recomputed.within(MONTHS), every))

        table = asked(shop, KpiQuery(metrics=(name,), period=MONTHS, dimensions=(Dimension.CHANNEL,)))

        assert table.figures[0].value == figure(name, rows), name
        for row in table.rows:
            of_channel = [one for one in rows if one.members.get(Dimension.CHANNEL) == row.members[0]]
            assert row.figures[0].value == figure(name, of_channel), (name, row.members)


def test_how_long_parcels_take_and_what_lies_in_stock(shop: Database, recomputed: Recomputed) -> None:
    for name, waits in recomputed.waits(MONTHS).items():
        median, slow = asked(shop, KpiQuery(metrics=(f"{name}_median", f"{name}_p90"), period=MONTHS)).figures
        for found, percent in ((median, 50), (slow, 90)):
            nearest = waits[-(-len(waits) * percent // 100) - 1]
            assert found.value is not None
            assert abs(found.value - nearest) < Decimal("0.001"), (name, percent)

    names = ("stock_units", "inventory_value", "stock_outs")
    assert tuple(one.value for one in asked(shop, KpiQuery(metrics=names)).figures) == recomputed.stock()


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


def test_customers_who_bought_before(shop: Database, recomputed: Recomputed) -> None:
    period = Period(date(2026, 9, 1), date(2026, 11, 20))

    names = ("customers", "returning_customers", "repeat_purchase_rate", "orders_per_customer")
    table = asked(shop, KpiQuery(metrics=names, period=period))

    everybody, returning, orders = recomputed.buyers(period)
    assert returning
    assert [one.value for one in table.figures] == [
        len(everybody),
        len(returning),
        Decimal(len(returning)) / len(everybody),
        Decimal(orders) / len(everybody),
    ]


def test_how_long_stock_lasts_and_how_much_of_it_sells(shop: Database, recomputed: Recomputed) -> None:
    table = asked(shop, KpiQuery(metrics=("days_of_cover", "sell_through"), dimensions=(Dimension.CATEGORY,)))

    assert table.rows
    for row in table.rows:
        available, sold = recomputed.stock_and_sales(row.members[0], days=28)
        assert row.figures[0].value == (Decimal(28 * available) / sold if sold else None)
        assert row.figures[1].value == (Decimal(sold) / (sold + available) if sold + available else None)


def test_how_long_it_takes_in_all_is_told_with_how_long_each_part_takes(shop: Database) -> None:
    period = Period(date(2026, 9, 10), date(2026, 11, 10))
    alone = KpiQuery(metrics=("delivery_time_p90", "delivery_time_median"), period=period)
    split = alone.model_copy(update={"dimensions": (Dimension.CARRIER,), "grain": Grain.MONTH})

    table = asked(shop, split)

    assert table.figures == asked(shop, alone).figures
    assert len(table.statements) == 1
    row = table.rows[-1]
    assert row.unit is not None
    of_part = {"period": row.unit, "filters": ({"dimension": "carrier", "members": row.members},)}
    part = KpiQuery.model_validate({"metrics": alone.metrics, **of_part})
    assert [one.value for one in row.figures] == [one.value for one in asked(shop, part).figures]
