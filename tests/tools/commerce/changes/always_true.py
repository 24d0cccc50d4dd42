"""What holds of a random shop after every step: of its money, its stock, its lines, its proposals and its order."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from tests.tools.commerce.changes.change_builders import ScriptedGateway
from tests.tools.commerce.changes.random_shop import RandomShop, lost_of
from tools.commerce.changes.before_shipping import sent
from tools.commerce.changes.effects import ExchangeEffect
from tools.commerce.changes.giving_back import left
from tools.commerce.changes.lines import paid_for, remaining, standing
from tools.commerce.changes.plan import Plan
from tools.commerce.changes.unpaid import still_due
from tools.commerce.database import ReadSession
from tools.commerce.schema import (
    EntryStatus,
    LedgerEntry,
    LedgerKind,
    Order,
    OrderStatus,
    PaymentMethod,
    Proposal,
    ProposalStatus,
    Return,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
    Stock,
)

_LATER: Mapping[ProposalStatus, frozenset[ProposalStatus]] = {
    ProposalStatus.OPEN: frozenset(ProposalStatus) - {ProposalStatus.OPEN},
    ProposalStatus.NEEDS_APPROVAL: frozenset(ProposalStatus)
    - {ProposalStatus.OPEN, ProposalStatus.NEEDS_APPROVAL},
    # A charge that was refused undoes the change.
    ProposalStatus.ACCEPTED: frozenset({ProposalStatus.FAILED}),
}
_AFTER: Mapping[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.CANCELLED}),
    OrderStatus.PROCESSING: frozenset({OrderStatus.CANCELLED, OrderStatus.SHIPPED, OrderStatus.DELIVERED}),
    OrderStatus.SHIPPED: frozenset({OrderStatus.DELIVERED}),
}
BACK = frozenset({LedgerKind.REFUND, LedgerKind.RELEASE})


@dataclass
class Watch:
    """The shop as it was before the first step, and the statuses of the step before."""

    shop: RandomShop
    gateway: ScriptedGateway

    def __post_init__(self) -> None:
        with self.shop.database.reading() as session:
            order = self.shop.order_now(session)
            self.payments = {one.id: (one.amount_minor, one.refunded_minor) for one in order.payments}
            self.by_hand = sum(one.refunded_minor for one in order.payments)
            self.balances = dict(session.execute(select(PaymentMethod.id, PaymentMethod.balance_minor)).all())
            self.on_hand = dict(session.execute(select(Stock.variant_id, Stock.on_hand)).all())
            self.order_status = order.status
        self.has_arrivals = False
        self.statuses: dict[str, ProposalStatus] = {}
        self.shown: dict[str, dict[str, object]] = {}
        self.approved: set[str] = set()

    def look(self) -> None:
        with self.shop.database.reading() as session:
            order = self.shop.order_now(session)
            entries = session.scalars(select(LedgerEntry)).all()
            proposals = session.scalars(select(Proposal)).all()
            self._payments(order, list(entries))
            self._balances(session, list(entries))
            self._gateway(list(entries))
            self._worth(order, list(entries))
            self._lines(order)
            self._stock(session, order, {one.id: one for one in proposals})
            self._proposals(list(proposals))
            self._order(order)

    @property
    def can_be_changed(self) -> bool:
        return self.order_status in {OrderStatus.PENDING, OrderStatus.PROCESSING}

    @property
    def is_being_paid(self) -> bool:
        return any(_is_waiting_charge(entry) for entry in self.shop.all(LedgerEntry))

    def _payments(self, order: Order, entries: list[LedgerEntry]) -> None:
        """Each payment has been given back what the ledger says; each charge made one payment of its own."""
        charged = {one.payment_id: one.amount_minor for one in entries if _is_paid_charge(one)}
        back = Counter[int]()
        for entry in entries:
            if entry.kind in BACK and entry.status is not EntryStatus.CANCELLED and entry.payment_id:
                back[entry.payment_id] += entry.amount_minor
        assert {one.id for one in order.payments} == {*self.payments, *charged}
        for payment in order.payments:
            _, before = self.payments.get(payment.id, (0, 0))
            assert payment.refunded_minor == before + back[payment.id] <= payment.amount_minor
            if payment.id in charged:
                assert payment.amount_minor == charged[payment.id]
        given = Counter[int]()
        for refund in order.refunds:
            if refund.payment_id is not None and refund.status != "failed":
                given[refund.payment_id] += refund.amount_minor
        assert all(given[one.id] <= one.refunded_minor for one in order.payments)

    def _balances(self, session: ReadSession, entries: list[LedgerEntry]) -> None:
        moved = Counter[int]()
        for entry in entries:
            if entry.status is EntryStatus.SETTLED and entry.payment_method_id is not None:
                sign = -1 if entry.kind is LedgerKind.CHARGE else 1
                moved[entry.payment_method_id] += sign * entry.amount_minor
        for method_id, balance in session.execute(select(PaymentMethod.id, PaymentMethod.balance_minor)):
            if balance is not None:
                assert balance == (self.balances.get(method_id) or 0) + moved[method_id]

    def _gateway(self, entries: list[LedgerEntry]) -> None:
        """It moved what the ledger says is settled, and nothing else."""
        settled = {one.key: one.amount_minor for one in entries if one.gateway_ref is not None}
        assert settled == {key: one.amount_minor for key, one in self.gateway.moved.items()}

    def _worth(self, order: Order, entries: list[LedgerEntry]) -> None:
        """The shop keeps at least what the goods that stay with the shopper cost; of a canceled order, nothing.

        What was given back by hand before is the shop's own affair; a return that was not accepted can shift
        the rounding of its line by a cent.
        """
        kept = left(order) + still_due(order)
        coming = sum(one.amount_minor for one in entries if _is_waiting_charge(one))
        still = remaining(order)
        goods = sum(paid_for(order, one, still[one.line_no]) for one in order.lines)
        shifts = sum(one.status is ReturnStatus.REJECTED for one in order.returns)
        assert kept + coming + self.by_hand + shifts >= goods
        if order.status is OrderStatus.CANCELLED:
            assert kept == 0
        assert order.subtotal_minor == sum(one.unit_price_minor * one.quantity for one in order.lines)

    def _lines(self, order: Order) -> None:
        gone = Counter({one.id: one.cancelled_quantity for one in order.lines})
        for given_back in standing(order):
            for part in given_back.lines:
                gone[part.order_line_id] += part.quantity
        assert all(gone[one.id] <= one.quantity for one in order.lines)
        if order.status is OrderStatus.CANCELLED:
            assert all(one.cancelled_quantity == one.quantity for one in order.lines)

    def _stock(self, session: ReadSession, order: Order, proposals: Mapping[str, Proposal]) -> None:
        """What is set aside is what the order and its exchanges still need, and one for somebody else."""
        gone, lost = sent(order), lost_of(session, order)
        needed, moved = Counter[int](), Counter[int]()
        for one in order.lines:
            if one.variant_id is not None:
                unsent = one.quantity - (one.cancelled_quantity - lost[one.id]) - gone[one.line_no]
                needed[one.variant_id] += unsent
                moved[one.variant_id] -= gone[one.line_no]
        variants = {one.id: one.variant_id for one in order.lines}
        for opened in order.returns:
            if opened.status is ReturnStatus.COMPLETED and opened.received_at is not None:
                for part in opened.lines:
                    moved[variants[part.order_line_id] or 0] += part.quantity
            needed.update(_set_aside(opened, proposals))
        for stock in session.scalars(select(Stock)):
            assert stock.reserved == needed[stock.variant_id] + 1
            assert stock.on_hand == self.on_hand[stock.variant_id] + moved[stock.variant_id]

    def _proposals(self, proposals: list[Proposal]) -> None:
        for proposal in proposals:
            before = self.statuses.get(proposal.id, ProposalStatus.OPEN)
            assert proposal.status is before or proposal.status in _LATER.get(before, frozenset())
            self.statuses[proposal.id] = proposal.status
            assert proposal.plan == self.shown[proposal.id]
        given = sum(
            one.unreturned_minor
            for one in proposals
            if one.status is ProposalStatus.ACCEPTED and one.id not in self.approved
        )
        assert given <= self.shop.policy.limits.order_refund_max

    def _order(self, order: Order) -> None:
        before = self.order_status
        assert order.status is before or order.status in _AFTER.get(before, frozenset())
        assert (order.cancelled_at is not None) is (order.status is OrderStatus.CANCELLED)
        self.order_status = order.status
        self.has_arrivals = any(one.status is ShipmentStatus.DELIVERED for one in order.shipments)


def _is_paid_charge(entry: LedgerEntry) -> bool:
    return entry.kind is LedgerKind.CHARGE and entry.status is EntryStatus.SETTLED


def _is_waiting_charge(entry: LedgerEntry) -> bool:
    return entry.kind is LedgerKind.CHARGE and entry.status is EntryStatus.PENDING


def _set_aside(opened: Return, proposals: Mapping[str, Proposal]) -> Counter[int]:
    """Variant ids to how many an exchange has set aside."""
    if opened.kind is not ReturnKind.EXCHANGE or opened.status is ReturnStatus.CANCELLED:
        return Counter()
    effect = Plan.model_validate(proposals[opened.proposal_id or ""].plan).effect
    assert isinstance(effect, ExchangeEffect)
    return Counter({part.to_variant_id: part.quantity for part in effect.lines})
