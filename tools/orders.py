"""Tools that read orders."""

from typing import Annotated

from langchain.tools import tool
from pydantic import Field

from tools.arguments import Arguments, Day, Email, OrderNumber, Printable, Runtime
from tools.commerce.order_totals import TotalsWanted, order_totals
from tools.commerce.orders import list_orders, order_details
from tools.commerce.schema import OrderStatus
from tools.commerce.tracking import track_parcels
from tools.context import ToolAnswer, answer_with_card

MOST_ORDERS = 20


class OrderArguments(Arguments):
    order_number: OrderNumber


class ListArguments(Arguments):
    status: OrderStatus | None = Field(
        default=None, description="Only orders in this state, for example `shipped`.", examples=["shipped"]
    )
    placed_from: Day | None = Field(
        default=None, description="Placed on this day or later, for example `2026-03-01`."
    )
    placed_to: Day | None = Field(
        default=None, description="Placed on this day or earlier, for example `2026-03-31`."
    )
    limit: int = Field(
        default=5, ge=1, le=MOST_ORDERS, description="How many to show, for example 5.", examples=[5]
    )


class TotalsArguments(Arguments):
    placed_from: Day | None = Field(
        default=None, description="Placed on this day or later, for example `2026-03-01`."
    )
    placed_to: Day | None = Field(
        default=None, description="Placed on this day or earlier, for example `2026-03-31`."
    )
    newest: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="Only so many of the newest orders: 2 for `my last two orders`.",
    )
    words: Annotated[str, Printable] = Field(
        default="",
        max_length=300,
        description="Only items that these words name, by product, option or category: `blue lamp`.",
        examples=["lamp"],
    )


class FindArguments(Arguments):
    email: Email | None = Field(
        default=None,
        description="The e-mail of the customer or on the order, for example `ada@example.com`.",
        examples=["ada@example.com"],
    )
    order_number: OrderNumber | None = Field(
        default=None, description="An order number, for example `A-104233`.", examples=["A-104233"]
    )
    limit: int = Field(
        default=5, ge=1, le=MOST_ORDERS, description="How many to show, for example 5.", examples=[5]
    )


@tool(args_schema=ListArguments, response_format="content_and_artifact")
async def list_my_orders(
    runtime: Runtime,
    status: OrderStatus | None = None,
    placed_from: Day | None = None,
    placed_to: Day | None = None,
    limit: int = 5,
) -> ToolAnswer:
    """List the orders of the person who is asking, newest first, with what is in them and when they arrive.

    Use it for "my orders" or "my last order", and to find an order whose number they don't give. Whose orders
    these are is known from the session; it can't be asked for anybody else.
    """
    context = runtime.context
    return answer_with_card(
        await context.read(
            lambda session, principal: list_orders(
                session,
                principal,
                context.when,
                status=status,
                placed_from=placed_from,
                placed_to=placed_to,
                limit=limit,
            )
        )
    )


@tool(args_schema=TotalsArguments, response_format="content_and_artifact")
async def summarize_my_orders(
    runtime: Runtime,
    placed_from: Day | None = None,
    placed_to: Day | None = None,
    newest: int | None = None,
    words: str = "",
) -> ToolAnswer:
    """Add up the orders of the person who is asking: how many, how much, what was bought most and when last.

    Use it for sums, counts, averages, the largest order, or how much of something was ever bought. Never add up
    amounts yourself. Canceled orders are in no sum; refunds are given apart, and so is each currency. Needs a sign-in.
    """
    context = runtime.context
    wanted = TotalsWanted(placed_from=placed_from, placed_to=placed_to, newest=newest, words=words)
    return answer_with_card(
        await context.read(lambda session, principal: order_totals(session, principal, wanted, context.when))
    )


@tool(args_schema=OrderArguments, response_format="content_and_artifact")
async def get_order_details(order_number: str, runtime: Runtime) -> ToolAnswer:
    """Read one order: its status, items, prices, payment, address and expected day.

    Use it for questions about what was ordered, paid or where it is sent. Needs the order number; for where the
    parcel is, use track_parcel.
    """
    context = runtime.context
    return answer_with_card(
        await context.read(
            lambda session, principal: order_details(session, principal, order_number, context.when)
        )
    )


@tool(args_schema=OrderArguments, response_format="content_and_artifact")
async def track_parcel(order_number: str, runtime: Runtime) -> ToolAnswer:
    """Say where an order's parcels are: the carrier's events, the promised day and an honest estimate.

    Use it for "where is my order" and "when will it come". Needs the order number.
    """
    context = runtime.context
    return answer_with_card(
        await context.read(
            lambda session, principal: track_parcels(session, principal, order_number, context.when)
        )
    )


@tool(args_schema=FindArguments, response_format="content_and_artifact")
async def find_orders(
    runtime: Runtime, email: str | None = None, order_number: str | None = None, limit: int = 5
) -> ToolAnswer:
    """Find customers' orders for a support agent, by the customer's e-mail or by order number, newest first.

    Use it when a customer is named and the order is not. With both, an order must fit both.
    """
    context = runtime.context
    return answer_with_card(
        await context.read(
            lambda session, principal: list_orders(
                session, principal, context.when, email=email, number=order_number, limit=limit
            )
        )
    )
