"""The Olist data set, compared with what pandas reads in the same files."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import func, select

from tests.tools.commerce.import_shop import dump
from tools.commerce.catalog import ProductSearch, find_products, product_details
from tools.commerce.database import Database
from tools.commerce.importing import ImportRejected, import_olist
from tools.commerce.importing.olist import COLUMNS
from tools.commerce.importing.olist_records import METHODS, STATUSES
from tools.commerce.schema import (
    Customer,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    Product,
    Review,
    Seller,
    Shipment,
    Stock,
    TrackingEvent,
    Variant,
)
from tools.product_cards import ProductCard

NOW = datetime(2026, 11, 23, tzinfo=UTC)
OLIST = Path(__file__).parents[4] / "shared" / "data" / "olist"


def frame(name: str) -> pd.DataFrame:
    return pd.read_csv(OLIST / f"olist_{name}_dataset.csv", dtype=str)


def cents(amounts: "pd.Series[str]") -> int:
    return int((amounts.astype(float) * 100).round().astype(int).sum())


@pytest.mark.shared_data
@pytest.mark.skipif(not OLIST.is_dir(), reason="the Olist files are not beside the checkout")
def test_the_real_data_set_equals_what_pandas_says_of_it(database: Database) -> None:
    report = import_olist(database, OLIST)
    orders, items, payments = frame("orders"), frame("order_items"), frame("order_payments")
    assert report.skipped == {}
    with database.reading() as session:
        by_status = dict(session.execute(select(Order.status, func.count()).group_by(Order.status)).all())
        mapped = orders.order_status.map(STATUSES)
        assert by_status == {status: int((mapped == status).sum()) for status in set(mapped)}

        assert session.scalar(select(func.sum(Order.subtotal_minor))) == cents(items.price)
        assert session.scalar(select(func.sum(Order.shipping_minor))) == cents(items.freight_value)
        assert session.scalar(select(func.sum(Payment.amount_minor))) == cents(payments.payment_value)
        assert session.scalar(select(func.sum(OrderLine.quantity))) == len(items)
        by_kind = dict(session.execute(select(Payment.kind, func.count()).group_by(Payment.kind)).all())
        kinds = payments.payment_type.map(METHODS)
        assert by_kind == {kind: int((kinds == kind).sum()) for kind in set(kinds)}

        arrived = select(func.count()).where(Order.delivered_at.is_not(None))
        on_time = session.scalar(arrived.where(Order.delivered_at <= Order.promised_at))
        day = orders.order_delivered_customer_date.str[:10]
        assert session.scalar(arrived) == int(day.notna().sum())
        assert on_time == int((day <= orders.order_estimated_delivery_date.str[:10]).sum())

        assert (
            session.scalar(select(func.count(Customer.id))) == frame("customers").customer_unique_id.nunique()
        )
        assert session.scalar(select(func.count(Seller.id))) == len(frame("sellers"))
        assert session.scalar(select(func.count(Product.id))) == len(frame("products"))
        assert session.scalar(select(func.count(Review.id))) == len(frame("order_reviews"))
        events = (
            select(func.count())
            .select_from(TrackingEvent)
            .join(Shipment, Shipment.id == TrackingEvent.shipment_id)
        )
        steps = orders[["order_delivered_carrier_date", "order_delivered_customer_date"]].notna().sum().sum()
        assert session.scalar(events) == int(steps)

        sold = set(items.product_id) & set(frame("products").product_id)
        assert set(session.scalars(select(Variant.sku).where(Variant.active))) == sold
        assert session.scalar(select(func.count(Stock.variant_id))) == 0

        found = find_products(session, ProductSearch(words="health beauty", currency="BRL"), NOW)
        assert found.products
        assert all(product.name.startswith("Health beauty item ") for product in found.products)
        assert all(product.price.lowest.amount > 0 and not product.stock_known for product in found.products)


ROWS = {
    "olist_orders_dataset.csv": [
        ["o1", "k1", "delivered", "2017-07-09 21:57:05", "2017-07-09 22:10:13", "2017-07-11 14:58:04",
         "2017-08-01 23:10:00", "2017-08-01 00:00:00"],
        ["o2", "k9", "canceled", "2017-07-09 21:57:05", "", "", "", ""],
    ],
    "olist_customers_dataset.csv": [["k1", "u1", "01310", "sao paulo", "SP"], ["k2", "u1", "01311", "sao paulo", "SP"]],
    "olist_order_items_dataset.csv": [
        ["o1", "1", "p1", "s1", "10.5", "1.10"],
        ["o1", "2", "p1", "s1", "10.50", "1.10"],
        ["o1", "3", "gone-product", "gone", "3", "0"],
        ["gone", "1", "p1", "s1", "1", "1"],
    ],
    "olist_order_payments_dataset.csv": [["o1", "1", "credit_card", "0", "26.20"], ["o2", "1", "boleto", "1", "9"]],
    "olist_order_reviews_dataset.csv": [
        ["r1", "o1", "5", "", "ótimo", "2017-08-15 00:00:00"],
        ["r1", "o2", "1", "", "", "2017-08-15 00:00:00"],
        ["r2", "gone", "1", "", "", "2017-08-15 00:00:00"],
    ],
    "olist_products_dataset.csv": [["p1", "beleza_saude", "300"], ["p2", "", ""]],
    "olist_sellers_dataset.csv": [["s1", "rio de janeiro", "RJ"]],
    "product_category_name_translation.csv": [["beleza_saude", "health_beauty"]],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny folder of the same form, with rows of each kind that refer to nothing."""
    for name, rows in ROWS.items():
        _write(tmp_path / name, rows)
    return tmp_path


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([COLUMNS[path.name].split(), *rows])


