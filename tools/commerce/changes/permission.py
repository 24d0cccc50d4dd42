"""What a shopper may ask for, by what they have proved of who they are."""

import logging

from tools.cards import Refusal
from tools.commerce.changes.plan import Planning
from tools.commerce.schema import Order, ProposalKind, Role
from tools.principal import IdentityLevel, Principal

PERSON = "A person on our team can look into it: just say so."
"""What is always possible."""

NOT_FOR_ROLE = Refusal(
    code="not_for_role",
    message="Changes are proposed to the shopper whose order it is, and only they confirm them.",
)

log = logging.getLogger(__name__)


def allowed(planning: Planning, kind: ProposalKind, order: Order | None = None) -> Refusal | None:
    """None when it is. Give the order where there is one: a sign-in counts for one's own orders alone.

    Somebody signed in who showed the postcode of another customer's order has proved that order, not its account.
    """
    level = _level(planning.principal, order)
    permissions = planning.policy.permissions
    if level is IdentityLevel.STAFF:
        log.warning("denied: role=%s proposes %s", planning.principal.role, kind)
        return NOT_FOR_ROLE
    if level is IdentityLevel.ACCOUNT and kind in permissions.account:
        return None
    if level is IdentityLevel.ORDER and kind in permissions.order:
        return None
    if level is not IdentityLevel.ACCOUNT and kind in permissions.account:
        return Refusal(
            code="sign_in_needed",
            message="For that I need you to be signed in to the account that it belongs to.",
            rule=f"permissions.{IdentityLevel.ORDER if level is IdentityLevel.ORDER else IdentityLevel.ACCOUNT}",
            instead="You can sign in with a one-time code that I send to the e-mail of the account.",
        )
    return Refusal(
        code="not_offered",
        message="That can't be done in this chat.",
        rule=f"permissions.{IdentityLevel.ACCOUNT}",
        instead=PERSON,
    )


def denied(by: Principal, what: str) -> Refusal | None:
    """None for those who settle what waits for a person; `what` completes "Only a support agent can …"."""
    if by.sees_every_order:
        return None
    log.warning("denied: role=%s would %s", by.role, what)
    return Refusal(code="not_for_role", message=f"Only a support agent can {what}.")


def _level(principal: Principal, order: Order | None) -> IdentityLevel:
    if principal.role is not Role.SHOPPER:
        return IdentityLevel.STAFF
    is_own = principal.customer_id is not None and (
        order is None or order.customer_id == principal.customer_id
    )
    if is_own:
        return IdentityLevel.ACCOUNT
    is_proved = bool(principal.proved_orders) if order is None else order.id in principal.proved_orders
    return IdentityLevel.ORDER if is_proved else IdentityLevel.ANONYMOUS
