"""Another customer's order, payment method and proposal are to every tool what one that doesn't exist is."""

from typing import Any

import pytest

from tests.tools.builders import message_of
from tests.tools.contested_shop import DELIVERED, FOREIGN, PROCESSING, UNKNOWN, ContestedShop
from tests.tools.table_contents import contents
from tests.tools.test_proposing_changes_nothing import COMPLETE
from tools.commerce.changes.decisions import Decision, decide
from tools.commerce.changes.requests import CancellationRequest
from tools.commerce.database import Database
from tools.commerce.schema import CancellationReason, Order, OrderProof, Proposal, ProposalStatus, Role
from tools.identity import identify_by_order
from tools.toolbox import tools_for

pytestmark = pytest.mark.anyio

OF_ORDERS = [
    tool
    for tool in tools_for(Role.SHOPPER)
    if "order_number" in COMPLETE[tool.name] and tool is not identify_by_order
]
CANCEL = CancellationRequest(order_number=PROCESSING, reason=CancellationReason.OTHER)


@pytest.fixture
def shop(database: Database) -> ContestedShop:
    return ContestedShop(database)


def talk(shop: ContestedShop, who: str) -> str:
    if who != "order":
        return shop.conversation(customer_id=shop.ada if who == "account" else None)
    conversation_id = shop.conversation()
    own = next(order for order in shop.all(Order) if order.number == PROCESSING)
    shop.add(OrderProof(conversation_id=conversation_id, order_id=own.id, proved_at=shop.now))
    return conversation_id


@pytest.mark.parametrize("who", ["anonymous", "order", "account"])
async def test_a_foreign_order_is_answered_like_an_unknown_one(shop: ContestedShop, who: str) -> None:
    context = shop.context(talk(shop, who))
    before = contents(shop.database)

    for tool in OF_ORDERS:
        answers = set()
        for number in (UNKNOWN, *FOREIGN):
            message = await message_of(tool, context, **{**COMPLETE[tool.name], "order_number": number})
            answers.add(f"{message.content} {message.artifact} {message.status}")
        assert len(answers) == 1, (tool.name, answers)

    assert contents(shop.database) == before


@pytest.mark.parametrize(
    ("tool_name", "arguments"),
    [
        ("propose_payment_change", {"order_number": PROCESSING}),
        ("propose_item_change", {"order_number": PROCESSING, "items": [{"line": 1, "sku": "MUG-L"}]}),
        (
            "propose_exchange",
            {
                "order_number": DELIVERED,
                "items": [{"line": 1, "quantity": 1, "sku": "MUG-L"}],
                "reason": "changed_mind",
            },
        ),
    ],
)
async def test_a_foreign_payment_method_is_answered_like_an_unknown_one(
    shop: ContestedShop, tool_name: str, arguments: dict[str, Any]
) -> None:
    context = shop.context(shop.talk())
    tool = next(tool for tool in OF_ORDERS if tool.name == tool_name)
    before = contents(shop.database)

    for foreign, unknown in ((shop.bobs_card, "pm0"), ("Visa ending in 9999", "Visa ending in 0000")):
        answers = set()
        for method in (foreign, unknown):
            message = await message_of(tool, context, **arguments, payment_method=method)
            answers.add(f"{message.content} {message.artifact}".replace(method, "…"))
        assert len(answers) == 1, answers
        assert "payment_method_unknown" in answers.pop()

    assert contents(shop.database) == before


async def test_only_the_conversation_of_a_proposal_decides_it(shop: ContestedShop) -> None:
    """Not even another one of the same customer: what was shown there was not shown here."""
    proposal = shop.proposed(CANCEL)
    others = [
        shop.talk(),
        shop.conversation(),
        shop.conversation(customer_id=shop.bob),
        shop.conversation(role=Role.AGENT),
    ]
    before = contents(shop.database)

    for conversation_id in others:
        for decision in Decision:
            with shop.database.writing() as session:
                assert decide(session, conversation_id, proposal.id, decision, shop.book) is None
                assert decide(session, conversation_id, "no such id", decision, shop.book) is None

    assert contents(shop.database) == before
    assert shop.one(Proposal, proposal.id).status is ProposalStatus.OPEN
