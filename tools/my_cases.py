"""The tool that reads where a shopper's own cases stand."""

from typing import Annotated

from langchain.tools import tool
from pydantic import Field

from tools.arguments import Arguments, OrderNumber, Printable, Runtime
from tools.commerce.handoffs.own_cases import Wanted, own_cases
from tools.context import ToolAnswer, answer


class CasesArguments(Arguments):
    order_number: OrderNumber | None = Field(
        None, description="Only cases about this order; leave out for all."
    )
    reference: Annotated[str, Printable] | None = Field(
        None,
        max_length=40,
        description="Only the case that is called this; leave out for all.",
        examples=["3F2A91BC"],
    )


@tool(args_schema=CasesArguments, response_format="content_and_artifact")
async def list_my_cases(
    runtime: Runtime, order_number: str | None = None, reference: str | None = None
) -> ToolAnswer:
    """Say where the cases of the person who is asking stand: what they claimed, who has it, by when, what was decided.

    Use it for "how is my complaint", "any news on my case" or "did you decide about it". Say the `message` of each
    case. For a return or refund that needed no person, use get_return_and_refund_status.
    """
    context, wanted = runtime.context, Wanted(order_number, reference)
    return answer(
        await context.read(
            lambda session, principal: own_cases(
                session, principal, context.conversation_id, wanted, context.when
            )
        )
    )
