"""Deciding proposals over HTTP: pressed, pressed again, streamed, and what of it a look at the conversation shows."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.conftest import Conversation, Served
from tests.api.test_conversations import SSE, events_of, say

LEO = "leo.castellano@fernway.example"
ADDRESS = "12 Pine Street, Denver, CO 80211, US"


@pytest.fixture
def conversation(served: Served) -> Conversation:
    with served.client() as client:
        return served.start(client.post("/demo/sign-in", json={"email": LEO}).json()["identity"])


@pytest.fixture
def client(conversation: Conversation) -> Iterator[httpx.Client]:
    with conversation.client() as client:
        yield client


def propose(client: httpx.Client, conversation: Conversation, address: str) -> dict[str, Any]:
    reply = say(client, conversation.path, f"Change the delivery address of FW-266391 to {address}").json()
    proposal: dict[str, Any] = reply["proposal"]
    assert proposal, reply["messages"]
    return proposal


def press(
    client: httpx.Client, conversation: Conversation, proposal: dict[str, Any], decision: str
) -> dict[str, Any]:
    url = f"{conversation.path}/proposals/{proposal['id']}"
    answer = client.post(url, json={"decision": decision})
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    return reply


def test_a_proposal_comes_in_the_contracts_shape_and_is_confirmed_once(
    client: httpx.Client, conversation: Conversation
) -> None:
    proposal = propose(client, conversation, ADDRESS)
    assert {"id", "kind", "status", "summary", "lines", "money", "rules", "expires_at"} <= set(proposal)
    assert (proposal["kind"], proposal["status"]) == ("address_change", "open")
    assert ADDRESS in proposal["summary"]

    reply = press(client, conversation, proposal, "confirm")

    assert (reply["proposal"]["id"], reply["proposal"]["status"]) == (proposal["id"], "accepted")
    assert reply["messages"][0]["text"].startswith("Done.")
    assert press(client, conversation, proposal, "confirm") == reply
    view = client.get(conversation.path).json()
    assert [m["text"] for m in view["messages"] if m["role"] == "user"][1:] == ["Yes, please go ahead."]
    assert view["proposal"]["status"] == "accepted"
    assert view["messages"][1]["cards"][0]["status"] == "accepted"


def test_a_decision_is_streamed_like_any_turn(client: httpx.Client, conversation: Conversation) -> None:
    proposal = propose(client, conversation, "14 Elm Street, Denver, CO 80211, US")
    url = f"{conversation.path}/proposals/{proposal['id']}"

    with client.stream("POST", url, json={"decision": "decline"}, headers=SSE) as answer:
        events = events_of(answer)

    assert [name for name, _, _ in events] == ["accepted", "message", "done"]
    assert events[0][2]["message"]["text"] == "No, thanks."
    assert events[-1][2]["reply"]["proposal"]["status"] == "declined"


def test_what_was_declined_cannot_be_confirmed_any_more(
    client: httpx.Client, conversation: Conversation
) -> None:
    proposal = propose(client, conversation, "16 Oak Street, Denver, CO 80211, US")
    press(client, conversation, proposal, "decline")

    reply = press(client, conversation, proposal, "confirm")

    assert reply["proposal"]["status"] == "declined"
    assert "nothing was changed" in reply["messages"][0]["text"]


def test_a_proposal_of_another_conversation_is_unknown(
    client: httpx.Client, conversation: Conversation, served: Served
) -> None:
    proposal = propose(client, conversation, "18 Ash Street, Denver, CO 80211, US")
    other = served.start()

    with other.client() as stranger:
        answer = stranger.post(f"{other.path}/proposals/{proposal['id']}", json={"decision": "confirm"})

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:parley:problem:unknown-proposal")
    assert client.get(conversation.path).json()["proposal"]["status"] == "open"


def test_the_answers_to_a_question_come_as_data(served: Served) -> None:
    with served.client() as client:
        token = client.post("/demo/sign-in", json={"email": "nina.kowalski@fernway.example"}).json()[
            "identity"
        ]
    conversation = served.start(token)

    with conversation.client() as client:
        [asked] = say(client, conversation.path, "Please cancel my order").json()["messages"]
        reply = say(client, conversation.path, asked["choices"][0]).json()

    assert asked["choices"][0] == "I changed my mind"
    assert reply["proposal"]["kind"] == "cancellation"
    assert reply["messages"][0]["choices"] == []
