"""What the parts of an order come to in the database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from tests.tools.commerce.import_shop import NEW_YORK, Json, bring_in, dump, shop
from tools.commerce.database import Database
from tools.commerce.importing import ImportRejected, ShopDefaults, load
from tools.commerce.importing.records import (
    CustomerRecord,
    LineRecord,
    OrderRecord,
    ProductRecord,
    Record,
    SessionRecord,
    VariantRecord,
)
from tools.commerce.money import to_major
from tools.commerce.schema import (
    Customer,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethodKind,
    Refund,
    RefundStatus,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnStatus,
    Shipment,
    ShipmentLine,
    WebSession,
)

DEFAULTS = ShopDefaults("USD", NEW_YORK)


def test_an_order_adds_up_with_its_discount_and_tax_spread_over_the_lines(
    database: Database, tmp_path: Path
) -> None:
    bring_in(database, tmp_path / "shop", shop())
    with database.reading() as session:
        order = session.scalars(select(Order).where(Order.number == "FW-1")).one()
        lines = session.scalars(select(OrderLine).order_by(OrderLine.line_no)).all()
    assert (order.subtotal_minor, order.discount_minor) == (17980, 1500)
    assert (order.shipping_minor, order.tax_minor, order.total_minor) == (490, 300, 17270)
    # 10.00 over 99.80 and 75.00, then 3.00 over what is left of them.
    assert [line.discount_minor for line in lines] == [571, 929]
    assert [line.tax_minor for line in lines] == [171, 129]
    assert sum(line.total_minor for line in lines) + order.shipping_minor == order.total_minor


def test_a_line_takes_from_the_catalogue_what_it_does_not_say(database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", shop())
    with database.reading() as session:
        lantern, blanket = session.scalars(select(OrderLine).order_by(OrderLine.line_no)).all()
        order = session.scalars(select(Order).where(Order.number == "FW-1")).one()
    assert (lantern.name, lantern.options) == ("Cedar Lantern", "Size: Small, Color: Natural")
    assert lantern.product_id is not None
    assert lantern.seller_id is not None
    assert (blanket.name, blanket.options, blanket.variant_id) == ("Wool Blanket", None, None)
    assert (order.number_key, order.email) == ("FW1", "ada@example.com")


def test_a_shipment_without_lines_holds_the_order(database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", shop())
    with database.reading() as session:
        assert session.scalars(select(Shipment.ref)).all() == ["FW-1-1"]
        assert sorted(session.scalars(select(ShipmentLine.quantity))) == [1, 2]


def test_a_refund_goes_to_the_first_payment_with_enough_left(database: Database, tmp_path: Path) -> None:
    files = shop()
    files["orders"][0]["refunds"] = [
        {"amount": "140.00"},
        {"amount": "15.00"},
        {"amount": "150.00", "status": "failed"},
    ]
    bring_in(database, tmp_path / "shop", files)
    with database.reading() as session:
        refunded = session.scalars(select(Payment.refunded_minor).order_by(Payment.sequence)).all()
        kinds = session.scalars(select(Refund.kind).order_by(Refund.ref)).all()
        labels = session.scalars(select(Payment.label).order_by(Payment.sequence)).all()
    assert refunded == [14000, 1500]
    assert kinds[:2] == [PaymentMethodKind.CARD, PaymentMethodKind.GIFT_CARD]
    assert labels == ["Visa ending in 4242", None]


def _give_back_here(database: Database, amount_minor: int, quantity: int) -> None:
    """A return and its refund that were made in this database, not in the shop's files."""
    with database.writing() as session:
        order_id = session.scalars(select(Order.id).where(Order.number == "FW-1")).one()
        line_id = session.scalars(select(OrderLine.id).where(OrderLine.line_no == 1)).one()
        payment = session.scalars(select(Payment).where(Payment.sequence == 1)).one()
        made = Return(rma="HERE-1", order_id=order_id, status=ReturnStatus.APPROVED)
        session.add(made)
        session.flush()
        session.add(
            ReturnLine(return_id=made.id, order_line_id=line_id, quantity=quantity, reason=ReturnReason.OTHER)
        )
        session.add(
            Refund(
                ref="HERE-R1",
                order_id=order_id,
                payment_id=payment.id,
                return_id=made.id,
                kind=payment.kind,
                status=RefundStatus.PENDING,
                amount_minor=amount_minor,
                currency="USD",
                created_at=datetime(2025, 3, 9, tzinfo=UTC),
            )
        )
        payment.refunded_minor += amount_minor


def test_what_was_given_back_here_survives_an_import(database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", shop())
    _give_back_here(database, amount_minor=1000, quantity=1)
    before = dump(database)
    bring_in(database, tmp_path / "shop", shop())
    assert dump(database) == before
    with database.reading() as session:
        assert session.scalars(select(Payment.refunded_minor).where(Payment.sequence == 1)).one() == 5700


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"refunds": [{"amount": "145"}]}, "refunds[0].amount"),
        (
            {"payments": [{"method": "card", "amount": "50"}], "refunds": []},
            "payments[0].amount: is less than",
        ),
        ({"payments": [], "refunds": []}, "payments: lack one"),
        ({"lines": [], "returns": [], "discount": 0, "tax": 0}, "lines: lack one"),
        (
            {"returns": [{"id": "RMA-1", "status": "approved", "lines": [{"line": 1, "quantity": 2}]}]},
            "returns[0].lines[0].quantity",
        ),
    ],
)
def test_an_import_counts_what_was_given_back_here(
    change: dict[str, object], where: str, database: Database, tmp_path: Path
) -> None:
    bring_in(database, tmp_path / "shop", shop())
    _give_back_here(database, amount_minor=1000, quantity=1)
    before = dump(database)
    files = shop()
    files["orders"][0].update(change)
    with pytest.raises(ImportRejected) as rejected:
        bring_in(database, tmp_path / "shop", files)
    assert any(f"orders.jsonl:1: {where}" in str(problem) for problem in rejected.value.problems)
    assert dump(database) == before


