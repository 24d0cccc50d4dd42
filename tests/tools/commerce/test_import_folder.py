import copy
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from tests.tools.commerce.import_shop import NEW_YORK, Files, Json, bring_in, dump, shop, write
from tools.commerce.database import Database
from tools.commerce.importing import ImportRejected, import_folder
from tools.commerce.schema import (
    Address,
    Customer,
    IncomingStock,
    Order,
    Payment,
    PaymentMethod,
    Product,
    ProductAttribute,
    Shipment,
    Stock,
    TrackingEvent,
    Variant,
    VariantOption,
    Warehouse,
    WebSession,
)


def problems_of(database: Database, folder: Path, files: Files) -> list[str]:
    with pytest.raises(ImportRejected) as rejected:
        bring_in(database, folder, files)
    return [str(problem) for problem in rejected.value.problems]


def test_a_folder_comes_in_whole_and_is_counted(database: Database, tmp_path: Path) -> None:
    report = bring_in(database, tmp_path / "shop", shop())
    assert report.counts == {
        "sellers": 1, "customers": 2, "products": 2, "orders": 2, "reviews": 1, "sessions": 2
    }  # fmt: skip
    with database.reading() as session:
        ada = session.scalars(select(Customer).where(Customer.ref == "C1")).one()
        assert ada.email == "ada@example.com"
        assert session.scalars(select(Address.label).order_by(Address.id)).all() == ["Home", "Address 2"]
        gift_card = session.scalars(select(PaymentMethod).where(PaymentMethod.ref == "GC1")).one()
        assert (gift_card.balance_minor, gift_card.currency) == (2550, "USD")
        card = session.scalars(select(PaymentMethod).where(PaymentMethod.ref == "PM1")).one()
        assert card.gateway_ref == "pm_1"
        assert "pi_1" in session.scalars(select(Payment.gateway_ref)).all()
        options = select(VariantOption.value).join(Variant).where(Variant.sku == "P1-L")
        assert session.scalars(options.order_by(VariantOption.position)).all() == ["Large", "Natural"]
        assert set(session.scalars(select(Warehouse.name))) == {"West", "EAST"}
        assert session.scalars(select(ProductAttribute.value)).all() == ["cedar", "12"]


