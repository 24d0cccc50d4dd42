"""What a signed-in shopper has on file."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tools.cards import AccountFacts, AddressFacts, Money, PaymentMethodFacts, Refusal
from tools.commerce.changes.giving_back import label_of
from tools.commerce.database import ReadSession
from tools.commerce.schema import Address, Customer, PaymentMethod
from tools.principal import Principal

SIGN_IN_NEEDED = Refusal(
    code="sign_in_needed",
    message="For that I need you to sign in, or to enter a one-time code that I send to your e-mail.",
)


def account_facts(session: ReadSession, principal: Principal) -> AccountFacts | Refusal:
    """The shopper's own record; an order's number with its postcode is not enough to see it."""
    if principal.customer_id is None:
        return SIGN_IN_NEEDED
    customer = session.scalars(
        select(Customer)
        .where(Customer.id == principal.customer_id)
        .options(selectinload(Customer.addresses), selectinload(Customer.payment_methods))
    ).one()
    return AccountFacts(
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        newsletter=customer.newsletter,
        addresses=tuple(_address(address) for address in customer.addresses),
        payment_methods=tuple(_method(method) for method in customer.payment_methods),
    )


def _address(address: Address) -> AddressFacts:
    place = " ".join(part for part in (address.region, address.postcode) if part)
    parts = (address.recipient, address.line1, address.line2, address.city, place, address.country)
    text = ", ".join(part for part in parts if part)
    return AddressFacts(label=address.label, text=text, is_default=address.is_default)


def _method(method: PaymentMethod) -> PaymentMethodFacts:
    balance = None
    if method.balance_minor is not None and method.currency:
        balance = Money.of(method.balance_minor, method.currency)
    return PaymentMethodFacts(
        id=method.ref, label=label_of(method), balance=balance, expires_on=method.expires_on
    )
