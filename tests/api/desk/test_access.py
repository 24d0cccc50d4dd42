"""Who may see and do what at the desk, and that no other page can do it in their name."""

import pytest

from api.desk.access import COOKIE
from tests.api.conftest import Conversation, Served
from tests.api.desk.conftest import ANN, KIM, LEE, MAX, Browser, SignInAs, case_of, handoff_of, texts
from tools.commerce.schema import HandoffState, Role

NOWHERE = "/desk/cases/00000000-0000-4000-8000-000000000000"
STEPS = ("take", "messages", "notes", "release", "close")


@pytest.mark.parametrize("email", [KIM, MAX])
def test_agents_and_managers_see_every_page(sign_in_as: SignInAs, talk: Conversation, email: str) -> None:
    browser = sign_in_as(email)
    assert [browser.get(path).status_code for path in ("/desk", case_of(talk))] == [200, 200]


def test_analysts_see_no_page_and_do_nothing(sign_in_as: SignInAs, talk: Conversation) -> None:
    browser, case = sign_in_as(ANN), case_of(talk)

    pages = [browser.get(path) for path in ("/desk", case, f"{case}/events", NOWHERE)]
    done = [browser.post(f"{case}/{step}", text="hello", note="hello") for step in STEPS]
    done.append(browser.post("/desk/proposals/x", decision="confirm"))
    assert {answer.status_code for answer in pages + done} == {403}
    assert handoff_of(talk).state is HandoffState.WAITING


def test_whoever_is_not_signed_in_is_sent_to_do_so(staffed: Served, talk: Conversation) -> None:
    case = case_of(talk)
    shopper = staffed.parley.tokens.issue("c1", "ada@example.com", Role.SHOPPER, staffed.parley.now())
    with staffed.client() as client:
        for cookie in (None, shopper, talk.token):
            headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
            answers = [
                client.get(path, headers=headers) for path in ("/desk", case, f"{case}/events", NOWHERE)
            ]
            answers += [
                client.post(f"{case}/{step}", data={"text": "x", "note": "x"}, headers=headers)
                for step in STEPS
            ]
            assert {answer.status_code for answer in answers} == {303}
            assert all(answer.headers["location"].startswith("/desk/sign-in") for answer in answers)
    assert handoff_of(talk).state is HandoffState.WAITING


def test_what_there_is_not_is_not_found(sign_in_as: SignInAs) -> None:
    browser = sign_in_as(KIM)
    for case in (NOWHERE, "/desk/cases/1", "/desk/cases/%00", "/desk/cases/' OR 1=1"):
        found = [browser.get(case), browser.get(f"{case}/events"), browser.post(f"{case}/take")]
        assert {answer.status_code for answer in found} == {404}, case


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_form_on_another_page_does_nothing(
    sign_in_as: SignInAs, talk: Conversation, headers: dict[str, str]
) -> None:
    browser = sign_in_as(KIM)
    data = {"form_token": browser.form_token}
    taken = browser.http.post(f"{case_of(talk)}/take", data=data, headers=headers)
    signed_in = browser.http.post(
        "/desk/sign-in/demo", data={"email": "maya@fernway.example"}, headers=headers
    )

    assert (taken.status_code, signed_in.status_code) == (403, 403)
    assert handoff_of(talk).state is HandoffState.WAITING


def test_a_form_needs_the_token_of_its_own_session(sign_in_as: SignInAs, talk: Conversation) -> None:
    mine, other = sign_in_as(KIM), sign_in_as(LEE)

    def taken_with(token: str) -> int:
        origin = {"Origin": str(mine.http.base_url).rstrip("/")}
        return mine.http.post(f"{case_of(talk)}/take", data={"form_token": token}, headers=origin).status_code

    assert [taken_with(token) for token in ("", "é", other.form_token, "0" * 64)] == [403] * 4
    assert handoff_of(talk).state is HandoffState.WAITING
    assert taken_with(mine.form_token) == 303


def test_no_page_of_the_desk_holds_a_script_or_style_in_itself(
    sign_in_as: SignInAs, talk: Conversation
) -> None:
    browser: Browser = sign_in_as(KIM)
    for path in ("/desk", case_of(talk), "/desk/sign-in", NOWHERE):
        page = browser.get(path)
        assert "<style" not in page.text
        assert " style=" not in page.text
        assert page.text.count("<script") == page.text.count('<script type="module" src=')
        assert "default-src 'none'" in page.headers["content-security-policy"]


def test_what_goes_wrong_is_a_page_for_readers_and_a_problem_for_scripts(
    staffed: Served, sign_in_as: SignInAs
) -> None:
    http = sign_in_as(KIM).http
    for address, status in (("/desk/nowhere", 404), ("/desk?page=0", 422)):
        page = http.get(address, headers={"Accept": "text/html,*/*;q=0.8"})
        assert (page.status_code, page.headers["cache-control"]) == (status, "no-store")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "To the desk" in texts(page.text)
        assert http.get(address).headers["content-type"] == "application/problem+json"
