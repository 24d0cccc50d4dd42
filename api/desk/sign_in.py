"""Signing in to the desk, and out."""

import logging
from http import HTTPStatus
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.chat import Services
from api.desk.access import (
    COOKIE,
    HOME,
    SIGN_IN,
    Door,
    PostedByAnybody,
    TheDoor,
    TurnedAway,
    at_a_human_pace,
    first_page,
    from_own_page,
    let_in,
    own_page,
)
from api.desk.page import desk_page
from api.parley import Parley
from api.problems import Problem
from tools import crossing
from tools.commerce import staff_accounts
from tools.commerce.schema import StaffAccount

WRONG = "That e-mail and password don't match an account. After five wrong tries an account is locked for 15 minutes."
NOT_SET_UP = "Signing in needs a secret to sign sessions with: set IDENTITY_SECRET, and start Parley again."

log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)
OwnPage = Depends(from_own_page)


@router.get("/desk/sign-in")
async def sign_in_page(parley: Services, next: str = HOME) -> Response:  # noqa: A002 - as it is called in addresses
    problem = None if parley.settings.identity_secret else NOT_SET_UP
    return await sign_in_form(parley, next, problem, HTTPStatus.OK)


@router.post("/desk/sign-in", dependencies=[OwnPage, Depends(at_a_human_pace)])
async def sign_in(
    request: Request,
    parley: Services,
    door: TheDoor,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = HOME,  # noqa: A002
) -> Response:
    """The same answer in the same time for an account that there is not, that is locked, and a wrong password."""
    if not parley.settings.password_sign_in:
        raise Problem("not-found")
    account = await _account(parley, door, email.replace("\x00", ""), password)
    if account is None:
        log.warning("denied: a sign-in at the desk")
        return await sign_in_form(parley, next, WRONG, HTTPStatus.UNAUTHORIZED, email)
    return _welcome(request, parley, door, account, next)


@router.post("/desk/sign-in/demo", dependencies=[OwnPage])
async def sign_in_to_demo(
    request: Request, parley: Services, door: TheDoor, email: Annotated[str, Form()] = ""
) -> Response:
    """As somebody of the demo shop, without a password; there is no such way in elsewhere."""
    accounts = await _demo_accounts(parley)
    account = next((known for known in accounts if known.email == email), None)
    if account is None:
        raise Problem("not-found")
    return _welcome(request, parley, door, account, HOME)


@router.post("/desk/sign-out")
async def sign_out(parley: Services, at_desk: PostedByAnybody) -> Response:
    """On every device."""
    email, now = at_desk.account.email, parley.now()
    await crossing.write(parley.database, lambda session: staff_accounts.sign_out(session, email, now))
    answer = RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/desk")
    return answer


async def _account(parley: Parley, door: Door, email: str, password: str) -> StaffAccount | None:
    now = parley.now()
    hashed = await crossing.write(
        parley.database, lambda session: staff_accounts.open_attempt(session, email, now)
    )
    async with door.comparing:
        is_right = await to_thread.run_sync(staff_accounts.is_right, password, hashed)
    if not is_right:
        return None
    return await crossing.write(parley.database, lambda session: staff_accounts.succeed(session, email))


def _welcome(request: Request, parley: Parley, door: Door, account: StaffAccount, way_on: str) -> Response:
    if not parley.settings.identity_secret:
        raise TurnedAway(RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER))
    answer = RedirectResponse(first_page(account, way_on), HTTPStatus.SEE_OTHER)
    let_in(request, answer, door.sessions.begin(account.email, parley.now()))
    return answer


async def _demo_accounts(parley: Parley) -> list[StaffAccount]:
    if not parley.settings.demo:
        return []
    from tools.commerce.demo.staff import DEMO_STAFF

    emails = {person.email for person in DEMO_STAFF}
    accounts = await crossing.read(parley.database, staff_accounts.listed)
    return [account for account in accounts if account.email in emails and account.disabled_at is None]


async def sign_in_form(
    parley: Parley, way_on: str, problem: str | None, status: int, email: str = ""
) -> Response:
    """The page to sign in at; `way_on` is where somebody wanted to be."""
    values: dict[str, object] = {
        "title": "Sign in",
        "next": own_page(way_on),
        "problem": problem,
        "email": email,
        "can_sign_in": parley.settings.identity_secret is not None,
        "company_account": parley.settings.oidc_name if parley.settings.oidc_issuer else None,
        "by_password": parley.settings.password_sign_in,
        "demo_accounts": await _demo_accounts(parley),
        "signed_in_as": None,
    }
    return desk_page("sign_in.html", parley.shop, values, status)
