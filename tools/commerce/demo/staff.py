"""The people of the demo shop, to try its desk as. They have no password: only the demo's own sign-in lets one in."""

from datetime import datetime
from typing import NamedTuple

from tools.commerce import staff_accounts
from tools.commerce.database import WriteSession
from tools.commerce.schema import Role, StaffAccount


class DemoColleague(NamedTuple):
    email: str
    name: str
    role: Role


DEMO_STAFF = (
    DemoColleague("maya@fernway.example", "Maya", Role.AGENT),
    DemoColleague("noor@fernway.example", "Noor", Role.MANAGER),
)


def add_demo_staff(session: WriteSession, now: datetime) -> None:
    """Those that are not there yet."""
    for person in DEMO_STAFF:
        if session.get(StaffAccount, person.email) is None:
            staff_accounts.put(session, person.email, person.name, person.role, None, now)
