"""What a card network is sent in answer to a chargeback: what the records say of this one transaction.

The shop's own business stays out of it: notes, steps at the desk, what else the customer has claimed, who decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tools.commerce.changes.giving_back import label_of
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.disputes.evidence import EvidenceFile, Fact, Source
from tools.commerce.disputes.gathering import disputed_order, read_evidence
from tools.commerce.schema import Customer, Dispute, DisputeKind, DisputeState, Order, OutcomeKind, Ruling
from tools.facts import Money

_RULED = {
    Ruling.WON: "The bank ruled on {day} that the charge{amount} is valid.",
    Ruling.LOST: "The bank ruled on {day} about the charge{amount}, and keeps {kept} of it.",
    Ruling.ACCEPTED: "We accepted the chargeback{amount} on {day}.",
}
GIVES_MONEY_BACK = {OutcomeKind.REFUND, OutcomeKind.PARTIAL_REFUND}


@dataclass(frozen=True)
class OrderedLine:
    name: str
    options: str | None
    quantity: int
    total: Money
    """With tax and discounts, without shipping."""


@dataclass(frozen=True)
class Charge:
    label: str
    amount: Money
    status: str
    at: datetime | None
    reference: str | None
    """The payment provider's own."""


@dataclass(frozen=True)
class Transaction:
    number: str
    placed_at: datetime | None
    cardholder: str | None
    email: str | None
    lines: tuple[OrderedLine, ...]
    shipping: Money
    total: Money
    charges: tuple[Charge, ...]
    ship_to: str | None


@dataclass(frozen=True)
class Response:
    evidence: EvidenceFile
    """Of it, only `happened` and what a network may read is to be shown."""
    transaction: Transaction | None
    """None where nobody knows which order it is about."""
    position: str
    """What the shop holds, in a paragraph."""
    happened: tuple[Fact, ...]
    """The timeline, without the steps of the shop's own people."""


def read_response(session: ReadSession, dispute_id: str, book: Rulebook) -> Response | None:
    """None when there is no such dispute."""
    evidence = read_evidence(session, dispute_id, book)
    dispute = session.get(Dispute, dispute_id)
    if evidence is None or dispute is None:
        return None
    order = disputed_order(session, dispute)
    return Response(
        evidence=evidence,
        transaction=_transaction(session, order) if order else None,
        position=" ".join(_position(evidence, book.when)),
        happened=tuple(fact for fact in evidence.timeline if fact.source is not Source.DISPUTE),
    )


def _transaction(session: ReadSession, order: Order) -> Transaction:
    customer = session.get(Customer, order.customer_id) if order.customer_id else None
    place = (order.line1, order.line2, order.city, order.region, order.postcode, order.country)
    return Transaction(
        number=order.number,
        placed_at=order.placed_at,
        cardholder=(customer.name if customer else None) or order.recipient,
        email=order.email or (customer.email if customer else None),
        lines=tuple(
            OrderedLine(line.name, line.options, line.quantity, Money.of(line.total_minor, order.currency))
            for line in order.lines
        ),
        shipping=Money.of(order.shipping_minor, order.currency),
        total=Money.of(order.total_minor, order.currency),
        charges=tuple(
            Charge(
                label_of(payment),
                Money.of(payment.amount_minor, payment.currency),
                payment.status,
                payment.occurred_at,
                payment.gateway_ref,
            )
            for payment in order.payments
        ),
        ship_to=", ".join(filter(None, (order.recipient, *place))) or None,
    )


def _position(evidence: EvidenceFile, when: LocalTime) -> Iterator[str]:
    """Sentence by sentence; each says what the records do, and none is there without its record."""
    dispute, money = evidence.dispute, evidence.money
    yield _stand(evidence, when)
    for proof in evidence.proofs:
        day = when.day(proof.delivered_at)
        on = f" on {_day(day)}" if day else ""
        at = f", at “{proof.place}”" if proof.place else ""
        signed = f", and tells of a signature: “{proof.signature}”" if proof.signature else ""
        yield f"{proof.carrier or 'The carrier'} recorded that {proof.parcel} was delivered{on}{at}{signed}."
    if money and money.given_back.amount:
        yield (f"Of {money.paid.text} that was paid, {money.given_back.text} has been given back already.")
    elif money and money.paid.amount:
        yield f"{money.paid.text} was paid, and nothing of it has been given back."
    if dispute.kind is DisputeKind.DOUBLE_CHARGE or dispute.order_number is None:
        return
    if evidence.conversation:
        yield "What was written with the customer is quoted in full."
    if evidence.policy_then:
        yield f"The rules of sale were those of {_day(evidence.policy_then.version)}, listed below."


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _stand(evidence: EvidenceFile, when: LocalTime) -> str:
    dispute, money = evidence.dispute, evidence.money
    amount = f" of {dispute.at_stake.text}" if dispute.at_stake else ""
    if dispute.state is DisputeState.WITHDRAWN:
        return f"The claim{amount} was withdrawn."
    if dispute.bank and (ruling := dispute.bank.ruling):
        return _RULED[ruling.ruling].format(
            amount=amount, day=_day(when.day(ruling.ruled_at)), kept=ruling.kept.text
        )
    if dispute.state is DisputeState.SETTLED:
        with_money = " and gave the money back" if dispute.outcome in GIVES_MONEY_BACK else ""
        return f"We accepted the claim{amount}{with_money}."
    if money and dispute.at_stake and money.given_back.amount >= dispute.at_stake.amount > 0:
        back = "has been given back already, so nothing more is owed"
        return f"The amount in dispute, {dispute.at_stake.text}, {back}."
    if dispute.state is DisputeState.REFUSED or dispute.bank:
        return f"We hold that the charge{amount} is valid, for the reasons that follow."
    return f"A claim{amount} is being examined; these are the records."
