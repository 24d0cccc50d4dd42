"""The shop's rules of disputes: how soon people answer a claim, and what one of them may not decide alone."""

from knowledge.shop_profile import Part
from tools.commerce.policy_values import Amount, Count, Positive
from tools.commerce.schema.disputes import DisputeKind


class Disputes(Part):
    """Days to answer are working days; a chargeback is answered by the card network's own deadline where that is
    known. What is limited here waits for a manager who is not the one that decided.
    """

    answer_within_days: Positive
    answer_within_days_by_kind: dict[DisputeKind, Positive]
    manager_over: Amount
    """More than this, given for one dispute."""
    goodwill_max: Amount
    """More than this, given on top of what was paid."""
    claims_per_customer: Count
    """More than so many of a customer's, in the period, the new one included."""
    claims_period_days: Positive

    def days_to_answer(self, kind: DisputeKind) -> int:
        return self.answer_within_days_by_kind.get(kind, self.answer_within_days)
