"""Making the demo shop in a database.

DemoExists      the database already holds a shop; nothing was changed
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, text, update

from tools.commerce.database import Database, WriteSession
from tools.commerce.demo.generator import generate
from tools.commerce.demo.shop import demo_profile, demo_zone
from tools.commerce.demo.staff import add_demo_staff
from tools.commerce.importing.loader import load
from tools.commerce.importing.target import ShopDefaults
from tools.commerce.schema import (
    AuditHead,
    AuditRow,
    Base,
    Conversation,
    Customer,
    Handoff,
    HandoffEvent,
    IdentityAttempt,
    Message,
    Order,
    OutboxEmail,
    PolicyVersion,
    Product,
    RollupState,
    StaffAccount,
)

DEFAULT_ORDERS = 2000
DEFAULT_SEED = 7

Progress = Callable[[int, int], None]
"""Told how many orders are written, and how many there will be."""

_KEPT = {
    model.__table__
    for model in (
        Conversation,
        Message,
        IdentityAttempt,
        OutboxEmail,
        AuditRow,
        AuditHead,
        Handoff,
        HandoffEvent,
        StaffAccount,
        RollupState,
        PolicyVersion,
    )
}
"""What people said, who answers them, the trail of what was done, what daily sums are of, and the rules that
once held stay when the shop is replaced."""


class DemoExists(Exception):
    code = "demo_exists"

    def __init__(self, orders: int) -> None:
        super().__init__(
            f"This database already holds a shop with {orders:,} orders, so nothing was changed. "
            "To replace all of it by a new demo shop, run `parley demo --reset`."
        )
        self.orders = orders


@dataclass(frozen=True)
class DemoReport:
    """How many records of each kind (`orders`, `customers`, …) the new shop has."""

    counts: dict[str, int]


def ignore_progress(done: int, total: int) -> None: ...


def create_demo_shop(
    database: Database,
    *,
    orders: int = DEFAULT_ORDERS,
    seed: int = DEFAULT_SEED,
    now: datetime,
    reset: bool = False,
    on_progress: Progress = ignore_progress,
) -> DemoReport:
    """Create Fernway as it stands at `now` (aware), with `orders` orders and its staff, in one transaction.

    With `reset` all commerce data is deleted first; conversations stay, and nobody is signed in to them any more.
    Raises DemoExists when there are products, customers or orders and no `reset`, ValueError when there are to be
    fewer than `fewest_orders()`.
    """
    zone = demo_zone()
    records = generate(seed, now.astimezone(zone).date(), orders, now=now)
    defaults = ShopDefaults(demo_profile().currency, zone)
    with database.writing() as session:
        if not database.is_sqlite:
            # Emptying or analyzing a shop of a million orders takes longer than any statement of a turn may.
            session.execute(text("SET LOCAL statement_timeout = 0"))
        if reset:
            _empty(session)
        else:
            _refuse_a_second(session)
        report = load(
            session,
            records,
            defaults,
            lambda kind, done: on_progress(done, orders) if kind == "orders" else None,
        )
        add_demo_staff(session, now)
    return DemoReport(dict(report.counts))


def _refuse_a_second(session: WriteSession) -> None:
    if session.scalar(select(or_(*(exists().select_from(model) for model in (Product, Customer, Order))))):
        raise DemoExists(session.scalar(select(func.count()).select_from(Order)) or 0)


def _empty(session: WriteSession) -> None:
    session.execute(
        update(Conversation).values(customer_id=None).where(Conversation.customer_id.is_not(None))
    )
    for table in reversed(Base.metadata.sorted_tables):
        if table not in _KEPT:
            session.execute(delete(table))
