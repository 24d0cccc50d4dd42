"""The desk as the browser of somebody on the shop's staff sees it."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest

from api.desk.access import COOKIE
from api.desk.sessions import Sessions
from tests.api.conftest import SECRET, Conversation, Served
from tools.commerce import staff_accounts
from tools.commerce.database import Database
from tools.commerce.schema import Handoff, Role

SESSIONS = Sessions(SECRET)
PEOPLE = {
    "kim@shop.example": ("Kim", Role.AGENT),
    "lee@shop.example": ("Lee", Role.AGENT),
    "max@shop.example": ("Max", Role.MANAGER),
    "ann@shop.example": ("Ann", Role.ANALYST),
}
KIM, LEE, MAX, ANN = PEOPLE


def add_staff(database: Database) -> None:
    with database.writing() as session:
        for email, (name, role) in PEOPLE.items():
            staff_accounts.put(session, email, name, role, None, datetime.now(UTC))


@dataclass
class Browser:
    """Signed in as `email`, with forms as the pages have them."""

    http: httpx.Client
    email: str
    form_token: str = field(init=False)

    def __post_init__(self) -> None:
        cookie = SESSIONS.begin(self.email, datetime.now(UTC))
        self.http.cookies.set(COOKIE, cookie)
        session = SESSIONS.read(cookie)
        assert session is not None
        self.form_token = SESSIONS.form_token(session)

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        return self.http.post(
            path,
            data={"form_token": self.form_token, **fields},
            headers={"Sec-Fetch-Site": "same-origin"},
        )


SignInAs = Callable[[str], Browser]


@pytest.fixture(scope="session")
def staffed(served: Served) -> Served:
    add_staff(served.parley.database)
    return served


@pytest.fixture
def sign_in_as(staffed: Served) -> Iterator[SignInAs]:
    with ExitStack() as opened:
        yield lambda email: Browser(opened.enter_context(staffed.client()), email)


@pytest.fixture
def talk(staffed: Served) -> Conversation:
    """Handed over to a person, and not taken yet."""
    talk = staffed.start()
    say(talk, "I want to talk to a person")
    return talk


def say(talk: Conversation, text: str) -> None:
    with talk.client() as client:
        answer = client.post(f"{talk.path}/messages", json={"text": text})
        assert answer.status_code == 200, answer.text


def handoff_of(talk: Conversation) -> Handoff:
    with talk.served.parley.database.reading() as session:
        return session.query(Handoff).filter_by(conversation_id=talk.id).one()


def case_of(talk: Conversation) -> str:
    """The address of its page."""
    return f"/desk/cases/{handoff_of(talk).id}"


def settled(browser: Browser, path: str) -> str:
    """A page on which Parley answers, once it has: it waits for an answer for two seconds only."""
    for _ in range(500):
        page = browser.get(path).text
        if "data-pending" not in page:
            return page
    raise AssertionError(f"no answer came to {path}")


def texts(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
