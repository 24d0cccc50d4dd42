"""Nothing that people write, and no secret, gets into the log by way of Slack."""

import logging

import pytest

from tests.api.slack.office import Office
from tests.api.slack.slack_server import BOT_TOKEN, Fault
from tests.api.slack.workspace import AGENT, ANALYST, NOBODY, SIGNING_SECRET, Delivery, command, mention
from tests.tools.builders import Shop
from tools.commerce.database import Database

pytestmark = pytest.mark.anyio

CANARY = "canary-4711"


async def test_nothing_that_people_write_is_logged(
    staff_office: Office, shop: Shop, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.order(f"A-{CANARY}", customer_id=shop.customer(f"{CANARY}@home.example", name=CANARY))
    slack = staff_office.slack
    with caplog.at_level(logging.INFO):
        for faults in ([], [Fault.BROKEN], [Fault.BUSY], [Fault.DROPPED]):
            slack.faults["chat.postMessage"] = list(faults)
            slack.faults["chat.postEphemeral"] = list(faults)
            await staff_office.hears(
                mention(ANALYST, CANARY),
                mention(AGENT, f"order A-{CANARY}"),
                mention(NOBODY, CANARY),
                command(ANALYST, CANARY, slack.response_url()),
                Delivery(
                    b'{"type": "event_callback", "event_id": "E", "event": {"type": "message"}}',
                    "application/json",
                ),
            )
        monkeypatch.setattr(Database, "writing", _lost)
        await staff_office.hears(mention(ANALYST, CANARY))

    ours = [record for record in caplog.records if not record.name.startswith(("aiohttp", "httpx"))]
    logged = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in ours)
    assert "reason=ratelimited" in logged
    for secret in (CANARY, BOT_TOKEN, SIGNING_SECRET):
        assert secret not in logged


def _lost(_database: Database) -> None:
    raise RuntimeError(CANARY)
