"""What a shopper reads when the payment gateway refuses, or is silent for a while."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.conversation import Conversations
from bot.events import DoneEvent
from tests.bot.conftest import Clock, Opened
from tests.bot.killed_process import desk_of
from tests.stripe_server import Fault, StripeServer, serving_stripe
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce.changes.decisions import Decision
from tools.commerce.changes.requests import CancellationRequest, ChangeRequest, PaymentChangeRequest
from tools.commerce.changes.settlement import Settlement
from tools.commerce.database import Database
from tools.commerce.payments import stripe_gateway
from tools.commerce.payments.stripe_gateway import StripeGateway
from tools.commerce.schema import CancellationReason, PaymentMethod

pytestmark = pytest.mark.anyio

CANCEL = CancellationRequest(order_number="A-1", reason=CancellationReason.CHANGED_MIND)
PAY_BY_MASTERCARD = PaymentChangeRequest(order_number="A-1", payment_method="Mastercard")


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeServer]:
    monkeypatch.setattr(stripe_gateway, "RETRIES", 0)
    with serving_stripe() as server:
        yield server


@dataclass
class Talk:
    """Ada's, about her order A-1 of $75.00."""

    shop: PaidShop
    conversations: Conversations
    settlement: Settlement
    clock: Clock
    id: str

    async def confirmed(self, request: ChangeRequest) -> str:
        """What she reads after pressing the button."""
        proposal = self.shop.proposed(request, self.id)
        async for event in self.conversations.decide(self.id, proposal.id, Decision.CONFIRM):
            if isinstance(event, DoneEvent):
                return event.reply.messages[-1].text
        raise AssertionError("no reply")

    async def later(self) -> list[str]:
        """What she reads of herself, once the gateway has been asked again."""
        before = len((await self.conversations.view(self.id)).messages)
        self.clock.now += timedelta(minutes=1)
        self.settlement.settle_due()
        for _ in range(2):
            await self.conversations.tend_proposals()
        return [message.text for message in (await self.conversations.view(self.id)).messages[before:]]


@pytest.fixture
def talk(database: Database, stripe: StripeServer, clock: Clock) -> Talk:
    shop = PaidShop(database, now=clock.now)
    stripe.paid(f"pi_{shop.paid('A-1')}_1", 7500)
    with database.writing() as session:
        session.get_one(PaymentMethod, shop.other_card).gateway_ref = "pm_mastercard"
    desk = desk_of(database, StripeGateway("sk_test_nobody", stripe.url), clock)
    return Talk(shop, Conversations(desk), desk.settlement, clock, shop.talk())


REFUSED = "But $75.00 could not be sent back that way. Our team has to look at it, so it takes longer."


async def test_a_refund_that_is_refused_at_once_is_told_with_the_answer(
    talk: Talk, stripe: StripeServer
) -> None:
    stripe.refund_status = "failed"

    text = await talk.confirmed(CANCEL)

    assert text.startswith("Done. Order A-1 is canceled.")
    assert text.endswith(REFUSED)
    assert await talk.later() == []


async def test_a_refund_that_is_refused_later_is_told_then_and_once(talk: Talk, stripe: StripeServer) -> None:
    stripe.faults.append(Fault.BUSY)
    assert REFUSED not in await talk.confirmed(CANCEL)
    stripe.refund_status = "failed"

    (told,) = await talk.later()

    assert told.endswith(REFUSED)


async def test_a_payment_that_is_not_confirmed_yet_is_told_as_such_and_its_refusal_later(
    talk: Talk, stripe: StripeServer
) -> None:
    stripe.faults.extend([Fault.BUSY, Fault.DECLINED])

    assert "The payment of $75.00 is not confirmed yet" in await talk.confirmed(PAY_BY_MASTERCARD)
    (told,) = await talk.later()

    assert told.startswith("I couldn't do that: The payment was refused, so I have undone it.")
    assert (stripe.charged(), stripe.refunded()) == ([], [])


@pytest.mark.parametrize(
    ("status", "question", "answer"),
    [
        ("failed", "did it work?", "a refund of $75.00 to Visa ending in 4242 did not go through"),
        (
            "failed",
            "did my refund go through?",
            "a refund of $75.00 to Visa ending in 4242 did not go through",
        ),
        ("succeeded", "did my refund go through?", "$75.00 was refunded to Visa ending in 4242"),
    ],
)
async def test_asked_whether_it_worked_the_embedded_model_tells_how_the_money_stands(
    talk: Talk, stripe: StripeServer, desk_at: Opened, status: str, question: str, answer: str
) -> None:
    stripe.refund_status = status
    await talk.confirmed(CANCEL)
    embedded = Conversations(replace(desk_at(talk.shop.database), now=talk.clock))

    reply = await embedded.reply(talk.id, question)

    assert answer in reply.messages[-1].text


async def test_while_a_payment_is_not_confirmed_nothing_else_changes(
    talk: Talk, stripe: StripeServer
) -> None:
    stripe.faults.append(Fault.BUSY)
    await talk.confirmed(PAY_BY_MASTERCARD)

    assert talk.shop.refused(CANCEL, talk.id).code == "payment_under_way"
    await talk.later()

    assert talk.shop.proposed(CANCEL, talk.id).money is not None
