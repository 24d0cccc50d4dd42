"""What the shop means to reach, and what of it falls to a period."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.shop_files import ShopFileError
from knowledge.shop_profile import DEMO_SHOP, ShopProfile, Target
from tests.tools.builders import Shop, line
from tools.commerce.database import Database
from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.figures import KpiTable
from tools.commerce.metrics.query import Comparison, KpiQuery
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.schema import Channel

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))


def reporting(*targets: dict[str, str]) -> Reporting:
    shop = ShopProfile.load(DEMO_SHOP)
    return Reporting.of(
        shop.model_copy(update={"targets": tuple(Target.model_validate(one) for one in targets)}), NOW
    )


@pytest.fixture
def sold(sqlite_url: str) -> Iterator[Database]:
    with closing(Database(sqlite_url)) as database:
        shop = Shop(database)
        for number, channel in enumerate((Channel.WEB, Channel.WEB, Channel.APP)):
            placed_at = datetime(2026, 4, 10 + number, 12, tzinfo=UTC)
            shop.order(f"A-{number}", placed_at=placed_at, channel=channel, items=[line("Lamp", price=4000)])
        yield database


def asked(database: Database, query: dict[str, object], *targets: dict[str, str]) -> KpiTable:
    wanted = KpiQuery.model_validate({"comparison": Comparison.TARGET, "period": APRIL, **query})
    with database.reading() as session:
        return answer(session, wanted, reporting(*targets))


MONTHLY = {"metric": "net_sales", "value": "150.00", "per": "month"}


def test_an_amount_is_compared_with_what_falls_to_its_days(sold: Database) -> None:
    half = Period(date(2026, 4, 1), date(2026, 4, 15))

    whole = asked(sold, {"metrics": ("net_sales",)}, MONTHLY).figures[0]
    part = asked(sold, {"metrics": ("net_sales",), "period": half}, MONTHLY).figures[0]

    assert (whole.target, whole.beyond_target) == (Decimal(15000), Decimal("-0.2"))
    assert part.target == 7500


def test_an_amount_is_aimed_at_by_the_whole_shop_a_rate_by_each_part(sold: Database) -> None:
    rate = {"metric": "return_rate", "value": "8%"}
    by_channel: dict[str, object] = {
        "metrics": ("net_sales", "return_rate"),
        "dimensions": (Dimension.CHANNEL,),
    }

    table = asked(sold, by_channel, MONTHLY, rate)

    assert [one.target for one in table.figures] == [15000, Decimal("0.08")]
    assert {tuple(one.target for one in row.figures) for row in table.rows} == {(None, Decimal("0.08"))}


def test_each_month_has_its_own_target(sold: Database) -> None:
    spring = {**MONTHLY, "value": "100.00", "last_day": "2026-04-30"}
    summer = {**MONTHLY, "value": "310.00", "first_day": "2026-05-01"}
    query: dict[str, object] = {
        "metrics": ("net_sales",),
        "grain": Grain.MONTH,
        "period": Period(date(2026, 3, 1), date(2026, 6, 30)),
    }

    table = asked(sold, query, spring, summer)

    assert [row.figures[0].target for row in table.rows] == [10000, 10000, 20000], "May until today"
    assert table.figures[0].target == 40000


def test_days_without_a_target_leave_the_period_without_one(sold: Database) -> None:
    from_may = {**MONTHLY, "first_day": "2026-05-01"}
    spring = Period(date(2026, 4, 1), date(2026, 5, 31))

    assert asked(sold, {"metrics": ("net_sales",), "period": spring}, from_may).figures[0].target is None


@settings(max_examples=25)
@given(
    first=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    length=st.integers(0, 500),
    grain=st.sampled_from(Grain),
    per=st.sampled_from(["month", "quarter", "year"]),
)
def test_what_falls_to_the_parts_of_a_period_is_what_falls_to_it(
    first: date, length: int, grain: Grain, per: str
) -> None:
    kept = reporting({"metric": "net_sales", "value": "1234.56", "per": per})
    period = Period(first, first + timedelta(days=length))

    def target(of: Period) -> Decimal:
        found = kept.targets.of_period(BY_NAME["net_sales"], of, kept.calendar)
        assert found is not None
        return found

    parts = sum(target(unit) for unit in kept.calendar.split(period, grain))
    assert abs(parts - target(period)) < Decimal("1e-15")


@pytest.mark.parametrize(
    ("targets", "reason"),
    [
        ([{"metric": "profit", "value": "1.00"}], "no metric called 'profit'"),
        ([{"metric": "net_sales", "value": "1.00"}], "say `per: month`"),
        ([{"metric": "return_rate", "value": "8%", "per": "month"}], "leave `per` out"),
        ([{"metric": "return_rate", "value": "8"}], "a share is written as"),
        ([{"metric": "orders", "value": "8%", "per": "month"}], "only a share"),
        ([{"metric": "net_sales", "value": "1.005", "per": "year"}], "more decimal places"),
        ([{"metric": "customers", "value": "9", "per": "month"}], "does not add up over time"),
        ([MONTHLY, {**MONTHLY, "first_day": "2026-01-01"}], "two targets for the same days"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused_by_its_place(
    targets: list[dict[str, str]], reason: str
) -> None:
    with pytest.raises(ShopFileError, match=reason) as refused:
        reporting(*targets)

    assert refused.value.path.startswith("targets")
