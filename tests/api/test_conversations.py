"""Conversations over HTTP, on a real port: JSON and streamed, resumed, repeated, many at once."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.conftest import Conversation, Served
from tools.commerce.demo import named_customers

SSE = {"Accept": "text/event-stream"}


@pytest.fixture
def conversation(served: Served) -> Conversation:
    return served.start()


@pytest.fixture
def client(conversation: Conversation) -> Iterator[httpx.Client]:
    with conversation.client() as client:
        yield client


def events_of(response: httpx.Response, most: int | None = None) -> list[tuple[str, str, Any]]:
    """Name, id and data of server-sent events as they come; at most so many."""
    found: list[tuple[str, str, Any]] = []
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
            continue
        if "data" in fields:
            found.append((fields["event"], fields.get("id", ""), json.loads(fields["data"])))
        fields = {}
        if most is not None and len(found) >= most:
            break
    return found


def say(client: httpx.Client, path: str, text: str, client_message_id: str | None = None) -> httpx.Response:
    return client.post(f"{path}/messages", json={"text": text, "client_message_id": client_message_id})


def texts(client: httpx.Client, path: str) -> list[tuple[str, str]]:
    return [(m["role"], m["text"]) for m in client.get(path).json()["messages"]]


def test_a_message_gets_a_reply_in_the_contracts_shape(
    client: httpx.Client, conversation: Conversation
) -> None:
    reply = say(client, conversation.path, "What does delivery cost?").json()

    assert set(reply) == {"messages", "proposal", "status"}
    assert (reply["proposal"], reply["status"]) == (None, "bot")
    [message] = reply["messages"]
    assert {"id", "role", "text", "citations", "cards"} <= set(message)
    assert message["role"] == "assistant"
    assert "five dollars" in message["text"]
    assert message["citations"][0]["url"] == "/help/delivery#cost"


def test_a_signed_in_shopper_sees_their_order(served: Served) -> None:
    person = named_customers()[0]
    with served.client() as client:
        token = client.post("/demo/sign-in", json={"email": person.email}).json()["identity"]
    conversation = served.start(identity=token)

    with conversation.client() as client:
        reply = say(client, conversation.path, "Where is my order?").json()

    [message] = reply["messages"]
    assert any(number in message["text"] for number in person.order_numbers)
    assert message["cards"]


def test_a_turn_can_be_streamed(client: httpx.Client, conversation: Conversation) -> None:
    body = {"text": "What does delivery cost?", "client_message_id": "m-1"}
    with client.stream("POST", f"{conversation.path}/messages", json=body, headers=SSE) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        events = events_of(answer)

    names = [name for name, _, _ in events]
    assert (names[0], names[-1]) == ("accepted", "done")
    assert all(name == data["event"] for name, _, data in events)
    accepted, message, done = (next(e for e in events if e[0] == n) for n in ("accepted", "message", "done"))
    assert accepted[2]["message"]["client_message_id"] == "m-1"
    assert (accepted[1], message[1]) == (str(accepted[2]["message"]["id"]), str(message[2]["message"]["id"]))
    assert done[2]["reply"]["messages"] == [message[2]["message"]]
    assert "".join(data["text"] for name, _, data in events if name == "text").strip()


def test_a_message_sent_again_gets_the_same_answer(client: httpx.Client, conversation: Conversation) -> None:
    first = say(client, conversation.path, "What does delivery cost?", "m-1")
    again = say(client, conversation.path, "What does delivery cost?", "m-1")

    assert first.json() == again.json()
    assert len(texts(client, conversation.path)) == 2


def test_an_id_cannot_be_used_for_another_text(client: httpx.Client, conversation: Conversation) -> None:
    say(client, conversation.path, "hello", "m-1")

    for headers in ({}, SSE):
        answer = client.post(
            f"{conversation.path}/messages",
            json={"text": "something else", "client_message_id": "m-1"},
            headers=headers,
        )
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:parley:problem:client-message-reused"
    assert len(texts(client, conversation.path)) == 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty-message"),
        (" \n\t ", "empty-message"),
        ("\x00\x07", "empty-message"),
        ("\u200b\u2060", "empty-message"),
        ("x" * 4001, "message-too-long"),
    ],
)
def test_there_must_be_something_to_read_and_not_too_much(
    client: httpx.Client, conversation: Conversation, text: str, kind: str
) -> None:
    for headers in ({}, SSE):
        answer = client.post(f"{conversation.path}/messages", json={"text": text}, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["type"] == f"urn:parley:problem:{kind}"
    assert texts(client, conversation.path) == []


def test_odd_text_is_answered_and_kept_without_control_characters(
    client: httpx.Client, conversation: Conversation
) -> None:
    answer = client.post(
        f"{conversation.path}/messages",
        headers={"Content-Type": "application/json"},
        content=rb'{"text": "hel\u0000lo \u202e \ud83d\ude00 \ud800 Zalgo\u0316\u0317"}',
    )

    assert answer.status_code == 200
    assert answer.json()["messages"]
    [(_, said), *_] = texts(client, conversation.path)
    assert "hello" in said
    assert "\x00" not in said


def test_fifty_messages_at_once_are_answered_one_after_the_other(
    served: Served, conversation: Conversation
) -> None:
    with conversation.client() as client, ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda n: say(client, conversation.path, f"hello {n}", f"m-{n}"), range(50)))
        said = texts(client, conversation.path)

    assert {answer.status_code for answer in answers} == {200}
    assert [role for role, _ in said] == ["user", "assistant"] * 50
    assert sorted(text for role, text in said if role == "user") == sorted(f"hello {n}" for n in range(50))


def test_events_replay_what_was_said_and_go_on(client: httpx.Client, conversation: Conversation) -> None:
    say(client, conversation.path, "hello")
    path = f"{conversation.path}/events"

    with client.stream("GET", path, params={"after": 0}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = events_of(answer, most=2)
    assert [(name, data["message"]["role"]) for name, _, data in events] == [
        ("message", "user"),
        ("message", "assistant"),
    ]

    last_id = events[-1][1]
    with (
        ThreadPoolExecutor(1) as pool,
        client.stream("GET", path, headers={"Last-Event-ID": last_id}) as answer,
    ):
        pool.submit(say, client, conversation.path, "and what does delivery cost?")
        fresh = events_of(answer, most=2)
    assert [data["message"]["role"] for _, _, data in fresh] == ["user", "assistant"]
    assert min(int(event_id) for _, event_id, _ in fresh) > int(last_id)


def test_the_last_event_seen_takes_precedence_over_the_address(
    client: httpx.Client, conversation: Conversation
) -> None:
    say(client, conversation.path, "hello")
    first = client.get(conversation.path).json()["messages"][0]["id"]

    headers = {"Last-Event-ID": str(first)}
    with client.stream("GET", f"{conversation.path}/events?after=0", headers=headers) as answer:
        [(_, _, data)] = events_of(answer, most=1)

    assert data["message"]["role"] == "assistant"


def test_whoever_hangs_up_finds_the_answer_later(client: httpx.Client, conversation: Conversation) -> None:
    body = {"text": "What does delivery cost?", "client_message_id": "m-1"}
    with client.stream("POST", f"{conversation.path}/messages", json=body, headers=SSE) as answer:
        events_of(answer, most=1)

    with client.stream("GET", f"{conversation.path}/events") as answer:
        events = events_of(answer, most=2)

    assert [data["message"]["role"] for _, _, data in events] == ["user", "assistant"]


def test_it_is_ready_and_counts_its_turns(
    served: Served, client: httpx.Client, conversation: Conversation
) -> None:
    say(client, conversation.path, "hello")

    assert client.get("/readyz").json() == {"ready": True, "missing": []}
    text = client.get("/metrics").text
    assert 'parley_turns_total{outcome="answered"}' in text
    assert "parley_running_turns 0.0" in text
    assert conversation.id not in text
