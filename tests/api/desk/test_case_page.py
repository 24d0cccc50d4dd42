"""A case on the desk: taken, answered, put back and closed, by one person at a time."""

import json
import threading
from html import escape

from tests.api.conftest import Conversation
from tests.api.desk.conftest import KIM, LEE, SignInAs, case_of, handoff_of, say, texts
from tools.commerce import outbox, reach
from tools.commerce.schema import HandoffState, OutboxEmail


def said(talk: Conversation) -> list[tuple[str, str | None, str]]:
    with talk.client() as client:
        view = client.get(talk.path).json()
    return [(message["role"], message["author"], message["text"]) for message in view["messages"]]


def test_taken_answered_and_closed_it_is_the_shoppers_chat_all_along(
    sign_in_as: SignInAs, talk: Conversation
) -> None:
    kim, case = sign_in_as(KIM), case_of(talk)
    with talk.served.parley.database.writing() as session:
        reach.leave_address(session, talk.id, "ada@gone.example")
        sent = {"subject": "x", "body": "x", "created_at": talk.served.parley.now()}
        session.add(OutboxEmail(recipient="ada@gone.example", attempts=outbox.MOST_ATTEMPTS, **sent))
    page = texts(kim.get(case).text)
    assert "Take it to answer" in page
    assert "E-mail to ada@gone.example could not be delivered" in page

    assert kim.post(f"{case}/take").headers["location"] == case
    for _ in range(2):
        assert kim.post(f"{case}/messages", text="Hi,\r\nI'm Kim.", form_id="f1").status_code == 303
    say(talk, "thank you!")
    page = texts(kim.get(case).text)
    assert "Kim has it" in page
    assert "thank you!" in page
    kim.post(f"{case}/close")

    assert [each for each in said(talk) if each[0] == "agent"] == [("agent", "Kim", "Hi,\nI'm Kim.")]
    assert handoff_of(talk).state is HandoffState.CLOSED
    assert "Closed: you can read along" in texts(kim.get(case).text)


def test_two_never_answer_over_each_other_and_nothing_typed_is_lost(
    sign_in_as: SignInAs, talk: Conversation
) -> None:
    kim, lee, case = sign_in_as(KIM), sign_in_as(LEE), case_of(talk)
    kim.post(f"{case}/take")

    late = lee.post(f"{case}/take")
    refused = [lee.post(f"{case}/{step}", text="from Lee") for step in ("messages", "release", "close")]
    assert {answer.status_code for answer in [late, *refused]} == {409}
    assert "Kim has it" in texts(lee.get(case).text)
    assert "Your answer" not in lee.get(case).text

    kim.post(f"{case}/release")
    lee.post(f"{case}/take")
    kept = kim.post(f"{case}/messages", text="from Kim")
    assert (kept.status_code, "Take this conversation first" in texts(kept.text)) == (409, True)
    assert [text for role, _, text in said(talk) if role == "agent"] == []


def test_of_two_who_take_it_at_once_one_has_it(sign_in_as: SignInAs, talk: Conversation) -> None:
    case, codes = case_of(talk), []
    browsers = [sign_in_as(email) for email in (KIM, LEE)]

    def take(index: int) -> None:
        codes.append(browsers[index].post(f"{case}/take").status_code)

    threads = [threading.Thread(target=take, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 409]


def test_the_same_words_again_are_said_again_only_from_a_fresh_form(
    sign_in_as: SignInAs, talk: Conversation
) -> None:
    kim, case = sign_in_as(KIM), case_of(talk)
    kim.post(f"{case}/take")
    for form_id, text in (("f1", "ok"), ("f1", "ok"), ("f1", "ok!"), ("f2", "ok"), ("f2", "  ")):
        kim.post(f"{case}/messages", text=text, form_id=form_id)

    assert [text for role, _, text in said(talk) if role == "agent"] == ["ok", "ok!", "ok"]


def test_a_message_that_is_too_long_stays_in_its_field(sign_in_as: SignInAs, talk: Conversation) -> None:
    kim, case = sign_in_as(KIM), case_of(talk)
    kim.post(f"{case}/take")
    answer = kim.post(f"{case}/messages", text="w" * 4001)

    assert answer.status_code == 422
    assert "w" * 4001 in answer.text


def test_what_the_shopper_writes_is_text_and_nothing_else(sign_in_as: SignInAs, talk: Conversation) -> None:
    kim, case = sign_in_as(KIM), case_of(talk)
    payload = "<script>alert(1)</script> </p><a href=javascript:1>x</a> {{ 7*7 }} https://evil.example"
    say(talk, payload)

    for page in (kim.get(case).text, kim.get("/desk").text):
        assert escape(payload).replace("&#x27;", "&#39;") in page
        assert "evil.example<" in page
        assert 'href="https' not in page
        assert "<a href=javascript" not in page


def test_new_messages_come_as_they_are_stored(sign_in_as: SignInAs, talk: Conversation) -> None:
    kim, case = sign_in_as(KIM), case_of(talk)
    with kim.http.stream("GET", f"{case}/events", headers={"Last-Event-ID": "0"}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        seen: list[dict[str, str]] = []
        for line in answer.iter_lines():
            if line.startswith("data:") and "html" in (told := json.loads(line.removeprefix("data:"))):
                seen.append(told)
                if "I'm still here" in texts(seen[-1]["html"]).replace("&#39;", "'"):
                    break
                if "passed this conversation" in seen[-1]["html"]:
                    say(talk, "I'm still here")
    assert 'class="said user"' in seen[0]["html"]
    assert seen[-1]["status"] == "waiting"
