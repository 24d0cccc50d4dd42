"""Tools that read what came back of an order, and what money went back."""

from langchain.tools import tool

from tools.arguments import Arguments, OrderNumber, Runtime
from tools.commerce.returns import return_and_refund_status
from tools.context import ToolAnswer, answer_with_card


class ReturnsArguments(Arguments):
    order_number: OrderNumber


@tool(args_schema=ReturnsArguments, response_format="content_and_artifact")
async def get_return_and_refund_status(order_number: str, runtime: Runtime) -> ToolAnswer:
    """Say how far an order's returns and refunds are: what was sent back, how much money goes where, and when.

    Use it for "where is my refund" and "did my return arrive". Needs the order number. For the rules of
    returning something, use search_knowledge.
    """
    context = runtime.context
    return answer_with_card(
        await context.read(
            lambda session, principal: return_and_refund_status(
                session, principal, order_number, context.when, context.policy.refunds
            )
        )
    )
