"""The daily sums follow every change, in its own transaction. That they are what the facts come to is looked at after
every test of a database (`tests/invariants.py`); here, that they are so after what is hard to follow."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from tests.tools.builders import Shop, line
from tests.tools.commerce.import_shop import Files, bring_in, shop
from tools.commerce.database import Database, WriteSession
from tools.commerce.rollups import keeping
from tools.commerce.rollups.building import differences
from tools.commerce.rollups.state import EVER, State
from tools.commerce.schema import (
    Channel,
    DailySum,
    Order,
    OrderLine,
    OrderStatus,
    PaymentMethodKind,
    Product,
    Refund,
    RefundStatus,
    Return,
    ReturnLine,
    ReturnStatus,
    RollupState,
)

PLACED = datetime(2026, 3, 5, 12, tzinfo=UTC)
Change = Callable[[WriteSession, int], None]


def assert_exact(database: Database) -> None:
    """By the other way, too: in SQL, over whole days."""
    with database.reading() as session:
        assert State.read(session).stale is None
        assert differences(session) == []


def facts_counted(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.sum(DailySum.facts))) or 0


def late_return(session: WriteSession, order: int) -> None:
    bought = session.scalars(select(OrderLine.id).where(OrderLine.order_id == order)).first()
    back = Return(rma=f"R-{order}", order_id=order, status=ReturnStatus.APPROVED)
    back.requested_at = PLACED + timedelta(days=40)
    back.lines = [ReturnLine(order_line_id=bought, quantity=1)]
    session.add(back)


def refund(session: WriteSession, order: int) -> None:
    session.add(
        Refund(
            ref=f"F-{order}",
            order_id=order,
            kind=PaymentMethodKind.CARD,
            status=RefundStatus.ISSUED,
            amount_minor=700,
            currency="USD",
            created_at=PLACED,
        )
    )


def moved_to_another_day(session: WriteSession, order: int) -> None:
    session.get_one(Order, order).placed_at = PLACED - timedelta(days=3)


def cancelled_past_the_session(session: WriteSession, order: int) -> None:
    values = {"status": OrderStatus.CANCELLED, "cancelled_at": PLACED}
    session.execute(update(Order).where(Order.number == "A-1").values(values))
    session.execute(update(OrderLine).where(OrderLine.order_id == order).values(cancelled_quantity=1))


def line_removed(session: WriteSession, order: int) -> None:
    session.execute(delete(OrderLine).where(OrderLine.order_id == order, OrderLine.line_no == 2))


def product_renamed(session: WriteSession, order: int) -> None:
    session.execute(
        update(Product).where(Product.category == "Kitchen").values(name="Stoneware mug", category=None)
    )


def an_earlier_order_of_the_customer(session: WriteSession, order: int) -> None:
    first = session.get_one(Order, order)
    values = {"number_key": "A0", "status": OrderStatus.DELIVERED, "currency": "USD", "subtotal_minor": 0}
    session.add(
        Order(
            number="A-0",
            customer_id=first.customer_id,
            placed_at=PLACED - timedelta(days=1),
            total_minor=0,
            **values,
        )
    )


@pytest.mark.parametrize(
    "change",
    [
        late_return,
        refund,
        moved_to_another_day,
        cancelled_past_the_session,
        line_removed,
        product_renamed,
        an_earlier_order_of_the_customer,
    ],
)
def test_a_change_changes_the_sums_of_its_days(database: Database, change: Change) -> None:
    made = Shop(database)
    product = made.product("Mug", category="Kitchen")
    items = [line("Mug", quantity=3, product_id=product), line("Lamp")]
    customer = made.customer("ada@example.com")
    order = made.order(
        "A-1", placed_at=PLACED, items=items, customer_id=customer, channel=Channel.WEB, region="OR"
    )
    before = facts_counted(database)

    with database.writing() as session:
        change(session, order)

    assert before > 0
    assert_exact(database)


def test_what_is_rolled_back_is_not_summed_up(database: Database) -> None:
    order = Shop(database).order("A-1", placed_at=PLACED)
    before = facts_counted(database)

    with pytest.raises(RuntimeError), database.writing() as session:
        late_return(session, order)
        session.flush()
        raise RuntimeError

    assert facts_counted(database) == before


def test_changes_at_once_of_one_day_and_of_one_order_are_all_summed_up(postgres_url: str) -> None:
    """Each waits, its changes made, until all others have made theirs; only then do they commit."""
    database = Database(postgres_url)
    made = Shop(database)
    customer = made.customer("ada@example.com")
    orders = [made.order(f"A-{n}", placed_at=PLACED, customer_id=customer) for n in range(1, 5)]
    changes: list[Change] = [late_return, refund, lambda session, order: _status(session, order)]
    everybody = threading.Barrier(len(orders) * len(changes) + 1)

    def commit_with_all_others(change: Change, order: int) -> None:
        with database.writing() as session:
            change(session, order)
            session.flush()
            everybody.wait(30)

    def place_an_earlier_one() -> None:
        with database.writing() as session:
            an_earlier_order_of_the_customer(session, orders[0])
            session.flush()
            everybody.wait(30)

    with ThreadPoolExecutor(everybody.parties) as threads:
        done = [
            threads.submit(commit_with_all_others, change, order) for order in orders for change in changes
        ]
        done.append(threads.submit(place_an_earlier_one))
        failed = [one.exception() for one in done if one.exception()]

    assert failed == []
    assert_exact(database)
    database.close()


def _status(session: WriteSession, order: int) -> None:
    session.get_one(Order, order).region = "Oregon"


def test_an_import_is_summed_up_with_it(database: Database, tmp_path: Path) -> None:
    files: Files = shop()
    bring_in(database, tmp_path / "first", files)
    assert_exact(database)

    files["products"][0]["name"] = "Cedar Lamp"
    files["orders"][0]["placed_at"] = "2025-02-11T23:30:00"
    files["orders"][0]["returns"] = [
        {"id": "RMA-1", "status": "completed", "lines": [{"line": 1, "quantity": 2, "reason": "damaged"}]}
    ]
    files["sessions"][1]["device"] = "mobile"
    bring_in(database, tmp_path / "second", files)

    assert_exact(database)
    with database.reading() as session:
        named = set(session.scalars(select(DailySum.member_3).where(DailySum.facts > 0)))
    assert "Cedar Lamp" in named
    assert "Cedar Lantern" not in named


def test_of_a_large_import_the_affected_days_alone_are_stale(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_ADDED", 3)

    bring_in(database, tmp_path / "shop", shop())

    with database.reading() as session:
        state = State.read(session)
        assert state.stale is not None
        assert date(2025, 3, 1) in state.stale
        assert not state.serves(state.zone, state.stale)
        assert state.stale.first > date(2025, 1, 1)
        assert differences(session) == [], "of the other days"


def test_sums_of_other_definitions_are_neither_read_nor_changed(database: Database) -> None:
    made = Shop(database)
    order = made.order("A-1", placed_at=PLACED)
    with database.writing() as session:
        session.execute(update(RollupState).values(definitions="of another version"))
    before = facts_counted(database)

    with database.writing() as session:
        late_return(session, order)

    assert facts_counted(database) == before
    with database.reading() as session:
        state = State.read(session)
        assert not state.serves(state.zone, EVER)
        assert session.scalars(select(RollupState.definitions)).one() == "", "the other version is told"
