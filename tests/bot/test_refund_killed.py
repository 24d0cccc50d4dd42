"""`kill -9` at each step of a refund: after a restart it has been paid once, and the shopper is told the truth.

`KILL_ROUNDS=50 pytest -s` kills fifty times at each step, on each database, and tells how long it took to settle.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from api.app import LOOK_SECONDS
from bot.conversation import Conversations
from bot.register import Identity
from tests.bot.conftest import Opened
from tests.bot.killed_process import Point, confirm_and_die, serve, utc_now
from tests.processes import processes
from tests.stripe_server import Fault, StripeServer, serving_stripe
from tests.tools.builders import settlement
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce import transcript
from tools.commerce.changes.settlement import CLAIM
from tools.commerce.database import Database
from tools.commerce.schema import (
    ConversationChannel,
    EntryStatus,
    LedgerEntry,
    Message,
    MessageRole,
)

pytestmark = pytest.mark.anyio

ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
PATIENCE_SECONDS = 60.0
FAULTS = {Point.AFTER_CALL: Fault.HELD, Point.BEFORE_REPLY: Fault.SILENT}


@dataclass(frozen=True)
class Victim:
    point: Point
    number: str
    conversation_id: str
    payment: str


@pytest.fixture
def stripe() -> Iterator[StripeServer]:
    with serving_stripe() as server:
        yield server


def test_what_a_dead_process_left_is_taken_up_within_ten_seconds() -> None:
    """Its claim or its lease has run out by then, and somebody has looked."""
    longest = max(CLAIM, transcript.LEASE).total_seconds()

    assert longest + LOOK_SECONDS <= 10


@pytest.mark.parametrize("_round", range(ROUNDS))
async def test_a_refund_is_paid_once_and_told_truly_wherever_its_process_was_killed(
    _round: int,
    database: Database,
    database_url: str,
    stripe: StripeServer,
    desk_at: Opened,
) -> None:
    shop = PaidShop(database, now=utc_now())
    desk = replace(desk_at(database), now=utc_now, settlement=settlement(database, utc_now))
    conversations = Conversations(desk)
    victims = []
    for number, point in enumerate(Point, start=1):
        victim, proposal_id = await proposed(conversations, shop, stripe, f"A-{number}", point)
        killed(database_url, stripe, victim, proposal_id)
        victims.append(victim)

    with restarted(database_url, stripe):
        seconds = seconds_until_settled(shop, len(victims))

    print(f"settled {seconds:.1f} seconds after the restart")
    for victim in victims:
        refunds = [one["amount"] for one in stripe.refunds if one["payment_intent"] == victim.payment]
        assert refunds == [7500], victim.point
        assert said(shop, victim)[2:] == ["Yes, please go ahead.", done(victim)], victim.point
    for victim in victims:
        answer = (await conversations.reply(victim.conversation_id, "did it work?")).messages[-1].text
        assert answer.startswith("Yes."), (victim.point, answer)
        assert "cancelled today" in answer, (victim.point, answer)
    await conversations.finish_running(10)


async def proposed(
    conversations: Conversations, shop: PaidShop, stripe: StripeServer, number: str, point: Point
) -> tuple[Victim, str]:
    """An order of $75.00 that Ada has just been offered to cancel."""
    order_id = shop.paid(number)
    payment = f"pi_{order_id}_1"
    stripe.paid(payment, 7500)
    started = await conversations.start(Identity(email="ada@example.com"), ConversationChannel.WIDGET)
    reply = await conversations.reply(started.id, f"cancel order {number}, I changed my mind")
    assert reply.proposal is not None, reply
    return Victim(point, number, started.id, payment), reply.proposal.id


def killed(database_url: str, stripe: StripeServer, victim: Victim, proposal_id: str) -> None:
    """A process of its own carries the proposal out, and dies at the point. What the gateway has begun it ends."""
    for one in (stripe.held, stripe.go_on, stripe.done):
        one.clear()
    stripe.faults.extend([FAULTS[victim.point]] if victim.point in FAULTS else [])
    process = processes().Process(
        target=confirm_and_die,
        args=(database_url, stripe.url, victim.conversation_id, proposal_id, victim.point),
    )
    process.start()
    if victim.point in FAULTS:
        reached = stripe.held if victim.point is Point.AFTER_CALL else stripe.done
        assert reached.wait(PATIENCE_SECONDS)
        process.kill()
        stripe.go_on.set()
        assert stripe.done.wait(PATIENCE_SECONDS)
    process.join(PATIENCE_SECONDS)
    assert process.exitcode == -signal.SIGKILL, victim.point


@contextmanager
def restarted(database_url: str, stripe: StripeServer) -> Iterator[None]:
    process = processes().Process(target=serve, args=(database_url, stripe.url))
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(PATIENCE_SECONDS)


def seconds_until_settled(shop: PaidShop, expected: int) -> float:
    """Until every refund is settled and every message answered."""
    begun = time.monotonic()
    while time.monotonic() < begun + PATIENCE_SECONDS:
        settled = [one for one in shop.all(LedgerEntry) if one.status is EntryStatus.SETTLED]
        unanswered = [
            one for one in shop.all(Message) if one.role is MessageRole.USER and one.answered_at is None
        ]
        if len(settled) == expected and not unanswered:
            return time.monotonic() - begun
        time.sleep(0.05)
    raise AssertionError("not settled in time")


def said(shop: PaidShop, victim: Victim) -> list[str]:
    """The conversation as the shopper reads it."""
    mine = [one for one in shop.all(Message) if one.conversation_id == victim.conversation_id]
    return [one.text for one in mine if one.text and one.role is not MessageRole.TOOL]


def done(victim: Victim) -> str:
    money = "We give back $75.00 to Visa ending in 4242. We refund the payment within 2 business days."
    return f"Done. Order {victim.number} is canceled. {money}"
