"""Signing in to the desk with an account at an OpenID provider.

What somebody is sent away with (state, nonce, PKCE's verifier) waits in a signed cookie of their browser, so that
nobody can finish another's sign-in; a state that came back is spent in the database, so that no replica takes it twice.
"""

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from sqlalchemy.exc import IntegrityError

from api.auth import ALGORITHM
from api.chat import Services
from api.desk.access import HOME, SIGN_IN, TheDoor, at_a_human_pace, first_page, let_in, own_page
from api.desk.openid_provider import Client, Errand, Provider, ProviderUnavailable, TokenRefused
from api.desk.sign_in import sign_in_form
from api.parley import Parley
from api.problems import Problem
from api.settings import Settings
from tools import crossing
from tools.commerce import staff_identities
from tools.commerce.database import WriteSession
from tools.commerce.schema import Role, StaffAccount
from tools.commerce.staff_accounts import AccountError
from tools.commerce.staff_identities import NotAdmitted, ProvenPerson

START = f"{SIGN_IN}/openid"
BACK = f"{START}/back"
COOKIE = "parley_desk_openid"
AUDIENCE = "sign-in by OpenID Connect"
REFUSED = "That did not work, and nobody was signed in. Please try again."
UNAVAILABLE = "The company's sign-in does not answer at the moment. Please try again in a minute."
LIFE = timedelta(minutes=10)
"""So long somebody may take at the provider."""

log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)


