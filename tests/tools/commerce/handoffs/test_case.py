"""The queue and the facts of a case: put together from the records, on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.tools.builders import POLICY, SHOP
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import wish
from tools.cards import Money
from tools.commerce import transcript
from tools.commerce.database import Database
from tools.commerce.days import LocalTime
from tools.commerce.disputes import lifecycle as disputes
from tools.commerce.handoffs import lifecycle
from tools.commerce.handoffs.case import Case, read_case
from tools.commerce.handoffs.history import History
from tools.commerce.handoffs.queue import QueuedCase, Show, Sought, count_cases, find_cases
from tools.commerce.schema import (
    Conversation,
    Dispute,
    DisputeKind,
    DisputeState,
    DisputeStep,
    HandoffReason,
    HandoffStep,
    OrderProof,
    ReturnReason,
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


def listed(
    shop: PaidShop,
    show: Show = Show.ALL,
    words: str = "",
    reason: HandoffReason | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[QueuedCase]:
    with shop.database.reading() as session:
        return find_cases(session, show, Sought(MAYA, reason, words), NOW, limit=limit, offset=offset)


def ids(
    shop: PaidShop, show: Show = Show.ALL, words: str = "", reason: HandoffReason | None = None
) -> list[str]:
    return [row.handoff.id for row in listed(shop, show, words, reason)]


def disputed(shop: PaidShop, conversation_id: str, **values: Any) -> None:
    """A lamp of $40 that came damaged, as far as `values` do not say otherwise."""
    made: dict[str, Any] = {
        "id": str(uuid4()),
        "conversation_id": conversation_id,
        "kind": DisputeKind.DAMAGED,
        "state": DisputeState.OPEN,
        "claim": "broken",
        "amount_minor": 4000,
        "currency": "USD",
        "policy_version": "1",
        "opened_by": "shopper",
        "opened_at": NOW,
        "respond_by": NOW,
    }
    is_over = values.pop("is_over", False)
    with shop.database.writing() as session:
        session.add(dispute := Dispute(**{**made, **values}))
        session.flush()
        disputes.record(session, dispute.id, DisputeStep.OPENED, "shopper", NOW)
        if is_over:
            disputes.withdraw(session, dispute.id, f"agent:{MAYA}", NOW, None)


def of_one_order(shop: PaidShop, order_id: int) -> str:
    """A conversation in which somebody has shown that this order is theirs."""
    talk = shop.conversation()
    with shop.database.writing() as session:
        session.add(OrderProof(conversation_id=talk, order_id=order_id, proved_at=NOW))
    return talk


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

    rows = listed(shop)
    assert [(row.handoff.id, row.customer, row.last_words) for row in rows] == [
        (later, "Ada", "where is it?"),
        (sooner, None, None),
    ]
    with shop.database.writing() as session:
        lifecycle.close(session, sooner, MAYA, NOW)
    assert ids(shop) == [later]
    assert ids(shop, Show.CLOSED) == [sooner]


def test_what_was_not_taken_in_time_comes_first_though_its_time_moves_on(shop: PaidShop) -> None:
    late = handed_over(shop, shop.conversation(), timedelta(0))
    fresh = handed_over(shop, shop.conversation(), timedelta(minutes=15))
    with shop.database.writing() as session:
        assert lifecycle.escalate(session, late, NOW, NOW + timedelta(hours=1))

    assert ids(shop) == ids(shop, Show.WAITING) == [late, fresh]
    assert ids(shop, Show.OVERDUE) == [late]


def test_the_queue_is_searched_by_order_number_e_mail_or_name(shop: PaidShop) -> None:
    order_id = shop.paid("A-10")
    shop.paid("B-20", customer_id=shop.customer("bo%_b@example.com", name="Bo"))
    adas = handed_over(shop, shop.conversation(customer_id=shop.ada), timedelta(hours=1))
    proved = handed_over(shop, of_one_order(shop, order_id), timedelta(hours=2))
    handed_over(shop, shop.conversation(), timedelta(hours=3))

    assert ids(shop, words=" #a10 ") == [adas, proved]
    assert ids(shop, words="A-1") == ids(shop, words="B-20") == ids(shop, words="%") == []
    assert ids(shop, words="DA@ex") == ids(shop, words="ada") == [adas]
    assert ids(shop, words="ada", reason=HandoffReason.FRAUD) == []
    with shop.database.reading() as session:
        counts = count_cases(session, Sought(MAYA, words="a-10"), NOW)
    assert counts == {
        Show.ALL: 2,
        Show.WAITING: 2,
        Show.MINE: 0,
        Show.OVERDUE: 0,
        Show.DISPUTES: 0,
        Show.CLOSED: 0,
    }


def test_disputes_stay_in_the_queue_by_their_deadline_though_nobody_talks_any_more(shop: PaidShop) -> None:
    talk, other = shop.conversation(), shop.conversation()
    with shop.database.writing() as session:
        first = lifecycle.hand_over(
            session, talk, HandoffReason.ASKED, "model", NOW - timedelta(hours=2), NOW
        )
        lifecycle.take(session, first.id, MAYA, NOW)
        lifecycle.close(session, first.id, MAYA, NOW)
    closed = handed_over(shop, talk, timedelta(hours=1))
    with shop.database.writing() as session:
        lifecycle.take(session, closed, MAYA, NOW)
        lifecycle.close(session, closed, MAYA, NOW)
    waiting = handed_over(shop, other, timedelta(hours=1))
    disputed(shop, talk, order_id=shop.paid("C-3"), respond_by=NOW - timedelta(minutes=1))
    disputed(shop, other, kind=DisputeKind.OTHER, respond_by=NOW + timedelta(days=1))
    disputed(shop, other, respond_by=NOW, is_over=True)

    assert ids(shop, Show.DISPUTES) == [closed, waiting]
    assert ids(shop, Show.OVERDUE) == ids(shop, Show.DISPUTES, words="C-3") == [closed]
    assert [len(row.disputes) for row in listed(shop, Show.DISPUTES)] == [1, 1]
    with shop.database.reading() as session:
        counts = count_cases(session, Sought(MAYA, kind=DisputeKind.OTHER), NOW)
    assert (counts[Show.DISPUTES], counts[Show.ALL], counts[Show.CLOSED]) == (1, 1, 0)


def test_the_queue_is_read_by_the_page(shop: PaidShop) -> None:
    opened = [handed_over(shop, shop.conversation(), timedelta(hours=hours)) for hours in range(1, 6)]
    with shop.database.writing() as session:
        lifecycle.take(session, opened[0], MAYA, NOW)
    pages = [listed(shop, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [[row.handoff.id for row in page] for page in pages] == [opened[1:3], opened[3:], opened[:1]]


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
    assert [one.handoff.id for one in found.history.cases] == [before]
    assert [event.step for event in found.trail] == [HandoffStep.OPENED]


def test_a_case_tells_what_was_bought_and_given_back_and_how_earlier_ones_ended(shop: PaidShop) -> None:
    shop.delivered("A-1")
    shop.paid("A-2")
    talk = shop.conversation(customer_id=shop.ada)
    before = handed_over(shop, talk, timedelta(hours=1))
    with shop.database.writing() as session:
        lifecycle.take(session, before, MAYA, NOW)
    disputed(shop, talk, customer_id=shop.ada, is_over=True)
    proposal = shop.proposed(wish((1, 1), reason=ReturnReason.CHANGED_MIND), talk)
    shop.decide(proposal.id)
    history = case(
        shop, handed_over(shop, shop.conversation(customer_id=shop.ada), timedelta(hours=1))
    ).history

    assert history.bought
    assert (history.bought.totals.orders, history.bought.returns) == (2, 1)
    assert [(one.handoff.id, one.done) for one in history.cases] == [(before, (proposal.summary,))]
    (earlier,) = history.disputes
    assert (earlier.handoff_id, earlier.at_stake, earlier.order_number) == (
        before,
        Money.of(4000, "USD"),
        None,
    )


def test_of_an_order_that_was_proved_the_cases_it_was_proved_in_are_told(shop: PaidShop) -> None:
    order_id = shop.delivered("A-1")
    before = handed_over(shop, of_one_order(shop, order_id), timedelta(hours=1))
    handed_over(shop, shop.conversation(customer_id=shop.ada), timedelta(hours=1))
    history = case(shop, handed_over(shop, of_one_order(shop, order_id), timedelta(hours=1))).history

    assert ([one.handoff.id for one in history.cases], history.bought) == ([before], None)


def test_of_somebody_who_has_proved_nothing_nothing_is_told(shop: PaidShop) -> None:
    shop.delivered("A-1")
    handed_over(shop, shop.conversation(customer_id=shop.ada), timedelta(hours=1))
    found = case(shop, handed_over(shop, shop.conversation(), timedelta(hours=1)))

    assert (found.shopper.level, found.shopper.name) == (IdentityLevel.ANONYMOUS, None)
    assert (found.orders, found.history, found.proposals) == ((), History(None, (), ()), ())


def test_who_has_proved_one_order_shows_that_order_alone(shop: PaidShop) -> None:
    first = shop.delivered("A-1")
    shop.delivered("A-2")
    found = case(shop, handed_over(shop, of_one_order(shop, first), timedelta(hours=1)))

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
