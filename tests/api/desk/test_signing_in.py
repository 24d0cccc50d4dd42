"""Signing in at the desk, and what ends a session."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import jwt
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.bootstrap import build
from api.desk.access import COOKIE
from api.desk.sessions import LIFE, Sessions
from api.parley import Parley
from tests.api.conftest import SECRET, MakeSettings
from tests.api.desk.conftest import SESSIONS
from tools.commerce import staff_accounts
from tools.commerce.schema import Role

KIM = "kim@shop.example"
PASSWORD = "correct horse battery"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def parley(make_settings: MakeSettings) -> Iterator[Parley]:
    parley = build(make_settings())
    now = datetime.now(UTC)
    with parley.database.writing() as session:
        staff_accounts.put(session, KIM, "Kim", Role.AGENT, PASSWORD, now)
    yield parley
    parley.database.close()


@pytest.fixture
def web(parley: Parley) -> TestClient:
    return TestClient(
        create_app(parley), base_url="https://desk.example", client=("203.0.113.9", 4), follow_redirects=False
    )


def enter(web: TestClient, email: str, password: str, **fields: str) -> httpx2.Response:
    return web.post("/desk/sign-in", data={"email": email, "password": password, **fields}, headers=OWN)


def is_in(web: TestClient, cookie: str) -> bool:
    answer = web.get("/desk", headers={"Cookie": f"{COOKIE}={cookie}"})
    assert answer.status_code in {200, 303}
    return answer.status_code == 200


def test_the_right_password_opens_the_desk_with_a_cookie_that_scripts_and_other_sites_cannot_use(
    web: TestClient,
) -> None:
    answer = enter(web, "Kim@Shop.example", PASSWORD)

    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert flags >= {"httponly", "secure", "samesite=strict", "path=/desk", "max-age=43200"}
    page = web.get("/desk")
    assert page.status_code == 200
    assert "Kim" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_whatever_is_wrong_the_answer_is_the_same(web: TestClient, parley: Parley) -> None:
    with parley.database.writing() as session:
        staff_accounts.put(session, "off@shop.example", "Off", Role.AGENT, PASSWORD, parley.now())
        staff_accounts.disable(session, "off@shop.example", parley.now())
    tries = [(KIM, "wrong password"), ("nobody@shop.example", PASSWORD), ("off@shop.example", PASSWORD)]
    answers = [enter(web, *each) for each in tries]

    assert {answer.status_code for answer in answers} == {401}
    assert (
        len({answer.text.replace(email, "") for answer, (email, _) in zip(answers, tries, strict=True)}) == 1
    )
    assert all("set-cookie" not in answer.headers for answer in answers)


def test_after_five_wrong_ones_the_right_one_is_refused_too(web: TestClient, parley: Parley) -> None:
    with parley.database.writing() as session:
        staff_accounts.put(session, "lock@shop.example", "Lock", Role.AGENT, PASSWORD, parley.now())
        for _ in range(staff_accounts.MOST_FAILURES):
            staff_accounts.open_attempt(session, "lock@shop.example", parley.now())

    assert enter(web, "lock@shop.example", PASSWORD).status_code == 401


def test_after_signing_in_one_is_where_one_wanted_to_be_but_never_elsewhere(web: TestClient) -> None:
    case = "/desk/cases/0b0b0b0b-0000-4000-8000-000000000000"
    sent = web.get(case).headers["location"]
    assert sent == f"/desk/sign-in?next={case.replace('/', '%2F')}"
    assert f'value="{case}"' in web.get(sent).text
    assert enter(web, KIM, PASSWORD, next=case).headers["location"] == case
    for elsewhere in ("//evil.example", "https://evil.example/desk", "/desk/cases/../../evil", "/desk\\evil"):
        assert 'name="next" value="/desk"' in web.get("/desk/sign-in", params={"next": elsewhere}).text


def test_signed_out_disabled_over_or_forged_no_session_opens_it(web: TestClient, parley: Parley) -> None:
    now = datetime.now(UTC)
    good = SESSIONS.begin(KIM, now)
    claims = jwt.decode(good, options={"verify_signature": False})
    foreign = {
        "of another secret": Sessions("0123456789abcdef" * 2).begin(KIM, now),
        "signed with the shop's secret itself": jwt.encode(claims, SECRET, algorithm="HS256"),
        "not signed": jwt.encode(claims, "", algorithm="none"),
        "a shopper's token": parley.tokens.issue(KIM, KIM, Role.AGENT, now),
        "over": SESSIONS.begin(KIM, now - LIFE - timedelta(minutes=1)),
        "of nobody": SESSIONS.begin("nobody@shop.example", now),
    }
    assert is_in(web, good)
    assert [why for why, cookie in foreign.items() if is_in(web, cookie)] == []

    page = web.get("/desk", headers={"Cookie": f"{COOKIE}={good}"}).text
    token = re.findall(r'name="form_token" value="([0-9a-f]+)"', page)[0]
    web.post("/desk/sign-out", data={"form_token": token}, headers={**OWN, "Cookie": f"{COOKIE}={good}"})
    assert not is_in(web, good), "wherever that cookie is kept"

    later = SESSIONS.begin(KIM, datetime.now(UTC))
    assert is_in(web, later)
    with parley.database.writing() as session:
        staff_accounts.disable(session, KIM, parley.now())
    assert not is_in(web, later)
    with parley.database.writing() as session:
        staff_accounts.put(session, KIM, "Kim", Role.AGENT, PASSWORD, parley.now())


def test_the_demo_lets_in_without_a_password_and_nothing_else_does(
    web: TestClient, make_settings: MakeSettings
) -> None:
    entered = web.post("/desk/sign-in/demo", data={"email": "maya@fernway.example"}, headers=OWN)
    other = web.post("/desk/sign-in/demo", data={"email": KIM}, headers=OWN)
    assert (entered.status_code, other.status_code) == (303, 404)

    parley = build(make_settings(demo=False))
    plain = TestClient(create_app(parley))
    refused = plain.post("/desk/sign-in/demo", data={"email": "maya@fernway.example"}, headers=OWN)
    assert refused.status_code == 404
    assert "Continue as" not in plain.get("/desk/sign-in").text
    parley.database.close()


def test_without_a_secret_the_page_says_what_to_set(make_settings: MakeSettings) -> None:
    parley = build(make_settings(identity_secret=None))
    answer = TestClient(create_app(parley)).get("/desk")
    parley.database.close()

    assert "set IDENTITY_SECRET" in answer.text


def test_a_link_from_another_site_is_opened_again_from_here_for_the_cookie_to_come_along(
    web: TestClient,
) -> None:
    answer = web.get("/desk?show=mine", headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, answer.headers["refresh"]) == (200, "0; url=/desk?show=mine")
