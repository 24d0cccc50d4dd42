"""Which account somebody is whom an OpenID provider vouches for.

An identity is the issuer with the subject, never an e-mail: addresses change hands. The first time, the identity is
tied to an account, and from then on only the tie counts. An e-mail leads to an account that is there only where
its owner could not be somebody else: the provider has verified it, the account has no password, and it has no tie
to another person of the same provider.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from tools.commerce import staff_accounts
from tools.commerce.database import WriteSession
from tools.commerce.schema import Role, SpentSignIn, StaffAccount, StaffIdentity


@dataclass(frozen=True)
class ProvenPerson:
    """What a provider's ID token says, after it was checked."""

    issuer: str
    subject: str
    email: str | None
    """Only where the provider has verified it."""
    name: str | None


class NotAdmitted(Exception):
    """Somebody has proved who they are, and may not come in; `code` is stable, the message is for them."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def spend(session: WriteSession, state: str, life: timedelta, now: datetime) -> bool:
    """Whether `state` comes back for the first time. `life` is how long one is accepted at all."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(delete(SpentSignIn).where(SpentSignIn.expires_at < now))
    row = {"state": sha256(state.encode()).hexdigest(), "expires_at": now + life}
    spent = insert(SpentSignIn).values(row).on_conflict_do_nothing().returning(SpentSignIn.state)
    return session.scalar(spent) is not None


def admit(
    session: WriteSession, person: ProvenPerson, role: Role | None, *, role_is_claimed: bool, now: datetime
) -> StaffAccount:
    """The account of `person`, made or found. Raises NotAdmitted.

    With `role_is_claimed` the provider says who has which role, and `role` is what it says: None lets nobody in.
    Otherwise only accounts that are there come in, with the role that they have.
    """
    if role_is_claimed and role is None:
        raise NotAdmitted("no_role", "Your company account has no role at this desk. Ask whoever manages it.")
    known = session.get(StaffIdentity, (person.issuer, person.subject))
    account = _tied(session, known.email) if known else _tie(session, person, role, now)
    if account.disabled_at:
        raise NotAdmitted("disabled", "Your account at this desk is disabled.")
    if role is not None:
        account.role = role
    return account


def _tied(session: WriteSession, email: str) -> StaffAccount:
    return session.get_one(StaffAccount, email, with_for_update=True)


def _tie(session: WriteSession, person: ProvenPerson, role: Role | None, now: datetime) -> StaffAccount:
    """Raises NotAdmitted, and IntegrityError when somebody else made the same account or tie meanwhile."""
    if person.email is None:
        raise NotAdmitted("email_unverified", "Your company account has no verified e-mail address.")
    email = person.email.strip().lower()
    account = session.get(StaffAccount, email, with_for_update=True)
    if account is None:
        if role is None:
            raise NotAdmitted("unknown_account", f"There is no account for {email} at this desk.")
        account = staff_accounts.put(session, email, person.name or email.partition("@")[0], role, None, now)
        account.signed_out_at = None
    elif account.password_hash is not None:
        raise NotAdmitted(
            "has_password",
            f"The account {email} signs in with a password. Whoever manages this desk can change that.",
        )
    elif _is_somebody_elses(session, email, person.issuer):
        raise NotAdmitted("somebody_elses", f"The account {email} belongs to another company account.")
    session.add(StaffIdentity(issuer=person.issuer, subject=person.subject, email=email, created_at=now))
    return account


def _is_somebody_elses(session: WriteSession, email: str, issuer: str) -> bool:
    tie = select(StaffIdentity.subject).where(StaffIdentity.email == email, StaffIdentity.issuer == issuer)
    return session.scalar(tie) is not None
