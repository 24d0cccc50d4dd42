"""The same conversation on an LLM, through a server that speaks OpenAI's protocol; and without it when it fails."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Conversation, MakeSettings, Served, serving
from tests.api.test_conversations import SSE, events_of, say
from tests.llm_server import CallTool, Fail, LlmServer, Say, serving_llm


def looks_up_delivery(messages: list[dict[str, Any]]) -> CallTool | Say:
    if messages[-1]["role"] == "tool":
        return Say("Delivery costs five dollars, as the article says.")
    return CallTool("search_knowledge", {"question": "What does delivery cost?"})


@pytest.fixture(scope="module")
def llm() -> Iterator[LlmServer]:
    with serving_llm(looks_up_delivery) as llm:
        yield llm


@pytest.fixture(scope="module")
def on_llm(llm: LlmServer, make_settings: MakeSettings, small_shop: Path) -> Iterator[Served]:
    settings = make_settings(
        shop_dir=small_shop, model="openai:gpt-test", model_base_url=llm.url, model_timeout_seconds=5
    )
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OPENAI_API_KEY", "key-of-nobody")
        with serving(settings) as served:
            yield served


@pytest.fixture
def conversation(on_llm: Served, llm: LlmServer) -> Conversation:
    llm.script = looks_up_delivery
    llm.requests.clear()
    return on_llm.start()


def test_the_llm_calls_a_tool_reads_its_answer_and_streams_text(
    conversation: Conversation, llm: LlmServer
) -> None:
    body = {"text": "How much do you take for shipping?"}
    with (
        conversation.client() as client,
        client.stream("POST", f"{conversation.path}/messages", json=body, headers=SSE) as answer,
    ):
        events = events_of(answer)

    names = [name for name, _, _ in events]
    assert "working" in names
    pieces = [data["text"] for name, _, data in events if name == "text"]
    assert len(pieces) > 3
    assert "".join(pieces).strip() == "Delivery costs five dollars, as the article says."
    first, second = llm.requests
    assert first["messages"][-1] == {"role": "user", "content": body["text"]}
    assert second["messages"][-1]["role"] == "tool"
    assert "five dollars" in second["messages"][-1]["content"]
    assert not any("runtime" in str(tool["function"]["parameters"]) for tool in first["tools"])


def test_a_call_that_breaks_off_is_answered_so_that_the_llm_can_make_it_again(
    conversation: Conversation, llm: LlmServer
) -> None:
    def slips_once(messages: list[dict[str, Any]]) -> CallTool | Say:
        if messages[-1]["role"] == "tool" and "call_unreadable" in messages[-1]["content"]:
            return CallTool("search_knowledge", {"question": "What does delivery cost?"})
        if messages[-1]["role"] == "tool":
            return Say("It costs five dollars.")
        return CallTool("search_knowledge", '"What does del')

    llm.script = slips_once

    with conversation.client() as client:
        reply = say(client, conversation.path, "What does delivery cost?").json()

    assert reply["messages"][0]["text"] == "It costs five dollars."
    assert len(llm.requests) == 3


def test_when_the_provider_is_down_the_embedded_model_answers(
    conversation: Conversation, llm: LlmServer
) -> None:
    llm.script = lambda _: Fail(401)

    with conversation.client() as client:
        reply = say(client, conversation.path, "What does delivery cost?").json()

    [message] = reply["messages"]
    assert "five dollars" in message["text"]
    assert llm.requests


def test_an_answer_that_breaks_off_is_not_the_answer(conversation: Conversation, llm: LlmServer) -> None:
    llm.script = lambda _: Say("This will never be finished, whatever happens", cut_after=3)

    with conversation.client() as client:
        reply = say(client, conversation.path, "What does delivery cost?").json()

    [message] = reply["messages"]
    assert "five dollars" in message["text"]
    assert "never" not in message["text"]


def test_an_empty_answer_is_none(conversation: Conversation, llm: LlmServer) -> None:
    llm.script = lambda _: Say("")

    with conversation.client() as client:
        reply = say(client, conversation.path, "What does delivery cost?").json()

    assert "five dollars" in reply["messages"][0]["text"]
