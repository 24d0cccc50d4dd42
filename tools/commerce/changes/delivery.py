"""Which of the policy's delivery methods an order was sent by."""

from tools.commerce.policy import Policy
from tools.commerce.schema import Order


def method_of(policy: Policy, order: Order) -> str | None:
    """The method's key in the policy; None where the policy knows none of that name."""
    wanted = (order.shipping_method or "").casefold()
    for key, method in policy.delivery.methods.items():
        if wanted in {key.casefold(), method.name.casefold()}:
            return key
    return None


def is_abroad(policy: Policy, order: Order) -> bool:
    """Whether it goes to a country that the first of the delivery methods does not reach."""
    home = next(iter(policy.delivery.methods.values())).countries
    return order.country is not None and order.country.upper() not in home
