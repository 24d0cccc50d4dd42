"""Whoever asks at the same time, in however many tabs and replicas: once, and never more than was paid."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from tests.invariants import broken
from tests.tools.builders import days, line, settlement
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.replicas import THREADS, Work, at_once
from tests.tools.commerce.changes.returns_builders import policy_with, wish
from tools.change_cards import ProposalCard
from tools.commerce.changes import proposals
from tools.commerce.changes.decisions import Decision, approve, decide
from tools.commerce.changes.receiving import receive
from tools.commerce.changes.requests import (
    CancellationRequest,
    ChangeRequest,
    ExchangeRequest,
    LineWish,
    RefundRequest,
    SwapWish,
)
from tools.commerce.database import Database, WriteSession
from tools.commerce.schema import (
    CancellationReason,
    LedgerEntry,
    LedgerKind,
    Order,
    OrderStatus,
    Payment,
    Proposal,
    ProposalStatus,
    Refund,
    RefundCause,
    RefundStatus,
    Return,
    ReturnReason,
    Role,
)
from tools.principal import Principal

ORDERS = 100
STAFF = Principal(role=Role.AGENT, staff_email="sam@example.com")
INSTANT = policy_with({"returns.instant_refund_max": 2500})


@dataclass(frozen=True)
class Asked:
    conversation_id: str
    card: ProposalCard


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database, policy=INSTANT)


def cancel(number: str = "A-1", items: tuple[LineWish, ...] | None = None) -> CancellationRequest:
    return CancellationRequest(order_number=number, items=items, reason=CancellationReason.CHANGED_MIND)


def exchange(number: str) -> ExchangeRequest:
    return ExchangeRequest(
        order_number=number, items=(SwapWish(line=1, sku="MUG-R"),), reason=ReturnReason.OTHER
    )


def late(number: str = "A-1") -> RefundRequest:
    return RefundRequest(order_number=number, cause=RefundCause.LATE_DELIVERY)


def pairs(number: str) -> Sequence[tuple[ChangeRequest, ChangeRequest]]:
    return (
        (wish(number=number), wish((1, 1), number=number)),
        (wish((1, 2), number=number), exchange(number)),
        (late(number), late(number)),
        (wish(number=number), late(number)),
        (cancel(number), cancel(number, (LineWish(line=2),))),
    )


def asked(shop: PaidShop, requests: Sequence[ChangeRequest]) -> list[Asked]:
    """Each proposed in a conversation of its own; a minute later somebody decides."""
    found = []
    for request in requests:
        talk = shop.talk()
        found.append(Asked(talk, shop.proposed(request, talk)))
    shop.now += timedelta(minutes=1)
    return found


def deciding(
    shop: PaidShop, one: Asked, decision: Decision = Decision.CONFIRM
) -> Work[tuple[ProposalStatus, str | None]]:
    book, now = shop.book, shop.now

    def work(database: Database) -> tuple[ProposalStatus, str | None]:
        with database.writing() as session:
            decided = decide(session, one.conversation_id, one.card.id, decision, book)
        assert decided is not None
        if decided.status is ProposalStatus.ACCEPTED:
            settlement(database, lambda: now).settle(decided.id)
        return decided.status, decided.closed_because

    return work


def refunded(shop: PaidShop) -> int:
    """Once what a try left behind was settled as well."""
    shop.now += timedelta(minutes=1)
    settlement(shop.database, lambda: shop.now).settle_due()
    return sum(one.amount_minor for one in shop.all(Refund) if one.status is RefundStatus.ISSUED)


def test_of_many_who_cancel_one_order_one_does(shop: PaidShop) -> None:
    shop.paid()
    many = asked(shop, [cancel()] * THREADS)

    done = at_once(str(shop.database.url), [deciding(shop, one) for one in many])

    assert Counter(status for status, _ in done) == {"accepted": 1, "failed": THREADS - 1}
    assert refunded(shop) == 7500
    assert shop.all(Order)[0].status is OrderStatus.CANCELLED


@pytest.mark.parametrize(
    "request_part", [cancel(items=(LineWish(line=1, quantity=1),)), wish((1, 1))], ids=["cancel", "return"]
)
def test_the_second_of_two_equal_partial_refunds_is_asked_about(
    shop: PaidShop, request_part: ChangeRequest
) -> None:
    if request_part.kind == "cancellation":
        shop.paid(items=[shop.mug(4), line("Lamp", price=4000)])
    else:
        shop.delivered(items=[shop.mug(4), line("Lamp", price=4000)])
    many = asked(shop, [request_part] * THREADS)

    done = at_once(str(shop.database.url), [deciding(shop, one) for one in many])

    assert Counter(done) == {("accepted", None): 1, ("failed", "done_meanwhile"): THREADS - 1}
    again = shop.proposed(request_part, many[0].conversation_id)
    assert request_part.kind == "cancellation" or "in addition" in (again.notice or "")
    assert shop.decide(again.id).status is ProposalStatus.ACCEPTED


def test_whatever_is_asked_of_many_orders_at_once_no_money_is_made(shop: PaidShop) -> None:
    """Two requests for each order, in two conversations: the same, in full and in part, or of two kinds."""
    shop.policy = policy_with(
        {"limits.refunds_per_customer": 10_000, "limits.period_refund_max": 10**9}, INSTANT
    )
    requests: list[ChangeRequest] = []
    for position in range(ORDERS):
        number = f"A-{position}"
        pair = pairs(number)[position % 5]
        if isinstance(pair[0], CancellationRequest):
            shop.paid(number)
        else:
            promised = shop.now - days(8)
            shop.delivered(number, shipping=1495, shipping_method="Express", promised_at=promised)
        requests += pair
    many = asked(shop, requests)

    done = at_once(str(shop.database.url), [deciding(shop, one) for one in many])

    by_order = [done[at : at + 2] for at in range(0, len(done), 2)]
    assert all("accepted" in {status for status, _ in two} for two in by_order)
    equal = by_order[2::5]
    assert all(Counter(status for status, _ in two) == {"accepted": 1, "failed": 1} for two in equal)
    back = sum(entry.amount_minor for entry in shop.all(LedgerEntry) if entry.kind is LedgerKind.REFUND)
    assert back == sum(payment.refunded_minor for payment in shop.all(Payment)) == refunded(shop)


def test_yes_no_and_the_clock_at_once_leave_one_end(shop: PaidShop) -> None:
    shop.paid()
    [one] = asked(shop, [cancel()])
    before = shop.book
    shop.now = one.card.expires_at
    after = shop.book

    def expiring(database: Database) -> tuple[ProposalStatus, str | None]:
        with database.writing() as session:
            proposals.expire_due(session, after)
        with database.reading() as session:
            stands = session.get_one(Proposal, one.card.id)
            return stands.status, stands.closed_because

    def answering(decision: Decision) -> Work[tuple[ProposalStatus, str | None]]:
        def work(database: Database) -> tuple[ProposalStatus, str | None]:
            with database.writing() as session:
                decided = decide(session, one.conversation_id, one.card.id, decision, before)
            assert decided is not None
            return decided.status, decided.closed_because

        return work

    works = [answering(Decision.CONFIRM), answering(Decision.DECLINE), expiring] * 10
    ends = set(at_once(str(shop.database.url), works))

    # Whoever passed over a locked row may have seen it open still.
    [end] = ends - {(ProposalStatus.OPEN, None)}
    assert end == (shop.one(Proposal, one.card.id).status, None)
    assert (end[0] is ProposalStatus.ACCEPTED) == bool(shop.all(LedgerEntry))


def test_nobody_waits_for_somebody_who_waits_for_them(shop: PaidShop) -> None:
    """Proposing anew, deciding, approving, receiving, settling and expiring, of one customer's few orders."""
    shop.policy = policy_with({"returns.instant_refund_max": 0, "damage.photos": 2}, INSTANT)
    talks = [shop.talk() for _ in range(8)]
    works: list[Work[object]] = []
    for position, talk in enumerate(talks):
        number = f"A-{position}"
        shop.delivered(number, items=[shop.mug(4), line("Lamp", price=9000)])
        shop.done(wish((1, 1), number=number))
        damaged = shop.proposed(wish((2, 1), number=number, reason=ReturnReason.DAMAGED))
        assert shop.decide(damaged.id).status is ProposalStatus.NEEDS_APPROVAL
        waiting = shop.talk()
        open_one = Asked(waiting, shop.proposed(wish((1, 1), number=number), waiting))
        shop.proposed(wish((1, 2), number=number), talk)
        shop.now += timedelta(seconds=1)
        works += _everything(shop, number, talk, damaged.id, open_one)

    at_once(str(shop.database.url), works)

    assert {one.status for one in shop.all(Return) if one.rma.endswith("-1")} == {"completed"}


