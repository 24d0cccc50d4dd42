"""A bank's ruling that was noted wrongly is put right, with all that hangs on it, and never so that money is lost."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.tools.builders import SHOP
from tests.tools.commerce.changes.replicas import Work, at_once
from tests.tools.commerce.changes.returns_builders import wish
from tests.tools.commerce.disputes.disputed_shop import MAYA, NOOR, DisputedShop, from_the_bank
from tools.commerce.changes.giving_back import unpromised
from tools.commerce.changes.requests import Correction, DisputeOutcomeRequest, RulingWish
from tools.commerce.changes.windows import LOADED
from tools.commerce.database import Database
from tools.commerce.disputes import outcomes
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.query import KpiQuery
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.schema import (
    AuditRow,
    BankRuling,
    DisputeKind,
    DisputeState,
    LedgerEntry,
    Order,
    OutcomeKind,
    Return,
    ReturnStatus,
    Ruling,
)


@pytest.fixture
def shop(database: Database) -> DisputedShop:
    return DisputedShop(database)


def ruled(shop: DisputedShop, outcome: OutcomeKind, number: str = "A-1", kept: int | None = None) -> str:
    shop.delivered(number, items=[shop.mug()])
    dispute = shop.opened(DisputeKind.CHARGEBACK, number=number, bank=from_the_bank(2000, number))
    shop.decided(dispute, OutcomeKind.CONTEST)
    shop.decided(dispute, outcome, ruling=letter(shop, kept))
    return dispute


def letter(shop: DisputedShop, kept: int | None = None) -> RulingWish:
    return RulingWish(ruled_on=shop.book.when.today, kept_minor=kept)


def right(shop: DisputedShop, dispute: str) -> Correction:
    return Correction(of=shop.dispute(dispute).proposal_id or "", why="The letter was read wrongly.")


def left(shop: DisputedShop, number: str = "A-1") -> int:
    with shop.database.reading() as session:
        order = session.scalars(select(Order).where(Order.number == number).options(*LOADED)).one()
        return unpromised(session, order)


def test_a_lost_one_that_was_won_is_the_shops_again_and_back(shop: DisputedShop) -> None:
    dispute = ruled(shop, OutcomeKind.LOST)
    assert (left(shop), shop.refused(wish(number="A-1")).code) == (0, "nothing_left")

    put = shop.decided(
        dispute, OutcomeKind.WON, by=NOOR, ruling=letter(shop), correction=right(shop, dispute)
    )

    assert put.outcome is not None
    assert put.outcome["done"] == [
        "We had told you your bank's ruling wrongly. Your bank has ruled on its chargeback for order A-1: "
        "the payment stands."
    ]
    assert [(one.ruling, one.taken_minor) for one in shop.all(BankRuling)] == [(Ruling.WON, 0)]
    assert (shop.dispute(dispute).state, left(shop)) == (DisputeState.REFUSED, 2000)
    assert [one.status for one in shop.all(Return)] == [ReturnStatus.CANCELLED]
    noor = "agent:noor@shop.example"
    assert shop.steps(dispute)[-2:] == [("corrected", noor), ("refused", noor)]
    assert shop.all(AuditRow)[-1].details["ruling"] == "won"

    back: dict[str, Any] = {"by": NOOR, "ruling": letter(shop, 500), "correction": right(shop, dispute)}
    shop.decided(dispute, OutcomeKind.LOST, **back)
    assert (shop.dispute(dispute).state, left(shop)) == (DisputeState.SETTLED, 1500)
    shop.decided(
        dispute, OutcomeKind.LOST, **{**back, "ruling": letter(shop), "correction": right(shop, dispute)}
    )
    assert (left(shop), shop.refused(wish(number="A-1")).code) == (0, "nothing_left")
    assert [one.status for one in shop.all(Return)] == [ReturnStatus.CANCELLED, ReturnStatus.COMPLETED]
    assert shop.all(LedgerEntry) == []


def test_one_that_was_never_ruled_on_is_open_again_and_ends_later(shop: DisputedShop) -> None:
    dispute = ruled(shop, OutcomeKind.WON)

    shop.decided(dispute, OutcomeKind.CONTEST, by=NOOR, correction=right(shop, dispute))

    found = shop.dispute(dispute)
    assert (found.state, found.outcome, found.closed_at) == (DisputeState.OPEN, None, None)
    assert (shop.all(BankRuling), left(shop)) == ([], 0)
    shop.decided(dispute, OutcomeKind.LOST, ruling=letter(shop))
    assert shop.dispute(dispute).outcome is OutcomeKind.LOST


def test_the_figure_follows(shop: DisputedShop) -> None:
    first, _ = ruled(shop, OutcomeKind.WON, "A-1"), ruled(shop, OutcomeKind.LOST, "A-2")
    shop.decided(first, OutcomeKind.LOST, by=NOOR, ruling=letter(shop), correction=right(shop, first))

    with shop.database.reading() as session:
        period = Period(date(2026, 3, 1), date(2026, 3, 31))
        query = KpiQuery(metrics=("chargeback_win_rate",), period=period)
        (share,) = answer(session, query, Reporting.of(SHOP, shop.now)).figures

    assert share.value == Decimal(0)


def test_what_cannot_be_corrected_says_why(shop: DisputedShop) -> None:
    dispute = ruled(shop, OutcomeKind.WON)
    lost: dict[str, Any] = {"by": NOOR, "ruling": letter(shop), "correction": right(shop, dispute)}

    def code(outcome: OutcomeKind = OutcomeKind.LOST, **other: object) -> str:
        return shop.not_settled(dispute, outcome, **{**lost, **other})

    assert code(by=MAYA) == "manager_needed"
    assert code(OutcomeKind.WON) == "nothing_changes"
    assert code(OutcomeKind.REFUND) == "not_a_correction"
    assert code(correction=right(shop, dispute).model_copy(update={"why": " "})) == "reasons_needed"
    assert code(correction=right(shop, dispute).model_copy(update={"of": "another"})) == "changed_meanwhile"
    damaged = shop.opened(DisputeKind.DAMAGED)
    assert shop.not_settled(damaged, OutcomeKind.LOST, **lost) == "nothing_to_correct"

    shop.decided(damaged, OutcomeKind.PARTIAL_REFUND, amount_minor=100)
    assert code() == code(OutcomeKind.CONTEST) == "given_since"
    shop.decided(dispute, OutcomeKind.LOST, **{**lost, "ruling": letter(shop, 1900)})
    assert left(shop) == 0


def test_of_many_who_correct_it_at_once_one_does(shop: DisputedShop) -> None:
    dispute = ruled(shop, OutcomeKind.LOST)
    book, correction = shop.book, right(shop, dispute)
    wishes = [
        DisputeOutcomeRequest(dispute_id=dispute, outcome=outcome, ruling=ruling, correction=correction)
        for outcome, ruling in (
            (OutcomeKind.WON, letter(shop)),
            (OutcomeKind.LOST, letter(shop, 700)),
            (OutcomeKind.CONTEST, None),
        )
    ]

    def correcting(request: DisputeOutcomeRequest) -> Work[str]:
        def work(database: Database) -> str:
            try:
                with database.writing() as session:
                    return outcomes.settle(session, request, NOOR, book).status.value
            except DisputeError as error:
                return error.code

        return work

    done = at_once(str(shop.database.url), [correcting(one) for one in wishes])

    # Whoever comes after one that opened it again finds no ruling.
    assert Counter(done)["accepted"] == 1
    assert set(done) <= {"accepted", "changed_meanwhile", "nothing_to_correct"}
