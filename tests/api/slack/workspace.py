"""People in a workspace, and Slack's deliveries of what they do, signed as Slack signs them."""

import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.api.slack.posted import Posted
from tests.api.slack.slack_server import BOT_USER, TEAM

Json = dict[str, Any]

SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
ANALYST, AGENT, MANAGER, NOBODY = "U0ANALYST", "U0AGENT", "U0MANAGER", "U0NOBODY"
OPEN, CLOSED, HANDOFFS = "C0OPEN", "C0CLOSED", "C0HANDOFFS"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Delivery:
    body: bytes
    content_type: str

    @classmethod
    def of_event(cls, event: Json, **envelope: Any) -> "Delivery":
        whole = {
            "token": "unused",
            "team_id": TEAM,
            "api_app_id": "A0APP",
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(_NUMBERS):08d}",
            "event_time": 1_773_154_800,
            "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "is_ext_shared_channel": False,
            **envelope,
        }
        return cls(json.dumps(whole).encode(), "application/json")

    @classmethod
    def of_form(cls, **fields: str) -> "Delivery":
        return cls(urlencode(fields).encode(), "application/x-www-form-urlencoded")


def mention(user: str, text: str, channel: str = OPEN, thread: str | None = None, **event: Any) -> Delivery:
    return Delivery.of_event(
        {
            "type": "app_mention",
            "user": user,
            "text": f"<@{BOT_USER}> {text}",
            "channel": channel,
            "team": TEAM,
            "ts": a_ts(),
            **({"thread_ts": thread} if thread else {}),
            **event,
        }
    )


def message(user: str, text: str, channel: str, thread: str | None = None, **event: Any) -> Delivery:
    return Delivery.of_event(
        {
            "type": "message",
            "user": user,
            "text": text,
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
            "team": TEAM,
            "ts": a_ts(),
            **({"thread_ts": thread} if thread else {}),
            **event,
        }
    )


def command(user: str, text: str, response_url: str, channel: str = CLOSED) -> Delivery:
    return Delivery.of_form(
        token="unused",
        team_id=TEAM,
        channel_id=channel,
        channel_name="general",
        user_id=user,
        user_name="somebody",
        command="/kpi",
        text=text,
        response_url=response_url,
        trigger_id=f"{next(_NUMBERS)}.{TEAM}.abcdef",
    )


def press(user: str, posted: Posted, label: str, response_url: str) -> Delivery:
    """Of the button with that label, or the thumb, of a message that was posted."""
    element = posted.buttons.get(label) or _thumb(posted, label)
    payload = {
        "type": "block_actions",
        "user": {"id": user, "username": "somebody", "team_id": TEAM},
        "api_app_id": "A0APP",
        "token": "unused",
        "container": {
            "type": "message",
            "message_ts": posted.ts,
            "channel_id": posted.channel,
            "is_ephemeral": posted.only_to is not None,
            **({"thread_ts": posted.thread_ts} if posted.thread_ts else {}),
        },
        "trigger_id": f"{next(_NUMBERS)}.{TEAM}.abcdef",
        "team": {"id": TEAM, "domain": "shop"},
        "channel": {"id": posted.channel, "name": "general"},
        "response_url": response_url,
        "actions": [{**element, "block_id": "b1", "action_ts": a_ts()}],
    }
    return Delivery.of_form(payload=json.dumps(payload))


def _thumb(posted: Posted, label: str) -> Json:
    (element,) = (
        e for block in posted.blocks if block["type"] == "context_actions" for e in block["elements"]
    )
    return {
        "type": "feedback_buttons",
        "action_id": element["action_id"],
        "value": element[f"{label}_button"]["value"],
    }


def a_ts() -> str:
    return f"1800000000.{next(_NUMBERS):06d}"


@dataclass
class Workspace:
    """Delivers over HTTP."""

    client: httpx.AsyncClient
    slowest: float = field(default=0.0)

    async def deliver(self, delivery: Delivery, **headers: str) -> httpx.Response:
        """Signed as Slack signs, but for what `headers` say."""
        stamp = str(int(time.time()))
        signed = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(delivery.body, stamp),
            "Content-Type": delivery.content_type,
            **headers,
        }
        began = time.perf_counter()
        answer = await self.client.post(
            "/slack/events", content=delivery.body, headers={k: v for k, v in signed.items() if v}
        )
        self.slowest = max(self.slowest, time.perf_counter() - began)
        return answer


def signature(body: bytes, stamp: str) -> str:
    base = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
