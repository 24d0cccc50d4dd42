"""The manifest asks for exactly what the code needs and listens to."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import api.slack
from api.slack.connection import COMMAND, EVENTS, PATH
from api.slack.staff import StaffFile
from tests.api.slack.slack_server import REQUIRED

DOCS = Path(__file__).parents[3] / "docs"
MANIFEST = DOCS / "slack-manifest.yaml"
HISTORY = frozenset({"channels:history", "groups:history", "im:history"})
SCOPES = {
    "assistant.threads.setStatus": {"chat:write"},
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "assistant.threads.setTitle": {"assistant:write"},
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": HISTORY,
    "conversations.open": {"im:write"},
    "conversations.replies": HISTORY,
    "files.upload.v2": {"files:write"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read", "users:read.email"},
    "views.publish": set(),
}
"""By method, as Slack's reference has them. Events and commands need some beside these."""
OF_EVENTS = HISTORY | {"app_mentions:read", "commands"}


@pytest.fixture
def manifest() -> Any:
    return yaml.safe_load(MANIFEST.read_text())


def test_it_subscribes_to_what_is_listened_to(manifest: Any) -> None:
    subscribed = manifest["settings"]["event_subscriptions"]["bot_events"]

    assert {event.partition(".")[0] for event in subscribed} == set(EVENTS)
    assert [one["command"] for one in manifest["features"]["slash_commands"]] == [COMMAND]


def test_it_asks_for_the_scopes_that_the_calls_need_and_no_more(manifest: Any) -> None:
    folder = Path(inspect.getfile(api.slack)).parent
    source = "".join(file.read_text() for file in sorted(folder.glob("*.py")))
    called = {name.replace("_", ".") for name in re.findall(r"\.client\.([a-z]\w+)", source)}

    assert called == set(SCOPES)
    assert {name for name in called if name != "files.upload.v2"} <= set(REQUIRED), (
        "the tests' Slack knows each"
    )
    needed = OF_EVENTS.union(*SCOPES.values())
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed


def test_its_lines_for_http_make_a_manifest_for_http() -> None:
    text = (
        MANIFEST.read_text()
        .replace("# HTTP: ", "")
        .replace("socket_mode_enabled: true", "socket_mode_enabled: false")
    )

    changed = yaml.safe_load(text)

    settings = changed["settings"]
    urls = [
        changed["features"]["slash_commands"][0]["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
    ]
    assert all(url.endswith(PATH) for url in urls)


def test_the_list_of_staff_in_the_docs_is_one() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", (DOCS / "slack.md").read_text(), re.DOTALL)

    assert len(StaffFile.model_validate(yaml.safe_load(inspect.cleandoc("\n" + example))).slack.members) == 2
