"""Signing in to the desk with an account at an OpenID provider, and what does not get in."""

import base64
import hmac
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import delete

from api.app import create_app
from api.bootstrap import build
from api.desk.access import COOKIE
from api.desk.oidc import BACK, START
from api.desk.oidc import COOKIE as JOURNEY
from api.parley import Parley
from api.settings import Settings
from tests.api.conftest import MakeSettings
from tests.api.desk.conftest import texts
from tests.openid_server import CLIENT_ID, CLIENT_SECRET, Json, OpenIdServer, Sign, a_key, openid_server
from tools.commerce import staff_accounts
from tools.commerce.schema import Role, StaffAccount, StaffIdentity

DESK = "https://desk.example"
PERSON: Json = {
    "sub": "248289761001",
    "name": "Kim Park",
    "email": "Kim@shop.example",
    "email_verified": True,
    "groups": ["everybody", "support"],
}


@dataclass
class Desk:
    """One browser at one desk whose people sign in at `provider`."""

    provider: OpenIdServer
    parley: Parley

    def __post_init__(self) -> None:
        app = create_app(self.parley)
        self.web = TestClient(app, base_url=DESK, client=("127.0.0.1", 4), follow_redirects=False)

    def away(self, **asked: str) -> str:
        """The provider's address that the desk sends one to."""
        answer = self.web.get(START, params=asked)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def back(self, address: str) -> httpx2.Response:
        return self.web.get(address, headers={"Sec-Fetch-Site": "cross-site"})

    def sign_in(self, **person: object) -> httpx2.Response:
        self.provider.person = PERSON | person
        return self.back(self.provider.authorize(self.away()))

    def account(self, email: str = "kim@shop.example") -> StaffAccount | None:
        with self.parley.database.reading() as session:
            return session.get(StaffAccount, email)

    def add(self, email: str, role: Role, password: str | None = None) -> None:
        with self.parley.database.writing() as session:
            staff_accounts.put(session, email, "Kim", role, password, datetime.now(UTC))


def is_let_in(answer: httpx2.Response) -> bool:
    return answer.status_code == 200 and COOKIE in answer.cookies


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdServer]:
    with openid_server() as server:
        yield server


@pytest.fixture
def provider(running: OpenIdServer) -> OpenIdServer:
    running.__dict__.update({**OpenIdServer(keys=running.keys).__dict__, "url": running.url})
    return running


def settings_for(make_settings: MakeSettings, provider: OpenIdServer, **more: object) -> Settings:
    return make_settings(
        demo=False,
        public_url=DESK,
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        **more,
    )


@pytest.fixture(scope="module")
def by_claim(make_settings: MakeSettings, running: OpenIdServer) -> Iterator[Parley]:
    values = {"oidc_agent_values": "support,returns", "oidc_manager_values": "leads"}
    parley = build(settings_for(make_settings, running, oidc_role_claim="groups", **values))
    with closing(parley.database):
        yield parley


@pytest.fixture
def desk(by_claim: Parley, provider: OpenIdServer) -> Desk:
    """The provider says who has which role. Nobody has been here."""
    with by_claim.database.writing() as session:
        session.execute(delete(StaffIdentity))
        session.execute(delete(StaffAccount))
    return Desk(provider, by_claim)


