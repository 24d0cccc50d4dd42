"""A shop with a customer who has paid: what changes of orders start from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import select

from tests.tools.builders import POLICY, SHOP, Shop, days, line, parcel, settlement, variant
from tools.cards import Refusal
from tools.change_cards import Needed, ProposalCard
from tools.commerce.changes import proposals
from tools.commerce.changes.decisions import Decision, decide
from tools.commerce.changes.requests import ChangeRequest
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.days import LocalTime
from tools.commerce.payments.gateway import PaymentGateway
from tools.commerce.policy import Policy
from tools.commerce.schema import (
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
    PaymentMethodKind,
    PaymentStatus,
    Proposal,
    Shipment,
    ShipmentStatus,
    Stock,
    Variant,
)

CARD = "Visa ending in 4242"


@dataclass
class PaidShop(Shop):
    """`policy` and `gateway` can be replaced. Ada has a Visa card, another card and store credit.

    Mugs come in two colors at one price, and a third that is dearer.
    """

    policy: Policy = field(default=POLICY)
    gateway: PaymentGateway | None = None
    ada: int = 0
    card: int = 0
    other_card: int = 0
    credit: int = 0
    blue: Variant = field(init=False)
    red: Variant = field(init=False)
    large: Variant = field(init=False)
    _methods: Iterator[int] = field(default_factory=lambda: count(1), init=False, repr=False)

    def __post_init__(self) -> None:
        with self.at_once():
            self._build()

    def _build(self) -> None:
        self.ada = self.customer("ada@example.com", name="Ada", postcode="05401")
        self.card = self.method(PaymentMethodKind.CARD, brand="Visa", last4="4242")
        self.other_card = self.method(PaymentMethodKind.CARD, brand="Mastercard", last4="1881")
        self.credit = self.method(PaymentMethodKind.STORE_CREDIT, balance_minor=0, currency="USD")
        warehouse = self.warehouse("Main")
        there = {warehouse: (10, 4)}
        self.blue = variant("MUG-B", price=1500, options={"Color": "Blue"}, stock=there)
        self.red = variant("MUG-R", price=1500, options={"Color": "Red"}, stock=there)
        self.large = variant("MUG-L", price=2100, options={"Color": "Green"}, stock={warehouse: (2, 0)})
        self.product("Mug", self.blue, self.red, self.large)

    def method(self, kind: PaymentMethodKind, *, customer_id: int | None = None, **values: Any) -> int:
        owner = customer_id or self.ada
        return self._add(
            PaymentMethod(ref=f"pm{next(self._methods)}", customer_id=owner, kind=kind, **values)
        )

    def mug(self, quantity: int = 1, **values: Any) -> OrderLine:
        return line(
            "Mug",
            quantity=quantity,
            variant_id=self.blue.id,
            product_id=self.blue.product_id,
            sku=self.blue.sku,
            options="Color: Blue",
            **values,
        )

    def paid(
        self,
        number: str = "A-1",
        items: Sequence[OrderLine] | None = None,
        *,
        shipping: int = 500,
        off: int = 0,
        paid_by: Sequence[tuple[int, int]] | None = None,
        status: OrderStatus = OrderStatus.PROCESSING,
        payment_status: PaymentStatus = PaymentStatus.CAPTURED,
        parcels: Sequence[Shipment] = (),
        **values: Any,
    ) -> int:
        """An order of Ada's, with `off` taken off the whole. `paid_by` are (payment method, minor units); all by the
        Visa card if not given."""
        lines = list(items) if items is not None else [self.mug(2), line("Lamp", price=4000)]
        subtotal = sum(one.unit_price_minor * one.quantity for one in lines)
        discount = off + sum(one.discount_minor or 0 for one in lines)
        tax = sum(one.tax_minor or 0 for one in lines)
        for one in lines:
            one.total_minor = (
                one.unit_price_minor * one.quantity - (one.discount_minor or 0) + (one.tax_minor or 0)
            )
        total = subtotal - discount + tax + shipping
        amounts = {
            "subtotal_minor": subtotal,
            "discount_minor": discount,
            "tax_minor": tax,
            "shipping_minor": shipping,
            "total_minor": total,
        }
        owner = {"customer_id": self.ada, "email": "ada@example.com", **values}

        def payments(order_id: int) -> Iterator[Payment]:
            for sequence, (method, amount) in enumerate(
                [(self.card, total)] if paid_by is None else paid_by, start=1
            ):
                yield self._payment(order_id, method, amount, sequence, payment_status)

        return self.order(
            number, status=status, items=lines, parcels=parcels, beside=payments, **{**owner, **amounts}
        )

    def pay(
        self,
        order_id: int,
        method_id: int | None,
        amount: int,
        *,
        sequence: int,
        status: PaymentStatus = PaymentStatus.CAPTURED,
    ) -> int:
        return self._add(self._payment(order_id, method_id, amount, sequence, status))

    def _payment(
        self, order_id: int, method_id: int | None, amount: int, sequence: int, status: PaymentStatus
    ) -> Payment:
        with self.database.reading() as session:
            method = session.get(PaymentMethod, method_id) if method_id else None
            kind = method.kind if method else PaymentMethodKind.CARD
            label = f"{method.brand} ending in {method.last4}" if method and method.brand else None
        return Payment(
            order_id=order_id,
            sequence=sequence,
            payment_method_id=method_id,
            kind=kind,
            label=label,
            status=status,
            amount_minor=amount,
            currency="USD",
            gateway_ref=f"pi_{order_id}_{sequence}",
        )

    def delivered(
        self, number: str = "A-1", items: Sequence[OrderLine] | None = None, *, ago: float = 5, **values: Any
    ) -> int:
        """An order that came `ago` days ago in one parcel of unknown content."""
        came = self.now - days(ago)
        box = parcel(ShipmentStatus.DELIVERED, delivered_at=came, shipped_at=came - days(2))
        times = {"placed_at": came - days(4), "delivered_at": came}
        return self.paid(number, items, status=OrderStatus.DELIVERED, parcels=[box], **{**times, **values})

    @property
    def book(self) -> Rulebook:
        return Rulebook(self.policy, SHOP.currency, LocalTime(self.now, SHOP.zone))

    def talk(self, *, signed_in: bool = True) -> str:
        return self.conversation(customer_id=self.ada if signed_in else None)

    def propose(
        self, request: ChangeRequest, conversation_id: str | None = None
    ) -> ProposalCard | Needed | Refusal:
        conversation_id = conversation_id or self.talk()
        with self.database.writing() as session:
            return proposals.propose(session, conversation_id, request, self.book)

    def proposed(self, request: ChangeRequest, conversation_id: str | None = None) -> ProposalCard:
        outcome = self.propose(request, conversation_id)
        assert isinstance(outcome, ProposalCard), outcome
        return outcome

    def refused(self, request: ChangeRequest, conversation_id: str | None = None) -> Refusal:
        outcome = self.propose(request, conversation_id)
        assert isinstance(outcome, Refusal), outcome
        return outcome

    def needed(self, request: ChangeRequest, conversation_id: str | None = None) -> Needed:
        outcome = self.propose(request, conversation_id)
        assert isinstance(outcome, Needed), outcome
        return outcome

    def decide(self, proposal_id: str, decision: Decision = Decision.CONFIRM) -> Proposal:
        with self.database.writing() as session:
            found = session.get_one(Proposal, proposal_id)
            decided = decide(session, found.conversation_id, proposal_id, decision, self.book)
        assert decided is not None
        return decided

    def settle(self, proposal_id: str) -> None:
        settlement(self.database, lambda: self.now, self.gateway).settle(proposal_id)

    def done(self, request: ChangeRequest) -> Proposal:
        """Proposed, confirmed and paid out."""
        card = self.proposed(request)
        decided = self.decide(card.id)
        assert decided.status == "accepted", (decided.status, decided.outcome)
        self.settle(card.id)
        return decided

    def all(self, model: type[Any]) -> Sequence[Any]:
        with self.database.reading() as session:
            return session.scalars(select(model).order_by(*model.__table__.primary_key.columns)).all()

    def one(self, model: type[Any], row_id: object) -> Any:
        with self.database.reading() as session:
            return session.get_one(model, row_id)

    def reserved(self, known: Variant) -> int:
        return sum(stock.reserved for stock in self.all(Stock) if stock.variant_id == known.id)
