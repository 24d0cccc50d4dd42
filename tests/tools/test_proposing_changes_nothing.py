"""No tool that a model can call changes the shop's data: at most it proposes, or proves who is asking."""

from typing import Any

import pytest

from knowledge.search import KnowledgeBase
from tests.tools.builders import RESULT, ask, message_of
from tests.tools.contested_shop import CHARGED_TWICE, DELIVERED, PROCESSING, ContestedShop
from tests.tools.table_contents import HANDOFFS, PROOFS, PROPOSALS, contents, differing
from tools.commerce.changes.decisions import Decision, decide
from tools.commerce.database import Database
from tools.commerce.schema import Role
from tools.toolbox import TOOLS, Access, access_of

pytestmark = pytest.mark.anyio

HELD = {tool.name: (tool, role) for role, tools in TOOLS.items() for tool in tools}
ADDRESS = {
    "line1": "5 Elm Street",
    "city": "Burlington",
    "region": "VT",
    "postcode": "05401",
    "country": "US",
}
COMPLETE: dict[str, dict[str, Any]] = {
    "list_my_orders": {},
    "summarize_my_orders": {},
    "check_what_can_be_returned": {"order_number": DELIVERED},
    "find_orders": {"email": "ada@example.com"},
    "get_case": {},
    "get_my_account": {},
    "list_my_cases": {"order_number": DELIVERED},
    "get_order_details": {"order_number": PROCESSING},
    "track_parcel": {"order_number": DELIVERED},
    "get_return_and_refund_status": {"order_number": DELIVERED},
    "find_products": {"words": "mug"},
    "get_product_details": {"product": "Mug"},
    "check_stock": {"product": "Mug"},
    "search_knowledge": {"question": "How long can I return something?"},
    "get_contact_details": {},
    "find_members": {"names": ["lamps"]},
    "query_kpis": {"metrics": ["orders"], "first_day": "2026-03-01", "last_day": "2026-03-31"},
    "explain_change": {"metric": "orders", "first_day": "2026-03-01", "last_day": "2026-03-31"},
    "identify_by_order": {"order_number": PROCESSING, "email": "ada@example.com"},
    "hand_over_to_person": {"reason": "asked"},
    "open_dispute": {"kind": "damaged", "order_number": DELIVERED, "items": [{"line": 1}]},
    "send_sign_in_code": {"email": "ada@example.com"},
    "sign_in_with_code": {"code": "123456"},
    "propose_cancellation": {"order_number": PROCESSING, "reason": "changed_mind"},
    "propose_address_change": {"order_number": PROCESSING, "address": ADDRESS},
    "propose_item_change": {"order_number": PROCESSING, "items": [{"line": 1, "sku": "MUG-R"}]},
    "propose_payment_change": {"order_number": PROCESSING, "payment_method": "pm2"},
    "propose_return": {"order_number": DELIVERED, "reason": "changed_mind", "refund_to": "original"},
    "propose_exchange": {
        "order_number": DELIVERED,
        "items": [{"line": 1, "sku": "MUG-R"}],
        "reason": "changed_mind",
    },
    "propose_refund": {"order_number": CHARGED_TWICE, "cause": "double_charge", "refund_to": "original"},
    "list_watches": {},
    "watch_metric": {"metric": "return_rate", "direction": "above", "threshold": "8%"},
    "propose_digest": {"metrics": ["net_sales"], "cadence": "weekly"},
    "stop_watch": {"number": 1},
    "propose_profile_change": {"name": "Ada Lovelace", "address": ADDRESS},
}
"""Arguments with which each tool does the most that it can."""
LEAVES = {
    Access.READS: frozenset[str](),
    Access.PROVES: PROOFS,
    Access.HANDS_OVER: HANDOFFS,
    Access.PROPOSES: PROPOSALS,
}


def test_every_tool_is_tried() -> None:
    assert COMPLETE.keys() == HELD.keys()


async def test_a_tool_writes_what_its_declared_access_allows_and_nothing_else(
    database: Database, knowledge_base: KnowledgeBase
) -> None:
    shop = ContestedShop(database, knowledge=knowledge_base)
    await _watch_something(shop)
    for name, (tool, role) in HELD.items():
        customer = shop.ada if role is Role.SHOPPER else None
        talk = shop.conversation(role=role, customer_id=customer)
        if access_of(name) is Access.PROVES:
            talk = shop.conversation()
        before = contents(database)

        message = await message_of(tool, shop.context(talk), **COMPLETE[name])

        result = RESULT.validate_json(str(message.content))
        assert (result.kind == "proposal") is (access_of(name) is Access.PROPOSES), (name, message.content)
        changed = differing(before, contents(database))
        assert changed <= LEAVES[access_of(name)], (name, changed)
        assert bool(changed) is (access_of(name) is not Access.READS), (name, changed)


async def _watch_something(shop: ContestedShop) -> None:
    """So that there is something to stop."""
    context = shop.context(shop.conversation(role=Role.MANAGER))
    card = await ask(HELD["watch_metric"][0], context, metric="orders", direction="above", threshold="9")
    with shop.database.writing() as session:
        decide(session, context.conversation_id, card.id, Decision.CONFIRM, context.rulebook)