def _everything(shop: PaidShop, number: str, talk: str, damaged: str, open_one: Asked) -> list[Work[object]]:
    book, now = shop.book, shop.now

    def written(change: Callable[[WriteSession], object]) -> Work[object]:
        def work(database: Database) -> object:
            with database.writing() as session:
                return change(session)

        return work

    return [
        written(lambda s: proposals.propose(s, talk, wish((1, 1), number=number), book)),
        deciding(shop, open_one),
        written(lambda s: approve(s, damaged, STAFF, Decision.CONFIRM, book)),
        written(lambda s: receive(s, f"RMA-{number}-1", STAFF, book)),
        lambda database: settlement(database, lambda: now).settle_due(),
        written(lambda s: proposals.expire_due(s, book)),
    ]


@pytest.mark.breaks_invariants
def test_a_writer_that_checks_and_then_inserts_would_fail_here(shop: PaidShop) -> None:
    order_id = shop.paid()
    checked = Barrier(THREADS)

    def refund(database: Database) -> None:
        with database.reading() as session:
            given = session.scalar(select(func.sum(Refund.amount_minor)).where(Refund.order_id == order_id))
            payment = session.scalars(select(Payment).where(Payment.order_id == order_id)).one()
        is_left = (given or 0) + 7500 <= payment.amount_minor
        checked.wait()
        if is_left:
            with database.writing() as session:
                session.add(naive_refund(payment, shop))

    asked(shop, [cancel()])
    at_once(str(shop.database.url), [refund] * THREADS)

    with shop.database.reading() as session:
        found = list(broken(session))
    assert any(one == f"more was refunded for order {order_id} than was paid" for one in found)


def naive_refund(payment: Payment, shop: PaidShop) -> Refund:
    return Refund(
        ref=f"R-{id(object())}-{len(shop.all(Refund))}",
        order_id=payment.order_id,
        payment_id=payment.id,
        kind=payment.kind,
        status=RefundStatus.ISSUED,
        amount_minor=7500,
        currency="USD",
        created_at=shop.now,
    )