class Journey(BaseModel):
    """What the cookie keeps while somebody is at the provider."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    state: str
    nonce: str
    verifier: str
    way_on: str

    @property
    def errand(self) -> Errand:
        return Errand(self.state, self.nonce, self.verifier)


@dataclass(frozen=True)
class OpenId:
    """Built once for an application that has it set."""

    provider: Provider
    secret: str


def add_openid(app: FastAPI, settings: Settings) -> None:
    secret = settings.identity_secret
    is_set = settings.oidc_issuer and settings.oidc_client_id and settings.public_url and secret
    app.state.openid = None
    if not is_set:
        return
    client = Client(
        issuer=settings.oidc_issuer or "",
        id=settings.oidc_client_id or "",
        secret=settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None,
        scopes=settings.oidc_scopes,
        redirect_uri=(settings.public_url or "").rstrip("/") + BACK,
        wanted=("email", *([settings.oidc_role_claim] if settings.oidc_role_claim else [])),
    )
    app.state.openid = OpenId(Provider(client), secret.get_secret_value() if secret else "")


def openid_of(request: Request) -> OpenId:
    """Raises Problem where it is not set."""
    found: OpenId | None = request.app.state.openid
    if found is None:
        raise Problem("not-found")
    return found


TheOpenId = Annotated[OpenId, Depends(openid_of)]


@router.get(START, dependencies=[Depends(at_a_human_pace)])
async def start(
    request: Request,
    parley: Services,
    openid: TheOpenId,
    next: str = HOME,  # noqa: A002 - as it is called in addresses
) -> Response:
    """Off to the provider."""
    journey = Journey(
        state=token_urlsafe(), nonce=token_urlsafe(), verifier=token_urlsafe(48), way_on=own_page(next)
    )
    try:
        address = await openid.provider.address_for(journey.errand)
    except ProviderUnavailable:
        return await sign_in_form(parley, next, UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE)
    answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        COOKIE,
        _sealed(journey, openid.secret, parley.now()),
        max_age=int(LIFE.total_seconds()),
        path=START,
        secure=request.url.scheme == "https",
        httponly=True,
        # Not strict: the provider's page sends the browser back, and it has to come along.
        samesite="lax",
    )
    return answer


@router.get(BACK)
async def back(request: Request, parley: Services, door: TheDoor, openid: TheOpenId) -> Response:
    """Back from the provider, with its answer in the address."""
    journey = _opened(request.cookies.get(COOKIE), openid.secret, parley.now())
    way_on = journey.way_on if journey else HOME
    try:
        account = await _account(request, parley, openid, journey)
    except ProviderUnavailable:
        answer: Response = await sign_in_form(parley, way_on, UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE)
    except TokenRefused as error:
        log.warning("denied: a sign-in by OpenID Connect: %s", error.why)
        answer = await sign_in_form(parley, way_on, REFUSED, HTTPStatus.UNAUTHORIZED)
    except (NotAdmitted, AccountError) as error:
        log.warning("denied: a sign-in by OpenID Connect: %s", error.code)
        answer = await sign_in_form(parley, way_on, str(error), HTTPStatus.FORBIDDEN)
    else:
        # By a page and not a redirect: on the way from another site the strict cookie would not come along.
        there = first_page(account, way_on)
        answer = Response(headers={"Refresh": f"0; url={there}", "Cache-Control": "no-store"})
        let_in(request, answer, door.sessions.begin(account.email, parley.now()))
    answer.delete_cookie(COOKIE, path=START)
    return answer


async def _account(request: Request, parley: Parley, openid: OpenId, journey: Journey | None) -> StaffAccount:
    """Raises TokenRefused, NotAdmitted, AccountError, ProviderUnavailable."""
    asked = request.query_params
    if journey is None or not compare_digest(asked.get("state", "").encode(), journey.state.encode()):
        raise TokenRefused("state")
    # RFC 9207: an answer that names another issuer was meant for somebody else.
    if asked.get("iss", openid.provider.client.issuer) != openid.provider.client.issuer:
        raise TokenRefused("issuer of the answer")
    if "code" not in asked:
        raise TokenRefused("no code")
    now = parley.now()
    if not await crossing.write(
        parley.database, lambda session: staff_identities.spend(session, journey.state, LIFE, now)
    ):
        raise TokenRefused("state used before")
    claims = await openid.provider.claims(asked["code"], journey.errand, now.timestamp())
    person = _person(claims, parley.settings)
    role = _role(claims, parley.settings)
    is_claimed = parley.settings.oidc_role_claim is not None

    def admit(session: WriteSession) -> StaffAccount:
        return staff_identities.admit(session, person, role, role_is_claimed=is_claimed, now=now)

    try:
        return await crossing.write(parley.database, admit)
    except IntegrityError:
        # The same person in two windows at once, for the first time: now the account is there.
        return await crossing.write(parley.database, admit)


def _person(claims: Mapping[str, JsonValue], settings: Settings) -> ProvenPerson:
    """Raises TokenRefused."""
    subject, email, name = claims.get("sub"), claims.get("email"), claims.get("name")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise TokenRefused("subject")
    # Some say a truth as 1.
    is_verified = claims.get(settings.oidc_verified_claim) in (True, "1")
    is_proven = is_verified and isinstance(email, str) and len(email) <= 254
    return ProvenPerson(
        issuer=settings.oidc_issuer or "",
        subject=subject,
        email=str(email) if is_proven else None,
        name=name if isinstance(name, str) else None,
    )


def _role(claims: Mapping[str, JsonValue], settings: Settings) -> Role | None:
    """The highest that the claim gives; None where none is given, or none is asked for."""
    if settings.oidc_role_claim is None:
        return None
    found = claims.get(settings.oidc_role_claim)
    values = {value for value in (found if isinstance(found, list) else [found]) if isinstance(value, str)}
    if values & set(settings.oidc_manager_values):
        return Role.MANAGER
    return Role.AGENT if values & set(settings.oidc_agent_values) else None


def _sealed(journey: Journey, secret: str, now: datetime) -> str:
    claims = {**journey.model_dump(), "aud": AUDIENCE, "exp": (now + LIFE).timestamp()}
    return jwt.encode(claims, _key(secret), algorithm=ALGORITHM)


def _opened(cookie: str | None, secret: str, now: datetime) -> Journey | None:
    """None for one that is forged, over, or no journey at all."""
    try:
        claims = jwt.decode(
            cookie or "",
            _key(secret),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["aud", "exp"], "verify_exp": False},
        )
        return Journey.model_validate(claims) if float(claims["exp"]) > now.timestamp() else None
    except (jwt.InvalidTokenError, ValidationError, ValueError):
        return None


def _key(secret: str) -> bytes:
    # Of its own: neither a shop's token nor a session of the desk is a journey, nor the other way round.
    return hmac.digest(secret.encode(), AUDIENCE.encode(), "sha256")
