"""Cards in the terminal hold the same facts as in the widget, and a shop's text is never read as mark-up."""

import io
from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from api.cards_as_tables import as_table
from tools.cards import (
    Card,
    ContactCard,
    LineFacts,
    Money,
    OrderCard,
    OrderListCard,
    OrderSummary,
    TrackingCard,
)
from tools.change_cards import (
    AmountPart,
    PayoutFacts,
    ProposalCard,
    ProposalLine,
    ReceiptCard,
    RuleFacts,
)
from tools.commerce.schema import OrderStatus, ProposalKind, ProposalStatus
from tools.product_cards import StockCard, VariantStock
from tools.total_cards import CurrencyTotals, ItemTotals, OrderBrief, OrderTotalsCard

NAME = "[red]Mug[/red] [link=https://evil.example]"
PRICE = Money(amount=1250, currency="USD", text="$12.50")
NOTHING = Money(amount=0, currency="USD", text="$0.00")

ORDER = OrderCard(
    number="FW-1",
    status=OrderStatus.SHIPPED,
    placed_on=date(2026, 3, 2),
    lines=(LineFacts(line=1, name=NAME, quantity=2, unit_price=PRICE, total=PRICE),),
    subtotal=PRICE,
    discount=NOTHING,
    shipping=NOTHING,
    tax=NOTHING,
    total=PRICE,
)
ORDERS = OrderListCard(
    orders=(
        OrderSummary(number="FW-1", status=OrderStatus.SHIPPED, is_late=True, total=PRICE, items=(NAME,)),
    ),
    total_orders=3,
)
TOTALS = OrderTotalsCard(
    orders=2,
    pieces=3,
    money=(
        CurrencyTotals(
            orders=2,
            total=PRICE,
            items=PRICE,
            shipping=NOTHING,
            tax=NOTHING,
            discount=NOTHING,
            refunded=PRICE,
            average=PRICE,
            largest=OrderBrief(number="FW-1", total=PRICE),
            smallest=OrderBrief(number="FW-2", total=PRICE),
        ),
    ),
    items=(ItemTotals(name=NAME, quantity=3, orders=2, total=(PRICE,), last_order="FW-1"),),
)
STOCK = StockCard(
    product_id="p",
    name=NAME,
    variants=(VariantStock(sku="MUG", options={"Color": "Blue"}, price=PRICE, available=4),),
)

FEE = Money(amount=-695, currency="USD", text="-$6.95")
PAYOUT = PayoutFacts(to="Visa ending in 4242", amount=PRICE, direction="back", when="after_inspection")
PROPOSAL = ProposalCard(
    id="p",
    change=ProposalKind.RETURN,
    status=ProposalStatus.OPEN,
    summary="Return 2 mugs.",
    lines=(ProposalLine(line=1, name=NAME, options="Color: Blue", quantity=2, becomes="Color: Red"),),
    parts=(AmountPart(label="Items", amount=PRICE), AmountPart(label="Return label", amount=FEE)),
    payouts=(PAYOUT,),
    rules=(RuleFacts(path="returns.window_days", title="Returns: How long?", url="/help/returns#window"),),
    next_steps=("Send it within 14 days.",),
    notice="A like refund was made before.",
    approval="Above $200.",
    expires_at=datetime(2026, 3, 4, 15, tzinfo=UTC),
)
RECEIPT = ReceiptCard(
    proposal_id="p",
    change=ProposalKind.RETURN,
    status=ProposalStatus.NEEDS_APPROVAL,
    order_number="FW-1",
    done=(f"The return of {NAME} is approved.",),
)


def printed(card: Card) -> str:
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    console.print(as_table(card))
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


@pytest.mark.parametrize(
    ("card", "facts"),
    [
        (ORDER, ("FW-1", "shipped", "$12.50", "Mar 2, 2026")),
        (ORDERS, ("1 of 3", "FW-1", "shipped, late", "$12.50")),
        (TOTALS, ("in all: 2", "3", "$12.50", "Refunded")),
        (STOCK, ("Color: Blue", "MUG", "$12.50", "4")),
        (PROPOSAL, ("yes or no", "Return 2 mugs.", "2 x ", "becomes Color: Red", "Return label", "-$6.95")),
        (PROPOSAL, ("$12.50 to Visa ending in 4242", "was checked", "Send it within 14 days.")),
        (PROPOSAL, ("/help/returns#window", "A like refund was made before.", "Above $200.")),
        (RECEIPT, ("Return of order FW-1", "waits for approval", "is approved.")),
    ],
)
def test_facts_are_shown_and_text_stays_text(card: Card, facts: tuple[str, ...]) -> None:
    shown = printed(card)

    assert all(fact in shown for fact in facts)
    assert "[red]Mug[/red]" in shown
    assert "\x1b]8;" not in shown


def test_an_order_without_parcels_and_a_contact_can_be_shown() -> None:
    waiting = TrackingCard(number="FW-2", order_status=OrderStatus.PENDING, promised_on=date(2026, 3, 9))
    assert "Mar 9, 2026" in printed(waiting)

    contact = ContactCard(email="care@shop.example", hours="Monday to Friday", open_now=False)
    assert "care@shop.example" in printed(contact)
