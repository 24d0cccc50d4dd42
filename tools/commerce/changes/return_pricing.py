"""What a return gives back: what was paid for the items, less what is taken off, to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.cards import Refusal
from tools.change_cards import AmountPart
from tools.commerce.changes.damage import is_kept
from tools.commerce.changes.given_before import SHIPPING, shipping_left
from tools.commerce.changes.giving_back import unpromised
from tools.commerce.changes.lines import Chosen, paid_for, remaining
from tools.commerce.changes.permission import PERSON
from tools.commerce.changes.plan import Planning
from tools.commerce.changes.return_terms import Fee, restocking_percent, transport_fee
from tools.commerce.policy import Policy, RefundMethod, ReturnOutcome
from tools.commerce.schema import Order, ReturnReason
from tools.facts import Money


@dataclass(frozen=True)
class ReturnSums:
    """Minor units: what was paid for the items, the delivery fee that goes back too, and what is taken off."""

    items: int
    shipping: int
    fees: tuple[Fee, ...]
    available: int
    """What of the order was not given back yet."""

    @property
    def back(self) -> int:
        return max(0, min(self.items + self.shipping, self.available) - sum(fee.minor for fee in self.fees))

    def parts(self, bonus: int, currency: str) -> tuple[AmountPart, ...]:
        given_before = min(0, self.available - self.items - self.shipping)
        fees = [(fee.name, -fee.minor) for fee in self.fees]
        rest = self.back - (self.items + self.shipping + given_before + sum(fee for _, fee in fees))
        named = (
            ("Items", self.items),
            (SHIPPING, self.shipping),
            ("Refunded before", given_before),
            *fees,
            ("Fees are not more than the refund", rest),
            ("Store credit bonus", bonus),
        )
        return tuple(
            AmountPart(label=label, amount=Money.of(sum_, currency)) for label, sum_ in named if sum_
        )


def return_sums(
    planning: Planning, order: Order, chosen: Sequence[Chosen], reason: ReturnReason, to: RefundMethod
) -> ReturnSums:
    policy = planning.policy
    items = sum(paid_for(order, one.line, one.quantity) for one in chosen)
    still = remaining(order)
    everything = sum(still.values()) == sum(one.quantity for one in chosen)
    with_shipping = everything and reason in policy.refunds.original_shipping_reasons
    # What need not come back has no way back, and nothing is put on the shelf again.
    kept = is_kept(planning, order, reason, items)
    fees = () if kept else _fees(policy, order, chosen, reason, to)
    shipping = shipping_left(planning.session, order) if with_shipping else 0
    return ReturnSums(items, shipping, fees, unpromised(planning.session, order))


def _fees(
    policy: Policy, order: Order, chosen: Sequence[Chosen], reason: ReturnReason, to: RefundMethod
) -> tuple[Fee, ...]:
    outcome = ReturnOutcome.STORE_CREDIT if to is RefundMethod.STORE_CREDIT else ReturnOutcome.REFUND
    transport = transport_fee(policy, order, chosen, reason, outcome)
    restocking = sum(
        (paid_for(order, one.line, one.quantity) * restocking_percent(policy, one.line, reason) * 2 + 100)
        // 200
        for one in chosen
    )
    fees = (transport, Fee("Restocking", "returns.restocking_percent_by_category", restocking))
    return tuple(fee for fee in fees if fee and fee.minor)


def no_price(planning: Planning, order: Order, sums: ReturnSums) -> Refusal | None:
    if order.currency != planning.currency and sums.fees:
        return Refusal(
            code="other_currency",
            message=f"Order {order.number} was paid in {order.currency}, and the fees for a return are in "
            f"{planning.currency}.",
            rule=sums.fees[0].rule,
            instead=PERSON,
        )
    if sums.back > 0:
        return None
    there = Money.of(sums.available, order.currency).text
    return Refusal(
        code="nothing_to_give_back",
        message=f"There would be nothing to give back for that: {there} is left of what was paid, before fees.",
        rule=sums.fees[0].rule if sums.fees else "refunds.methods",
        instead=PERSON,
    )
