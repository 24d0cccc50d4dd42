"""Signing in with a one-time code that is sent to a customer's e-mail."""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import ColumnElement, func, select, update

from tools.cards import IdentityFacts, Refusal
from tools.commerce.attempts import Limit, Prover, digest, open_attempt
from tools.commerce.customers import customer_of
from tools.commerce.database import WriteSession, hold
from tools.commerce.identity import STAFF_NEED_NO_PROOF, principal_of
from tools.commerce.mail import queue_sign_in_code
from tools.commerce.policy_promises import Identity
from tools.commerce.schema import AttemptKind, Conversation, Customer, Role, SignInCode

CODE_DIGITS = 6
CODES_PER_CONVERSATION = 3
CODES_PER_CUSTOMER = 5
CODES_PERIOD = timedelta(hours=1)

TOO_MANY_CODES = Refusal(
    code="too_many_codes",
    message="I've sent as many codes as I may in one conversation. Please use the newest one, or try again "
    "in an hour.",
)


def send_code(
    session: WriteSession, prover: Prover, email: str, *, shop: str, rules: Identity
) -> IdentityFacts | Refusal:
    """Send a code if a customer has that e-mail; whether one has, the answer does not tell."""
    if principal_of(session, prover.conversation_id).role is not Role.SHOPPER:
        return STAFF_NEED_NO_PROOF
    customer_id = customer_of(session, None, email)
    hold(session, f"codes:{prover.conversation_id}", f"codes of customer:{customer_id}")
    in_conversation = SignInCode.conversation_id == prover.conversation_id
    if _sent(session, in_conversation, prover.now) >= CODES_PER_CONVERSATION:
        return TOO_MANY_CODES
    of_customer = SignInCode.customer_id == customer_id
    if customer_id is not None and _sent(session, of_customer, prover.now) >= CODES_PER_CUSTOMER:
        customer_id = None
    session.execute(
        update(SignInCode).where(in_conversation, SignInCode.used_at.is_(None)).values(used_at=prover.now)
    )
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    session.add(
        SignInCode(
            conversation_id=prover.conversation_id,
            customer_id=customer_id,
            code_hash=_salted(prover.conversation_id, code),
            created_at=prover.now,
            expires_at=prover.now + timedelta(minutes=rules.code_minutes),
        )
    )
    recipient = session.scalar(select(Customer.email).where(Customer.id == customer_id))
    if recipient is not None:
        queue_sign_in_code(
            session, recipient, shop=shop, code=code, minutes=rules.code_minutes, now=prover.now
        )
    return IdentityFacts(
        outcome="code_sent",
        message=f"If that e-mail belongs to an account, a code of {CODE_DIGITS} digits is on its way to it. "
        f"It works for {rules.code_minutes} minutes. Tell me the code to sign in.",
    )


def sign_in(session: WriteSession, prover: Prover, code: str, *, rules: Identity) -> IdentityFacts | Refusal:
    """Sign the conversation in as the customer whom its newest code was sent to. A code works once."""
    if principal_of(session, prover.conversation_id).role is not Role.SHOPPER:
        return STAFF_NEED_NO_PROOF
    # Never shorter than a code lives: else its tries would start over while it still works.
    pause = max(rules.lockout_minutes, rules.code_minutes)
    limit = Limit(rules.code_attempts, timedelta(minutes=pause))
    subject = f"code in {prover.conversation_id}"
    attempt = open_attempt(session, prover, AttemptKind.SIGN_IN_CODE, subject, limit)
    sent = session.execute(
        select(SignInCode.id, SignInCode.customer_id, SignInCode.code_hash)
        .where(
            SignInCode.conversation_id == prover.conversation_id,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > prover.now,
        )
        .order_by(SignInCode.id.desc())
        .limit(1)
    ).one_or_none()
    typed = _salted(prover.conversation_id, "".join(filter(str.isdigit, code)))
    is_right = compare_digest(typed, sent.code_hash if sent else "")
    if attempt is None or sent is None or sent.customer_id is None or not is_right:
        return _not_signed_in(limit.failures, pause)
    if not _use(session, sent.id, prover.now):
        return _not_signed_in(limit.failures, pause)
    session.delete(attempt)
    session.execute(
        update(Conversation)
        .where(Conversation.id == prover.conversation_id)
        .values(customer_id=sent.customer_id, updated_at=prover.now)
    )
    return IdentityFacts(
        outcome="signed_in", message="Thank you, you are signed in. I can show you all of your orders now."
    )


def _use(session: WriteSession, code_id: int, now: datetime) -> bool:
    """Whether the code was still unused: of several at once, one gets it."""
    used = session.execute(
        update(SignInCode)
        .where(SignInCode.id == code_id, SignInCode.used_at.is_(None))
        .values(used_at=now)
        .returning(SignInCode.id)
    )
    return used.one_or_none() is not None


def _sent(session: WriteSession, whose: ColumnElement[bool], now: datetime) -> int:
    recent = SignInCode.created_at > now - CODES_PERIOD
    return session.scalar(select(func.count()).select_from(SignInCode).where(whose, recent)) or 0


def _salted(conversation_id: str, code: str) -> str:
    return digest(f"{conversation_id}:{code}")


def _not_signed_in(failures: int, minutes: int) -> Refusal:
    return Refusal(
        code="not_signed_in",
        message=f"That code isn't right, or it no longer works. After {failures} wrong tries, signing in "
        f"pauses for {minutes} minutes.",
    )