def test_lines_payments_and_shipments_that_are_gone_are_removed(database: Database, tmp_path: Path) -> None:
    files = shop()
    files["orders"][0].update(returns=[], refunds=[])
    bring_in(database, tmp_path / "shop", files)
    lines = files["orders"][0]["lines"]
    assert isinstance(lines, list)
    files["orders"][0].update(lines=lines[:1], payments=[], shipments=[])
    bring_in(database, tmp_path / "shop", files)
    after = dump(database)
    assert len(after["order_lines"]) == 1
    assert (
        after["payments"] == after["shipments"] == after["shipment_lines"] == after["tracking_events"] == []
    )


def test_a_refund_of_another_order_is_not_taken_over(database: Database, tmp_path: Path) -> None:
    bring_in(database, tmp_path / "shop", shop())
    other: Json = {
        "number": "FW-3",
        "status": "pending",
        "payments": [{"method": "card", "amount": "90"}],
        "refunds": [{"id": "FW-1-R1", "amount": "1"}],
    }
    (tmp_path / "other").mkdir()
    with pytest.raises(ImportRejected, match="belongs to another order"):
        bring_in(database, tmp_path / "other", {"orders": [other]})


def _records(customers: int) -> Iterator[Record]:
    """Interleaved, each after what it refers to."""
    yield ProductRecord(id="P", name="Mug", variants=(VariantRecord(sku="M", price=Decimal(5)),))
    for n in range(customers):
        yield CustomerRecord(id=f"C{n}")
        line = LineRecord(sku="M", unit_price=Decimal(5))
        yield OrderRecord(number=f"N{n}", customer=f"C{n}", status=OrderStatus.PENDING, lines=(line,))
        yield SessionRecord(id=f"S{n}", started_at=datetime(2025, 1, 1, tzinfo=UTC), order=f"N{n}")


def test_interleaved_records_of_many_chunks_find_what_they_refer_to(database: Database) -> None:
    with database.writing() as session:
        report = load(session, _records(900), DEFAULTS)
    assert report.counts["orders"] == 900
    with database.reading() as session:
        joined = select(func.count()).select_from(WebSession).join(Order).join(Customer).join(OrderLine)
        assert session.scalar(joined) == 900


def test_an_id_is_known_again_many_chunks_later(database: Database) -> None:
    def records() -> Iterator[Record]:
        yield CustomerRecord(id="twin")
        for n in range(2_500):
            yield CustomerRecord(id=f"C{n}")
        yield CustomerRecord(id="twin")

    with (
        pytest.raises(ImportRejected, match="customers:2502: id: occurs twice"),
        database.writing() as writing,
    ):
        load(writing, records(), DEFAULTS)
    with database.reading() as session:
        assert session.scalars(select(Customer.id)).all() == []


MONEY = st.integers(0, 10**6).map(lambda minor: to_major(minor, "USD"))
LINES = st.lists(
    st.builds(LineRecord, name=st.just("Mug"), quantity=st.integers(1, 9), unit_price=MONEY), max_size=6
)


@settings(deadline=None, max_examples=40)
@given(orders=st.lists(st.tuples(LINES, st.integers(0, 100), MONEY, MONEY), min_size=1, max_size=5))
def test_whatever_is_sold_the_sums_hold(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    orders: list[tuple[list[LineRecord], int, Decimal, Decimal]],
) -> None:
    path = tmp_path_factory.mktemp("sums") / "parley.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    records = []
    for n, (lines, percent, shipping, tax) in enumerate(orders):
        gross = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
        discount = (gross * percent / 100).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
        records.append(
            OrderRecord(
                number=f"N{n}",
                status=OrderStatus.PENDING,
                lines=tuple(lines),
                discount=discount,
                shipping=shipping,
                tax=tax if lines else Decimal(0),
            )
        )
    with database.writing() as writing:
        load(writing, records, DEFAULTS)
    with database.reading() as reading:
        stored = reading.scalars(select(Order).order_by(Order.id)).all()
        for order, record in zip(stored, records, strict=True):
            lines_sum = select(func.coalesce(func.sum(OrderLine.total_minor), 0))
            of_lines = reading.scalar(lines_sum.where(OrderLine.order_id == order.id))
            assert of_lines == order.total_minor - order.shipping_minor
            assert to_major(order.discount_minor, "USD") == record.discount
            assert to_major(order.tax_minor, "USD") == record.tax
    database.close()


def test_a_refund_that_is_being_made_is_waited_for_and_counted(postgres_url: str, tmp_path: Path) -> None:
    database = Database(postgres_url)
    bring_in(database, tmp_path / "shop", shop())
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as refunding:
            raised = update(Payment).where(Payment.sequence == 1)
            refunding.execute(raised.values(refunded_minor=Payment.refunded_minor + 1000))
            payment = refunding.scalars(select(Payment).where(Payment.sequence == 1)).one()
            importing = pool.submit(bring_in, database, tmp_path / "shop", shop())
            wait([importing], timeout=0.5)
            assert not importing.done()
            refunding.add(
                Refund(
                    ref="HERE-R1",
                    order_id=payment.order_id,
                    payment_id=payment.id,
                    kind=payment.kind,
                    status=RefundStatus.ISSUED,
                    amount_minor=1000,
                    currency="USD",
                )
            )
        importing.result(timeout=20)
    with database.reading() as session:
        assert session.scalars(select(Payment.refunded_minor).where(Payment.sequence == 1)).one() == 5700
    database.close()
