"""The trail of changes: nobody can rewrite it unnoticed, and it holds nothing personal."""

import json
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.tools.builders import days, line, settlement
from tests.tools.commerce.changes.change_builders import (
    cancel,
    change,
    pay_by,
    to_sku,
)
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.replicas import THREADS, at_once
from tests.tools.commerce.changes.returns_builders import wish
from tools.commerce.changes import audit
from tools.commerce.changes.audit import Break, Entry
from tools.commerce.changes.decisions import Decision
from tools.commerce.changes.requests import (
    AddressChangeRequest,
    ChangeRequest,
    ExchangeRequest,
    PostalAddress,
    ProfileChangeRequest,
    RefundRequest,
)
from tools.commerce.database import Database
from tools.commerce.schema import AuditEvent, AuditRow, ProposalKind, RefundCause

CANARIES = ("Canaria", "canaria@example.com", "Finch Lane", "Birdsville", "99501", "+1 555 0100", "4242")
ALLOW_CHANGES = {
    "sqlite": ("DROP TRIGGER audit_trail_no_update", "DROP TRIGGER audit_trail_no_delete"),
    "postgresql": ("ALTER TABLE audit_trail DISABLE TRIGGER ALL",),
}


@pytest.fixture
def trail(database: Database) -> Database:
    """Five rows."""
    for number in range(5):
        with database.writing() as session:
            audit.record(session, entry(f"A-{number}"))
    return database


def entry(order_number: str) -> Entry:
    return Entry(
        AuditEvent.EXECUTED,
        audit.SHOPPER,
        PaidShop.now,
        conversation_id="c1",
        proposal_id="p1",
        order_number=order_number,
        policy_version="2026-11-01/abc",
        details={"kind": "refund", "money": ["refund 500 USD"]},
    )


def found_in(database: Database) -> Break | None:
    with database.reading() as session:
        return audit.verify(session).broken


def around_the_database(database: Database, *statements: str) -> None:
    """What somebody with every right could do."""
    with database.engine.begin() as connection:
        for statement in (*ALLOW_CHANGES[database.engine.dialect.name], *statements):
            connection.execute(text(statement))


def test_a_trail_is_numbered_without_gaps_and_whole(trail: Database) -> None:
    with trail.reading() as session:
        verified = audit.verify(session)
    assert (verified.rows, verified.broken) == (5, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_trail SET actor = 'nobody'",
        "UPDATE audit_trail SET number = number + 100",
        "DELETE FROM audit_trail WHERE number = 5",
        "DELETE FROM audit_trail",
        "TRUNCATE audit_trail",
    ],
)
def test_the_database_itself_refuses_to_rewrite_it(trail: Database, statement: str) -> None:
    with pytest.raises(DatabaseError), trail.engine.begin() as connection:
        connection.execute(text(statement))

    with trail.reading() as session:
        assert audit.verify(session).rows == 5


@pytest.mark.breaks_invariants
@pytest.mark.parametrize(
    ("statements", "place"),
    [
        (["UPDATE audit_trail SET actor = 'agent:eve@example.com' WHERE number = 3"], 3),
        (["UPDATE audit_trail SET order_number = 'A-9' WHERE number = 1"], 1),
        (["UPDATE audit_trail SET at = '2020-01-01 00:00:00+00' WHERE number = 2"], 2),
        (["UPDATE audit_trail SET policy_version = NULL WHERE number = 5"], 5),
        (["""UPDATE audit_trail SET details = '{"kind": "refund"}' WHERE number = 4"""], 4),
        (["UPDATE audit_trail SET previous_hash = hash WHERE number = 3"], 3),
        (["DELETE FROM audit_trail WHERE number = 2"], 2),
        (["DELETE FROM audit_trail WHERE number = 1"], 1),
        (["DELETE FROM audit_trail WHERE number = 5"], 5),
        (["DELETE FROM audit_trail"], 1),
        (["DELETE FROM audit_head"], 6),
        (
            [
                "UPDATE audit_trail SET number = 99 WHERE number = 2",
                "UPDATE audit_trail SET number = 2 WHERE number = 3",
                "UPDATE audit_trail SET number = 3 WHERE number = 99",
            ],
            2,
        ),
        (
            [
                "DELETE FROM audit_trail WHERE number = 3",
                "UPDATE audit_trail SET number = 3 WHERE number = 4",
                "UPDATE audit_trail SET number = 4 WHERE number = 5",
                "UPDATE audit_head SET number = 4",
            ],
            3,
        ),
    ],
)
def test_whoever_goes_around_the_database_is_noticed(
    trail: Database, statements: Sequence[str], place: int
) -> None:
    around_the_database(trail, *statements)

    found = found_in(trail)

    assert found is not None
    assert found.number == place


