"""Every page and form that the desk has, also those that come to it later: by whom, and from where, it may be used."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute, APIRouter
from sqlalchemy import func, select

from api.app import create_app
from tests.api.conftest import Conversation, Served
from tests.api.desk.conftest import ANN, KIM, LEE, SignInAs, handoff_of
from tools.commerce.schema import Base

OPEN_TO_ALL = re.compile(r"/desk/sign-in(/.*)?|/desk/oidc(/.*)?")
"""Where one comes from outside, and is nobody yet."""
FOR_ANALYSTS = re.compile(r"/desk/figures(/.*)?|/desk/sign-out")


def routes(served: Served, method: str) -> Iterator[APIRoute]:
    routers = [getattr(one, "original_router", None) for one in create_app(served.parley).routes]
    found = [
        route
        for router in routers
        if isinstance(router, APIRouter)
        for route in router.routes
        if isinstance(route, APIRoute) and route.path.startswith("/desk") and method in (route.methods or ())
    ]
    assert len(found) >= 5
    yield from (route for route in found if not OPEN_TO_ALL.fullmatch(route.path))


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


def test_an_analyst_has_the_figures_alone(staffed: Served, talk: Conversation, sign_in_as: SignInAs) -> None:
    before, ann = rows(staffed), sign_in_as(ANN)
    for route in (*routes(staffed, "GET"), *routes(staffed, "POST")):
        if not FOR_ANALYSTS.fullmatch(route.path):
            ask = ann.get if "GET" in (route.methods or ()) else ann.post
            assert ask(address(route, talk)).status_code == 403, route.path
    assert rows(staffed) == before


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
