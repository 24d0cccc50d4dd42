"""Damage: what a person has to see of it, and when the broken item need not come back."""

from knowledge.wording import counted
from tools.commerce.changes.plan import Approval, Planning
from tools.commerce.policy import Policy
from tools.commerce.schema import Order, ReturnReason


def photos_needed(policy: Policy, reason: ReturnReason) -> Approval | None:
    """Only people can look at pictures of damage."""
    if reason is not ReturnReason.DAMAGED or not policy.damage.photos:
        return None
    photos = counted(policy.damage.photos, "photo")
    return Approval(f"A person has to look at {photos} of the damage first.", "damage.photos")


def is_kept(planning: Planning, order: Order, reason: ReturnReason, worth_minor: int) -> bool:
    """Whether what arrived damaged is worth so little that it need not come back."""
    limit = planning.policy.damage.keep_item_under
    return reason is ReturnReason.DAMAGED and order.currency == planning.currency and worth_minor < limit
