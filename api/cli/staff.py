"""`parley staff`: accounts for the desk."""

import sys
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.cli.errors import WrongArgument
from api.opening import open_database, utc_now
from api.settings import read_settings
from knowledge.shop_profile import ShopProfile
from tools.commerce import staff_accounts
from tools.commerce.schema import Role, StaffAccount
from tools.languages import NAMES

console = Console()


def add_account(
    email: str,
    name: str,
    role: str,
    skills: Sequence[str] | None,
    languages: Sequence[str] | None,
    *,
    password_stdin: bool,
    no_password: bool,
) -> None:
    """Raises WrongArgument and AccountError."""
    _check_skills(skills)
    if role not in set(Role) - {Role.SHOPPER}:
        raise WrongArgument(f"There is no staff role {role!r}: choose agent, manager or analyst.")
    database = open_database(read_settings())
    with database.reading() as session:
        is_new = session.get(StaffAccount, email.strip().lower()) is None
    password = None if no_password else _from_stdin() if password_stdin else _asked_twice()
    with database.writing() as session:
        account = staff_accounts.put(session, email, name, Role(role), password, utc_now())
        staff_accounts.set_routing(session, email, skills, languages)
    database.close()
    done = "Added" if is_new else "Replaced"
    console.print(Text(f"{done} {account.email}: {account.name}, {account.role}. Sign in at /desk."))


def set_skills(email: str, skills: Sequence[str] | None, languages: Sequence[str] | None) -> None:
    """Raises WrongArgument and AccountError."""
    _check_skills(skills)
    database = open_database(read_settings())
    with database.writing() as session:
        account = staff_accounts.set_routing(session, email, skills, languages)
    database.close()
    knows = ", ".join(account.skills) or "nothing in particular"
    writes = ", ".join(NAMES[code] for code in account.languages) or "the shop's language"
    console.print(Text(f"{account.email} knows about {knows}, and writes {writes}."))


def list_accounts() -> None:
    database = open_database(read_settings())
    with database.reading() as session:
        accounts = staff_accounts.listed(session)
    database.close()
    if not accounts:
        console.print("There are no staff accounts. Add one with parley staff add EMAIL --name N --role R.")
        return
    table = Table("E-mail", "Name", "Role", "Skills", "State")
    for account in accounts:
        skills = ", ".join((*account.skills, *account.languages))
        cells = account.email, account.name, account.role, skills, _state(account)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def disable_account(email: str) -> None:
    """Raises AccountError."""
    database = open_database(read_settings())
    with database.writing() as session:
        account = staff_accounts.disable(session, email, utc_now())
    database.close()
    console.print(Text(f"Disabled {account.email}. Whoever was signed in is out."))


def _check_skills(skills: Sequence[str] | None) -> None:
    """Raises WrongArgument for one that no handoff of this shop needs, which is most likely misspelled."""
    needed = sorted(set(ShopProfile.load(read_settings().shop_dir).people.routing.values()))
    if unknown := [skill for skill in skills or () if skill not in needed]:
        known = ", ".join(needed) or "none"
        raise WrongArgument(
            f"No handoff needs the skill {unknown[0]!r}; shop.yaml's people.routing has: {known}."
        )


def _state(account: StaffAccount) -> str:
    if account.disabled_at:
        return "disabled"
    return "enabled" if account.password_hash else "no password"


def _from_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _asked_twice() -> str:
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt="Again")
    return password
