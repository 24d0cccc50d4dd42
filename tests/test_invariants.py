"""What is looked at after every test does see what it should."""

import pytest
from sqlalchemy import text

from tests.invariants import broken
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.disputes.disputed_shop import DisputedShop
from tools.commerce import transcript
from tools.commerce.changes.requests import CancellationRequest
from tools.commerce.database import Database
from tools.commerce.schema import CancellationReason, MessageRole, OutcomeKind
from tools.commerce.transcript import NewMessage

pytestmark = pytest.mark.breaks_invariants


def found(database: Database) -> str:
    with database.reading() as session:
        return "\n".join(broken(session))


@pytest.fixture
def shop(database: Database) -> PaidShop:
    """An order was canceled and its money went back."""
    made = PaidShop(database)
    made.paid()
    made.done(CancellationRequest(order_number="A-1", reason=CancellationReason.CHANGED_MIND))
    assert found(database) == ""
    return made


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ("UPDATE refunds SET amount_minor = amount_minor + 1", "more was refunded for order"),
        ("UPDATE payments SET refunded_minor = 0", "more was given back of payment"),
        ("UPDATE ledger_entries SET amount_minor = 1", "showed"),
        ("UPDATE ledger_entries SET key = 'other'", "which is no entry's"),
        ("DELETE FROM embedded_gateway_calls", "whose book does not have it"),
        ("UPDATE embedded_gateway_calls SET amount_minor = 1", "which is no entry's"),
        ("UPDATE ledger_entries SET gateway_ref = NULL", "does not tell of each entry that was settled"),
        ("DELETE FROM ledger_entries", "and moves Counter()"),
        ("UPDATE proposals SET status = 'declined'", "is declined, and moves 7500"),
        ("UPDATE proposals SET status = 'expired'", "is expired, and the trail tells of"),
        ("UPDATE proposals SET status = 'open'", "is open, and the trail tells of"),
        ("UPDATE daily_sums SET sum_1 = sum_1 + 1", "but the facts come to"),
        ("DELETE FROM daily_sums WHERE facts > 0", "are None, but the facts come to"),
        ("UPDATE audit_head SET number = 9", "the trail is broken at row 4"),
    ],
)
def test_what_does_not_hold_is_named(shop: PaidShop, statement: str, seen: str) -> None:
    with shop.database.engine.begin() as connection:
        connection.execute(text(statement))

    assert seen in found(shop.database)


def test_a_dispute_that_its_trail_does_not_tell_of_is_named(database: Database) -> None:
    shop = DisputedShop(database)
    shop.delivered()
    shop.decided(shop.opened(), OutcomeKind.REFUND)
    assert found(database) == ""

    for statement, seen in (
        ("UPDATE disputes SET closed_by = 'agent:ben@shop.example'", "was decided by agent:ben@shop.example"),
        ("UPDATE disputes SET state = 'open'", "is open, and its trail tells of ['opened', 'settled']"),
        ("DELETE FROM dispute_events WHERE sequence = 1", "its trail tells of ['settled']"),
    ):
        with database.engine.begin() as connection:
            connection.execute(text(statement))
        assert seen in found(database)


@pytest.mark.parametrize(
    ("answers", "seen"), [(0, "has 0 answers"), (1, ""), (2, "has 2 answers")], ids=["none", "one", "two"]
)
def test_an_answered_message_has_one_answer(database: Database, answers: int, seen: str) -> None:
    shop = PaidShop(database)
    talk, now = shop.talk(), shop.now
    with database.writing() as session:
        transcript.claim_turn(session, talk, "me", now)
        turn = transcript.accept_message(session, talk, "me", "hi", None, now).turn
        for _ in range(answers):
            said = NewMessage(MessageRole.ASSISTANT, "hello")
            transcript.append(session, talk, "me", turn, [said], now)
        transcript.finish_turn(session, talk, turn, now)

    assert seen in found(database)
    assert bool(found(database)) == bool(seen)


def test_a_message_that_was_lost_is_missed(database: Database) -> None:
    shop = PaidShop(database)
    talk, now = shop.talk(), shop.now
    with database.writing() as session:
        transcript.claim_turn(session, talk, "me", now)
        transcript.accept_message(session, talk, "me", "hi", None, now)
        transcript.accept_message(session, talk, "me", "are you there?", None, now)
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM messages WHERE seq = 1"))

    assert "has 1 messages, numbered to 2 of 2" in found(database)
