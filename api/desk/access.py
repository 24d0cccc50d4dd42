"""Who may be at the desk: every page and every form begins here.

The cookie names an account, which is looked up each time; agents and managers come in. A form also has to come
from the desk's own pages and carry the token of its session.
"""

import asyncio
import logging
import re
from dataclasses import dataclass, field
from hmac import compare_digest
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, FastAPI, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.chat import Services
from api.desk.page import desk_page
from api.desk.sessions import LIFE, Session, Sessions
from api.limits import Pace, is_this_machine
from api.parley import Parley
from bot.colleague import Colleague
from tools import crossing
from tools.commerce import staff_accounts
from tools.commerce.schema import StaffAccount
from tools.principal import Principal

COOKIE = "parley_desk"
HOME = "/desk"
FIGURES = "/desk/figures"
SIGN_IN = "/desk/sign-in"
TRIES_PER_MINUTE = 20
COMPARED_AT_ONCE = 2
"""Comparing a password takes 64 MB and both cores for a moment: others wait."""
_OWN_PAGE = re.compile(
    r"/desk(/cases/[0-9a-f-]{36}|/figures(/talks/[0-9a-f-]{36})?)?(\?[\w=&%+.~-]*)?", re.ASCII
)

log = logging.getLogger(__name__)


@dataclass
class Door:
    """What sign-in works with; built once for an application."""

    sessions: Sessions
    tries: Pace = field(default_factory=lambda: Pace(TRIES_PER_MINUTE))
    """By address."""
    comparing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(COMPARED_AT_ONCE))


class TurnedAway(Exception):
    """Somebody may not see what they asked for; `answer` says so, or shows the way."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


@dataclass(frozen=True)
class AtDesk:
    """Who is signed in, and the token for their forms."""

    account: StaffAccount
    form_token: str

    @property
    def principal(self) -> Principal:
        return Principal(role=self.account.role, staff_email=self.account.email)

    @property
    def colleague(self) -> Colleague:
        return Colleague(self.account.email, self.account.name, self.account.role)

    @property
    def frame(self) -> dict[str, object]:
        """What the frame of every page shows: who it is, and where they may go."""
        areas = [("Queue", HOME)] if self.principal.sees_every_order else []
        areas += [("Figures", FIGURES)] if self.principal.sees_figures else []
        return {"signed_in_as": self.account.name, "form_token": self.form_token, "areas": areas}


def door_of(request: Request) -> Door:
    door: Door = request.app.state.desk
    return door


TheDoor = Annotated[Door, Depends(door_of)]


def at_a_human_pace(request: Request, door: TheDoor) -> None:
    """Trying to sign in. Raises Problem `too-many-requests`."""
    address = request.client.host if request.client else None
    if not is_this_machine(address):
        door.tries.take(address or "")


async def present(request: Request, parley: Services, door: TheDoor) -> AtDesk:
    """Whoever has signed in, of whatever role. Raises TurnedAway: to the sign-in."""
    session = door.sessions.read(request.cookies.get(COOKIE))
    if session is None:
        raise TurnedAway(_to_sign_in(request))
    account = await crossing.read(parley.database, lambda s: staff_accounts.enabled(s, session.sub))
    if account is None or _is_over(session, account):
        raise TurnedAway(_to_sign_in(request))
    return AtDesk(account, door.sessions.form_token(session))


Present = Annotated[AtDesk, Depends(present)]


async def signed_in(parley: Services, at_desk: Present) -> AtDesk:
    """Somebody who answers shoppers. Raises TurnedAway."""
    if not at_desk.principal.sees_every_order:
        raise TurnedAway(_not_for_role(parley, at_desk))
    return at_desk


SignedIn = Annotated[AtDesk, Depends(signed_in)]


async def reader_of_figures(parley: Services, at_desk: Present) -> AtDesk:
    """Somebody whose role holds the tools that read figures. Raises TurnedAway."""
    if not at_desk.principal.sees_figures:
        raise TurnedAway(_not_for_role(parley, at_desk))
    return at_desk


ReaderOfFigures = Annotated[AtDesk, Depends(reader_of_figures)]


def from_own_page(request: Request, parley: Services) -> None:
    """A form of these pages, not of another site's. Raises TurnedAway."""
    site = request.headers.get("sec-fetch-site")
    origin = urlsplit(request.headers.get("origin", ""))
    is_own = site == "same-origin" if site else origin.netloc == request.headers.get("host")
    if not is_own:
        raise TurnedAway(_forged(parley))


async def own_form(
    request: Request, parley: Services, at_desk: Present, form_token: Annotated[str, Form()] = ""
) -> AtDesk:
    """Somebody who sends a form of their session's. Raises TurnedAway."""
    from_own_page(request, parley)
    if not compare_digest(form_token.encode(), at_desk.form_token.encode()):
        raise TurnedAway(_forged(parley))
    return at_desk


PostedByAnybody = Annotated[AtDesk, Depends(own_form)]


async def posted(at_desk: SignedIn, _: PostedByAnybody) -> AtDesk:
    """Raises TurnedAway."""
    return at_desk


async def posted_by_reader(at_desk: ReaderOfFigures, _: PostedByAnybody) -> AtDesk:
    """Raises TurnedAway."""
    return at_desk


Posted = Annotated[AtDesk, Depends(posted)]
PostedByReader = Annotated[AtDesk, Depends(posted_by_reader)]


def let_in(request: Request, answer: Response, cookie: str) -> None:
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=int(LIFE.total_seconds()),
        path="/desk",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def own_page(address: str) -> str:
    """`address`, if it is one of the desk's pages, else the first of them."""
    return address if _OWN_PAGE.fullmatch(address) else HOME


def first_page(account: StaffAccount, address: str) -> str:
    """Where whoever has just signed in goes: to `address`, or analysts to what there is for them."""
    there, role = own_page(address), Principal(role=account.role)
    return FIGURES if there == HOME and not role.sees_every_order else there


def turn_away_politely(app: FastAPI) -> None:
    @app.exception_handler(TurnedAway)
    async def answer(_: Request, turned_away: TurnedAway) -> Response:
        return turned_away.answer


def _is_over(session: Session, account: StaffAccount) -> bool:
    return account.signed_out_at is not None and session.began_at < account.signed_out_at


def _to_sign_in(request: Request) -> Response:
    there = own_page(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    is_page = request.method == "GET" and not request.url.path.endswith("/events")
    if is_page and request.headers.get("sec-fetch-site") == "cross-site":
        # A link on another site brings no cookie along, though there may be one: asked for from here, it comes.
        return Response(status_code=HTTPStatus.OK, headers={"Refresh": f"0; url={there}"})
    query = f"?{urlencode({'next': there})}" if is_page and there != HOME else ""
    return RedirectResponse(SIGN_IN + query, HTTPStatus.SEE_OTHER)


def _not_for_role(parley: Parley, at_desk: AtDesk) -> Response:
    log.warning("denied: role=%s at the desk", at_desk.account.role)
    values = {"title": "Not for your role", **at_desk.frame}
    return desk_page("turned_away.html", parley.shop, values, HTTPStatus.FORBIDDEN)


def _forged(parley: Parley) -> Response:
    log.warning("denied: a form of the desk from elsewhere, or of another session")
    values: dict[str, object] = {"title": "Please try again", "signed_in_as": None}
    return desk_page("turned_away.html", parley.shop, values, HTTPStatus.FORBIDDEN)
