"""Asking Parley beside a case, on its page: who may, what is shown, and to whom."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.conftest import Conversation, Served
from tests.api.desk.conftest import ANN, KIM, LEE, Browser, SignInAs, case_of, handoff_of, say, settled, texts
from tools.commerce.demo import named_customers
from tools.commerce.schema import Conversation as ConversationRow
from tools.commerce.schema import ConversationChannel, Role, SideChat


@pytest.fixture
def known_talk(staffed: Served) -> Conversation:
    """With a customer who is signed in, handed over."""
    email = named_customers()[0].email
    token = staffed.parley.tokens.issue(email, email, Role.SHOPPER, staffed.parley.now())
    talk = staffed.start(token)
    say(talk, "I want to talk to a person")
    return talk


def asks(browser: Browser, case: str, question: str, form_id: str = "1") -> str:
    """The side chat as the page then shows it."""
    answer = browser.post(f"{case}/ask", question=question, form_id=form_id)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{case}#ask")
    return chat_on(browser, case)


def chat_on(browser: Browser, case: str) -> str:
    page = settled(browser, case)
    found = re.search(r'<div id="asked"[^>]*>(.*?)<form id="question-form"', page, re.DOTALL)
    assert found
    return texts(found[1])


def test_an_answer_is_on_the_page_of_whoever_asked_and_nowhere_else(
    sign_in_as: SignInAs, known_talk: Conversation, staffed: Served
) -> None:
    kim, lee, case = sign_in_as(KIM), sign_in_as(LEE), case_of(known_talk)
    with known_talk.client() as shopper:
        before = shopper.get(known_talk.path).json()
        told = asks(kim, case, "who is this?")

        assert "You" in told
        assert named_customers()[0].email in told
        assert (
            "standard delivery costs five dollars" in asks(kim, case, "What does delivery cost?", "2").lower()
        )
        assert shopper.get(known_talk.path).json() == before
    assert chat_on(lee, case).strip() == ""
    assert 'id="said-1"' in lee.get(case).text
    with staffed.parley.database.reading() as session:
        chat = session.query(SideChat).filter_by(handoff_id=handoff_of(known_talk).id).one()
        talk = session.get_one(ConversationRow, chat.conversation_id)
        assert (talk.channel, talk.role, talk.staff_email) == (ConversationChannel.DESK, Role.AGENT, KIM)


def test_the_same_form_asks_once_also_from_two_windows(
    sign_in_as: SignInAs, known_talk: Conversation, staffed: Served
) -> None:
    browsers, case = [sign_in_as(KIM) for _ in range(4)], case_of(known_talk)
    with ThreadPoolExecutor(4) as pool:
        chats = list(pool.map(lambda browser: asks(browser, case, "who is she?", "one form"), browsers))

    assert [chat.count("who is she?") for chat in chats] == [1, 1, 1, 1]
    with staffed.parley.database.reading() as session:
        assert session.query(SideChat).filter_by(handoff_id=handoff_of(known_talk).id).count() == 1


def test_only_who_answers_shoppers_may_ask_and_from_the_page_itself(
    sign_in_as: SignInAs, talk: Conversation, staffed: Served
) -> None:
    case = case_of(talk)
    kim = sign_in_as(KIM)
    forged = kim.http.post(
        f"{case}/ask",
        data={"question": "who is she?", "form_token": kim.form_token},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    with staffed.client() as nobody:
        denied = [
            sign_in_as(ANN).post(f"{case}/ask", question="who is she?"),
            forged,
            kim.http.post(f"{case}/ask", data={"question": "x"}, headers={"Sec-Fetch-Site": "same-origin"}),
            nobody.post(f"{case}/ask", data={"question": "x"}),
            kim.post("/desk/cases/00000000-0000-4000-8000-000000000000/ask", question="x"),
        ]
    assert [answer.status_code for answer in denied] == [403, 403, 403, 303, 404]
    assert kim.post(f"{case}/ask", question=" ").status_code == 303
    with staffed.parley.database.reading() as session:
        assert session.query(SideChat).filter_by(handoff_id=handoff_of(talk).id).count() == 0


def test_what_cannot_be_asked_is_said_and_stays_typed(sign_in_as: SignInAs, talk: Conversation) -> None:
    long = "why " * 1200
    answer = sign_in_as(KIM).post(f"{case_of(talk)}/ask", question=long)

    assert answer.status_code == 422
    assert "at most" in answer.text.lower()
    assert long.strip() in answer.text


def test_mark_up_in_a_question_is_text(sign_in_as: SignInAs, talk: Conversation) -> None:
    page = sign_in_as(KIM)
    asks(page, case_of(talk), "<img src=x onerror=alert(1)> <script>alert(1)</script>")

    assert "<img src=x" not in page.get(case_of(talk)).text
    assert "<script>alert" not in page.get(case_of(talk)).text
