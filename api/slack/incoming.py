"""What Slack delivers, as far as somebody wants something of us; all else is nothing."""

import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.slack.mrkdwn import mentions, plain
from bot.faults import fault
from tools.commerce.changes.decisions import Decision
from tools.commerce.schema import FeedbackVerdict

log = logging.getLogger(__name__)

COMMAND_THREAD = "command"
"""Stands for a thread's timestamp where there is no thread: what is said by command in a channel."""

_HUMAN_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
PRESSED, COMMANDED = "press:", "command:"
"""What the keys of presses and commands begin with, and so the ids of the messages that they are."""


class Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(Payload):
    """Where to answer. `thread_ts` is empty for the stream of a direct message."""

    channel_id: str
    thread_ts: str
    is_direct: bool = False
    is_shared: bool = False
    response_url: str | None = None


class Wish(Payload):
    """`team_id` is the workspace of the person, who may be a guest from another one."""

    user_id: str
    team_id: str | None = None


class Said(Wish):
    kind: Literal["said"] = "said"
    place: Place
    text: str
    message_id: str
    is_addressed: bool = True
    """False in a channel where the bot was not mentioned: counts only in a conversation that goes on."""


class FollowedUp(Wish):
    """The words on a button below an answer."""

    kind: Literal["followed_up"] = "followed_up"
    place: Place
    conversation_id: str
    text: str
    message_id: str


class Decided(Wish):
    kind: Literal["decided"] = "decided"
    place: Place
    conversation_id: str
    proposal_id: str
    decision: Decision
    seq: int
    message_ts: str | None
    """Where the buttons stand in Slack; None of what one person alone sees."""


class Rated(Wish):
    kind: Literal["rated"] = "rated"
    place: Place
    conversation_id: str
    seq: int
    verdict: FeedbackVerdict


class CsvWanted(Wish):
    kind: Literal["csv_wanted"] = "csv_wanted"
    place: Place
    conversation_id: str
    seq: int


class HandoffWanted(Wish):
    """To take a conversation that waits for a person."""

    kind: Literal["handoff_wanted"] = "handoff_wanted"
    place: Place
    handoff_id: str


class ApprovalDecided(Wish):
    """A yes or no to what a shopper has confirmed and a rule leaves to a person."""

    kind: Literal["approval_decided"] = "approval_decided"
    place: Place
    proposal_id: str
    decision: Decision


class HomeOpened(Wish):
    kind: Literal["home_opened"] = "home_opened"


class PaneOpened(Wish):
    kind: Literal["pane_opened"] = "pane_opened"
    place: Place


Incoming = Annotated[
    Said
    | FollowedUp
    | Decided
    | Rated
    | CsvWanted
    | HandoffWanted
    | ApprovalDecided
    | HomeOpened
    | PaneOpened,
    Field(discriminator="kind"),
]
INCOMING: TypeAdapter[Incoming] = TypeAdapter(Incoming)


class Button(Payload):
    """What a button of ours carries in its value."""

    conversation: str
    message: int
    say: str | None = None
    proposal: str | None = None
    decision: Decision | None = None
    verdict: FeedbackVerdict | None = None

    def value(self) -> str:
        return self.model_dump_json(exclude_none=True)


def incoming(body: Mapping[str, Any]) -> tuple[str, Incoming] | None:
    """What is wanted, under a key that is the same however often it is delivered; None where nothing is."""
    try:
        if body.get("type") == "event_callback":
            return _event(body)
        if body.get("type") == "block_actions":
            return _action(body)
        if "command" in body:
            return _command(body)
    except (KeyError, ValidationError) as error:
        log.warning("a delivery is not in the form that Slack documents: %s", fault(error))
    return None


def message_key(channel_id: str, ts: str) -> str:
    return f"message:{channel_id}:{ts}"


