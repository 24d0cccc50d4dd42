"""`kill -9` in the middle of a turn: after a restart the conversation goes on, nothing lost, nothing said twice."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.conftest import write_small_shop
from tests.api.test_conversations import SSE
from tests.end_to_end.server import Server, free_port
from tests.llm_server import CallTool, Say, serving_llm

TEXT = "What does delivery cost?"


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, learned_intents: Path) -> dict[str, str]:
    """Settings of a small shop, whose index and embedded model are made once."""
    data_dir = tmp_path_factory.mktemp("data")
    shutil.copytree(learned_intents, data_dir / "classifier")
    return {"SHOP_DIR": str(write_small_shop(tmp_path_factory.mktemp("shop"))), "DATA_DIR": str(data_dir)}


@contextmanager
def served(folder: Path, settings: dict[str, str]) -> Iterator[Server]:
    server = Server(folder, free_port(), settings=settings)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def start(url: str) -> tuple[str, dict[str, str]]:
    """The path of a new conversation, and the headers that open it."""
    started = httpx.post(f"{url}/api/conversations", json={}).json()
    return f"/api/conversations/{started['id']}", {"Authorization": f"Bearer {started['token']}"}


def send_and_kill(server: Server, path: str, headers: dict[str, str], after: str) -> None:
    """Kills the server when its stream has told of the event `after`."""
    body = {"text": TEXT, "client_message_id": "m-1"}
    url = f"{server.url}{path}/messages"
    with (
        suppress(httpx.TransportError),
        httpx.stream("POST", url, json=body, headers=headers | SSE, timeout=60) as answer,
    ):
        told = next(line for line in answer.iter_lines() if line in {f"event: {after}", "event: done"})
        server.kill()
        assert told == f"event: {after}"


def messages(server: Server, path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{server.url}{path}", headers=headers).json()["messages"]
    return found


def send_again(server: Server, path: str, headers: dict[str, str]) -> dict[str, Any]:
    answer = httpx.post(
        f"{server.url}{path}/messages",
        json={"text": TEXT, "client_message_id": "m-1"},
        headers=headers,
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    return reply


def test_a_message_that_was_accepted_is_answered_once(tmp_path: Path, learned: dict[str, str]) -> None:
    with served(tmp_path, learned) as server:
        path, headers = start(server.url)
        send_and_kill(server, path, headers, after="accepted")
        server.by_command = True
        server.start()

        reply = send_again(server, path, headers)
        said = messages(server, path, headers)

    assert [message["role"] for message in said] == ["user", "assistant"]
    assert said[0]["text"] == TEXT
    assert "five dollars" in said[1]["text"]
    assert reply["messages"] == said[1:]


def test_a_slow_models_turn_is_taken_up_again_without_running_the_tool_for_nothing(
    tmp_path: Path, learned: dict[str, str]
) -> None:
    def looks_up_then_talks_slowly(messages: list[dict[str, Any]]) -> CallTool | Say:
        if messages[-1]["role"] == "tool":
            return Say("It costs five dollars, and we are glad to send it.", pause=0.2)
        return CallTool("search_knowledge", {"question": TEXT})

    with serving_llm(looks_up_then_talks_slowly) as llm:
        on_llm = learned | {
            "MODEL": "openai:gpt-test",
            "MODEL_BASE_URL": llm.url,
            "OPENAI_API_KEY": "key-of-nobody",
        }
        with served(tmp_path, on_llm) as server:
            path, headers = start(server.url)
            send_and_kill(server, path, headers, after="text")
            assert llm.requests, "the model was asked before the kill"
            server.start()

            # Nobody asks again: the restarted server itself finishes what it had accepted.
            deadline = time.monotonic() + 40
            while len(said := messages(server, path, headers)) < 2 and time.monotonic() < deadline:
                time.sleep(0.1)
            reply = send_again(server, path, headers)
            said_in_the_end = messages(server, path, headers)

    assert [message["role"] for message in said] == ["user", "assistant"]
    assert said[1]["text"] == "It costs five dollars, and we are glad to send it."
    assert said_in_the_end == said
    assert reply["messages"] == said[1:]
