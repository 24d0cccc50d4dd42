"""A plan: a change that has been checked and priced to the cent, as it is shown and, if confirmed, carried out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from tools.cards import Refusal
from tools.change_cards import AmountPart, Needed, ProposalLine
from tools.commerce.changes.effects import Effect
from tools.commerce.database import ReadSession, WriteSession, hold
from tools.commerce.days import LocalTime
from tools.commerce.policy import Policy
from tools.commerce.schema import LedgerKind, Order, Proposal, ProposalKind
from tools.facts import Facts
from tools.principal import Principal

Session = ReadSession | WriteSession


_GIVING = frozenset(
    {ProposalKind.RETURN, ProposalKind.EXCHANGE, ProposalKind.REFUND, ProposalKind.DISPUTE_OUTCOME}
)


class Approval(NamedTuple):
    """Why a support agent must approve it, in a sentence, and the rule that says so."""

    why: str
    rule: str


class Movement(Facts):
    """Money that moves when the plan is carried out, or once what is sent back has been checked.

    `payment_id` is the payment that is given back; of a charge it is None. `payment_method_id` is where it goes
    or comes from when that is not the payment's own: store credit, a gift card, another card on file.
    """

    kind: LedgerKind
    amount_minor: int
    to: str
    """How the shopper knows it: `Visa ending in 4242`, `store credit`."""
    payment_id: int | None = None
    payment_method_id: int | None = None
    to_new_store_credit: bool = False
    """Whether the customer's store credit has to be opened for it."""
    after_inspection: bool = False


class Plan(Facts):
    """Amounts are in `currency`; `parts` add up to `net_minor`. Movements are in the order in which they are sent:
    charges come first, so that nothing is given before what is owed was paid."""

    kind: ProposalKind
    order_id: int | None = None
    order_number: str | None = None
    customer_id: int | None = None
    currency: str
    summary: str
    lines: tuple[ProposalLine, ...] = ()
    parts: tuple[AmountPart, ...] = ()
    movements: tuple[Movement, ...] = ()
    rules: tuple[str, ...] = ()
    """Paths in the policy."""
    next_steps: tuple[str, ...] = ()
    notice: str | None = None
    approval: str | None = None
    """Why a support agent must approve, in a sentence."""
    effect: Effect

    @property
    def net_minor(self) -> int:
        """To the shopper, or below zero from the shopper."""
        return sum(-m.amount_minor if m.kind is LedgerKind.CHARGE else m.amount_minor for m in self.movements)

    @property
    def unreturned_minor(self) -> int:
        """What leaves at once although goods stay or stayed away: what the shop's limits count."""
        if self.kind not in _GIVING:
            return 0
        back = {LedgerKind.REFUND, LedgerKind.CREDIT}
        return sum(m.amount_minor for m in self.movements if m.kind in back and not m.after_inspection)

    def is_same_deal_as(self, other: "Plan") -> bool:
        """Whether it does the same for the same money; the words around it may differ."""
        return _terms(self) == _terms(other)


def _terms(plan: Plan) -> dict[str, object]:
    named = {"kind", "order_id", "customer_id", "currency", "lines", "parts", "movements", "effect"}
    return plan.model_dump(include=named)


@dataclass(frozen=True)
class Planning:
    """What a plan is made from. The principal decides which orders there are."""

    session: Session
    principal: Principal
    when: LocalTime
    policy: Policy
    currency: str
    """The shop's own: the policy's amounts are in it."""


Outcome = Plan | Needed | Refusal

RequestT = TypeVar("RequestT", bound=Facts)
EffectT = TypeVar("EffectT", bound=Facts)


@dataclass(frozen=True)
class Applying:
    """What carries a plan out. The order is locked; money moves by the plan's movements, not here."""

    session: WriteSession
    proposal: Proposal
    plan: Plan
    when: LocalTime
    policy: Policy
    actor: str
    """Whose yes it is, as the trail names them."""


@dataclass(frozen=True)
class Applied:
    """What was done, in sentences for the shopper, and facts for the audit (no personal data)."""

    done: tuple[str, ...]
    next_steps: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    return_id: int | None = None
    """The return that the movements belong to."""


class CannotApply(Exception):
    """What was planned is no longer possible (stock is gone): nothing of it is kept. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Change(Generic[RequestT, EffectT]):
    """One kind of change. `undo` takes back what `apply` did, when a charge that it rests on fails."""

    plan: Callable[[Planning, RequestT], Outcome]
    apply: Callable[[Applying, EffectT], Applied]
    undo: Callable[[Applying, EffectT], None] | None = None


def order_of(session: WriteSession, plan: Plan) -> Order | None:
    """The plan's order. It, and every change of its customer's, is locked until the transaction ends."""
    return locked_order(session, plan.order_id, plan.customer_id)


def locked_order(session: WriteSession, order_id: int | None, customer_id: int | None) -> Order | None:
    hold(session, f"changes of customer {customer_id}")
    if order_id is None:
        return None
    # Rows that only refer to the order, like another proposal, need not wait.
    return session.get(Order, order_id, with_for_update={"key_share": True})
