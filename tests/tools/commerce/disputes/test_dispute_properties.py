"""Whatever was claimed, given back before and decided: never more than was paid, and a suggestion that can be done."""

from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.invariants import assert_invariants
from tests.tools.commerce.changes.returns_builders import policy_with
from tests.tools.commerce.disputes.disputed_shop import MAYA, NOOR, DisputedShop
from tools.commerce.changes.requests import SwapWish
from tools.commerce.database import Database
from tools.commerce.disputes.case import read_dispute
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import DisputeKind, OutcomeKind, Payment, ProposalStatus

KINDS = st.sampled_from([kind for kind in DisputeKind if kind is not DisputeKind.CHARGEBACK])
SETTLING = st.sampled_from([OutcomeKind.REFUND, OutcomeKind.PARTIAL_REFUND, OutcomeKind.RETURN_LABEL])
DECISION = st.tuples(
    KINDS,
    SETTLING,
    st.lists(st.tuples(st.integers(1, 2), st.integers(1, 3)), max_size=2),
    st.integers(1, 9000),
    st.booleans(),
    st.sampled_from(RefundMethod),
)
FREE = policy_with({"disputes.claims_per_customer": 99, "disputes.manager_over": 5000})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("disputes")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(decisions=st.lists(DECISION, min_size=1, max_size=3), ago=st.integers(1, 90), by_two=st.booleans())
def test_no_sequence_of_outcomes_gives_more_than_was_paid(
    folder: Path,
    sqlite_template: Path,
    decisions: Sequence[tuple[DisputeKind, OutcomeKind, list[tuple[int, int]], int, bool, RefundMethod]],
    ago: int,
    by_two: bool,
) -> None:
    for left_over in folder.iterdir():
        left_over.unlink()
    (folder / "shop.db").write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{folder / 'shop.db'}")) as database:
        shop = DisputedShop(database, policy=FREE)
        paid_by = [(shop.card, 4000), (shop.other_card, 3500)] if by_two else None
        shop.delivered(ago=ago, paid_by=paid_by)
        for kind, outcome, items, amount, with_shipping, to in decisions:
            shop.now += timedelta(hours=1)
            dispute = shop.opened(kind, *[(line, min(quantity, 3 - line)) for line, quantity in items])
            before = left(shop, dispute)
            wishes = tuple(SwapWish(line=line, quantity=min(quantity, 3 - line)) for line, quantity in items)
            try:
                decided = shop.decided(
                    dispute,
                    outcome,
                    items=wishes,
                    amount_minor=amount,
                    with_shipping=with_shipping,
                    refund_to=to,
                )
            except DisputeError:
                assert left(shop, dispute) == before
                continue
            if decided.status is ProposalStatus.NEEDS_APPROVAL:
                shop.approve(decided.id, NOOR)
            shop.settle(decided.id)
        assert sum(payment.refunded_minor for payment in shop.all(Payment)) <= 7500
        assert_invariants(database)


def left(shop: DisputedShop, dispute_id: str) -> int:
    """What can still be given back; what is suggested is never more, and can be done as it stands."""
    with shop.database.reading() as session:
        case = read_dispute(session, dispute_id, MAYA, shop.book)
    assert case is not None
    assert case.evidence.money is not None
    there = case.evidence.money.left.amount
    suggestion = case.suggestion
    if suggestion is not None and suggestion.amount is not None:
        assert suggestion.request is not None
        assert 0 < suggestion.amount.amount <= there
    return there
