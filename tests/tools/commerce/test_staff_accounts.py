"""Staff accounts: a password lets in, five wrong ones lock, and what is disabled is shut."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tools.commerce import staff_accounts
from tools.commerce.database import Database
from tools.commerce.schema import Role, StaffAccount
from tools.commerce.staff_accounts import LOCKED_FOR, MOST_FAILURES, AccountError

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def account(database: Database) -> str:
    with database.writing() as session:
        made = staff_accounts.put(session, " Kim@Shop.example ", "Kim", Role.AGENT, PASSWORD, NOW)
    assert made.email == "kim@shop.example"
    return made.email


def tried(database: Database, email: str, now: datetime = NOW) -> bool:
    """Whether there is a hash to compare a password with."""
    with database.writing() as session:
        return staff_accounts.open_attempt(session, email, now) is not None


def test_the_right_password_is_right_and_is_not_kept(database: Database, account: str) -> None:
    with database.writing() as session:
        hashed = staff_accounts.open_attempt(session, account, NOW)
    assert hashed is not None
    assert hashed.startswith("$argon2id$")
    assert staff_accounts.is_right(PASSWORD, hashed)
    assert not staff_accounts.is_right(PASSWORD + " ", hashed)
    assert not staff_accounts.is_right(PASSWORD, None)


def test_five_failures_lock_for_a_quarter_of_an_hour_however_many_try_at_once(
    database: Database, account: str
) -> None:
    with ThreadPoolExecutor(8) as pool:
        let_try = list(pool.map(lambda _: tried(database, account), range(12)))

    assert sum(let_try) == MOST_FAILURES
    assert not tried(database, account, NOW + LOCKED_FOR - timedelta(seconds=1))
    assert tried(database, account, NOW + LOCKED_FOR)


def test_a_right_try_forgets_those_that_failed(database: Database, account: str) -> None:
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            assert tried(database, account)
        with database.writing() as session:
            assert staff_accounts.succeed(session, account) is not None
    assert tried(database, account)


def test_what_is_disabled_is_shut_until_it_is_added_again(database: Database, account: str) -> None:
    with database.writing() as session:
        staff_accounts.disable(session, account, NOW)
    assert not tried(database, account)
    with database.reading() as session:
        assert staff_accounts.enabled(session, account) is None
    with database.writing() as session:
        assert staff_accounts.succeed(session, account) is None
        staff_accounts.put(session, account, "Kim", Role.MANAGER, None, NOW)
    with database.reading() as session:
        found = staff_accounts.enabled(session, account)
        assert found is not None
        assert found.role is Role.MANAGER
    assert not tried(database, account), "it has no password"


@pytest.mark.parametrize(
    ("email", "name", "role", "password", "code"),
    [
        ("kim", "Kim", Role.AGENT, PASSWORD, "wrong_email"),
        ("k im@shop.example", "Kim", Role.AGENT, PASSWORD, "wrong_email"),
        ("kim@shop.example", "  ", Role.AGENT, PASSWORD, "name_missing"),
        ("kim@shop.example", "Kim", Role.SHOPPER, PASSWORD, "wrong_role"),
        ("kim@shop.example", "Kim", Role.AGENT, "elevenchars", "wrong_password"),
    ],
)
def test_no_account_is_made_of_what_is_wrong(
    database: Database, email: str, name: str, role: Role, password: str, code: str
) -> None:
    with database.writing() as session, pytest.raises(AccountError) as refused:
        staff_accounts.put(session, email, name, role, password, NOW)
    assert refused.value.code == code
    with database.reading() as session:
        assert session.query(StaffAccount).count() == 0
