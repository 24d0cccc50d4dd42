"""Sending an order that has not left to another address of the same country.

The sales tax that was charged stays as it is, also in another region: what was paid is not worked out anew. A new
country has other methods, fees and duties, so it needs a new order.
"""

import re
from collections.abc import Mapping
from typing import Final

from tools.cards import Refusal
from tools.change_cards import Need, Needed
from tools.commerce.changes.before_shipping import LOADED, sent, times_done, too_late
from tools.commerce.changes.delivery import method_of
from tools.commerce.changes.effects import AddressEffect
from tools.commerce.changes.permission import PERSON, allowed
from tools.commerce.changes.plan import (
    Applied,
    Applying,
    CannotApply,
    Change,
    Outcome,
    Plan,
    Planning,
    order_of,
)
from tools.commerce.changes.requests import AddressChangeRequest, PostalAddress
from tools.commerce.orders import find_order
from tools.commerce.schema import Address, Order, ProposalKind

LONGEST: Final[Mapping[str, int]] = {
    "recipient": 200,
    "line1": 200,
    "line2": 200,
    "city": 120,
    "region": 120,
    "postcode": 20,
    "country": 2,
}
"""The columns of an address, here and in the address book, and the characters that each has room for."""
_PO_BOX: Final = re.compile(r"\b(p\W{0,3}o\W{0,3}|post office )box\b", re.IGNORECASE)
_NEEDED = {"line1": "the street and number", "city": "the city", "postcode": "the postcode"}


def plan(planning: Planning, request: AddressChangeRequest) -> Outcome:
    order = find_order(planning.session, planning.principal, request.order_number, *LOADED)
    if isinstance(order, Refusal):
        return order
    refused = allowed(planning, ProposalKind.ADDRESS_CHANGE, order) or _closed(planning, order)
    if refused is not None:
        return refused
    if request.address is None:
        question = f"What is the whole new address for order {order.number}?"
        return Needed(what=Need.ADDRESS, message=question)
    address = checked(request.address)
    if isinstance(address, Needed):
        return address
    if address.recipient is None:
        address = address.model_copy(update={"recipient": order.recipient})
    return _not_there(planning, order, address) or _proposed(order, address)


def apply(applying: Applying, effect: AddressEffect) -> Applied:
    order = order_of(applying.session, applying.plan)
    if order is None:
        raise CannotApply("order_not_found", "I can't find that order any more.")
    before = columns(order)
    for name, value in effect.address.model_dump().items():
        setattr(order, name, value)
    changed = [name for name, value in columns(order).items() if value != before[name]]
    return Applied(
        done=(f"Order {order.number} goes to {in_one_line(effect.address)}.",),
        facts=(("changed", ", ".join(changed)),),
    )


CHANGE: Change[AddressChangeRequest, AddressEffect] = Change(plan=plan, apply=apply)


def checked(given: PostalAddress) -> PostalAddress | Needed:
    """The address without superfluous blanks and with a country in capitals, or what is wrong with it."""
    values = {name: _tidy(value) for name, value in given.model_dump().items()}
    missing = [_NEEDED[name] for name in _NEEDED if not values[name]]
    if missing:
        return Needed(what=Need.ADDRESS, message=f"I still need {' and '.join(missing)} of the new address.")
    country = (values["country"] or "").upper()
    if len(country) != LONGEST["country"] or not (country.isascii() and country.isalpha()):
        return Needed(what=Need.ADDRESS, message="Which country is the new address in?")
    for name, value in values.items():
        if value and (len(value) > LONGEST[name] or not value.isprintable()):
            part = _NEEDED.get(name, f"the {name.replace('line2', 'second line')}")
            return Needed(what=Need.ADDRESS, message=f"Please give me {part} of the new address once more.")
    return PostalAddress.model_validate({**values, "country": country})


def columns(holder: Order | Address | PostalAddress) -> dict[str, str | None]:
    return {name: getattr(holder, name) for name in LONGEST}


def in_one_line(holder: Order | Address | PostalAddress) -> str:
    place = " ".join(part for part in (holder.region, holder.postcode) if part)
    parts = (holder.recipient, holder.line1, holder.line2, holder.city, place, holder.country)
    return ", ".join(part for part in parts if part)


def _tidy(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value else None


def _closed(planning: Planning, order: Order) -> Refusal | None:
    rules, rule = planning.policy.changes, "changes.address_statuses"
    on_the_way = (
        "While it is on its way, the carrier's tracking page may offer a pickup point or another day."
    )
    refused = too_late(order, rules.address_statuses, rule, "sent to another address", on_the_way)
    if refused is not None:
        return refused
    if sent(order).total():
        return Refusal(
            code="partly_shipped",
            message=f"Part of order {order.number} has already left for the address on it.",
            rule=rule,
            instead=PERSON,
        )
    if times_done(planning.session, order, ProposalKind.ADDRESS_CHANGE) >= rules.address_times:
        return Refusal(
            code="changed_before",
            message=f"The address of order {order.number} was already changed as often as it can be here.",
            rule="changes.address_times",
            instead=PERSON,
        )
    return None


def _not_there(planning: Planning, order: Order, address: PostalAddress) -> Refusal | None:
    if order.country and address.country != order.country.upper():
        return Refusal(
            code="other_country",
            message=f"Order {order.number} can't go to another country: delivery, tax and duties are different there.",
            rule="changes.address_statuses",
            instead="You can cancel it while it hasn't shipped, and order again to the new country.",
        )
    key = method_of(planning.policy, order)
    method = planning.policy.delivery.methods[key] if key else None
    if method is not None and address.country not in method.countries:
        return Refusal(
            code="not_delivered_there",
            message=f"{method.name} delivery doesn't go to that country.",
            rule="delivery.methods",
            instead=PERSON,
        )
    if method is not None and key not in planning.policy.delivery.po_box_methods and _is_po_box(address):
        return Refusal(
            code="no_po_box",
            message=f"{method.name} delivery doesn't go to P.O. boxes.",
            rule="delivery.po_box_methods",
            instead="A street address is possible.",
        )
    if columns(address) == columns(order):
        return Refusal(code="nothing_changes", message=f"Order {order.number} already goes to that address.")
    return None


def _is_po_box(address: PostalAddress) -> bool:
    return any(_PO_BOX.search(line) for line in (address.line1, address.line2) if line)


def _proposed(order: Order, address: PostalAddress) -> Plan:
    was = in_one_line(order)
    instead = f" instead of {was}" if was else ""
    return Plan(
        kind=ProposalKind.ADDRESS_CHANGE,
        order_id=order.id,
        order_number=order.number,
        customer_id=order.customer_id,
        currency=order.currency,
        summary=f"Send order {order.number} to {in_one_line(address)}{instead}.",
        rules=("changes.address_statuses", "changes.address_times"),
        next_steps=(
            "The price stays the same.",
            "Only this order changes; the address book in your account stays as it is.",
        ),
        effect=AddressEffect(address=address, previous=columns(order)),
    )
