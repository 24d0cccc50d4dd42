"""Staff accounts: made and disabled by whoever runs the shop, and signed in to with a password.

A try counts from before the password is compared, so that neither a crash nor many tries at once give a free one.
Comparing takes a while by design, so it stands between two short transactions: `open_attempt`, `is_right`, `succeed`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from secrets import token_hex

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import Role, StaffAccount, StaffIdentity
from tools.languages import NAMES

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

_hasher = PasswordHasher()


class AccountError(Exception):
    """An account cannot be made or changed like that; `code` is stable, the message is for who tries."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def put(
    session: WriteSession, email: str, name: str, role: Role, password: str | None, now: datetime
) -> StaffAccount:
    """Make the account, or give the one of that e-mail a new name, role and password: its sessions end.

    Without a password nobody can sign in with one, and the first person whom an OpenID provider vouches for under
    that e-mail has the account. Whoever had it that way until now has it no longer. Raises AccountError.
    """
    address, spoken = email.strip().lower(), " ".join(name.split())
    if "@" not in address.strip("@") or any(c.isspace() for c in address):
        raise AccountError("wrong_email", f"{email!r} is not an e-mail address.")
    if not spoken:
        raise AccountError("name_missing", "An account needs a name: shoppers read it.")
    if role is Role.SHOPPER:
        raise AccountError("wrong_role", "A staff account is of an agent, a manager or an analyst.")
    if password is not None and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountError("wrong_password", f"A password has at least {SHORTEST_PASSWORD} characters.")
    account = session.get(StaffAccount, address, with_for_update=True)
    if account is None:
        account = StaffAccount(email=address, created_at=now)
        session.add(account)
    account.name, account.role = spoken[:80], role
    account.password_hash = _hasher.hash(password) if password else None
    account.disabled_at, account.signed_out_at = None, now
    account.failures, account.locked_until = 0, None
    session.execute(delete(StaffIdentity).where(StaffIdentity.email == address))
    return account


def set_routing(
    session: WriteSession, email: str, skills: Sequence[str] | None, languages: Sequence[str] | None
) -> StaffAccount:
    """What they know about, and which languages they write; None leaves it as it is. Raises AccountError."""
    account = session.get(StaffAccount, email.strip().lower(), with_for_update=True)
    if account is None:
        raise AccountError("unknown_account", f"There is no account {email.strip().lower()}.")
    if unknown := [code for code in languages or () if code not in NAMES]:
        known = ", ".join(NAMES)
        raise AccountError("unknown_language", f"There is no language {unknown[0]!r}: use {known}.")
    account.skills = sorted(set(skills)) if skills is not None else account.skills
    account.languages = sorted(set(languages)) if languages is not None else account.languages
    return account


def disable(session: WriteSession, email: str, now: datetime) -> StaffAccount:
    """Nobody can sign in to it any more, and who is signed in is out. Raises AccountError."""
    account = session.get(StaffAccount, email.strip().lower(), with_for_update=True)
    if account is None:
        raise AccountError("unknown_account", f"There is no account {email.strip().lower()}.")
    account.disabled_at = account.disabled_at or now
    return account


def listed(session: ReadSession) -> Sequence[StaffAccount]:
    return session.scalars(select(StaffAccount).order_by(StaffAccount.email)).all()


def enabled(session: ReadSession | WriteSession, email: str) -> StaffAccount | None:
    account = session.get(StaffAccount, email.strip().lower())
    return account if account and account.disabled_at is None else None


def sign_out(session: WriteSession, email: str, now: datetime) -> None:
    """End every session of theirs, on whatever device."""
    if account := session.get(StaffAccount, email, with_for_update=True):
        account.signed_out_at = now


def open_attempt(session: WriteSession, email: str, now: datetime) -> str | None:
    """Count a failed try, and give the hash to compare with: None where no password is right, or it is locked."""
    account = session.get(StaffAccount, email.strip().lower(), with_for_update=True)
    if account is None or account.disabled_at or account.password_hash is None:
        return None
    if account.locked_until and account.locked_until > now:
        return None
    account.failures += 1
    if account.failures >= MOST_FAILURES:
        account.failures, account.locked_until = 0, now + LOCKED_FOR
    return account.password_hash


def is_right(password: str, hashed: str | None) -> bool:
    """Takes as long, whether there is something to compare with or not."""
    try:
        _hasher.verify(hashed or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def succeed(session: WriteSession, email: str) -> StaffAccount | None:
    """The try was none that failed after all. None when the account was disabled meanwhile."""
    account = session.get(StaffAccount, email.strip().lower(), with_for_update=True)
    if account is None or account.disabled_at:
        return None
    account.failures, account.locked_until = 0, None
    return account


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(token_hex())
