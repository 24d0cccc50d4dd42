"""Who somebody in a conversation is: what they have proved, and how they prove that an order is theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import bindparam, select

from tools.cards import IdentityFacts, Refusal
from tools.commerce.attempts import Limit, Prover, digest, open_attempt
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.order_numbers import number_key
from tools.commerce.orders import possible_keys
from tools.commerce.schema import Address, AttemptKind, Conversation, Customer, Order, OrderProof, Role
from tools.principal import ANONYMOUS, Principal

ORDER_LIMIT = Limit(failures=5, period=timedelta(hours=1))

DETAILS_NEEDED = Refusal(
    code="details_needed",
    message="To show you that order I also need the e-mail or the postcode that is on it.",
)
NOT_IDENTIFIED = Refusal(
    code="not_identified",
    message="That order number and e-mail or postcode don't match an order that I can show. Please check "
    "them. After five tries, checking pauses for an hour.",
)
STAFF_NEED_NO_PROOF = Refusal(
    code="shoppers_only",
    message="Proving who one is, is for shoppers. Your sign-in decides what you can see.",
)


# A turn asks it for each tool: it is built once, for building it takes as long as running it.
_PROVED = (
    select(Conversation.role, Conversation.customer_id, Conversation.staff_email, OrderProof.order_id)
    .outerjoin(OrderProof, OrderProof.conversation_id == Conversation.id)
    .where(Conversation.id == bindparam("conversation"))
)


def principal_of(session: ReadSession | WriteSession, conversation_id: str) -> Principal:
    """What has been proved in the conversation; in an unknown one, nothing has."""
    rows = session.execute(_PROVED, {"conversation": conversation_id}).all()
    if not rows:
        return ANONYMOUS
    role, customer_id, staff_email, _ = rows[0]
    proved = frozenset(order_id for *_, order_id in rows if order_id is not None)
    return Principal(role, customer_id, proved, staff_email)


class _OnOrder(NamedTuple):
    """What may be shown to prove an order; several rows when its customer has several addresses."""

    id: int | None
    number: str
    number_key: str
    order_email: str | None
    order_postcode: str | None
    customer_email: str | None
    customer_postcode: str | None


_NOTHING = _OnOrder(None, "", "", "", "", "", "")
"""Compared with where there is no such order, for the same work."""


@dataclass(frozen=True)
class Details:
    """What a shopper says is on their order; everything that is given must be."""

    order_number: str
    email: str | None = None
    postcode: str | None = None


def identify_by_order(session: WriteSession, prover: Prover, details: Details) -> IdentityFacts | Refusal:
    """Remember for this conversation that an order is theirs, if its e-mail or postcode is what they say."""
    if principal_of(session, prover.conversation_id).role is not Role.SHOPPER:
        return STAFF_NEED_NO_PROOF
    email, postcode = (details.email or "").strip().lower(), number_key(details.postcode or "")
    if not email and not postcode:
        return DETAILS_NEEDED
    key, rows = _candidates(session, details.order_number)
    attempt = open_attempt(session, prover, AttemptKind.ORDER, key, ORDER_LIMIT)
    emails = [(email, known) for row in rows for known in (row.order_email, row.customer_email)]
    postcodes = [
        _comparable(postcode, known or "")
        for row in rows
        for known in (row.order_postcode, row.customer_postcode)
    ]
    right = (_any_equal(emails, unless=not email), _any_equal(postcodes, unless=not postcode))
    order_id, number = rows[0].id, rows[0].number
    is_one_order = len({row.id for row in rows}) == 1
    if attempt is None or order_id is None or not is_one_order or not all(right):
        return NOT_IDENTIFIED
    session.delete(attempt)
    session.merge(OrderProof(conversation_id=prover.conversation_id, order_id=order_id, proved_at=prover.now))
    return IdentityFacts(
        outcome="order_shown", order_number=number, message=f"Thank you. I can show you order {number} now."
    )


def _candidates(session: WriteSession, typed: str) -> tuple[str, list[_OnOrder]]:
    """The key that failures are counted under, and the order's details; one empty row for no order."""
    keys = possible_keys(session, typed)
    found = session.execute(
        select(
            Order.id,
            Order.number,
            Order.number_key,
            Order.email,
            Order.postcode,
            Customer.email,
            Address.postcode,
        )
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .outerjoin(Address, Address.customer_id == Customer.id)
        .where(Order.number_key.in_(keys))
    )
    rows = [_OnOrder(*row) for row in found]
    best = next((key for key in keys if any(row.number_key == key for row in rows)), keys[-1])
    return best, [row for row in rows if row.number_key == best] or [_NOTHING]


def _comparable(typed: str, known: str) -> tuple[str, str]:
    """Both postcodes in one form. Five digits stand for the area of a longer one (ZIP+4, CEP)."""
    known = number_key(known)
    if typed.isdigit() and known.isdigit() and (len(typed), len(known)) in {(5, 9), (9, 5), (8, 5)}:
        return typed[:5], known[:5]
    return typed, known


def _any_equal(pairs: Iterable[tuple[str, str | None]], *, unless: bool) -> bool:
    # Every pair is compared, in constant time: how long it takes tells nothing.
    equal = [compare_digest(digest(typed), digest(known or "")) for typed, known in pairs]
    return unless or any(equal)
