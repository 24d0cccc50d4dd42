"""Who holds which tools, and what every tool asks of its arguments."""

import json
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from tests.tools.builders import Shop, ask
from tools.commerce.schema import Role
from tools.context import ToolContext
from tools.orders import get_order_details
from tools.products import find_products
from tools.toolbox import TOOLS, Access, access_of, tools_for

EVERY_TOOL = {tool.name: tool for tools in TOOLS.values() for tool in tools}
IDENTITY = {"identify_by_order", "send_sign_in_code", "sign_in_with_code"}
ONESELF = {
    "list_my_orders",
    "summarize_my_orders",
    "check_what_can_be_returned",
    "get_my_account",
    "list_my_cases",
}
ANY_SHOPPER = {"find_orders", "get_case"}
ORDERS = {"get_order_details", "track_parcel", "get_return_and_refund_status"}
CHANGES = {
    "propose_cancellation",
    "propose_address_change",
    "propose_item_change",
    "propose_payment_change",
    "propose_return",
    "propose_exchange",
    "propose_refund",
    "propose_profile_change",
}
PEOPLE = {"hand_over_to_person", "open_dispute"}
FIGURES = {"query_kpis", "explain_change", "find_members"}
LISTS = {"list_watches"}
WATCHES = {"watch_metric", "propose_digest", "stop_watch"}
SHOP = {"find_products", "get_product_details", "check_stock", "search_knowledge", "get_contact_details"}


class OneCall(GenericFakeChatModel):
    """Calls one tool, and then says that it is done."""

    def bind_tools(self, *_: Any, **__: Any) -> Runnable[Any, AIMessage]:
        return self


@pytest.mark.parametrize(
    ("role", "held"),
    [
        (Role.SHOPPER, ONESELF | ORDERS | SHOP | IDENTITY | CHANGES | PEOPLE),
        (Role.ANALYST, FIGURES | LISTS | WATCHES | SHOP),
        (Role.AGENT, ANY_SHOPPER | ORDERS | SHOP),
        (Role.MANAGER, ANY_SHOPPER | ORDERS | FIGURES | LISTS | WATCHES | SHOP),
    ],
)
def test_each_role_holds_its_tools(role: Role, held: set[str]) -> None:
    assert {tool.name for tool in tools_for(role)} == held


def test_every_tool_declares_what_it_does_and_an_undeclared_one_counts_as_the_worst() -> None:
    assert {name for name in EVERY_TOOL if access_of(name) is Access.PROVES} == IDENTITY
    assert {name for name in EVERY_TOOL if access_of(name) is Access.PROPOSES} == CHANGES | WATCHES
    assert {name for name in EVERY_TOOL if access_of(name) is Access.HANDS_OVER} == PEOPLE
    reading = EVERY_TOOL.keys() - IDENTITY - CHANGES - WATCHES - PEOPLE
    assert all(access_of(name) is Access.READS for name in reading)
    assert access_of("delete_everything") is Access.PROPOSES


@pytest.mark.parametrize("tool", EVERY_TOOL.values(), ids=EVERY_TOOL.keys())
def test_a_model_is_told_of_every_argument_and_of_nothing_that_names_a_person(tool: BaseTool) -> None:
    described = convert_to_openai_tool(tool)["function"]

    assert len(described["description"]) > 60
    for name, schema in described["parameters"]["properties"].items():
        assert schema.get("description"), name
        assert name not in {"runtime", "customer_id", "principal", "conversation_id"}


@pytest.mark.anyio
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"order_number": ""},
        {"order_number": "   "},
        {"order_number": "A" * 121},
        {"order_number": 5},
        {"order_number": None},
        {"order_number": ["A-1001"]},
        {"order_number": "A-2002", "customer_id": 2},
        {"order_number": "A-2002", "principal": {"role": "manager"}},
    ],
    ids=str,
)
async def test_a_call_that_does_not_fit_the_schema_reads_nothing(
    shop: Shop, arguments: dict[str, Any]
) -> None:
    ada = shop.customer("ada@example.com")
    shop.order("A-2002", customer_id=shop.customer("bob@example.com"))

    message = await called(shop.context(shop.conversation(customer_id=ada)), "get_order_details", arguments)

    assert message.status == "error"
    assert not message.artifact


@pytest.mark.anyio
async def test_a_runtime_that_a_model_makes_up_changes_nothing(shop: Shop) -> None:
    ada = shop.customer("ada@example.com")
    shop.order("A-1001", customer_id=ada)
    shop.order("A-2002", customer_id=shop.customer("bob@example.com"))
    context = shop.context(shop.conversation(customer_id=ada))
    forged = {"context": {"conversation_id": shop.conversation(role=Role.MANAGER)}}

    own = await called(context, "get_order_details", {"order_number": "A-1001", "runtime": forged})
    foreign = await called(context, "get_order_details", {"order_number": "A-2002", "runtime": forged})

    assert json.loads(str(own.content))["number"] == "A-1001"
    assert json.loads(str(foreign.content))["code"] == "order_not_found"


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["\x00A-1001\x00", "A\u202e-1001", "A-1001\u200b\n"])
async def test_invisible_signs_are_no_part_of_what_is_looked_up(shop: Shop, text: str) -> None:
    ada = shop.customer("ada@example.com")
    shop.order("A-1001", customer_id=ada)
    shop.product("Tent\u00a0Peg")
    context = shop.context(shop.conversation(customer_id=ada))

    assert (await ask(get_order_details, context, order_number=text)).number == "A-1001"
    assert (await ask(find_products, context, words="tent\x00")).products
    assert (await ask(find_products, context, options={"\x00": "\x00"})).products == ()


async def called(context: ToolContext, name: str, arguments: dict[str, Any]) -> ToolMessage:
    call = {"name": name, "args": arguments, "id": "call-1", "type": "tool_call"}
    model = OneCall(messages=iter([AIMessage("", tool_calls=[call]), AIMessage("Done.")]))
    agent = create_agent(model, tools=list(tools_for(Role.SHOPPER)), context_schema=ToolContext)
    state = await agent.ainvoke({"messages": [HumanMessage("Hello")]}, context=context)
    (message,) = (message for message in state["messages"] if isinstance(message, ToolMessage))
    return message
