"""What a case of a rule is made of: a shop, what is asked of it, two values of the rule, and what is looked at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from knowledge.search import KnowledgeBase
from tests.tools.builders import NOW, SHOP, days
from tests.tools.commerce.changes.change_builders import sums
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.cards import Refusal
from tools.change_cards import Needed, ProposalCard
from tools.commerce.changes.requests import ChangeRequest
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.schema import Order, OrderProof, PaymentMethodKind, Refund, RefundStatus, Variant
from tools.context import rulebook

Outcome = ProposalCard | Needed | Refusal
DONE, ASKED = "proposed", "asked"


@dataclass
class CitingShop(PaidShop):
    """A shop with its pages. The next request comes from `asker`, or else from Ada, signed in."""

    knowledge: KnowledgeBase | None = None
    asker: str | None = None

    @property
    def book(self) -> Rulebook:
        assert self.knowledge is not None
        return rulebook(self.policy, SHOP, self.knowledge, self.now)

    def skus(self) -> list[str]:
        return [known.sku for known in self.all(Variant)]

    def order_ids(self) -> list[int]:
        return [order.id for order in self.all(Order)]

    def as_guest(self, order_id: int) -> None:
        """Somebody asks who has shown the number of this order and its e-mail, and nothing else."""
        self.asker = self.talk(signed_in=False)
        self.add(OrderProof(conversation_id=self.asker, order_id=order_id, proved_at=self.now))

    def refunded(self, order_id: int, amount: int, *, ago: float = 1) -> None:
        """By a person, before."""
        self.add(
            Refund(
                ref=f"r{order_id}",
                order_id=order_id,
                kind=PaymentMethodKind.CARD,
                status=RefundStatus.ISSUED,
                amount_minor=amount,
                currency="USD",
                created_at=self.now - days(ago),
            )
        )


def verdict(outcome: Outcome) -> object:
    """`proposed`, `asked`, or the rule that refuses."""
    if isinstance(outcome, Refusal):
        return outcome.rule
    if isinstance(outcome, Needed):
        return ASKED
    return DONE


def approval(outcome: Outcome) -> object:
    """Whether it waits for a support agent."""
    assert isinstance(outcome, ProposalCard), outcome
    return outcome.approval is not None


def money(outcome: Outcome) -> object:
    """Minor units by what they are for."""
    assert isinstance(outcome, ProposalCard), outcome
    return sums(outcome)


def when(outcome: Outcome) -> object:
    """Whether the money goes back now or after the inspection."""
    assert isinstance(outcome, ProposalCard), outcome
    return outcome.payouts[0].when


def lasts(outcome: Outcome) -> object:
    """How long it can be confirmed."""
    assert isinstance(outcome, ProposalCard), outcome
    return outcome.expires_at - NOW


def says(text: str) -> Callable[[Outcome], object]:
    """Whether the shopper reads that."""

    def said(outcome: Outcome) -> object:
        if isinstance(outcome, Refusal):
            return text in f"{outcome.message} {outcome.instead}"
        assert isinstance(outcome, ProposalCard), outcome
        return text in " ".join((*outcome.next_steps, outcome.notice or ""))

    return said


@dataclass(frozen=True)
class Case:
    """With the value `inside` what is asked comes out as `then`, with `outside` as `otherwise`, by `view`."""

    asks: Callable[[CitingShop], ChangeRequest]
    inside: object
    outside: object
    view: Callable[[Outcome], object] = verdict
    then: object = DONE
    otherwise: object = None
    """By default, refused by the rule itself."""
    beside: Mapping[str, object] = field(default_factory=dict)
    """Other values of the policy."""
    named: str | None = None
    """The rule that the shopper is told, where it is not this one; "" for none."""
