"""Socket Mode: the same deliveries through a connection that we open."""

import asyncio
import json

import pytest

from tests.api.slack.office import PATIENCE_SECONDS, Office
from tests.api.slack.test_conversing import said
from tests.api.slack.workspace import ANALYST, Delivery, mention

pytestmark = pytest.mark.anyio


async def test_what_comes_by_the_socket_is_acknowledged_and_answered_once(socket_office: Office) -> None:
    slack = socket_office.slack
    await socket_office.connection.open_socket()
    async with asyncio.timeout(PATIENCE_SECONDS):
        for envelope in ("envelope-1", "envelope-2"):
            await slack.sockets[0].send_json(in_envelope(ASKED, envelope))
        acknowledged = [await slack.acknowledged.get() for _ in range(2)]
        await slack.something_posted.wait()
    await socket_office.connection.finish(PATIENCE_SECONDS)
    await socket_office.settled()

    assert {one["envelope_id"] for one in acknowledged} == {"envelope-1", "envelope-2"}
    assert said(socket_office) == ["hello"]


ASKED = mention(ANALYST, "hello")


def in_envelope(delivery: Delivery, envelope: str) -> dict[str, object]:
    return {
        "envelope_id": envelope,
        "type": "events_api",
        "accepts_response_payload": False,
        "payload": json.loads(delivery.body),
        "retry_attempt": 0,
    }
