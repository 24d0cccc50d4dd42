"""Each named customer's story is true in the database, and stays true on whatever day the shop is created."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from tools.commerce.database import Database
from tools.commerce.demo import DemoExists, create_demo_shop, fewest_orders, generate, named_customers
from tools.commerce.importing.records import OrderRecord
from tools.commerce.schema import (
    Conversation,
    ConversationChannel,
    ConversationStatus,
    Customer,
    IncomingStock,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
    PaymentMethodKind,
    PaymentStatus,
    Product,
    Refund,
    RefundStatus,
    Return,
    ReturnKind,
    ReturnStatus,
    Role,
    Shipment,
    ShipmentStatus,
    Stock,
    Variant,
    WebSession,
)

ORDERS = 200
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
YESTERDAY = date(2026, 11, 22)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A small demo shop, one for all tests here, on each kind of database. Not to be changed."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path_factory.mktemp("demo") / "shop.db"
        path.write_bytes(template.read_bytes())
        database = Database(f"sqlite:///{path}")
    else:
        database = Database(request.getfixturevalue("module_postgres_url"))
    report = create_demo_shop(database, orders=ORDERS, now=NOW)
    assert report.counts["orders"] == ORDERS
    yield database
    database.close()


def order_of(shop: Database, number: str) -> Order:
    with shop.reading() as session:
        return session.scalars(select(Order).where(Order.number == number)).one()


def parcels_of(shop: Database, number: str) -> list[Shipment]:
    with shop.reading() as session:
        of_order = select(Shipment).join(Order, Order.id == Shipment.order_id).where(Order.number == number)
        return list(session.scalars(of_order.order_by(Shipment.id)))


def test_every_named_customer_has_their_orders_under_their_email_and_postcode(shop: Database) -> None:
    for customer in named_customers():
        with shop.reading() as session:
            rows = session.execute(
                select(Order.number, Order.email, Order.postcode, Customer.name)
                .join(Customer, Customer.id == Order.customer_id)
                .where(Customer.email == customer.email)
                .order_by(Order.placed_at.desc())
            ).all()
        assert [row.number for row in rows] == list(customer.order_numbers)
        assert {(row.email, row.postcode, row.name) for row in rows} == {
            (customer.email, customer.postcode, customer.name)
        }


def test_maya_has_a_parcel_in_transit_that_is_on_time(shop: Database) -> None:
    [parcel] = parcels_of(shop, "FW-104233")
    assert order_of(shop, "FW-104233").status is OrderStatus.SHIPPED
    assert parcel.status is ShipmentStatus.IN_TRANSIT
    assert parcel.promised_at is not None
    assert parcel.estimated_at is not None
    assert NOW < parcel.estimated_at <= parcel.promised_at


def test_daniel_has_a_late_parcel(shop: Database) -> None:
    [parcel] = parcels_of(shop, "FW-187605")
    assert parcel.status is ShipmentStatus.EXCEPTION
    assert parcel.promised_at is not None
    assert parcel.estimated_at is not None
    assert parcel.promised_at < NOW < parcel.estimated_at
    assert parcel.delivered_at is None


def test_grace_was_delivered_yesterday(shop: Database) -> None:
    order = order_of(shop, "FW-230918")
    assert order.status is OrderStatus.DELIVERED
    assert order.delivered_at is not None
    assert order.delivered_at.astimezone(ZONE).date() == YESTERDAY


def test_walter_bought_long_ago(shop: Database) -> None:
    delivered_at = order_of(shop, "FW-145062").delivered_at
    assert delivered_at is not None
    assert NOW - delivered_at > timedelta(days=365)


def test_priya_has_nine_lines_in_two_parcels_one_of_them_here(shop: Database) -> None:
    with shop.reading() as session:
        lines = session.scalar(
            select(func.count()).select_from(OrderLine).join(Order).where(Order.number == "FW-318277")
        )
    assert lines == 9
    assert order_of(shop, "FW-318277").status is OrderStatus.SHIPPED
    statuses = [parcel.status for parcel in parcels_of(shop, "FW-318277")]
    assert statuses == [ShipmentStatus.DELIVERED, ShipmentStatus.IN_TRANSIT]


def test_leo_has_not_paid_yet(shop: Database) -> None:
    order = order_of(shop, "FW-266391")
    with shop.reading() as session:
        payment = session.scalars(select(Payment).where(Payment.order_id == order.id)).one()
    assert order.status is OrderStatus.PENDING
    assert order.paid_at is None
    assert (payment.kind, payment.status) == (PaymentMethodKind.BANK_TRANSFER, PaymentStatus.PENDING)


def test_nina_has_paid_and_nothing_is_packed(shop: Database) -> None:
    order = order_of(shop, "FW-172984")
    assert order.status is OrderStatus.PROCESSING
    assert order.paid_at is not None
    assert parcels_of(shop, "FW-172984") == []


def test_hannahs_return_is_back_and_her_refund_on_its_way(shop: Database) -> None:
    order = order_of(shop, "FW-209456")
    with shop.reading() as session:
        back = session.scalars(select(Return).where(Return.order_id == order.id)).one()
        refund = session.scalars(select(Refund).where(Refund.order_id == order.id)).one()
        jacket = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).first()
    assert jacket is not None
    assert (back.kind, back.status) == (ReturnKind.REFUND, ReturnStatus.COMPLETED)
    assert (refund.status, refund.return_id, refund.completed_at) == (RefundStatus.PENDING, back.id, None)
    label_fee = 695
    assert refund.amount_minor == jacket.total_minor - label_fee


def test_marcus_exchanges_what_he_paid_with_a_gift_card_and_a_card(shop: Database) -> None:
    order = order_of(shop, "FW-337810")
    with shop.reading() as session:
        back = session.scalars(select(Return).where(Return.order_id == order.id)).one()
        kinds = session.scalars(
            select(Payment.kind).where(Payment.order_id == order.id).order_by(Payment.sequence)
        ).all()
        balance = session.scalar(
            select(PaymentMethod.balance_minor).where(
                PaymentMethod.customer_id == order.customer_id,
                PaymentMethod.kind == PaymentMethodKind.GIFT_CARD,
            )
        )
    assert (back.kind, back.status) == (ReturnKind.EXCHANGE, ReturnStatus.COMPLETED)
    assert kinds == [PaymentMethodKind.GIFT_CARD, PaymentMethodKind.CARD]
    assert balance == 6000
    first, replacement = parcels_of(shop, "FW-337810")
    assert (first.status, replacement.status) == (ShipmentStatus.DELIVERED, ShipmentStatus.IN_TRANSIT)


def test_sofias_lost_parcel_was_refunded_in_full(shop: Database) -> None:
    order = order_of(shop, "FW-158340")
    [parcel] = parcels_of(shop, "FW-158340")
    with shop.reading() as session:
        refund = session.scalars(select(Refund).where(Refund.order_id == order.id)).one()
    assert parcel.status is ShipmentStatus.LOST
    assert (refund.amount_minor, refund.status) == (order.total_minor, RefundStatus.ISSUED)


def test_theo_bought_a_final_sale_item_and_one_of_another_seller(shop: Database) -> None:
    order = order_of(shop, "FW-284507")
    with shop.reading() as session:
        lines = session.execute(
            select(Product.final_sale, OrderLine.seller_id)
            .join(Product, Product.id == OrderLine.product_id)
            .where(OrderLine.order_id == order.id)
            .order_by(OrderLine.line_no)
        ).all()
    assert [line.final_sale for line in lines] == [True, False]
    assert lines[1].seller_id is not None


def test_no_payment_has_given_back_more_than_it_took(shop: Database) -> None:
    refunded = (
        select(Refund.payment_id, func.sum(Refund.amount_minor).label("back"))
        .where(Refund.status != RefundStatus.FAILED)
        .group_by(Refund.payment_id)
        .subquery()
    )
    with shop.reading() as session:
        rows = session.execute(
            select(Payment.amount_minor, Payment.refunded_minor, refunded.c.back).join(
                refunded, refunded.c.payment_id == Payment.id
            )
        ).all()
        unpaid = session.scalar(select(func.count()).select_from(Refund).where(Refund.payment_id.is_(None)))
    assert rows
    assert all(row.back == row.refunded_minor <= row.amount_minor for row in rows)
    assert unpaid == 0


def test_what_is_paid_is_what_the_order_comes_to(shop: Database) -> None:
    with shop.reading() as session:
        rows = session.execute(
            select(Order.total_minor, func.sum(Payment.amount_minor))
            .join(Payment, Payment.order_id == Order.id)
            .group_by(Order.id, Order.total_minor)
        ).all()
    assert len(rows) == ORDERS
    assert all(total == paid for total, paid in rows)


def test_open_orders_hold_their_stock(shop: Database) -> None:
    open_lines = (
        select(func.sum(OrderLine.quantity))
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.status.in_([OrderStatus.PENDING, OrderStatus.PROCESSING]))
    )
    with shop.reading() as session:
        promised = session.scalar(open_lines)
        reserved = session.scalar(select(func.sum(Stock.reserved)))
    assert promised == reserved
    assert promised is not None
    assert promised >= 3


def test_some_variants_are_out_of_stock_with_and_without_a_next_delivery(shop: Database) -> None:
    with shop.reading() as session:
        left = session.execute(
            select(Variant.sku, func.sum(Stock.on_hand - Stock.reserved).label("units"))
            .join(Stock, Stock.variant_id == Variant.id)
            .where(Variant.sku.in_(["IRNSKL-12IN", "HALMIR-32IN"]))
            .group_by(Variant.sku)
        )
        free = {row.sku: row.units for row in left}
        expected = set(
            session.scalars(select(Variant.sku).join(IncomingStock, IncomingStock.variant_id == Variant.id))
        )
    assert free == {"IRNSKL-12IN": 0, "HALMIR-32IN": 0}
    assert "IRNSKL-12IN" in expected
    assert "HALMIR-32IN" not in expected


def test_about_three_visits_in_a_hundred_end_in_an_order(shop: Database) -> None:
    with shop.reading() as session:
        visits = session.scalar(select(func.count()).select_from(WebSession))
        bought = session.scalar(select(func.count(WebSession.order_id)))
    assert visits
    assert bought
    assert 0.025 < bought / visits < 0.035


def test_a_second_demo_is_refused_and_changes_nothing(shop: Database) -> None:
    with pytest.raises(DemoExists, match="already holds a shop with 200 orders"):
        create_demo_shop(shop, orders=60, now=NOW)
    with shop.reading() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == ORDERS


def test_a_reset_replaces_the_shop_and_keeps_what_people_said(database: Database) -> None:
    create_demo_shop(database, orders=fewest_orders(), now=NOW)
    with database.writing() as session:
        customer = session.scalars(select(Customer).where(Customer.name == "Maya Torres")).one()
        session.add(
            Conversation(
                id="c1",
                token_hash="0" * 64,
                channel=ConversationChannel.WIDGET,
                status=ConversationStatus.BOT,
                role=Role.SHOPPER,
                customer_id=customer.id,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    create_demo_shop(database, orders=fewest_orders() + 5, now=NOW + timedelta(days=1), reset=True)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == fewest_orders() + 5
        assert session.scalars(select(Conversation.customer_id)).one() is None


def test_a_failed_reset_leaves_the_old_shop(database: Database) -> None:
    create_demo_shop(database, orders=fewest_orders(), now=NOW)

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create_demo_shop(database, orders=fewest_orders() + 5, now=NOW, reset=True, on_progress=interrupt)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == fewest_orders()


MOMENTS = [
    datetime(2026, month, day, hour, 10, tzinfo=ZONE)
    for month, day in [*((6, day) for day in range(1, 8)), (11, 1), (3, 8), (12, 31), (1, 1)]
    for hour in (0, 12, 23)
]


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: now.strftime("%a-%d-%b-%Hh"))
def test_the_stories_are_true_on_any_day_at_any_hour(now: datetime) -> None:
    told = {number for customer in named_customers() for number in customer.order_numbers}
    records = generate(7, now.date(), fewest_orders(), now=now)
    orders = {
        record.number: record
        for record in records
        if isinstance(record, OrderRecord) and record.number in told
    }
    yesterday = now.date() - timedelta(days=1)

    assert [parcel.status for parcel in orders["FW-104233"].shipments] == [ShipmentStatus.IN_TRANSIT]
    late = orders["FW-187605"].shipments[0]
    assert late.promised_at is not None
    assert late.promised_at < now < late.promised_at + timedelta(days=7)
    assert late.delivered_at is None
    delivered_at = orders["FW-230918"].delivered_at
    assert delivered_at is not None
    assert delivered_at.astimezone(ZONE).date() == yesterday
    assert [parcel.status for parcel in orders["FW-318277"].shipments] == [
        ShipmentStatus.DELIVERED,
        ShipmentStatus.IN_TRANSIT,
    ]
    assert orders["FW-266391"].status is OrderStatus.PENDING
    assert orders["FW-172984"].status is OrderStatus.PROCESSING
    assert orders["FW-209456"].returns[0].status is ReturnStatus.COMPLETED
    assert orders["FW-209456"].refunds[0].status is RefundStatus.PENDING
    assert orders["FW-337810"].returns[0].status is ReturnStatus.COMPLETED
    assert orders["FW-337810"].shipments[1].status is ShipmentStatus.IN_TRANSIT
    assert orders["FW-158340"].shipments[0].status is ShipmentStatus.LOST
    assert orders["FW-284507"].status is OrderStatus.DELIVERED
