"""A customer's own details: name, phone, newsletter, default address. Never the e-mail or the sign-in."""

from collections.abc import Iterable
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tools.cards import Refusal
from tools.change_cards import Choice, Need, Needed
from tools.commerce.changes.address_change import checked, columns, in_one_line
from tools.commerce.changes.effects import ProfileEffect
from tools.commerce.changes.permission import allowed
from tools.commerce.changes.plan import (
    Applied,
    Applying,
    CannotApply,
    Change,
    Outcome,
    Plan,
    Planning,
    Session,
)
from tools.commerce.changes.requests import PostalAddress, ProfileChangeRequest
from tools.commerce.schema import Address, Customer, ProposalKind

LONGEST_NAME = 200
LONGEST_PHONE = 40
FEWEST_DIGITS = 4
"""Of a phone number."""

ANYTHING_ELSE = Needed(
    what=Need.DETAILS,
    message="What should I change: your name, your phone number, your default address or the newsletter?",
    choices=(
        Choice(value="name", label="Name"),
        Choice(value="phone", label="Phone number"),
        Choice(value="address", label="Default address"),
        Choice(value="newsletter", label="Newsletter"),
    ),
)


def plan(planning: Planning, request: ProfileChangeRequest) -> Outcome:
    refused = allowed(planning, ProposalKind.PROFILE_CHANGE)
    if refused is not None:
        return refused
    customer = _customer(planning.session, planning.principal.customer_id)
    if customer is None:
        return Refusal(code="account_not_found", message="I can't find that account any more.")
    wanted = _wanted(customer, request)
    if isinstance(wanted, Needed):
        return wanted
    changes = _changes(customer, wanted)
    if not changes:
        given = (request.name, request.phone, request.newsletter, request.address)
        if all(value is None for value in given):
            return ANYTHING_ELSE
        return Refusal(code="nothing_changes", message="That is already what your account says.")
    return Plan(
        kind=ProposalKind.PROFILE_CHANGE,
        customer_id=customer.id,
        currency=planning.currency,
        summary=f"Change your account: {'; '.join(changes)}.",
        rules=("permissions.account",),
        next_steps=("Orders that you have already placed stay as they are.",) if wanted.address else (),
        effect=wanted,
    )


def apply(applying: Applying, effect: ProfileEffect) -> Applied:
    customer = _customer(applying.session, applying.plan.customer_id, lock=True)
    if customer is None:
        raise CannotApply("account_not_found", "I can't find that account any more.")
    if effect.name is not None:
        customer.name = effect.name
    if effect.phone is not None:
        customer.phone = effect.phone
    if effect.newsletter is not None:
        customer.newsletter = effect.newsletter
    if effect.address is not None:
        _make_default(applying, customer, effect.address)
    changed = [name for name, value in effect.model_dump(exclude={"kind"}).items() if value is not None]
    return Applied(done=("Your account is up to date.",), facts=(("changed", ", ".join(changed)),))


CHANGE: Change[ProfileChangeRequest, ProfileEffect] = Change(plan=plan, apply=apply)


def _customer(session: Session, customer_id: int | None, *, lock: bool = False) -> Customer | None:
    query = select(Customer).where(Customer.id == customer_id).options(selectinload(Customer.addresses))
    return session.scalars(
        query.with_for_update() if lock else query, execution_options={"populate_existing": True}
    ).one_or_none()


def _wanted(customer: Customer, request: ProfileChangeRequest) -> ProfileEffect | Needed:
    """What of the request is new, in the form in which it is kept."""
    name, phone = _tidy(request.name), _tidy(request.phone)
    if request.name is not None and not _is_text(name, LONGEST_NAME):
        return Needed(what=Need.DETAILS, message="Please give me the new name once more.")
    if request.phone is not None and not (_is_text(phone, LONGEST_PHONE) and _has_digits(phone)):
        return Needed(what=Need.DETAILS, message="Please give me the new phone number once more.")
    address = None if request.address is None else checked(request.address)
    if isinstance(address, Needed):
        return address
    if address is not None:
        address = _addressed(customer, address, name)
    newsletter = request.newsletter
    return ProfileEffect(
        name=name if name != customer.name else None,
        phone=phone if phone != customer.phone else None,
        newsletter=newsletter if newsletter != customer.newsletter else None,
        address=address,
    )


def _addressed(customer: Customer, address: PostalAddress, name: str | None) -> PostalAddress | None:
    """With a recipient; None where it already is the default."""
    if address.recipient is None:
        address = address.model_copy(update={"recipient": name or customer.name})
    known = _same(customer.addresses, address)
    return None if known is not None and known.is_default else address


def _changes(customer: Customer, wanted: ProfileEffect) -> list[str]:
    changes = []
    if wanted.name is not None:
        changes.append(f"name {_from(customer.name)}to {wanted.name}")
    if wanted.phone is not None:
        changes.append(f"phone number {_from(customer.phone)}to {wanted.phone}")
    if wanted.newsletter is not None:
        changes.append("subscribe to the newsletter" if wanted.newsletter else "stop the newsletter")
    if wanted.address is not None:
        before = next((in_one_line(known) for known in customer.addresses if known.is_default), None)
        changes.append(f"default address {_from(before)}to {in_one_line(wanted.address)}")
    return changes


def _from(before: str | None) -> str:
    return f"from {before} " if before else ""


def _make_default(applying: Applying, customer: Customer, address: PostalAddress) -> None:
    """The only default; the other addresses stay in the book."""
    known = _same(customer.addresses, address)
    for other in customer.addresses:
        other.is_default = other is known
    if known is None:
        labels = {other.label for other in customer.addresses}
        applying.session.add(
            Address(customer_id=customer.id, label=_free_label(labels), is_default=True, **columns(address))
        )


def _same(addresses: Iterable[Address], address: PostalAddress) -> Address | None:
    return next((known for known in addresses if columns(known) == columns(address)), None)


def _free_label(taken: set[str]) -> str:
    labels = ("Home" if number == 1 else f"Home {number}" for number in count(1))
    return next(label for label in labels if label not in taken)


def _tidy(value: str | None) -> str | None:
    return None if value is None else " ".join(value.split())


def _is_text(value: str | None, longest: int) -> bool:
    return bool(value) and len(value or "") <= longest and (value or "").isprintable()


def _has_digits(value: str | None) -> bool:
    return sum(c.isdigit() for c in value or "") >= FEWEST_DIGITS
