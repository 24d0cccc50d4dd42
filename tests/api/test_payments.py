"""A server moves money that is still to be moved, through the gateway that its settings name."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from api.app import create_app
from api.bootstrap import build
from api.parley import Parley
from api.settings import Settings
from tests.stripe_server import serving_stripe
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce.changes.requests import CancellationRequest
from tools.commerce.database import Database
from tools.commerce.schema import CancellationReason, EntryStatus, LedgerEntry

pytestmark = pytest.mark.anyio


async def test_money_that_a_dead_server_left_is_moved_before_the_next_can_answer(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Parley, "load", load_for_ever)
    shop = PaidShop(database, now=datetime.now(UTC))
    order = shop.paid("A-1")
    request = CancellationRequest(order_number="A-1", reason=CancellationReason.CHANGED_MIND)
    shop.decide(shop.proposed(request).id)
    with serving_stripe() as stripe:
        stripe.paid(f"pi_{order}_1", 7500)
        settings = Settings.model_validate(
            {
                "database_url": database_url,
                "payment_gateway": "stripe",
                "stripe_api_key": "sk_test_of_nobody_at_all",
                "stripe_api_base": stripe.url,
            }
        )
        parley = build(settings)
        app = create_app(parley)

        async with app.router.lifespan_context(app):
            await asyncio.to_thread(wait_until_settled, shop)
            assert await parley.missing() != []

        assert stripe.refunded() == [7500]


async def load_for_ever(_: Parley) -> None:
    await asyncio.Event().wait()


def wait_until_settled(shop: PaidShop) -> None:
    deadline = time.monotonic() + 30
    while shop.all(LedgerEntry)[0].status is EntryStatus.PENDING:
        assert time.monotonic() < deadline
        time.sleep(0.05)
