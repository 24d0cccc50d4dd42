"""Orders, as a shopper, an agent and an analyst can read them."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event as sqlalchemy_event

from tests.tools.builders import NOW, Shop, ask, days, line, message_of, parcel
from tools.cards import OrderCard, OrderListCard, Refusal
from tools.commerce.schema import (
    OrderStatus,
    Payment,
    PaymentMethodKind,
    PaymentStatus,
    Refund,
    RefundStatus,
    Role,
    ShipmentStatus,
)
from tools.orders import find_orders, get_order_details, list_my_orders, track_parcel
from tools.returns import get_return_and_refund_status

pytestmark = pytest.mark.anyio


async def test_my_orders_come_newest_first_and_are_only_mine(shop: Shop) -> None:
    ada, bob = shop.customer("ada@example.com"), shop.customer("bob@example.com")
    shop.order("A-1001", customer_id=ada, placed_at=NOW - days(40), items=[line("Tent", quantity=2)])
    shop.order("A-1002", customer_id=ada, placed_at=NOW - days(2), items=[line("Mug", options="Color: Blue")])
    shop.order("A-1003", customer_id=bob)

    found = await ask(list_my_orders, shop.context(shop.conversation(customer_id=ada)))

    assert isinstance(found, OrderListCard)
    assert [order.number for order in found.orders] == ["A-1002", "A-1001"]
    assert [order.items for order in found.orders] == [("1 x Mug (Color: Blue)",), ("2 x Tent",)]
    assert found.total_orders == 2


async def test_a_list_is_cut_at_its_limit_and_says_how_many_there_are(shop: Shop) -> None:
    ada = shop.customer("ada@example.com")
    for number in range(4):
        shop.order(f"A-100{number}", customer_id=ada, placed_at=NOW - days(number))

    found = await ask(list_my_orders, shop.context(shop.conversation(customer_id=ada)), limit=2)

    assert [order.number for order in found.orders] == ["A-1000", "A-1001"]
    assert found.total_orders == 4


async def test_orders_are_listed_by_status_and_by_days_of_the_shops_zone(shop: Shop) -> None:
    ada = shop.customer("ada@example.com")
    # 03:30 UTC on March 5 is still March 4 in New York.
    shop.order("A-1001", customer_id=ada, placed_at=datetime(2026, 3, 5, 3, 30, tzinfo=UTC))
    shop.order("A-1002", customer_id=ada, placed_at=datetime(2026, 3, 5, 12, 0, tzinfo=UTC))
    shop.order("A-1003", customer_id=ada, placed_at=None, status=OrderStatus.CANCELLED)
    context = shop.context(shop.conversation(customer_id=ada))

    fourth = await ask(list_my_orders, context, placed_from="2026-03-04", placed_to="2026-03-04")
    cancelled = await ask(list_my_orders, context, status="cancelled")

    assert [(order.number, order.placed_on) for order in fourth.orders] == [("A-1001", date(2026, 3, 4))]
    assert [order.number for order in cancelled.orders] == ["A-1003"]


async def test_an_order_is_told_with_its_lines_money_and_address(shop: Shop) -> None:
    ada = shop.customer("ada@example.com")
    order_id = shop.order(
        "A-1001",
        customer_id=ada,
        items=[line("Mug", quantity=2, price=1500, options="Color: Blue", sku="MUG-BLU")],
        recipient="Ada Lovelace",
        line1="1 Main St",
        city="Burlington",
        region="VT",
        postcode="05401",
        country="US",
        promised_at=NOW + days(3),
    )
    shop.add(
        Payment(
            order_id=order_id,
            sequence=1,
            kind=PaymentMethodKind.CARD,
            label="Visa ending in 4242",
            status=PaymentStatus.CAPTURED,
            amount_minor=3000,
            currency="USD",
        ),
        *(
            Refund(
                ref=f"r-{status}",
                order_id=order_id,
                kind=PaymentMethodKind.CARD,
                status=status,
                amount_minor=500,
                currency="USD",
            )
            for status in (RefundStatus.ISSUED, RefundStatus.FAILED)
        ),
    )

    message = await message_of(
        get_order_details, shop.context(shop.conversation(customer_id=ada)), order_number="A-1001"
    )

    card = OrderCard.model_validate_json(str(message.content))
    assert card.lines[0].model_dump(include={"name", "options", "sku", "quantity"}) == {
        "name": "Mug",
        "options": "Color: Blue",
        "sku": "MUG-BLU",
        "quantity": 2,
    }
    assert card.total.text == "$30.00"
    assert card.refunded is not None
    assert card.refunded.amount == 500
    assert card.payments[0].method == "Visa ending in 4242"
    assert card.ship_to == "Ada Lovelace, 1 Main St, Burlington, VT 05401, US"
    assert (card.expected_on, card.is_late) == (date(2026, 3, 13), False)
    assert OrderCard.model_validate(message.artifact["cards"][0]) == card


@pytest.mark.parametrize("typed", ["FW-104233", "fw 104233", "#FW-104233", "104233", "4233", " Fw104233\t"])
async def test_an_order_number_is_understood_as_people_type_it(shop: Shop, typed: str) -> None:
    ada = shop.customer("ada@example.com")
    shop.order("FW-104233", customer_id=ada)
    shop.order("FW-104234", customer_id=ada)

    found = await ask(get_order_details, shop.context(shop.conversation(customer_id=ada)), order_number=typed)

    assert found.number == "FW-104233"


@pytest.mark.parametrize("typed", ["233", "04233", "4"])
async def test_an_ending_must_be_long_enough_and_fit_one_order_only(shop: Shop, typed: str) -> None:
    ada = shop.customer("ada@example.com")
    shop.order("FW-104233", customer_id=ada)
    shop.order("FW-204233", customer_id=ada)

    found = await ask(get_order_details, shop.context(shop.conversation(customer_id=ada)), order_number=typed)

    assert found.code == "order_not_found"


@pytest.mark.parametrize("tool", [get_order_details, track_parcel, get_return_and_refund_status])
async def test_another_customers_order_answers_like_one_that_does_not_exist(shop: Shop, tool: object) -> None:
    ada, bob = shop.customer("ada@example.com"), shop.customer("bob@example.com")
    own = shop.order("A-1001", customer_id=ada)
    shop.order("A-2002", customer_id=bob)
    assert own
    context = shop.context(shop.conversation(customer_id=ada))
    statements: list[str] = []
    sqlalchemy_event.listen(
        shop.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )

    foreign = await message_of(tool, context, order_number="A-2002")  # type: ignore[arg-type] # parametrized
    queries_for_foreign, statements[:] = list(statements), []
    unknown = await message_of(tool, context, order_number="A-9999")  # type: ignore[arg-type] # parametrized

    assert foreign.content == unknown.content
    assert foreign.artifact == unknown.artifact == {}
    assert queries_for_foreign == statements


@pytest.mark.parametrize("tool", [get_order_details, track_parcel, get_return_and_refund_status])
async def test_who_has_shown_nothing_is_asked_to_before_anything_is_looked_up(
    shop: Shop, tool: object
) -> None:
    shop.order("A-1001", customer_id=shop.customer("ada@example.com"))
    context = shop.context(shop.conversation())

    answers = {
        (await message_of(tool, context, order_number=number)).content  # type: ignore[arg-type] # parametrized
        for number in ("A-1001", "A-9999", "' OR 1=1 --")
    }

    assert len(answers) == 1
    assert Refusal.model_validate_json(str(answers.pop())).code == "identity_needed"


async def test_an_agent_sees_every_order_and_finds_them_by_email_or_number(shop: Shop) -> None:
    ada = shop.customer("ada@example.com")
    shop.order("FW-104233", customer_id=ada)
    shop.order("FW-104234", email="guest@example.com")
    context = shop.context(shop.conversation(role=Role.AGENT))

    details = await ask(get_order_details, context, order_number="104233")
    by_account = await ask(find_orders, context, email="ADA@example.com")
    by_guest = await ask(find_orders, context, email="guest@example.com")
    by_number = await ask(find_orders, context, order_number="104234")
    by_both = await ask(find_orders, context, order_number="104234", email="ada@example.com")

    assert details.number == "FW-104233"
    assert [order.number for order in by_account.orders] == ["FW-104233"]
    assert [order.number for order in by_guest.orders] == ["FW-104234"]
    assert [order.number for order in by_number.orders] == ["FW-104234"]
    assert by_both.orders == ()


async def test_an_analyst_sees_no_order_even_with_an_agents_tools(shop: Shop) -> None:
    shop.order("A-1001", customer_id=shop.customer("ada@example.com"))
    context = shop.context(shop.conversation(role=Role.ANALYST))

    assert (await ask(get_order_details, context, order_number="A-1001")).code == "order_not_found"
    assert (await ask(find_orders, context, email="ada@example.com")).orders == ()


async def test_an_unknown_conversation_has_proved_nothing(shop: Shop) -> None:
    shop.order("A-1001", customer_id=shop.customer("ada@example.com"))

    found = await ask(get_order_details, shop.context("no-such-conversation"), order_number="A-1001")

    assert found.code == "identity_needed"


async def test_a_list_says_which_orders_are_late(shop: Shop) -> None:
    ada = shop.customer("ada@example.com")
    late = parcel(ShipmentStatus.IN_TRANSIT, shipped_at=NOW - days(4), promised_at=NOW - days(2))
    shop.order("A-1001", customer_id=ada, status=OrderStatus.SHIPPED, parcels=[late])
    shop.order("A-1002", customer_id=ada, promised_at=NOW + days(1), placed_at=NOW - days(6))

    found = await ask(list_my_orders, shop.context(shop.conversation(customer_id=ada)))

    assert [(o.number, o.is_late, o.expected_on) for o in found.orders] == [
        ("A-1001", True, None),
        ("A-1002", False, date(2026, 3, 11)),
    ]
