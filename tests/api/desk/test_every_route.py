"""Every page and form that there is, also those that come later: by whom, and from where, it may be used, and that what
people write is never mark-up on it."""

import re
from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIRouter
from sqlalchemy import func, select

from api.app import create_app
from tests.api.conftest import Conversation, Served
from tests.api.desk.conftest import ANN, KIM, LEE, MAX, SignInAs, case_of, handoff_of, say, texts
from tools.commerce.schema import Base, Dispute

OPEN_TO_ALL = re.compile(r"/desk/sign-in(/.*)?|/desk/oidc(/.*)?")
"""Where one comes from outside, and is nobody yet."""
FOR_ANALYSTS = re.compile(r"/desk/figures(/.*)?|/desk/sign-out")


PAYLOAD = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
HOSTILE = ("\x00\u202e'--", "9" * 40, "9999-12-31", "x" * 60_000)
CLOSED_SETS = {"kind": "damaged", "outcome": "won", "decision": "confirm"}
WITHOUT_A_CONVERSATION = {"/api/conversations", "/api/conversations/links", "/demo/sign-in", "/slack/events"}
"""What may be posted before there is a conversation to prove: it begins one, or has a proof of its own."""


def every_route(served: Served, method: str) -> list[APIRoute]:
    app = create_app(served.parley)
    routers = [getattr(one, "original_router", None) for one in app.routes]
    found = [route for router in routers if isinstance(router, APIRouter) for route in router.routes]
    return [
        route
        for route in (*found, *app.routes)
        if isinstance(route, APIRoute) and method in (route.methods or ())
    ]


def routes(served: Served, method: str) -> Iterator[APIRoute]:
    """Of the desk, for whoever has signed in."""
    found = [route for route in every_route(served, method) if route.path.startswith("/desk")]
    assert len(found) >= 5
    yield from (route for route in found if not OPEN_TO_ALL.fullmatch(route.path))


def query_names(dependant: Dependant) -> Iterator[str]:
    """Of what a route, and all that it depends on, reads from an address."""
    yield from (param.alias for param in dependant.query_params)
    for one in dependant.dependencies:
        yield from query_names(one)


def form_names(dependant: Dependant) -> Iterator[str]:
    """Likewise, from a form."""
    yield from (param.alias for param in dependant.body_params)
    for one in dependant.dependencies:
        yield from form_names(one)


def address(route: APIRoute, talk: Conversation) -> str:
    """With the id of a case for every id."""
    return re.sub(r"\{[^}]*\}", handoff_of(talk).id, route.path)


def rows(served: Served) -> dict[str, int]:
    """How many there are in each table: whatever a form does leaves at least one."""
    with served.parley.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_nobody_comes_in_without_signing_in(staffed: Served, talk: Conversation) -> None:
    before = rows(staffed)
    with staffed.client() as nobody:
        for method in ("GET", "POST"):
            for route in routes(staffed, method):
                answer = nobody.request(method, address(route, talk), headers=talk.headers)
                assert answer.status_code == 303, route.path
                assert answer.headers["location"].startswith("/desk/sign-in"), route.path
    assert rows(staffed) == before