def test_somebody_new_comes_in_with_the_role_that_the_provider_gives_and_is_where_they_wanted_to_be(
    desk: Desk,
) -> None:
    assert 'href="/desk/sign-in/openid?next=/desk%3Fshow%3Dmine"' in desk.web.get(
        "/desk/sign-in?next=/desk%3Fshow%3Dmine"
    ).text.replace("%2Fdesk", "/desk")
    desk.provider.person = PERSON
    answer = desk.back(desk.provider.authorize(desk.away(next="/desk?show=mine")))

    assert (answer.status_code, answer.headers["refresh"]) == (200, "0; url=/desk?show=mine")
    session = next(each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{COOKIE}="))
    assert {"httponly", "secure", "samesite=strict"} <= {flag.strip().lower() for flag in session.split(";")}
    assert "Kim Park" in desk.web.get("/desk").text
    account = desk.account()
    assert account is not None
    assert (account.role, account.password_hash) == (Role.AGENT, None)


def test_the_role_follows_the_provider_and_without_one_nobody_comes_in(desk: Desk) -> None:
    assert is_let_in(desk.sign_in())
    assert is_let_in(desk.sign_in(groups=["leads", "support"], email="kim.park@shop.example"))

    account = desk.account()
    assert account is not None
    assert account.role is Role.MANAGER
    assert desk.account("kim.park@shop.example") is None, "whoever they are is not a matter of the e-mail"
    for groups in (["everybody"], [], None, "support,leads", {"support": True}):
        assert desk.sign_in(groups=groups).status_code == 403


def test_an_e_mail_alone_opens_no_account_of_somebody_else(desk: Desk) -> None:
    desk.add("kim@shop.example", Role.MANAGER, "correct horse battery")
    refused = [desk.sign_in(), desk.sign_in(email_verified=False), desk.sign_in(email_verified="true")]
    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert "signs in with a password" in texts(refused[0].text)

    desk.add("kim@shop.example", Role.MANAGER)
    assert is_let_in(desk.sign_in()), "its owner signs in with no password: this is the first to come"
    another = desk.sign_in(sub="another person, with the same address later")
    assert "belongs to another company account" in texts(another.text)
    assert desk.sign_in(sub="x", email="").status_code == 403


def test_a_disabled_account_stays_out_by_this_door_too(desk: Desk) -> None:
    assert is_let_in(desk.sign_in())
    with desk.parley.database.writing() as session:
        staff_accounts.disable(session, "kim@shop.example", desk.parley.now())

    assert desk.sign_in().status_code == 403
    assert desk.web.get("/desk").status_code == 303
    assert desk.sign_in(sub="another", email="kim@shop.example").status_code == 403


def test_without_a_claim_for_roles_only_accounts_that_are_there_come_in(
    make_settings: MakeSettings, provider: OpenIdServer
) -> None:
    parley = build(settings_for(make_settings, provider))
    with closing(parley.database):
        desk = Desk(provider, parley)
        unknown = desk.sign_in(groups=["leads"])
        assert (unknown.status_code, desk.account()) == (403, None)

        desk.add("kim@shop.example", Role.AGENT)
        assert is_let_in(desk.sign_in(groups=["leads"]))
        account = desk.account()
        assert account is not None
        assert account.role is Role.AGENT


def test_signing_out_ends_the_session_and_the_button_leads_to_the_provider_again(desk: Desk) -> None:
    assert is_let_in(desk.sign_in())
    page = desk.web.get("/desk").text
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    desk.web.post("/desk/sign-out", data={"form_token": token}, headers={"Sec-Fetch-Site": "same-origin"})

    assert desk.web.get("/desk").status_code == 303
    assert desk.away().startswith(f"{desk.provider.url}/authorize?")


def signed_by(key: RSAKey, kid: str, alg: str = "RS256") -> Sign:
    return lambda claims: jwt.encode({"alg": alg, "kid": kid}, claims, key, algorithms=[alg])


def part(value: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(claims: Json) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


def signed_with_the_public_key(provider: OpenIdServer) -> Sign:
    """The public key's own text as the secret of an HMAC: what a verifier takes that believes the header."""
    pem = provider.keys[-1].public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def sign(claims: Json) -> str:
        content = f"{part({'alg': 'HS256', 'kid': provider.keys[-1].kid})}.{part(claims)}"
        mac = hmac.digest(pem, content.encode(), sha256)
        return f"{content}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    return sign


def changed(provider: OpenIdServer, **claims: object) -> Sign:
    """A token of the provider's own with other claims; without those that are None."""
    return lambda told: provider.sign({k: v for k, v in (told | claims).items() if v is not None})


def test_no_token_opens_the_desk_but_one_for_this_sign_in(desk: Desk) -> None:
    provider = desk.provider
    past = 1_700_000_000
    forged: dict[str, Sign] = {
        "not signed": unsigned,
        "signed with the public key": signed_with_the_public_key(provider),
        "of another key under the same name": signed_by(a_key("first"), "first"),
        "of a key that nobody knows": signed_by(a_key("other"), "other"),
        "over": changed(provider, iat=past, exp=past + 300),
        "without an end": changed(provider, exp=None),
        "from the future": changed(provider, iat=2_500_000_000, exp=2_500_000_300),
        "of another issuer": changed(provider, iss="https://login.example"),
        "for another application": changed(provider, aud="another"),
        "for several, and given to another": changed(provider, aud=[CLIENT_ID, "another"], azp="another"),
        "without audience": changed(provider, aud=None),
        "of another sign-in": changed(provider, nonce="another"),
        "without a nonce": changed(provider, nonce=None),
        "of nobody": changed(provider, sub=None),
        "with a subject that is no text": changed(provider, sub=17),
        "no token": lambda _: "x",
    }
    let_in = []
    for name, sign in forged.items():
        provider.forge = sign
        if desk.sign_in().status_code != 401:
            let_in.append(name)

    assert let_in == []
    assert desk.account() is None
    provider.forge = None
    assert is_let_in(desk.sign_in()), "a good one does"


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(desk: Desk, provider: OpenIdServer) -> None:
    provider.person = PERSON
    there = desk.away()
    answer = provider.authorize(there)
    kept = desk.web.cookies[JOURNEY]

    stranger = TestClient(desk.web.app, base_url=DESK, client=("127.0.0.1", 4), follow_redirects=False)
    assert stranger.get(answer).status_code == 401, "another browser, tricked into this address"
    asked = dict(parse_qsl(urlsplit(answer).query))
    other = f"{DESK}{BACK}?{urlencode(asked | {'state': 'another'})}"
    assert desk.back(other).status_code == 401

    desk.web.cookies.set(JOURNEY, kept, path=START)
    assert is_let_in(desk.back(answer))
    again = provider.authorize(there)
    desk.web.cookies.set(JOURNEY, kept, path=START)
    assert desk.back(again).status_code == 401, "the same state with a fresh code"
    for wrong in ("x", jwt_of_the_shop(desk), ""):
        desk.web.cookies.set(JOURNEY, wrong, path=START)
        assert desk.back(provider.authorize(there)).status_code == 401


def jwt_of_the_shop(desk: Desk) -> str:
    return desk.parley.tokens.issue("kim@shop.example", "kim@shop.example", Role.AGENT, datetime.now(UTC))


def test_what_the_id_token_lacks_is_read_at_userinfo_if_that_tells_of_the_same_person(desk: Desk) -> None:
    desk.provider.tells_at_userinfo = True
    desk.provider.userinfo_of = "somebody else"
    assert (desk.sign_in().status_code, desk.account()) == (401, None)

    desk.provider.userinfo_of = None
    assert is_let_in(desk.sign_in(groups=["leads"]))
    account = desk.account()
    assert account is not None
    assert (account.role, account.name) == (Role.MANAGER, "Kim Park")


def test_another_claim_can_say_that_an_e_mail_is_verified(
    make_settings: MakeSettings, provider: OpenIdServer
) -> None:
    parley = build(settings_for(make_settings, provider, oidc_verified_claim="xms_edov"))
    with closing(parley.database):
        desk = Desk(provider, parley)
        for number, (said, comes_in) in enumerate(((None, False), (False, False), (True, True), ("1", True))):
            email = f"{number}@shop.example"
            desk.add(email, Role.AGENT)
            answer = desk.sign_in(sub=email, email=email, email_verified=True, xms_edov=said)
            assert is_let_in(answer) is comes_in, said


def test_clocks_may_differ_a_little_and_keys_of_other_kinds_do_no_harm(desk: Desk) -> None:
    provider, now = desk.provider, int(datetime.now(UTC).timestamp())
    provider.forge = changed(provider, iat=now + 20, exp=now + 320)
    assert is_let_in(desk.sign_in())
    provider.forge = changed(provider, iat=now - 320, exp=now - 20)
    assert is_let_in(desk.sign_in())

    provider.forge = None
    unknown = {"kty": "OKP", "crv": "Ed1", "kid": "odd", "use": "sig", "x": "AA"}
    provider.more_keys = [unknown, {"kty": "EC", "kid": "half", "crv": "P-256"}, {"kty": "PQ", "kid": "new"}]
    assert is_let_in(Desk(provider, desk.parley).sign_in()), "by an application that has just started"


def test_who_turns_back_at_the_provider_is_told_and_nothing_is_asked_for(desk: Desk) -> None:
    state = dict(parse_qsl(urlsplit(desk.away()).query))["state"]
    desk.provider.asked.clear()
    answer = desk.back(f"{DESK}{BACK}?{urlencode({'error': 'access_denied', 'state': state})}")

    assert answer.status_code == 401
    assert "nobody was signed in" in answer.text
    assert "/token" not in desk.provider.asked


def test_a_new_key_is_looked_up_and_forged_ones_do_not_make_us_ask_on_and_on(desk: Desk) -> None:
    assert is_let_in(desk.sign_in())
    desk.provider.keys.append(a_key("second"))
    desk.provider.forge = signed_by(a_key("unknown"), "unknown")
    desk.provider.asked.clear()
    for _ in range(3):
        assert desk.sign_in().status_code == 401

    assert desk.provider.asked.count("/keys") <= 1
    desk.provider.keys.pop()


def test_a_provider_that_stumbles_is_asked_again_and_one_that_is_down_is_said_to_be(
    make_settings: MakeSettings, provider: OpenIdServer, desk: Desk
) -> None:
    provider.failures = 2
    assert is_let_in(desk.sign_in())

    provider.issuer_said = "https://login.example"
    parley = build(settings_for(make_settings, provider))
    with closing(parley.database):
        fresh = Desk(provider, parley)
        for trouble in ("another's discovery document", "an answer of 503 each time"):
            answer = fresh.web.get(START)
            assert (answer.status_code, "does not answer" in answer.text) == (503, True), trouble
            provider.issuer_said, provider.failures = None, 3


def test_passwords_can_be_switched_off_and_without_a_provider_there_is_no_such_door(
    make_settings: MakeSettings, provider: OpenIdServer
) -> None:
    parley = build(settings_for(make_settings, provider, password_sign_in=False))
    own = {"Sec-Fetch-Site": "same-origin"}
    with closing(parley.database):
        desk = Desk(provider, parley)
        desk.add("kim@shop.example", Role.AGENT, "correct horse battery")
        form = {"email": "kim@shop.example", "password": "correct horse battery"}
        assert desk.web.post("/desk/sign-in", data=form, headers=own).status_code == 404
        assert 'type="password"' not in desk.web.get("/desk/sign-in").text

    parley = build(make_settings())
    with closing(parley.database):
        web = TestClient(create_app(parley), follow_redirects=False)
        assert (web.get(START).status_code, web.get(BACK).status_code) == (404, 404)
