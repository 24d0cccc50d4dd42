"""Processes of their own: one carries out a confirmed refund and is killed at a named point, one comes after it."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from api.app import LOOK_SECONDS
from api.repeating import repeat
from bot.agent import build_agents
from bot.conversation import Conversations
from bot.desk import Desk
from bot.models import Models
from knowledge.search import KnowledgeBase
from tests.bot.scripted_model import ScriptedModel, echo
from tests.tools.builders import POLICY, SHOP, NoArticles, settlement
from tools.commerce.changes.decisions import Decision
from tools.commerce.database import Database
from tools.commerce.payments.gateway import Instruction
from tools.commerce.payments.stripe_gateway import StripeGateway


class Point(StrEnum):
    """Where the process dies: by its own hand, or, while it waits for the gateway, by the test's."""

    BEFORE_INTENT = "before the decision and its ledger entries are committed"
    AFTER_INTENT = "after they are committed"
    BEFORE_CALL = "before the gateway is called"
    AFTER_CALL = "when the gateway has been called and has done nothing yet"
    BEFORE_REPLY = "when the gateway has moved the money and not answered"
    AFTER_REPLY = "when the gateway has answered"
    BEFORE_COMMIT = "before the gateway's answer is committed"
    AFTER_COMMIT = "after it is committed"
    BEFORE_ANSWER = "before the shopper's answer is committed"
    AFTER_ANSWER = "after it is committed, and before it is sent"


Commits = Mapping[str, tuple[StrEnum, StrEnum]]
"""By how the statement begins that tells a transaction from others: the points around its commit."""

_COMMITS: Commits = {
    "INSERT INTO ledger_entries": (Point.BEFORE_INTENT, Point.AFTER_INTENT),
    "UPDATE ledger_entries SET status": (Point.BEFORE_COMMIT, Point.AFTER_COMMIT),
    "UPDATE messages SET answered_at": (Point.BEFORE_ANSWER, Point.AFTER_ANSWER),
}


def utc_now() -> datetime:
    return datetime.now(UTC)


def confirm_and_die(
    database_url: str, stripe_url: str, conversation_id: str, proposal_id: str, point: Point
) -> None:
    """Presses the button of a proposal."""
    database = Database(database_url)
    die_around_commits(database, point, _COMMITS)
    desk = desk_of(database, _DyingGateway(stripe_url, point))

    async def confirm() -> None:
        async for _ in Conversations(desk).decide(conversation_id, proposal_id, Decision.CONFIRM):
            pass

    asyncio.run(confirm())


def serve(database_url: str, stripe_url: str) -> None:
    """What a server does beside its requests, until it is terminated."""
    desk = desk_of(Database(database_url), StripeGateway("sk_test_nobody", stripe_url))

    async def work() -> None:
        conversations = Conversations(desk)

        async def settle() -> None:
            await asyncio.to_thread(desk.settlement.settle_due)

        often = (settle, conversations.resume_abandoned, conversations.tend_proposals)
        await asyncio.gather(*(repeat(one, LOOK_SECONDS) for one in often))

    asyncio.run(work())


class _DyingGateway(StripeGateway):
    def __init__(self, url: str, point: Point) -> None:
        super().__init__("sk_test_nobody", url)
        self._point = point

    def send(self, instruction: Instruction) -> str:
        if self._point is Point.BEFORE_CALL:
            _die()
        ref = super().send(instruction)
        if self._point is Point.AFTER_REPLY:
            _die()
        return ref


def die_around_commits(database: Database, point: StrEnum, commits: Commits) -> None:
    """Ends this process before or after the commit that `point` names."""
    now = _Transaction()

    def begin(_: Connection) -> None:
        now.before = now.after = None

    def notice(_: Connection, __: object, statement: str, *___: object) -> None:
        for beginning, around in commits.items():
            if statement.startswith(beginning):
                now.before, now.after = around

    def commit(_: Connection) -> None:
        if now.before is point:
            _die()
        now.before = None

    def committed(_: Session) -> None:
        # Of a savepoint it is told too: then the transaction's own commit is still to come.
        if now.before is None and now.after is point:
            _die()

    event.listen(database.engine, "begin", begin)
    event.listen(database.engine, "before_cursor_execute", notice)
    event.listen(database.engine, "commit", commit)
    event.listen(Session, "after_commit", committed)


class _Transaction(threading.local):
    """Stays in one thread from its first statement to its end."""

    before: StrEnum | None = None
    after: StrEnum | None = None


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def desk_of(database: Database, gateway: StripeGateway, now: Callable[[], datetime] = utc_now) -> Desk:
    """With a model that only repeats what it hears: decisions ask none."""
    model = ScriptedModel(script=echo)
    return Desk(
        database=database,
        knowledge=cast(KnowledgeBase, NoArticles()),
        shop=SHOP,
        policy=POLICY,
        agents=build_agents(Models(model, model)),
        order_numbers=(),
        settlement=settlement(database, now, gateway),
        now=now,
    )
