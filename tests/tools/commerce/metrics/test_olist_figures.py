"""Figures of a real marketplace, compared with what pandas computes from its files alone."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from knowledge.shop_profile import Weekday
from tests.tools.commerce.test_import_olist import OLIST, frame
from tools.commerce.database import Database
from tools.commerce.importing import import_olist
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.figures import KpiTable
from tools.commerce.metrics.query import KpiQuery
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not OLIST.is_dir(), reason="the Olist files are not beside the checkout"),
]

BRAZIL = Reporting(
    Calendar(ZoneInfo("America/Sao_Paulo"), Weekday.MONDAY, 1), "BRL", datetime(2018, 12, 31, tzinfo=UTC)
)
WHOLE = Period(date(2016, 1, 1), date(2018, 12, 31))
GONE = ("canceled", "unavailable")


@pytest.fixture(scope="module")
def marketplace(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("olist") / "shop.db"
    path.write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{path}")) as database:
        import_olist(database, OLIST)
        yield database


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    orders = frame("orders").merge(frame("customers"), on="customer_id")
    return orders.assign(
        month=orders.order_purchase_timestamp.str[:7], stands=~orders.order_status.isin(GONE)
    )


def asked(database: Database, *metrics: str, **query: object) -> KpiTable:
    with database.reading() as session:
        wanted = KpiQuery.model_validate({"metrics": metrics, "period": WHOLE, **query})
        return answer(session, wanted, BRAZIL)


def by_month(table: KpiTable) -> dict[object, object]:
    return {row.unit.first.isoformat()[:7]: row.figures[0].value for row in table.rows if row.unit}


def by_member(table: KpiTable) -> Mapping[str | None, Decimal | None]:
    return {row.members[0]: row.figures[0].value for row in table.rows}


def test_orders_and_revenue_of_each_month(marketplace: Database, orders: pd.DataFrame) -> None:
    standing = orders[orders.stands]
    items = frame("order_items").merge(standing, on="order_id")
    cents = (items.price.astype(float) * 100).round().astype(int)

    counted = by_month(asked(marketplace, "orders", grain=Grain.MONTH))
    sold = by_month(asked(marketplace, "net_sales", grain=Grain.MONTH))

    assert {month: count for month, count in counted.items() if count} == standing.groupby(
        "month"
    ).size().to_dict()
    assert {month: sum_ for month, sum_ in sold.items() if sum_} == cents.groupby(items.month).sum().to_dict()
    assert counted["2016-11"] == 0, "a month without an order is there, with none"
    assert counted["2016-02"] is None, "what was before the marketplace's first order is not known"
    assert len(counted) == 36


def test_on_time_delivery_by_state(marketplace: Database, orders: pd.DataFrame) -> None:
    arrived = orders[orders.order_delivered_customer_date.notna()]
    on_time = arrived.order_delivered_customer_date.str[:10] <= arrived.order_estimated_delivery_date.str[:10]
    expected = on_time.groupby(arrived.customer_state).agg(["sum", "size"])

    found = by_member(asked(marketplace, "on_time_delivery", dimensions=[Dimension.REGION]))

    assert found == {state: Decimal(int(row["sum"])) / int(row["size"]) for state, row in expected.iterrows()}


def test_review_score_by_state(marketplace: Database, orders: pd.DataFrame) -> None:
    reviews = frame("order_reviews").merge(orders, on="order_id")
    scores = reviews.review_score.astype(int).groupby(reviews.customer_state).agg(["sum", "size"])

    found = by_member(asked(marketplace, "review_score", dimensions=[Dimension.REGION]))

    assert found == {state: Decimal(int(row["sum"])) / int(row["size"]) for state, row in scores.iterrows()}


def test_on_time_delivery_and_review_score_of_each_month(marketplace: Database, orders: pd.DataFrame) -> None:
    arrived = orders[orders.order_delivered_customer_date.notna()]
    on_time = arrived.order_delivered_customer_date.str[:10] <= arrived.order_estimated_delivery_date.str[:10]
    by_arrival = on_time.groupby(arrived.order_delivered_customer_date.str[:7]).agg(["sum", "size"])
    reviews = frame("order_reviews")
    scores = reviews.review_score.astype(int)
    by_review = scores.groupby(reviews.review_creation_date.str[:7]).agg(["sum", "size"])

    for name, expected in (("on_time_delivery", by_arrival), ("review_score", by_review)):
        found = by_month(asked(marketplace, name, grain=Grain.MONTH))
        assert {month: value for month, value in found.items() if value is not None} == {
            month: Decimal(int(row["sum"])) / int(row["size"]) for month, row in expected.iterrows()
        }


def test_new_customers_of_each_month_and_who_came_again(marketplace: Database, orders: pd.DataFrame) -> None:
    placed = orders.assign(at=pd.to_datetime(orders.order_purchase_timestamp)).sort_values("at")
    firsts = placed.drop_duplicates("customer_unique_id")
    again = placed[placed.duplicated("customer_unique_id") & placed.stands]
    buyers = placed[placed.stands].customer_unique_id.nunique()

    found = by_month(asked(marketplace, "new_customers", grain=Grain.MONTH))
    repeat = asked(marketplace, "returning_customers", "repeat_purchase_rate").figures

    assert {month: count for month, count in found.items() if count} == firsts[firsts.stands].groupby(
        "month"
    ).size().to_dict()
    came_again = again.customer_unique_id.nunique()
    assert [one.value for one in repeat] == [came_again, Decimal(came_again) / buyers]


def test_the_slowest_deliveries(marketplace: Database, orders: pd.DataFrame) -> None:
    arrived = orders[orders.order_delivered_customer_date.notna()]
    took = pd.to_datetime(arrived.order_delivered_customer_date) - pd.to_datetime(
        arrived.order_purchase_timestamp
    )
    ranked = sorted(int(one.total_seconds()) for one in took)

    (figure,) = asked(marketplace, "delivery_time_p90").figures

    assert figure.value == Decimal(ranked[-(-len(ranked) * 90 // 100) - 1]) / 86_400


def test_what_the_marketplace_does_not_record_is_absent(marketplace: Database) -> None:
    table = asked(marketplace, "conversion_rate", "refunds", "orders")

    assert [figure.value is None for figure in table.figures] == [True, True, False]
