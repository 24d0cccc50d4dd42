"""The shop's rules of who may change what, and of how much may be given back without a person."""

from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from knowledge.shop_profile import Part
from tools.commerce.policy_values import Amount, Count, Positive, distinct
from tools.commerce.schema.changes import ProposalKind


class Permissions(Part):
    """What may be changed by somebody who has proved one order, and by somebody signed in to an account."""

    order: Annotated[tuple[ProposalKind, ...], AfterValidator(distinct)]
    account: Annotated[tuple[ProposalKind, ...], AfterValidator(distinct)]

    @model_validator(mode="after")
    def _account_may_do_more(self) -> Self:
        if staff := [kind for kind in self.account if kind.is_of_staff]:
            raise ValueError(f"is not for shoppers: {', '.join(staff)}")
        missing = [kind for kind in self.order if kind not in self.account]
        if missing:
            raise ValueError(f"account may not do what order may: {', '.join(missing)}")
        return self


class Limits(Part):
    """What may be given back before goods are, or for good, without a support agent's approval.

    `refund_max` holds for one proposal, `order_refund_max` for an order in all, and `period_refund_max` and
    `refunds_per_customer` for a customer in `refunds_period_days`; `credit_max` is what is given on top.
    """

    refund_max: Amount
    order_refund_max: Amount
    period_refund_max: Amount
    credit_max: Amount
    refunds_per_customer: Count
    refunds_period_days: Positive
    proposal_minutes: Positive
