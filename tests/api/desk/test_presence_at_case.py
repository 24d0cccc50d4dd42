"""Who is at a case: the shopper, the one who answers, and a colleague who looks on; and nobody answers blindly."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.api.conftest import Conversation
from tests.api.desk.conftest import KIM, LEE, SignInAs, case_of, say, texts


@contextmanager
def presence_at(client: httpx.Client, path: str) -> Iterator[Iterator[dict[str, Any]]]:
    """What a stream tells of who is there, each time that it changes."""
    with client.stream("GET", path, params={"after": 2**31}) as answer:

        def told() -> Iterator[dict[str, Any]]:
            event = ""
            for line in answer.iter_lines():
                event = line.removeprefix("event: ") if line.startswith("event:") else event
                if line.startswith("data:") and event == "presence":
                    yield json.loads(line.removeprefix("data:"))

        yield told()


def until(told: Iterator[dict[str, Any]], key: str, text: str | None) -> dict[str, Any]:
    return next(each for each in told if each[key] == text)


def test_each_sees_who_is_there_and_who_types(sign_in_as: SignInAs, talk: Conversation) -> None:
    kim, lee, case = sign_in_as(KIM), sign_in_as(LEE), case_of(talk)
    kim.post(f"{case}/take")
    with talk.client() as shopper, presence_at(shopper, f"{talk.path}/events") as at_chat:
        assert until(at_chat, "typing", None)
        with (
            presence_at(kim.http, f"{case}/events") as at_kims,
            presence_at(lee.http, f"{case}/events") as at_lees,
        ):
            until(at_kims, "colleagues", "Lee is looking at this too.")
            assert "The shopper is in the chat." in texts(lee.get(case).text)

            assert [lee.post(f"{case}/typing").status_code, kim.post(f"{case}/typing").status_code] == [
                204
            ] * 2
            assert until(at_chat, "typing", "Kim")
            until(at_lees, "colleagues", "Kim is typing an answer.")
            kim.post(f"{case}/messages", text="Hello")
            assert until(at_chat, "typing", None) == {"event": "presence", "typing": None}

            assert shopper.post(f"{talk.path}/typing").status_code == 204
            until(at_kims, "shopper", "The shopper is typing…")
            say(talk, "hi")
            until(at_kims, "shopper", "The shopper is in the chat.")


def test_that_somebody_types_is_told_by_those_who_may_alone(talk: Conversation, sign_in_as: SignInAs) -> None:
    with talk.served.client() as stranger:
        wrong = {"Authorization": "Bearer x"}
        answers = [stranger.post(f"{talk.path}/typing", headers=headers) for headers in ({}, wrong)]
    assert [answer.status_code for answer in answers] == [401, 404]
    assert sign_in_as(KIM).get(case_of(talk)).text.count("The shopper has left the chat.") == 1


def test_what_came_in_meanwhile_is_told_before_an_answer_is_sent(
    sign_in_as: SignInAs, talk: Conversation
) -> None:
    kim, case = sign_in_as(KIM), case_of(talk)
    kim.post(f"{case}/take")
    seen = kim.get(case).text.partition('name="seen" value="')[2].partition('"')[0]
    say(talk, "It has just arrived!")

    told = kim.post(f"{case}/messages", text="I'll search for it.", form_id="f1", seen=seen)
    assert (told.status_code, "One more message came in." in texts(told.text)) == (409, True)
    assert "I&#39;ll search for it.</textarea>" in told.text
    newer = told.text.partition('name="seen" value="')[2].partition('"')[0]
    assert int(newer) > int(seen)

    again = [kim.post(f"{case}/messages", text="Good!", form_id="f2", seen=newer) for _ in range(2)]
    assert [answer.status_code for answer in again] == [303, 303]
    with talk.client() as shopper:
        messages = shopper.get(talk.path).json()["messages"]
    assert [one["text"] for one in messages if one["role"] == "agent"] == ["Good!"]