def _event(body: Mapping[str, Any]) -> tuple[str, Incoming] | None:
    event = body["event"]
    kind, key = event["type"], f"event:{body['event_id']}"
    if kind in {"app_mention", "message"}:
        return _message(body, event)
    if kind == "app_home_opened" and event.get("tab") == "home":
        return key, HomeOpened(user_id=event["user"], team_id=body.get("team_id"))
    if kind == "assistant_thread_started":
        thread = event["assistant_thread"]
        place = Place(channel_id=thread["channel_id"], thread_ts=thread["thread_ts"], is_direct=True)
        return key, PaneOpened(user_id=thread["user_id"], team_id=body.get("team_id"), place=place)
    return None


def _message(body: Mapping[str, Any], event: Mapping[str, Any]) -> tuple[str, Incoming] | None:
    """A mention comes twice, as mention and as message of its channel: its place in Slack is its key."""
    if event.get("bot_id") or "user" not in event or event.get("subtype") not in _HUMAN_SUBTYPES:
        return None
    written = str(event.get("text", ""))
    bot = _bot_user(body)
    is_direct = event.get("channel_type") == "im"
    is_mention = event["type"] == "app_mention" or bot in mentions(written)
    if not is_direct and not is_mention and (mentions(written) or "thread_ts" not in event):
        return None  # people among themselves
    thread = event.get("thread_ts") or ("" if is_direct else event["ts"])
    key = message_key(event["channel"], event["ts"])
    place = Place(
        channel_id=event["channel"],
        thread_ts=thread,
        is_direct=is_direct,
        is_shared=bool(body.get("is_ext_shared_channel")),
    )
    said = Said(
        user_id=event["user"],
        team_id=event.get("user_team") or event.get("source_team") or event.get("team"),
        place=place,
        text=plain(written, bot),
        message_id=key,
        is_addressed=is_direct or is_mention,
    )
    return key, said


def _command(body: Mapping[str, Any]) -> tuple[str, Incoming]:
    key = _numbered(COMMANDED, body["trigger_id"])
    place = Place(
        channel_id=body["channel_id"],
        thread_ts=COMMAND_THREAD,
        response_url=body.get("response_url"),
    )
    text = plain(str(body.get("text", "")))
    return key, Said(
        user_id=body["user_id"], team_id=body.get("team_id"), place=place, text=text, message_id=key
    )


def _action(body: Mapping[str, Any]) -> tuple[str, Incoming] | None:
    action, user = body["actions"][0], body["user"]
    try:
        value = json.loads(action["value"])
    except json.JSONDecodeError:
        return None
    container = body["container"]
    place = Place(
        channel_id=container["channel_id"],
        thread_ts=container.get("thread_ts") or body.get("message", {}).get("thread_ts") or "",
        response_url=body.get("response_url"),
    )
    key = _numbered(PRESSED, body["trigger_id"])
    wish = {"user_id": user["id"], "team_id": user.get("team_id"), "place": place}
    if isinstance(value, dict) and "handoff" in value:
        return key, HandoffWanted.model_validate({**wish, "handoff_id": value["handoff"]})
    if isinstance(value, dict) and "approval" in value:
        said = {"proposal_id": value["approval"], "decision": value["decision"]}
        return key, ApprovalDecided.model_validate({**wish, **said})
    button = Button.model_validate(value)
    at = {**wish, "conversation_id": button.conversation}
    if button.proposal and button.decision:
        stands_at = None if container.get("is_ephemeral") else container["message_ts"]
        said = {"proposal_id": button.proposal, "decision": button.decision, "seq": button.message}
        return key, Decided.model_validate({**at, **said, "message_ts": stands_at})
    if button.verdict:
        return key, Rated.model_validate({**at, "seq": button.message, "verdict": button.verdict})
    if button.say:
        return key, FollowedUp.model_validate({**at, "text": button.say, "message_id": key})
    return key, CsvWanted.model_validate({**at, "seq": button.message})


def _bot_user(body: Mapping[str, Any]) -> str | None:
    authorizations: list[dict[str, str]] = body.get("authorizations") or [{}]
    return authorizations[0].get("user_id")


def _numbered(kind: str, trigger: str) -> str:
    """A key of a press or a command, within the length of a client_message_id."""
    return f"{kind}{hashlib.sha256(trigger.encode()).hexdigest()}"