def test_a_time_without_a_zone_is_the_shops(database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", shop())
    with database.reading() as session:
        placed = session.scalars(select(Order.placed_at).where(Order.number == "FW-1")).one()
    assert placed == datetime(2025, 3, 1, 14, 0, tzinfo=UTC)


def test_importing_the_same_folder_twice_leaves_identical_tables(database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", shop())
    first = dump(database)
    bring_in(database, tmp_path / "shop", shop())
    assert dump(database) == first
    assert first["tracking_events"]


@pytest.mark.parametrize("ref", ["007", 'say "hi", {x}\\N', "réf 🪵 \U0001f600", "tab\tand\nline"])
def test_an_id_of_any_letters_is_known_again(ref: str, database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", {"customers": [{"id": ref, "name": ref}]})
    first = dump(database)
    bring_in(database, tmp_path / "shop", {"customers": [{"id": ref, "name": ref}]})
    assert dump(database) == first
    with database.reading() as session:
        assert session.execute(select(Customer.ref, Customer.name)).all() == [(ref, ref)]


def test_a_second_import_brings_what_changed_and_keeps_the_ids(database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", shop())
    before = dump(database)
    files = shop()
    files["customers"][0]["addresses"] = [{"label": "Home", "city": "Bend"}]
    files["products"][0]["attributes"] = {"Material": "oak"}
    files["products"][0]["variants"] = files["products"][0]["variants"][:1]  # type: ignore[index]  # plain JSON
    files["orders"][0]["shipments"][0]["events"] = [  # type: ignore[index]  # plain JSON
        {"at": "2025-03-02T12:00:00Z", "description": "Lost"}
    ]
    bring_in(database, tmp_path / "shop", files)
    after = dump(database)
    for table in (
        "customers",
        "products",
        "variants",
        "orders",
        "order_lines",
        "payments",
        "shipments",
        "returns",
    ):
        assert [row[0] for row in after[table]] == [row[0] for row in before[table]]
    with database.reading() as session:
        assert session.scalars(select(Address.city)).all() == ["Bend"]
        assert session.scalars(select(ProductAttribute.value)).all() == ["oak"]
        active = select(Variant.active).where(Variant.sku == "P1-L")
        assert session.scalars(active).all() == [False]
        assert session.scalars(select(TrackingEvent.description)).all() == ["Lost"]


def test_two_imports_at_once_come_one_after_the_other(database: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", shop())
    together = Barrier(2)

    def bring_in_together(_: int) -> None:
        together.wait()
        import_folder(database, folder, "USD", NEW_YORK)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(bring_in_together, range(2)))
    with database.reading() as session:
        assert session.scalars(select(Customer.ref).order_by(Customer.ref)).all() == ["C1", "C2"]
        assert session.scalars(select(TrackingEvent.description)).all() == ["Picked up", "Delivered"]


def test_old_and_new_records_come_in_side_by_side(database: Database, tmp_path: Path) -> None:
    files = shop()
    files["orders"] = [{"number": "FW-0", "status": "pending"}, *files["orders"]]
    old = {kind: files[kind][:1] for kind in ("sellers", "customers", "products", "orders")}
    bring_in(database, tmp_path / "old", {**old, "sessions": files["sessions"][1:]})
    bring_in(database, tmp_path / "shop", files)
    mixed = dump(database)
    bring_in(database, tmp_path / "shop", files)
    assert dump(database) == mixed
    with database.reading() as session:
        assert session.scalars(select(Order.number).order_by(Order.id)).all() == ["FW-0", "FW-1", "FW-2"]
        assert session.scalars(select(WebSession.ref).order_by(WebSession.id)).all() == ["W2", "W1"]


def test_a_payment_method_moves_to_a_customer_who_is_new(database: Database, tmp_path: Path) -> None:
    methods: list[Json] = [{"id": "PM1", "kind": "paypal"}]
    bring_in(database, tmp_path / "shop", {"customers": [{"id": "A", "payment_methods": methods}]})
    bring_in(database, tmp_path / "shop", {"customers": [{"id": "B", "payment_methods": methods}]})
    with database.reading() as session:
        owner = select(Customer.ref).join(PaymentMethod, PaymentMethod.customer_id == Customer.id)
        assert session.scalars(owner).all() == ["B"]


def test_two_customers_may_swap_their_emails(database: Database, tmp_path: Path) -> None:
    files: Files = {"customers": [{"id": "A", "email": "a@x.org"}, {"id": "B", "email": "b@x.org"}]}
    bring_in(database, tmp_path / "shop", files)
    bring_in(
        database,
        tmp_path / "shop",
        {"customers": [{"id": "A", "email": "b@x.org"}, {"id": "B", "email": "a@x.org"}]},
    )
    with database.reading() as session:
        assert dict(session.execute(select(Customer.ref, Customer.email)).all()) == {
            "A": "b@x.org",
            "B": "a@x.org",
        }


def test_new_rows_get_fresh_ids_after_an_import(database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", shop())
    with database.writing() as session:
        session.add(Customer(ref="made-here"))
    with database.reading() as session:
        assert len(session.scalars(select(Customer.id)).all()) == 3


def test_a_warehouse_that_is_only_named_keeps_what_is_known_of_it(database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", shop())
    stock = [{"warehouse": "WEST", "on_hand": 9}]
    variants = [{"sku": "P3", "price": 1, "stock": stock}]
    files: Files = {"products": [{"id": "P3", "name": "Mug", "variants": variants}]}
    (tmp_path / "more").mkdir()
    bring_in(database, tmp_path / "more", files)
    with database.reading() as session:
        west = session.scalars(select(Warehouse).where(Warehouse.ref == "WEST")).one()
        assert (west.name, west.city) == ("West", "Reno")
        assert session.scalars(select(Stock.on_hand).where(Stock.warehouse_id == west.id)).all() == [5, 5, 9]
        assert len(session.scalars(select(IncomingStock.id)).all()) == 2
        assert session.scalars(select(Shipment.warehouse_id)).all() == [west.id]


def test_progress_is_told_by_kind(database: Database, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    folder = write(tmp_path / "shop", shop())
    import_folder(database, folder, "USD", NEW_YORK, lambda kind, count: told.append((kind, count)))
    assert told == [
        ("sellers", 1), ("customers", 2), ("products", 2), ("orders", 2), ("reviews", 1), ("sessions", 2)
    ]  # fmt: skip


def _set(kind: str, index: int, **values: object) -> Callable[[Files], None]:
    return lambda files: files[kind][index].update(values)


def _stocked(**stock: object) -> Callable[[Files], None]:
    return _set("products", 1, variants=[{"sku": "X", "price": 1, "stock": [stock]}])


def _line(**values: object) -> Callable[[Files], None]:
    return _set("orders", 1, lines=[{"name": "Mug", "unit_price": "1.00"} | values])


def _paid(*refunds: Json) -> Callable[[Files], None]:
    return _set("orders", 1, payments=[{"method": "card", "amount": "5"}], refunds=list(refunds))


def _sent_back(*returns: Json) -> Callable[[Files], None]:
    lines = [{"name": "Mug", "unit_price": "1", "quantity": 2}]
    return _set("orders", 1, lines=lines, returns=list(returns))


def _rma(identifier: str, **line: object) -> Json:
    return {"id": identifier, "status": "approved", "lines": [{"line": 1} | line]}


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (_set("sellers", 0, country="USA"), "sellers.jsonl:1: country"),
        (_set("customers", 1, id="C1"), "customers.jsonl:2: id: occurs twice"),
        (_set("customers", 1, id=""), "customers.jsonl:2: id"),
        (_set("customers", 1, nmae="x"), "customers.jsonl:2: nmae"),
        (_set("customers", 1, email="ADA@example.com"), "customers.jsonl:2: email: belongs to another"),
        (_set("customers", 1, email="not an address"), "customers.jsonl:2: email"),
        (_set("customers", 1, name="a\x00b"), "customers.jsonl:2: name"),
        (_set("customers", 1, name="x" * 201), "customers.jsonl:2: name"),
        (_set("customers", 1, created_at="yesterday"), "customers.jsonl:2: created_at"),
        (_set("customers", 1, created_at=1700000000), "customers.jsonl:2: created_at"),
        (_set("customers", 1, created_at="0001-01-01T00:00:00+05:00"), "customers.jsonl:2: created_at"),
        (_set("customers", 1, addresses=[{"label": "A"}, {"label": "A"}]), "customers.jsonl:2: addresses[1].label"),
        (_set("customers", 1, payment_methods=[{"id": "PM1", "kind": "card"}]), "2: payment_methods[0].id: occurs"),
        (_set("customers", 1, payment_methods=[{"id": "X", "kind": "gift_card"}]), "2: payment_methods[0]: a gift"),
        (_set("customers", 1, payment_methods=[{"id": "X", "kind": "card", "last4": "42424242"}]), "[0].last4"),
        (_set("products", 1, seller="S9"), "products.jsonl:2: seller: refers to"),
        (_set("products", 1, variants=[{"sku": "P1-S", "price": 1}]), "products.jsonl:2: variants[0].sku: occurs"),
        (_set("products", 1, variants=[{"sku": "X", "price": "1.005"}]), "2: variants[0].price: has more than 2"),
        (_set("products", 1, variants=[{"sku": "X", "price": -1}]), "products.jsonl:2: variants[0].price"),
        (_set("products", 1, variants=[{"sku": "X", "price": 1, "currency": "QQQ"}]), "variants[0].price: is in a"),
        (
            _stocked(warehouse="W", on_hand=1, reserved=2),
            "products.jsonl:2: variants[0].stock[0]: reserved",
        ),
        (_set("orders", 1, number="FW-1"), "orders.jsonl:2: number: occurs twice"),
        (_set("orders", 1, number="--"), "orders.jsonl:2: number"),
        (_set("orders", 1, status="on the moon"), "orders.jsonl:2: status"),
        (_set("orders", 1, customer="C9"), "orders.jsonl:2: customer: refers to"),
        (_set("orders", 1, discount=1), "orders.jsonl:2: discount: is more than"),
        (_set("orders", 1, tax=1), "orders.jsonl:2: tax: needs lines"),
        (_line(unit_price="free"), "orders.jsonl:2: lines[0].unit_price"),
        (_line(unit_price=1.005), "orders.jsonl:2: lines[0].unit_price: has more than 2 decimals (USD)"),
        (_line(unit_price="NaN"), "orders.jsonl:2: lines[0].unit_price"),
        (_line(unit_price=True), "orders.jsonl:2: lines[0].unit_price"),
        (_line(unit_price="999999999999999"), "orders.jsonl:2: lines[0].unit_price: is too large"),
        (_line(unit_price="9999999999", quantity=10**9), "orders.jsonl:2: lines: come to too large"),
        (_line(quantity=0), "orders.jsonl:2: lines[0].quantity"),
        (_line(discount=2), "orders.jsonl:2: lines[0].discount: is more than"),
        (_line(sku="P9"), "orders.jsonl:2: lines[0].sku: refers to"),
        (_line(product="P9"), "orders.jsonl:2: lines[0].product: refers to"),
        (_line(sku="P2", product="P1"), "orders.jsonl:2: lines[0].sku: is a variant of another"),
        (_line(name=None), "orders.jsonl:2: lines[0]: needs a sku"),
        (_set("orders", 1, tax=2, lines=[{"name": "Mug", "unit_price": 9, "tax": 1}]), "2: tax: differs"),
        (_set("orders", 1, payments=[{"method": "card", "payment_method": "PM9", "amount": 1}]), "[0].payment_method"),
        (_set("orders", 1, payments=[{"method": "card", "payment_method": "PM1", "amount": 1}]), "another customer"),
        (_set("orders", 1, shipments=[{"id": "FW-1-1", "status": "lost"}]), "2: shipments[0].id: occurs twice"),
        (_set("orders", 1, shipments=[{"status": "lost", "lines": [{"line": 1}]}]), "shipments[0].lines[0].line"),
        (_paid({"amount": "5.01"}), "orders.jsonl:2: refunds[0].amount: is more than any"),
        (_paid({"amount": "3"}, {"amount": "3", "payment": 1}), "orders.jsonl:2: refunds[1].amount: is more than the"),
        (_paid({"amount": "1", "payment": 2}), "orders.jsonl:2: refunds[0].payment"),
        (_paid({"amount": "1", "return_id": "RMA-1"}), "orders.jsonl:2: refunds[0].return_id"),
        (_paid({"amount": "1", "id": "FW-1-R1"}), "orders.jsonl:2: refunds[0].id: occurs twice"),
        (_set("orders", 1, refunds=[{"amount": "1"}]), "orders.jsonl:2: refunds[0].amount"),
        (_sent_back(_rma("X", quantity=3)), "orders.jsonl:2: returns[0].lines[0].quantity: is more than"),
        (_sent_back(_rma("X"), _rma("Y", quantity=2)), "orders.jsonl:2: returns[1].lines[0].quantity"),
        (_sent_back(_rma("X", line=2)), "orders.jsonl:2: returns[0].lines[0].line: is not a line"),
        (_sent_back(_rma("RMA-1")), "orders.jsonl:2: returns[0].id: occurs twice"),
        (_set("reviews", 0, score=6), "reviews.jsonl:1: score"),
        (_set("reviews", 0, order="FW-9"), "reviews.jsonl:1: order: refers to"),
        (_set("sessions", 1, customer="C9"), "sessions.jsonl:2: customer: refers to"),
        (_set("sessions", 1, cart={"items": 1, "value": "0.001", "status": "open"}), "2: cart.value: has more"),
    ],
)  # fmt: skip
def test_a_bad_record_is_named_by_file_line_and_field_and_stops_everything(
    spoil: Callable[[Files], None], where: str, sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(sqlite_url)
    empty = dump(database)
    files = copy.deepcopy(shop())
    spoil(files)
    found = problems_of(database, tmp_path / "shop", files)
    assert len(found) >= 1
    assert where in found[0]
    assert dump(database) == empty
    database.close()


def test_all_or_nothing_also_when_the_last_file_is_bad(database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", shop())
    before = dump(database)
    files = shop()
    files["customers"][0]["name"] = "Somebody Else"
    files["sessions"][1]["page_views"] = -1
    problems_of(database, tmp_path / "shop", files)
    assert dump(database) == before


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"id": "C1"', b"\xff\xfe", b'{"id": "\xff"}', b'{"id": "\\ud800"}']
)
def test_a_line_that_is_no_json_is_named(line: bytes, sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "customers.jsonl").write_bytes(b'\xef\xbb\xbf{"id": "C0"}\r\n\r\n' + line + b"\n")
    with pytest.raises(ImportRejected) as rejected:
        import_folder(Database(sqlite_url), tmp_path, "USD", NEW_YORK)
    assert str(rejected.value.problems[0]).startswith("customers.jsonl:3: ")


def test_twenty_problems_are_listed_without_a_value_of_the_file(sqlite_url: str, tmp_path: Path) -> None:
    secret = "ada.private@nowhere"
    records: list[Json] = [
        {"id": f"C{n}", "phone": [secret], "email": f"{secret} {n}", "created_at": secret} for n in range(50)
    ]
    found = problems_of(Database(sqlite_url), tmp_path, {"customers": records})
    assert len(found) == 20
    assert not any(secret in problem for problem in found)


def test_a_folder_that_is_not_an_import_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    for folder in (
        tmp_path / "missing",
        write(tmp_path / "empty", {}),
        write(tmp_path / "odd", {"customer": []}),
    ):
        with pytest.raises(ImportRejected):
            import_folder(database, folder, "USD", NEW_YORK)


def test_json_numbers_are_exact_amounts(database: Database, tmp_path: Path) -> None:
    price = json.loads('{"id": "P", "name": "Mug", "variants": [{"sku": "M", "price": 1.1}]}')
    bring_in(database, tmp_path / "shop", {"products": [price]})
    with database.reading() as session:
        assert session.scalars(select(Variant.price_minor)).all() == [110]
        assert session.scalars(select(Product.name)).all() == ["Mug"]
