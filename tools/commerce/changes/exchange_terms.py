"""What an exchange costs, whether the old item comes back, and when the new one leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.wording import counted
from tools.cards import Refusal
from tools.change_cards import AmountPart
from tools.commerce.changes.damage import is_kept
from tools.commerce.changes.lines import paid_for
from tools.commerce.changes.permission import PERSON
from tools.commerce.changes.plan import Planning
from tools.commerce.changes.replacements import Replacement
from tools.commerce.changes.return_terms import OWN_POSTAGE, Fee, pays_own_postage, transport_fee
from tools.commerce.policy import Policy, ReturnOutcome
from tools.commerce.schema import Order, ReturnReason
from tools.facts import Money


@dataclass(frozen=True)
class ExchangeTerms:
    """`difference` is what the new items cost more, in minor units; `keeps` where nothing has to be sent back."""

    policy: Policy
    reason: ReturnReason
    difference: int
    fee: Fee | None
    keeps: bool
    own_postage: bool
    """Whether the shopper finds and pays a carrier for the way back."""
    leaves_first: bool
    """Whether the new item may leave before the old one has been checked."""

    @property
    def due(self) -> int:
        """From the shopper; below zero, to the shopper."""
        return self.difference + (self.fee.minor if self.fee else 0)

    @property
    def rules(self) -> tuple[str, ...]:
        is_damage = self.reason is ReturnReason.DAMAGED
        leaves = "damage.replacement_within_days" if is_damage else "exchanges.advance_limit"
        way_back = self.fee.rule if self.fee else "returns.free_label_outcomes"
        if self.own_postage:
            way_back = "returns.label_countries"
        if self.keeps:
            way_back = "damage.keep_item_under"
        return ("exchanges.per_line", "exchanges.price_difference", "exchanges.hold_days", leaves, way_back)

    def parts(self, currency: str) -> tuple[AmountPart, ...]:
        named = [("Price difference", -self.difference)]
        if self.fee:
            named.append((self.fee.name, -self.fee.minor))
        return tuple(
            AmountPart(label=label, amount=Money.of(sum_, currency)) for label, sum_ in named if sum_
        )

    def next_steps(self) -> tuple[str, ...]:
        return (self._way_back(), self._way_there(), *self._difference_back())

    def _way_back(self) -> str:
        if self.keeps:
            return "You don't have to send anything back."
        send = counted(self.policy.returns.send_within_days, "day")
        free = "" if self.fee or self.own_postage else "; that is free"
        postage = f" {OWN_POSTAGE}" if self.own_postage else ""
        return f"Send the old one within {send}, with the return number on the parcel{free}.{postage}"

    def _way_there(self) -> str:
        if self.reason is ReturnReason.DAMAGED:
            within = counted(self.policy.damage.replacement_within_days, "business day")
            return f"The new one leaves within {within}, without waiting for the old one."
        hold = counted(self.policy.exchanges.hold_days, "day")
        leaves = (
            "once the carrier has scanned your parcel"
            if self.leaves_first
            else "once we have checked the old one"
        )
        return f"The new one is set aside for you for {hold}, and leaves {leaves}."

    def _difference_back(self) -> tuple[str, ...]:
        if self.due >= 0:
            return ()
        check = counted(self.policy.returns.inspection_days, "business day")
        return (f"The difference goes back once we have checked the old one, within {check} of its arrival.",)


def exchange_terms(
    planning: Planning, order: Order, swaps: Sequence[Replacement], reason: ReturnReason
) -> ExchangeTerms | Refusal:
    policy = planning.policy
    chosen = [swap.chosen for swap in swaps]
    difference = sum(swap.difference for swap in swaps)
    worth = sum(paid_for(order, one.line, one.quantity) for one in chosen)
    # What goes back for a cheaper one waits for the old one, so that has to come.
    keeps = difference >= 0 and is_kept(planning, order, reason, worth)
    fee = None if keeps else transport_fee(policy, order, chosen, reason, ReturnOutcome.EXCHANGE)
    if fee is not None and order.currency != planning.currency:
        return Refusal(
            code="other_currency",
            message=f"Order {order.number} was paid in {order.currency}, and the fee for the way back is in "
            f"{planning.currency}.",
            rule=fee.rule,
            instead=PERSON,
        )
    value = sum(swap.variant.price_minor * swap.chosen.quantity for swap in swaps)
    leaves_first = order.currency == planning.currency and value <= policy.exchanges.advance_limit
    own_postage = pays_own_postage(policy, order, reason)
    return ExchangeTerms(policy, reason, difference, fee, keeps, own_postage, leaves_first)
