"""Importing the Olist public data set: the CSV files of a real Brazilian marketplace.

The files become the same records that any shop's import is made of. What they lack stays empty: shoppers have
no names or e-mails, products no stock. `docs/importing.md` says how each column is read.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from tools.commerce.database import Database
from tools.commerce.importing.folder import report_invalid
from tools.commerce.importing.loader import (
    ImportReport,
    Loader,
    Progress,
    collections_between_chunks,
    no_progress,
)
from tools.commerce.importing.olist_records import (
    BadCell,
    CsvRow,
    OlistOrder,
    customer_record,
    order_record,
    product_record,
    review_record,
    seller_record,
)
from tools.commerce.importing.problems import ImportRejected, Place, Problem
from tools.commerce.importing.records import Record
from tools.commerce.importing.target import ShopDefaults

Builds = Iterator[tuple[Place, Callable[[], Record]]]
"""Records yet to be built, which may show that a cell of theirs is bad."""

DEFAULTS = ShopDefaults("BRL", ZoneInfo("America/Sao_Paulo"))

ORDERS = "olist_orders_dataset.csv"
CUSTOMERS = "olist_customers_dataset.csv"
ITEMS = "olist_order_items_dataset.csv"
PAYMENTS = "olist_order_payments_dataset.csv"
REVIEWS = "olist_order_reviews_dataset.csv"
PRODUCTS = "olist_products_dataset.csv"
SELLERS = "olist_sellers_dataset.csv"
CATEGORIES = "product_category_name_translation.csv"
COLUMNS = {
    ORDERS: "order_id customer_id order_status order_purchase_timestamp order_approved_at"
    " order_delivered_carrier_date order_delivered_customer_date order_estimated_delivery_date",
    CUSTOMERS: "customer_id customer_unique_id customer_zip_code_prefix customer_city customer_state",
    ITEMS: "order_id order_item_id product_id seller_id price freight_value",
    PAYMENTS: "order_id payment_sequential payment_type payment_installments payment_value",
    REVIEWS: "review_id order_id review_score review_comment_title review_comment_message"
    " review_creation_date",
    PRODUCTS: "product_id product_category_name product_weight_g",
    SELLERS: "seller_id seller_city seller_state",
    CATEGORIES: "product_category_name product_category_name_english",
}


def import_olist(database: Database, folder: Path, on_progress: Progress = no_progress) -> ImportReport:
    """Import the eight CSV files of `folder` in one transaction; repeatable.

    Rows that belong to an order which is not in the files are left out, and counted in the report's `skipped`
    by file. Raises ImportRejected, with nothing changed, when anything in the files is wrong.
    """
    with collections_between_chunks(), database.writing() as session:
        loader = Loader(session, DEFAULTS, on_progress)
        try:
            files = _Files(folder)
        except BadCell as error:
            raise ImportRejected((Problem(*error.place, error.column, str(error)),)) from None
        for builds in (files.sellers(), files.customers(), files.products(), files.orders(), files.reviews()):
            for place, build in builds:
                _add(loader, place, build)
            loader.flush()
            loader.target.problems.raise_if_any()
        return loader.finish(files.skipped)


def _add(loader: Loader, place: Place, build: Callable[[], Record]) -> None:
    try:
        record = build()
    except BadCell as error:
        loader.target.problems.add(error.place, error.column, str(error))
    except ValidationError as error:
        report_invalid(loader.target.problems, place, error)
    else:
        loader.add(record, place)


class _Files:
    """The files joined by order. They are in no order that would let them be streamed, so they are held."""

    def __init__(self, folder: Path) -> None:
        self._sellers = list(_rows(folder, SELLERS))
        self._products = list(_rows(folder, PRODUCTS))
        self._categories = {
            row.ref("product_category_name"): row.ref("product_category_name_english")
            for row in _rows(folder, CATEGORIES)
        }
        self._customers = {row.ref("customer_id"): row for row in _rows(folder, CUSTOMERS)}
        self._reviews = list(_rows(folder, REVIEWS))
        items, payments = _by_order(folder, ITEMS), _by_order(folder, PAYMENTS)
        products = {row.ref("product_id") for row in self._products}
        sellers = {row.ref("seller_id") for row in self._sellers}
        self._orders = [
            OlistOrder(
                row=row,
                customer=self._customers.get(row.ref("customer_id")),
                items=items.pop(row.ref("order_id"), []),
                payments=payments.pop(row.ref("order_id"), []),
                products=products,
                sellers=sellers,
            )
            for row in _rows(folder, ORDERS)
        ]
        self._last_sales = _last_sales(self._orders)
        self._orders_by_id = {order.row.ref("order_id"): order for order in self._orders}
        strangers = {
            ITEMS: sum(map(len, items.values())),
            PAYMENTS: sum(map(len, payments.values())),
            REVIEWS: sum(row.ref("order_id") not in self._orders_by_id for row in self._reviews),
        }
        self.skipped = {file: count for file, count in strangers.items() if count}

    def sellers(self) -> Builds:
        return ((row.place, partial(seller_record, row)) for row in self._sellers)

    def customers(self) -> Builds:
        people: defaultdict[str, list[CsvRow]] = defaultdict(list)
        for row in self._customers.values():
            people[row.ref("customer_unique_id")].append(row)
        return ((rows[0].place, partial(customer_record, one, rows)) for one, rows in people.items())

    def products(self) -> Builds:
        return (
            (row.place, partial(product_record, row, self._categories, self._last_sales))
            for row in self._products
        )

    def orders(self) -> Builds:
        return ((order.row.place, partial(order_record, order)) for order in self._orders)

    def reviews(self) -> Builds:
        for row in self._reviews:
            order = self._orders_by_id.get(row.ref("order_id"))
            if order:
                yield row.place, partial(review_record, row, order)


def _last_sales(orders: Sequence[OlistOrder]) -> dict[str, CsvRow]:
    """The newest item of each product; of one order, the later row. The times sort as text."""
    sales: dict[str, CsvRow] = {}
    for order in sorted(orders, key=lambda order: order.row.text("order_purchase_timestamp") or ""):
        sales |= {item.ref("product_id"): item for item in order.items}
    return sales


def _by_order(folder: Path, name: str) -> dict[str, list[CsvRow]]:
    rows: defaultdict[str, list[CsvRow]] = defaultdict(list)
    for row in _rows(folder, name):
        rows[row.ref("order_id")].append(row)
    return rows


def _rows(folder: Path, name: str) -> Iterator[CsvRow]:
    """The rows of a file; ones of too few cells end in empty ones."""
    try:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = set(COLUMNS[name].split()) - set(reader.fieldnames or ())
            if missing:
                raise BadCell(Place(name, 1), ", ".join(sorted(missing)), "is a column that is missing")
            for cells in reader:
                yield CsvRow(Place(name, reader.line_num), cells)
    except OSError:
        raise ImportRejected((Problem(name, None, "", "cannot be read in that folder"),)) from None
    except (UnicodeDecodeError, csv.Error):
        raise ImportRejected((Problem(name, None, "", "is not a CSV file in UTF-8"),)) from None
