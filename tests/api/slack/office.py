"""A shop's Parley in Slack, with a scripted model: what it is told, and what it does then."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
from fastapi import FastAPI
from langchain_core.messages import AIMessage, BaseMessage

from api.app import create_app
from api.bootstrap import build
from api.parley import Parley
from api.settings import Settings
from api.slack.connection import SlackConnection
from knowledge.shop_profile import DEMO_SHOP
from tests.api.scripted_conversations import scripted_conversations
from tests.api.slack.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer
from tests.api.slack.workspace import (
    AGENT,
    ANALYST,
    HANDOFFS,
    MANAGER,
    OPEN,
    SIGNING_SECRET,
    Delivery,
    Workspace,
)
from tests.bot.scripted_model import Script

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
STAFF = f"""
slack:
  members:
    - {{user: {ANALYST}, role: analyst, email: ana@shop.example}}
    - {{user: {AGENT}, role: agent, email: sam@shop.example}}
    - {{user: {MANAGER}, role: manager, email: kim@shop.example}}
    - {{group: S0TEAM, role: analyst}}
  open_channels: [{OPEN}]
  handoff_channel: {HANDOFFS}
"""
PATIENCE_SECONDS = 10.0


def clerk(messages: Sequence[BaseMessage]) -> AIMessage:
    """Looks figures and orders up when asked for them, and says back everything else."""
    last = messages[-1]
    if last.type == "tool":
        return AIMessage("Here is what I found.")
    said = last.text
    if "orders last week" in said:
        return calling(
            "query_kpis",
            metrics=["orders"],
            first_day="2026-03-02",
            last_day="2026-03-08",
            compare="previous",
        )
    if said.startswith("by channel"):
        return calling(
            "query_kpis",
            metrics=["net_sales"],
            first_day="2026-03-02",
            last_day="2026-03-08",
            dimensions=["channel"],
        )
    if said.startswith("send me orders"):
        return calling("propose_digest", metrics=["orders"], cadence="daily")
    if said.startswith("order "):
        return calling("get_order_details", order_number=said.removeprefix("order "))
    return AIMessage(f"You said: {said}")


def calling(name: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "call-1", "type": "tool_call"}])


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Office:
    """One process. `workspace` delivers to it over HTTP."""

    parley: Parley
    app: FastAPI
    slack: SlackServer
    workspace: Workspace
    clock: Clock
    shop_dir: Path

    @property
    def connection(self) -> SlackConnection:
        return cast(SlackConnection, self.app.state.slack)

    async def hears(self, *deliveries: Delivery) -> list[httpx.Response]:
        """Delivered one after the other, each when everything is done that the one before it caused."""
        answers = []
        for delivery in deliveries:
            answers.append(await self.workspace.deliver(delivery))
            await self.settled()
        return answers

    async def hears_at_once(self, *deliveries: Delivery) -> list[httpx.Response]:
        answers = await asyncio.gather(*map(self.workspace.deliver, deliveries))
        await self.settled()
        return answers

    async def settled(self) -> None:
        """Until nothing goes on in this process."""
        mine = asyncio.current_task()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while others := [t for t in asyncio.all_tasks() - {mine} if _is_work(t)]:
                await asyncio.wait(others, timeout=1)


def _is_work(task: asyncio.Task[Any]) -> bool:
    """A task of Parley's or Bolt's, not of the tests' own server or runner."""
    coroutine = task.get_coro()
    code = getattr(coroutine, "cr_code", None)
    name = code.co_filename if code else ""
    return "/slack_bolt/" in name or "/api/" in name.replace("/tests/api/", "/") or "/bot/" in name


@asynccontextmanager
async def office(
    database_url: str,
    folder: Path,
    slack: SlackServer,
    script: Script = clerk,
    clock: Clock | None = None,
    **settings: Any,
) -> AsyncIterator[Office]:
    clock = clock or Clock()
    parley = build(
        Settings.model_validate(
            {
                "database_url": database_url,
                "data_dir": folder / "data",
                "shop_dir": shop_folder(folder),
                "slack_bot_token": BOT_TOKEN,
                "slack_signing_secret": SIGNING_SECRET,
                "slack_api_base": f"{slack.url}/api/",
                **settings,
            }
        ),
        clock,
    )
    converse(parley, script)
    app = create_app(parley)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://parley.example", timeout=30) as client:
        made = Office(parley, app, slack, Workspace(client), clock, folder / "shop")
        try:
            yield made
        finally:
            await made.settled()
            parley.database.close()


def converse(parley: Parley, script: Script) -> None:
    """What `parley.load` does, with a scripted model and without articles."""
    parley.open(scripted_conversations(parley, script))


def shop_folder(folder: Path) -> Path:
    shop = folder / "shop"
    if not shop.exists():
        shop.mkdir()
        for name in ("shop.yaml", "policy.yaml"):
            (shop / name).write_bytes((DEMO_SHOP / name).read_bytes())
        (shop / "articles").mkdir()
        (shop / "staff.yaml").write_text(STAFF)
    return shop


SOCKET_MODE: dict[str, Any] = {"slack_signing_secret": None, "slack_app_token": APP_TOKEN}


def rewrite_staff(opened: Office, text: str) -> None:
    """As somebody saves the file a moment later."""
    file = opened.shop_dir / "staff.yaml"
    stamp = file.stat().st_mtime_ns + 1_000_000
    file.write_text(text)
    os.utime(file, ns=(stamp, stamp))
