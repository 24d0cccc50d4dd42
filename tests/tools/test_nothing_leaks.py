"""No sequence of tool calls, whatever their arguments, shows a shopper anything of another customer."""

from collections.abc import Mapping
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.tools.builders import NOW, Shop, ask, days, event, line, message_of, parcel
from tools.commerce.database import Database
from tools.commerce.schema import (
    OrderStatus,
    Payment,
    PaymentMethodKind,
    PaymentStatus,
    Refund,
    RefundStatus,
    Return,
    ReturnStatus,
    Role,
    ShipmentStatus,
)
from tools.identity import identify_by_order
from tools.knowledge import search_knowledge
from tools.proposals import propose_profile_change
from tools.toolbox import tools_for

CANARY = "zqcanary"
OWN, FOREIGN = "FW-104233", "FX-104233"
# What somebody wants their own details to be is repeated to them, whatever words they choose.
TOOLS = {
    tool.name: tool
    for tool in tools_for(Role.SHOPPER)
    if tool not in (search_knowledge, propose_profile_change)
}
ORDER_TOOLS = sorted(name for name, tool in TOOLS.items() if "order_number" in tool.args)
VICTIM = f"{CANARY}@example.com"


def secret(what: str) -> str:
    return f"{CANARY} {what}"


def build(shop: Shop) -> tuple[int, int]:
    """The ids of the asking customer and of another one, all of whose facts hold the canary."""
    ada, victim = (
        shop.customer("ada@example.com", postcode="05401"),
        shop.customer(VICTIM, name=secret("name")),
    )
    shop.order(OWN, customer_id=ada)
    shop.order("FW-104234", email="guest@example.com", postcode="10115")
    for number in (FOREIGN, "FW-204235"):
        goods = line(secret("goods"), options=secret("options"), sku=secret("sku"))
        order_id = shop.order(
            number,
            customer_id=victim,
            email=VICTIM,
            status=OrderStatus.SHIPPED,
            items=[goods],
            parcels=[
                parcel(
                    ShipmentStatus.IN_TRANSIT,
                    carrier=secret("carrier"),
                    tracking_number=secret("tracking"),
                    events=[event(NOW - days(1), secret("event"), secret("place"))],
                )
            ],
            note=secret("note"),
            recipient=secret("recipient"),
            line1=secret("street"),
            city=secret("city"),
            postcode="99501-7777",
            promo_code=secret("promo"),
            cancel_reason=secret("reason"),
            shipping_method=secret("method"),
        )
        shop.add(
            Payment(
                order_id=order_id,
                sequence=1,
                kind=PaymentMethodKind.CARD,
                label=secret("card"),
                status=PaymentStatus.CAPTURED,
                amount_minor=1500,
                currency="USD",
            ),
            Return(rma=secret(f"rma {number}"), order_id=order_id, status=ReturnStatus.REQUESTED),
            Refund(
                ref=f"r-{number}",
                order_id=order_id,
                kind=PaymentMethodKind.CARD,
                label=secret("refund"),
                reason=secret("refund reason"),
                status=RefundStatus.ISSUED,
                amount_minor=100,
                currency="USD",
            ),
        )
    return ada, victim


numbers = st.sampled_from([FOREIGN, "FW-204235", OWN, "104233", "204235", "4235", "FW-104234", "FW-999999"])
garbage = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["' OR 1=1 --", "%", "_", "*", "%104233", "FX-1042__", "../..", "null", "\x00", "1" * 200]
    ),
)
emails = st.sampled_from(["ada@example.com", "guest@example.com", VICTIM, "%@example.com", "ADA@EXAMPLE.COM"])
texts = st.one_of(
    numbers, garbage, emails, st.sampled_from([CANARY, "mug", "05401", "10115", "00000", "123456"])
)
values = st.one_of(
    texts, st.none(), st.integers(-5, 30), st.booleans(), st.dictionaries(texts, texts, max_size=2)
)
# Whoever knows both the number of an order and its e-mail or postcode may see it: that pair is left out.
postcodes = st.sampled_from(["05401", "10115", "99501", "99501-777", "", "00000"]) | garbage


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(ORDER_TOOLS) | st.sampled_from(sorted(TOOLS)))
    arguments: dict[str, Any] = {}
    for argument in TOOLS[name].args:
        usual = {"order_number": numbers, "email": emails, "postcode": postcodes}
        if draw(st.booleans()) or argument in {"order_number", "email", "product", "code"}:
            arguments[argument] = draw(values if draw(st.integers(0, 4)) == 4 else usual.get(argument, texts))
    return name, arguments


def is_a_proof(arguments: Mapping[str, Any]) -> bool:
    """Whether these are the victim's own details, by which anybody would be taken for the victim."""
    email, postcode = str(arguments.get("email") or ""), str(arguments.get("postcode") or "")
    return VICTIM in email.lower() or postcode.startswith("99501")


async def heard(shop: Shop, conversation_id: str, sequence: list[tuple[str, dict[str, Any]]]) -> str:
    """Everything that the tools let the model and the screen have."""
    context = shop.context(conversation_id, address=conversation_id)
    said = []
    for name, arguments in sequence:
        if name == identify_by_order.name and is_a_proof(arguments):
            continue
        try:
            message = await message_of(TOOLS[name], context, **arguments)
        except ValidationError:
            continue
        said.append(f"{message.content} {message.artifact}")
    return "\n".join(said).lower()


@pytest.mark.parametrize("who", ["anonymous", "order", "account"])
def test_whatever_is_asked_nothing_of_another_customer_is_shown(database: Database, who: str) -> None:
    shop = Shop(database)
    ada, _ = build(shop)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(sequence=st.lists(calls(), min_size=1, max_size=8))
    def nothing_leaks(sequence: list[tuple[str, dict[str, Any]]]) -> None:
        # Past the pauses that earlier examples caused.
        shop.now += days(1)
        conversation_id = shop.conversation(customer_id=ada if who == "account" else None)
        if who == "order":
            proof = {"order_number": OWN, "email": "ada@example.com"}
            sequence = [(identify_by_order.name, proof), *sequence]

        said = anyio.run(heard, shop, conversation_id, sequence)

        assert CANARY not in said
        assert FOREIGN.lower() not in said

    nothing_leaks()


@pytest.mark.anyio
async def test_the_other_customer_is_shown_each_of_these_facts(shop: Shop) -> None:
    _, victim = build(shop)
    mine = shop.conversation(customer_id=victim)
    asked = [(name, {"order_number": FOREIGN}) for name in ORDER_TOOLS if name != identify_by_order.name]

    said = await heard(shop, mine, [*asked, ("list_my_orders", {})])

    for fact in "goods options carrier tracking event place recipient street city promo card refund".split():
        assert secret(fact) in said, fact
    assert (await ask(TOOLS["list_my_orders"], shop.context(mine))).total_orders == 2