def test_many_writers_at_once_make_one_chain(database: Database) -> None:
    def write(replica: Database) -> None:
        with replica.writing() as session:
            audit.record(session, entry("A-1"))
            audit.record(session, entry("A-1"))

    at_once(str(database.url), [write] * (2 * THREADS))

    with database.reading() as session:
        verified = audit.verify(session)
    assert (verified.rows, verified.broken) == (4 * THREADS, None)


def test_what_is_rolled_back_leaves_no_row(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        audit.record(session, entry("A-1"))
        raise RuntimeError

    with database.reading() as session:
        assert audit.verify(session).rows == 0


def test_an_orders_rows_are_found_however_its_number_is_typed(trail: Database) -> None:
    with trail.reading() as session:
        assert [row.order_number for row in audit.of_order(session, " #a-3")] == ["A-3"]


def test_no_kind_of_change_leaves_anything_personal_in_it(database: Database) -> None:
    shop = PaidShop(database)
    home = PostalAddress(
        recipient="Canaria Finch",
        line1="7 Finch Lane",
        city="Birdsville",
        region="AK",
        postcode="99501",
        country="US",
    )
    requests: list[ChangeRequest] = [
        AddressChangeRequest(order_number="A-1", address=home),
        ProfileChangeRequest(name="Canaria Finch", phone="+1 555 0100", newsletter=True, address=home),
        change(to_sku(1, "MUG-L"), by="Mastercard"),
        pay_by("Mastercard"),
        cancel((1, 1)),
        cancel(),
    ]
    shop.paid(
        email="canaria@example.com", recipient="Canaria Finch", line1="7 Finch Lane", placed_at=shop.now
    )
    decided = {one.kind for one in map(shop.done, requests)}
    for number in ("A-2", "A-3", "A-4"):
        lines = [shop.mug(2), line("Lamp of Canaria")]
        promised = shop.now - days(8)
        shop.delivered(number, lines, shipping=1495, shipping_method="Express", promised_at=promised)
    came: list[ChangeRequest] = [
        wish(number="A-2"),
        ExchangeRequest(order_number="A-3", items=(to_sku(1, "MUG-R"),)),
        RefundRequest(order_number="A-4", cause=RefundCause.LATE_DELIVERY),
    ]
    decided |= {one.kind for one in map(shop.done, came)}
    shop.decide(shop.proposed(wish((1, 1), number="A-4")).id, Decision.DECLINE)
    settlement(database, lambda: shop.now).settle_due()

    assert decided == {kind for kind in ProposalKind if not kind.is_of_staff}
    # Hashes and ids are drawn by lot: any four digits stand in one sooner or later.
    told = [column.key for column in AuditRow.__table__.columns if not column.key.endswith(("hash", "_id"))]
    written = [json.dumps([str(getattr(row, name)) for name in told]) for row in shop.all(AuditRow)]
    assert len(written) > 2 * len(ProposalKind)
    assert [(canary, row) for row in written for canary in CANARIES if canary.lower() in row.lower()] == []
