"""Tools with which a shopper proves who they are. They change what the conversation may see, nothing else."""

from typing import Annotated

from langchain.tools import tool
from pydantic import Field

from tools.arguments import Arguments, Email, OrderNumber, Printable, Runtime
from tools.commerce import identity, sign_in
from tools.context import ToolAnswer, answer


class OrderProofArguments(Arguments):
    order_number: OrderNumber
    email: Email | None = Field(
        default=None,
        description="The e-mail on the order, as the person gave it, for example `ada@example.com`.",
        examples=["ada@example.com"],
    )
    postcode: Annotated[str, Printable] | None = Field(
        default=None,
        max_length=20,
        description="The postcode or ZIP code on the order, as the person gave it, for example `05401`.",
        examples=["05401"],
    )


class EmailArguments(Arguments):
    email: Email


class CodeArguments(Arguments):
    code: Annotated[str, Printable] = Field(
        min_length=1,
        max_length=20,
        description="The six digits from the e-mail, as the person gave them, for example `042917`.",
        examples=["042917"],
    )


@tool(args_schema=OrderProofArguments, response_format="content_and_artifact")
async def identify_by_order(
    order_number: str, runtime: Runtime, email: str | None = None, postcode: str | None = None
) -> ToolAnswer:
    """Show that an order belongs to the person, by its number with the e-mail or the postcode on it.

    Use it when a tool answers `identity_needed` or `order_not_found` and the person has given these details.
    Give only what they said; ask for what is missing. It opens this one order.
    """
    context = runtime.context
    details = identity.Details(order_number, email, postcode)
    return answer(
        await context.write(lambda session: identity.identify_by_order(session, context.prover, details))
    )


@tool(args_schema=EmailArguments, response_format="content_and_artifact")
async def send_sign_in_code(email: str, runtime: Runtime) -> ToolAnswer:
    """Send a one-time code to a customer's e-mail, to sign in with.

    Use it when somebody wants to see all of their orders or has no order number, and has given their e-mail.
    The answer never tells whether the e-mail is known.
    """
    context = runtime.context
    return answer(
        await context.write(
            lambda session: sign_in.send_code(
                session, context.prover, email, shop=context.shop.name, rules=context.policy.identity
            )
        )
    )


@tool(args_schema=CodeArguments, response_format="content_and_artifact")
async def sign_in_with_code(code: str, runtime: Runtime) -> ToolAnswer:
    """Sign the person in with the code that was sent to their e-mail.

    Use it after send_sign_in_code, when they tell the code. It opens all of their orders.
    """
    context = runtime.context
    return answer(
        await context.write(
            lambda session: sign_in.sign_in(session, context.prover, code, rules=context.policy.identity)
        )
    )