def test_rows_that_refer_to_nothing_are_left_out_or_named(database: Database, folder: Path) -> None:
    report = import_olist(database, folder)
    assert report.skipped == {"olist_order_items_dataset.csv": 1, "olist_order_reviews_dataset.csv": 1}
    with database.reading() as session:
        lines = session.scalars(select(OrderLine).order_by(OrderLine.line_no)).all()
        assert [(line.name, line.quantity, line.unit_price_minor) for line in lines] == [
            ("Health beauty item p1", 2, 1050),
            ("Item gone-pro", 1, 300),
        ]
        assert lines[1].product_id is None
        cancelled = session.scalars(select(Order).where(Order.number == "o2")).one()
        assert (cancelled.status, cancelled.customer_id) == (OrderStatus.CANCELLED, None)


def test_a_product_has_the_price_that_it_was_last_sold_at(database: Database, folder: Path) -> None:
    orders = "olist_orders_dataset.csv"
    _write(folder / orders, [*ROWS[orders], ["o3", "k1", "shipped", "2017-07-10 00:00:01", "", "", "", ""]])
    items = "olist_order_items_dataset.csv"
    _write(folder / items, [["o3", "1", "p1", "s1", "12.34", "0"], *ROWS[items]])
    import_olist(database, folder)
    with database.reading() as session:
        variants = session.execute(select(Product.ref, Variant.sku, Variant.price_minor).join(Variant)).all()
        assert [tuple(row) for row in variants] == [("p1", "p1", 1234)]
        details = product_details(session, "p1", NOW)
        assert isinstance(details, ProductCard)
        assert not details.stock_known


def test_a_parcel_that_comes_late_on_the_promised_day_is_on_time(database: Database, folder: Path) -> None:
    import_olist(database, folder)
    with database.reading() as session:
        order = session.scalars(select(Order).where(Order.number == "o1")).one()
        assert order.delivered_at is not None
        assert order.promised_at is not None
        assert order.delivered_at <= order.promised_at
        assert order.promised_at.isoformat() == "2017-08-02T02:59:59+00:00"
        assert (order.postcode, order.city, order.currency) == ("01310", "Sao Paulo", "BRL")


def test_importing_the_csv_files_twice_leaves_identical_tables(database: Database, folder: Path) -> None:
    import_olist(database, folder)
    first = dump(database)
    import_olist(database, folder)
    assert dump(database) == first


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "where"),
    [
        ("olist_orders_dataset.csv", 0, 2, "teleported", "olist_orders_dataset.csv:2: order_status"),
        (
            "olist_orders_dataset.csv",
            1,
            3,
            "long ago",
            "olist_orders_dataset.csv:3: order_purchase_timestamp",
        ),
        ("olist_order_items_dataset.csv", 2, 4, "cheap", "olist_order_items_dataset.csv:4: price"),
        (
            "olist_order_payments_dataset.csv",
            0,
            2,
            "shells",
            "olist_order_payments_dataset.csv:2: payment_type",
        ),
        ("olist_order_reviews_dataset.csv", 0, 2, "6", "olist_order_reviews_dataset.csv:2: score"),
        ("olist_sellers_dataset.csv", 0, 0, "", "olist_sellers_dataset.csv:2: seller_id: is missing"),
        ("olist_customers_dataset.csv", 0, 0, "", "olist_customers_dataset.csv:2: customer_id: is missing"),
    ],
)
def test_a_bad_cell_is_named_and_stops_everything(
    name: str, row: int, column: int, value: str, where: str, sqlite_url: str, folder: Path
) -> None:
    rows = [list(cells) for cells in ROWS[name]]
    rows[row][column] = value
    _write(folder / name, rows)
    database = Database(sqlite_url)
    with pytest.raises(ImportRejected) as rejected:
        import_olist(database, folder)
    assert where in str(rejected.value.problems[0])
    with database.reading() as session:
        assert session.scalars(select(Seller.id)).all() == []
    database.close()


def test_a_folder_without_the_files_or_columns_is_refused(sqlite_url: str, folder: Path) -> None:
    database = Database(sqlite_url)
    (folder / "olist_products_dataset.csv").write_text("product_id\np1\n")
    with pytest.raises(ImportRejected, match="product_category_name, product_weight_g: is a column"):
        import_olist(database, folder)
    (folder / "olist_products_dataset.csv").unlink()
    with pytest.raises(ImportRejected, match=r"olist_products_dataset\.csv: cannot be read"):
        import_olist(database, folder)
    database.close()
