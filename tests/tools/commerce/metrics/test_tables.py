"""What can be asked of figures: the largest, the smallest, shares, running figures, and what is not known.

How they are read on both databases is pinned beside this.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.tools.commerce.metrics.demo_figures import FIRST, NOW, SHOP, asked, demo_shop
from tests.tools.commerce.metrics.happened import figure
from tests.tools.commerce.metrics.recomputed import Recomputed
from tools.commerce.database import Database
from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import Comparison, KpiQuery, QueryError
from tools.commerce.metrics.showing import percent


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with demo_shop(f"sqlite:///{tmp_path_factory.mktemp('tables')}/shop.db") as database:
        yield database


@pytest.fixture(scope="module")
def recomputed(shop: Database) -> Recomputed:
    with shop.reading() as session:
        return Recomputed(session, SHOP.zone)


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
        asked(shop, split.model_copy(update={"ascending": True, "top": 2, "shares": True})),
    )

    values = sorted(row.figures[0].value or 0 for row in largest.rows)
    assert [row.figures[0].value for row in smallest.rows] == values[:2]
    assert [one.value for one in smallest.others] == [sum(values[2:])]
    assert [one.share for one in smallest.others] == [sum(values[2:]) / Decimal(sum(values))]


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
    period = Period(date(2026, 10, 1), date(2026, 11, 20))

    table = asked(shop, KpiQuery(metrics=(name,), period=period, grain=Grain.WEEK, running=True))

    for row in table.rows:
        assert row.unit is not None
        so_far = Period(period.first, row.unit.last)
        assert row.figures[0].running == figure(name, filter(recomputed.within(so_far), recomputed.of[name]))


@pytest.mark.parametrize(
    ("grain", "first", "last", "partial"),
    [
        (Grain.DAY, "2026-11-18", "2026-11-20", [False, False, True]),
        (Grain.WEEK, "2026-11-01", "2026-11-15", [True, False, False]),
        (Grain.MONTH, "2026-08-02", "2026-11-20", [True, False, False, True]),
        (Grain.MONTH, "2026-10-01", "2026-12-31", [False, True]),
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


def test_a_month_that_is_not_over_is_compared_with_as_much_of_the_one_before(shop: Database) -> None:
    november = Period(date(2026, 11, 1), date(2026, 11, 30))

    table = asked(
        shop,
        KpiQuery(metrics=("orders",), period=november, grain=Grain.WEEK, comparison=Comparison.PREVIOUS),
    )

    assert table.query.period == Period(date(2026, 11, 1), date(2026, 11, 20))
    assert table.compared_to == Period(date(2026, 10, 1), date(2026, 10, 20))
    assert table.rows[-1].unit == Period(date(2026, 11, 16), date(2026, 11, 20))


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
        ({"metrics": ("orders",), "bound": {"side": "above", "value": 1}}, "bound_without_members"),
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


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        ("0.9995", "99.95%"), ("0.0004", "0.04%"), ("0.999996", "99.9996%"), ("0.0833", "8.3%"),
        ("1", "100.0%"), ("0", "0.0%"), ("0.99949", "99.9%"),
    ],
)  # fmt: skip
def test_what_is_not_all_or_none_does_not_look_so(share: str, shown: str) -> None:
    assert percent(Decimal(share)) == shown
