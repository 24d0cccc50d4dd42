"""Whether what a wish depends on is so, by the order's records; the branch that is taken may move money."""

import pytest

from bot.embedded.changes.draft import Draft
from bot.embedded.changes.judging import of_order
from bot.embedded.reading.conditions import condition_in
from bot.embedded.situation import read_situation
from tools.cards import OrderCard
from tools.commerce.schema import OrderStatus, ProposalKind
from tools.facts import Money

NOTHING = Money.of(0, "USD")


def holds(said: str, status: OrderStatus = OrderStatus.SHIPPED, total: int = 5000) -> bool | None:
    condition = condition_in(said)
    assert condition is not None
    card = OrderCard(
        number="A-1",
        status=status,
        lines=(),
        subtotal=Money.of(total, "USD"),
        discount=NOTHING,
        shipping=NOTHING,
        tax=NOTHING,
        total=Money.of(total, "USD"),
    )
    draft = Draft(change=ProposalKind.CANCELLATION)
    judged = of_order(
        condition, draft, card, read_situation([], [], lambda _texts, others: [[0.0] * len(others)])
    )
    return judged.holds if judged else None


@pytest.mark.parametrize(
    ("said", "so"),
    [
        ("cancel it if it's on its way", {OrderStatus.SHIPPED}),
        ("cancel it if it has arrived", {OrderStatus.DELIVERED}),
        ("cancel it if it hasn't arrived", set(OrderStatus) - {OrderStatus.DELIVERED}),
        ("cancel it if it has shipped", {OrderStatus.SHIPPED, OrderStatus.DELIVERED}),
        ("cancel it unless it has shipped", set(OrderStatus) - {OrderStatus.SHIPPED, OrderStatus.DELIVERED}),
        ("cancel it if it's still processing", {OrderStatus.PENDING, OrderStatus.PROCESSING}),
    ],
)
def test_by_how_far_the_order_is(said: str, so: set[OrderStatus]) -> None:
    assert {status for status in OrderStatus if holds(said, status)} == so


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("cancel it if it's over $50", 5001, None),
        ("cancel it if it's at least $50", 5000, None),
        ("cancel it if it's under $50", None, 4999),
        ("cancel it if it's not over $50", None, 5000),
        ("cancel it if it isn't over $50", None, 5000),
        ("cancel it if it's no more than $50", None, 5000),
        ("cancel it if it doesn't cost more than $50", None, 5000),
        ("cancel it if it's not under $50", 5000, None),
        ("cancel it unless it's over $50", None, 5000),
        ("cancel it unless it's under $50", 5000, None),
    ],
)
def test_by_what_it_cost_to_the_cent(said: str, least: int | None, most: int | None) -> None:
    for total in (1, 4999, 5000, 5001, 90_000):
        expected = (least is None or total >= least) and (most is None or total <= most)
        assert holds(said, total=total) is expected, total