@pytest.mark.parametrize("email", [ANN, KIM])
def test_an_analyst_has_the_figures_alone_and_an_agent_all_but_them(
    staffed: Served,
    talk: Conversation,
    sign_in_as: SignInAs,
    email: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before, browser = rows(staffed), sign_in_as(email)
    for route in (*routes(staffed, "GET"), *routes(staffed, "POST")):
        is_of_figures = FOR_ANALYSTS.fullmatch(route.path) is not None
        if route.path != "/desk/sign-out" and is_of_figures is (email == KIM):
            ask = browser.get if "GET" in (route.methods or ()) else browser.post
            caplog.clear()
            assert ask(address(route, talk)).status_code == 403, route.path
            assert [message for message in caplog.messages if message.startswith("denied: role=")], route.path
    assert rows(staffed) == before


def test_no_sign_in_is_taken_from_another_site(staffed: Served) -> None:
    forms = [route for route in every_route(staffed, "POST") if OPEN_TO_ALL.fullmatch(route.path)]
    assert forms
    with staffed.client() as nobody:
        for route in forms:
            for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
                answer = nobody.post(route.path, data={"email": KIM}, headers=headers)
                assert answer.status_code == 403, (route.path, headers)
                assert "set-cookie" not in answer.headers


def test_nothing_is_posted_to_a_conversation_without_its_token(staffed: Served, talk: Conversation) -> None:
    before = rows(staffed)
    forms = [route for route in every_route(staffed, "POST") if not route.path.startswith("/desk")]
    assert len(forms) >= 4
    with staffed.client() as nobody:
        for route in forms:
            if route.path not in WITHOUT_A_CONVERSATION:
                path = re.sub(r"\{[^}]*\}", talk.id, route.path)
                answer = nobody.post(path, json={"text": "x"}, headers={"Origin": "https://evil.example"})
                assert answer.status_code == 401, route.path
    assert rows(staffed) == before


def test_what_people_write_is_text_on_every_page(
    staffed: Served, talk: Conversation, sign_in_as: SignInAs
) -> None:
    say(talk, PAYLOAD)
    max_, case = sign_in_as(MAX), case_of(talk)
    max_.post(f"{case}/take")
    for step, fields in (
        ("notes", {"note": PAYLOAD}),
        ("messages", {"text": PAYLOAD}),
        ("disputes", {"kind": "other", "claim": PAYLOAD}),
    ):
        assert max_.post(f"{case}/{step}", **fields).status_code == 303
    pages = 0
    for route in every_route(staffed, "GET"):
        params = dict.fromkeys(query_names(route.dependant), PAYLOAD)
        for query in ({}, params) if params else ({},):
            with max_.http.stream("GET", address(route, talk), params=query) as answer:
                if answer.headers.get("content-type", "").startswith("text/html"):
                    pages += 1
                    page = answer.read().decode()
                    assert "<img src=x" not in page, route.path
                    assert "<script>" not in page, route.path
                    assert "script-src" in answer.headers["content-security-policy"], route.path
                    assert answer.headers["x-content-type-options"] == "nosniff", route.path
    assert pages >= 8


def test_no_form_breaks_by_what_is_sent(staffed: Served, talk: Conversation, sign_in_as: SignInAs) -> None:
    """What is asked of Parley comes in as every message does."""
    max_, case = sign_in_as(MAX), case_of(talk)
    max_.post(f"{case}/take")
    max_.post(f"{case}/disputes", kind="other", claim="x")
    with staffed.parley.database.reading() as session:
        dispute_id = session.query(Dispute).filter_by(conversation_id=talk.id).one().id
    for route in routes(staffed, "POST"):
        path = address(route, talk) if "dispute_id" not in route.path else f"{case}/disputes/{dispute_id}"
        path += route.path.partition("{dispute_id}")[2]
        names = set(form_names(route.dependant)) - {"form_token"}
        is_elsewhere = route.path == "/desk/sign-out" or route.path.endswith("/ask")
        for value in () if is_elsewhere else HOSTILE:
            fields = {
                **dict.fromkeys(names, value),
                **{name: CLOSED_SETS[name] for name in names & CLOSED_SETS.keys()},
            }
            answer = max_.http.post(
                path,
                data={"form_token": max_.form_token, **fields},
                headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
            )
            assert answer.status_code < 500, (route.path, value[:20], answer.text)
            assert "{" not in texts(answer.text)[:1], "what a person reads is a page"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_no_form_is_taken_from_elsewhere_or_without_its_sessions_token(
    staffed: Served, talk: Conversation, sign_in_as: SignInAs, site: str
) -> None:
    before, kim, lee = rows(staffed), sign_in_as(KIM), sign_in_as(LEE)
    attempts = (
        (kim.form_token, {"Sec-Fetch-Site": site}),
        (kim.form_token, {"Origin": "https://evil.example"}),
        (lee.form_token, {"Sec-Fetch-Site": "same-origin"}),
        ("", {"Sec-Fetch-Site": "same-origin"}),
    )
    for route in routes(staffed, "POST"):
        for token, headers in attempts:
            answer = kim.http.post(address(route, talk), data={"form_token": token}, headers=headers)
            assert answer.status_code == 403, (route.path, headers)
    assert rows(staffed) == before
