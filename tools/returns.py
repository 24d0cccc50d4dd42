"""Tools that read what came back of an order, what money went back, and what may still come back."""

from langchain.tools import tool
from pydantic import Field

from tools.arguments import Arguments, OrderNumber, Runtime
from tools.commerce.changes.returnable import returnable
from tools.commerce.returns import return_and_refund_status
from tools.context import ToolAnswer, answer_with_card


class ReturnsArguments(Arguments):
    order_number: OrderNumber


class ReturnableArguments(Arguments):
    order_number: OrderNumber | None = Field(
        default=None, description="One order's number; leave out for all that were delivered lately."
    )
    lines: list[int] | None = Field(
        default=None,
        max_length=50,
        description="Only these lines of that order, by their numbers; leave out for all of them.",
    )


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


@tool(args_schema=ReturnableArguments, response_format="content_and_artifact")
async def check_what_can_be_returned(
    runtime: Runtime, order_number: str | None = None, lines: list[int] | None = None
) -> ToolAnswer:
    """Say which items may still be sent back, until which day, and what would be given back for them.

    Use it for "until when can I return it" and "what would I get back". It proposes nothing: for a return itself
    use propose_return.
    """
    context = runtime.context
    return answer_with_card(
        await context.read(
            lambda session, principal: returnable(
                session, principal, order_number, lines or (), context.rulebook
            )
        )
    )
