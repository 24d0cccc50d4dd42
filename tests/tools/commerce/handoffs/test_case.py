"""The queue and the facts of a case: put together from the records, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.tools.builders import POLICY, SHOP
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce import transcript
from tools.commerce.database import Database
from tools.commerce.days import LocalTime
from tools.commerce.handoffs import lifecycle, queue
from tools.commerce.handoffs.case import Case, read_case
from tools.commerce.schema import (
    Conversation,
    HandoffReason,
    HandoffStep,
    OrderProof,
    Role,
)
from tools.principal import IdentityLevel

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
MAYA = "maya@shop.example"


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database, now=NOW)


def says(shop: PaidShop, conversation_id: str, text: str) -> None:
    with shop.database.writing() as session:
        assert transcript.claim_turn(session, conversation_id, "h", NOW)
        transcript.accept_message(session, conversation_id, "h", text, None, NOW)
        transcript.release_turn(session, conversation_id, "h")


def handed_over(shop: PaidShop, conversation_id: str, within: timedelta) -> str:
    with shop.database.writing() as session:
        reason = HandoffReason.COMPLAINT
        return lifecycle.hand_over(session, conversation_id, reason, "model", NOW, NOW + within).id


def case(shop: PaidShop, handoff_id: str) -> Case:
    with shop.database.reading() as session:
        found = read_case(session, handoff_id, LocalTime(NOW, SHOP.zone), POLICY.refunds)
    assert found is not None
    return found


def test_the_queue_tells_who_and_what_the_most_urgent_first(shop: PaidShop) -> None:
    talk = shop.conversation(customer_id=shop.ada)
    for text in ("hi", "where is it?"):
        says(shop, talk, text)
    later = handed_over(shop, talk, timedelta(hours=2))
    sooner = handed_over(shop, shop.conversation(), timedelta(hours=1))
    with shop.database.writing() as session:
        lifecycle.take(session, sooner, MAYA, NOW)

    with shop.database.reading() as session:
        rows = queue.open_cases(session)
    assert [(row.handoff.id, row.customer, row.last_words) for row in rows] == [
        (sooner, None, None),
        (later, "Ada", "where is it?"),
    ]
    with shop.database.writing() as session:
        lifecycle.close(session, sooner, MAYA, NOW)
    with shop.database.reading() as session:
        assert [row.handoff.id for row in queue.open_cases(session)] == [later]


def test_what_was_not_taken_in_time_comes_first_though_its_time_moves_on(shop: PaidShop) -> None:
    late = handed_over(shop, shop.conversation(), timedelta(0))
    fresh = handed_over(shop, shop.conversation(), timedelta(minutes=15))
    with shop.database.writing() as session:
        assert lifecycle.escalate(session, late, NOW, NOW + timedelta(hours=1))

    with shop.database.reading() as session:
        assert [row.handoff.id for row in queue.open_cases(session)] == [late, fresh]


def test_a_case_has_what_the_customer_may_see_and_what_was_done_before(shop: PaidShop) -> None:
    shop.delivered("A-1")
    before = handed_over(shop, shop.conversation(customer_id=shop.ada), timedelta(hours=1))
    with shop.database.writing() as session:
        lifecycle.take(session, before, MAYA, NOW)
        lifecycle.close(session, before, MAYA, NOW)
    found = case(shop, handed_over(shop, shop.conversation(customer_id=shop.ada), timedelta(hours=1)))

    assert (found.shopper.level, found.shopper.name) == (IdentityLevel.ACCOUNT, "Ada")
    assert [each.order.number for each in found.orders] == ["A-1"]
    assert found.orders[0].parcels
    assert [one.id for one in found.earlier] == [before]
    assert [event.step for event in found.trail] == [HandoffStep.OPENED]


def test_of_somebody_who_has_proved_nothing_nothing_is_told(shop: PaidShop) -> None:
    shop.delivered("A-1")
    handed_over(shop, shop.conversation(customer_id=shop.ada), timedelta(hours=1))
    found = case(shop, handed_over(shop, shop.conversation(), timedelta(hours=1)))

    assert (found.shopper.level, found.shopper.name) == (IdentityLevel.ANONYMOUS, None)
    assert (found.orders, found.earlier, found.proposals) == ((), [], ())


def test_who_has_proved_one_order_shows_that_order_alone(shop: PaidShop) -> None:
    first = shop.delivered("A-1")
    shop.delivered("A-2")
    talk = shop.conversation()
    with shop.database.writing() as session:
        session.add(OrderProof(conversation_id=talk, order_id=first, proved_at=NOW))
    found = case(shop, handed_over(shop, talk, timedelta(hours=1)))

    assert (found.shopper.level, found.shopper.proved_orders) == (IdentityLevel.ORDER, ("A-1",))
    assert [each.order.number for each in found.orders] == ["A-1"]


def test_a_member_of_staff_who_asks_for_a_person_has_no_orders(shop: PaidShop) -> None:
    shop.delivered("A-1")
    found = case(shop, handed_over(shop, shop.conversation(role=Role.MANAGER), timedelta(hours=1)))

    assert (found.shopper.level, found.orders) == (IdentityLevel.STAFF, ())


def test_there_is_no_case_of_an_unknown_id(shop: PaidShop) -> None:
    with shop.database.reading() as session:
        assert read_case(session, "nothing", LocalTime(NOW, SHOP.zone), POLICY.refunds) is None
        assert session.query(Conversation).count() == 0
