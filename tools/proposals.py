"""Tools that propose a change. None of them changes anything: a person confirms what they return, or declines it."""

from typing import Annotated

from langchain.tools import tool
from pydantic import BaseModel, ConfigDict, Field

from tools.arguments import Arguments, OptionText, OrderNumber, Printable, Runtime
from tools.commerce.changes.proposals import propose
from tools.commerce.changes.requests import (
    AddressChangeRequest,
    CancellationRequest,
    ChangeRequest,
    ExchangeRequest,
    ItemChangeRequest,
    LineWish,
    PaymentChangeRequest,
    PostalAddress,
    ProfileChangeRequest,
    RefundRequest,
    ReturnRequest,
    SwapWish,
)
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import CancellationReason, RefundCause, ReturnReason
from tools.context import ToolAnswer, ToolContext, answer_with_proposal

MOST_LINES = 50

Short = Annotated[str, Field(min_length=1, max_length=120), Printable]
AddressLine = Annotated[str, Field(min_length=1, max_length=200), Printable]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class ItemArgument(_Part):
    line: int = Field(description="The line's number in the order.", ge=1, le=10_000)
    quantity: int | None = Field(
        None, description="How many of it; leave out for all of them.", ge=1, le=100_000
    )


class SwapArgument(ItemArgument):
    sku: Short | None = Field(None, description="The SKU wanted instead, if known.")
    options: dict[OptionText, OptionText] = Field(
        default_factory=dict, description='Else the options wanted: `{"color": "blue"}`.', max_length=10
    )


class AddressArgument(_Part):
    recipient: AddressLine | None = None
    line1: AddressLine = Field(description="Street and number.")
    line2: AddressLine | None = None
    city: Short
    region: Short | None = Field(None, description="State or province, as its short code where there is one.")
    postcode: Annotated[str, Field(min_length=2, max_length=20), Printable]
    country: str = Field(description="Two letters, ISO 3166: `US`.", pattern=r"^[A-Za-z]{2}$")


Items = Annotated[list[ItemArgument], Field(max_length=MOST_LINES)]
Swaps = Annotated[list[SwapArgument], Field(max_length=MOST_LINES)]
_WHICH = "Which lines and how many; leave out if the person means everything that is left."
_METHOD = "A payment method on file: its id from get_my_account, or as the person calls it."
_REFUND_TO = (
    "Where the money goes. Leave out unless the person has said it: the tool asks where there is a choice."
)


class CancellationArguments(Arguments):
    order_number: OrderNumber
    items: Items | None = Field(None, description=_WHICH)
    reason: CancellationReason | None = Field(None, description="Leave out unless the person has said it.")


class AddressChangeArguments(Arguments):
    order_number: OrderNumber
    address: AddressArgument | None = Field(None, description="The whole new address.")


class ItemChangeArguments(Arguments):
    order_number: OrderNumber
    items: Swaps = Field(default_factory=list, description="What should be different, line by line.")
    payment_method: Short | None = Field(None, description=f"For a price difference. {_METHOD}")


class PaymentChangeArguments(Arguments):
    order_number: OrderNumber
    payment_method: Short | None = Field(None, description=_METHOD)


class ReturnArguments(Arguments):
    order_number: OrderNumber
    items: Items | None = Field(None, description=_WHICH)
    reason: ReturnReason | None = Field(None, description="Leave out unless the person has said it.")
    refund_to: RefundMethod | None = Field(None, description=_REFUND_TO)


class ExchangeArguments(Arguments):
    order_number: OrderNumber
    items: Swaps = Field(default_factory=list, description="Each line with the variant wanted instead.")
    reason: ReturnReason | None = Field(None, description="Leave out unless the person has said it.")
    payment_method: Short | None = Field(None, description=f"For a price difference. {_METHOD}")


class RefundArguments(Arguments):
    order_number: OrderNumber
    cause: RefundCause | None = Field(None, description="Why money should come back without a return.")
    refund_to: RefundMethod | None = Field(None, description=_REFUND_TO)


class ProfileChangeArguments(Arguments):
    name: Short | None = Field(None, description="The new name, as the person writes it.")
    phone: Annotated[str, Field(min_length=4, max_length=40), Printable] | None = Field(
        None, description="The new phone number."
    )
    newsletter: bool | None = Field(None, description="Whether they want the newsletter.")
    address: AddressArgument | None = Field(None, description="The new default address of the address book.")


@tool(args_schema=CancellationArguments, response_format="content_and_artifact")
async def propose_cancellation(
    order_number: str,
    runtime: Runtime,
    items: list[ItemArgument] | None = None,
    reason: CancellationReason | None = None,
) -> ToolAnswer:
    """Propose to cancel an order, or some of its lines, before it has shipped.

    Returns a proposal that the person must confirm, a question to ask them, or a refusal that says what is possible.
    """
    request = CancellationRequest(order_number=order_number, items=_lines(items), reason=reason)
    return await _propose(runtime.context, request)


@tool(args_schema=AddressChangeArguments, response_format="content_and_artifact")
async def propose_address_change(
    order_number: str, runtime: Runtime, address: AddressArgument | None = None
) -> ToolAnswer:
    """Propose another address for an order that has not shipped; for the address book use propose_profile_change."""
    return await _propose(
        runtime.context, AddressChangeRequest(order_number=order_number, address=_address(address))
    )


@tool(args_schema=ItemChangeArguments, response_format="content_and_artifact")
async def propose_item_change(
    order_number: str,
    runtime: Runtime,
    items: list[SwapArgument] | None = None,
    payment_method: str | None = None,
) -> ToolAnswer:
    """Propose other options (size, color) or another quantity for lines of an order that has not shipped.

    Collect every line that should change first: an order can be changed only so often. For what has arrived use
    propose_exchange.
    """
    request = ItemChangeRequest(order_number=order_number, items=_swaps(items), payment_method=payment_method)
    return await _propose(runtime.context, request)


@tool(args_schema=PaymentChangeArguments, response_format="content_and_artifact")
async def propose_payment_change(
    order_number: str, runtime: Runtime, payment_method: str | None = None
) -> ToolAnswer:
    """Propose to pay an order that has not shipped by another method that the person has on file."""
    return await _propose(
        runtime.context, PaymentChangeRequest(order_number=order_number, payment_method=payment_method)
    )


@tool(args_schema=ReturnArguments, response_format="content_and_artifact")
async def propose_return(
    order_number: str,
    runtime: Runtime,
    items: list[ItemArgument] | None = None,
    reason: ReturnReason | None = None,
    refund_to: RefundMethod | None = None,
) -> ToolAnswer:
    """Propose to take back items that were delivered, for a refund: priced, with fees and the refund's way."""
    request = ReturnRequest(
        order_number=order_number, items=_lines(items), reason=reason, refund_to=refund_to
    )
    return await _propose(runtime.context, request)


@tool(args_schema=ExchangeArguments, response_format="content_and_artifact")
async def propose_exchange(
    order_number: str,
    runtime: Runtime,
    items: list[SwapArgument] | None = None,
    reason: ReturnReason | None = None,
    payment_method: str | None = None,
) -> ToolAnswer:
    """Propose to swap delivered items for another variant of the same product, or for a replacement of a faulty one.

    Collect every item to be exchanged first: a line can be exchanged only so often.
    """
    request = ExchangeRequest(
        order_number=order_number, items=_swaps(items), reason=reason, payment_method=payment_method
    )
    return await _propose(runtime.context, request)


@tool(args_schema=RefundArguments, response_format="content_and_artifact")
async def propose_refund(
    order_number: str,
    runtime: Runtime,
    cause: RefundCause | None = None,
    refund_to: RefundMethod | None = None,
) -> ToolAnswer:
    """Propose money back without a return: the fee of a late delivery, a lost parcel, a double charge."""
    request = RefundRequest(order_number=order_number, cause=cause, refund_to=refund_to)
    return await _propose(runtime.context, request)


@tool(args_schema=ProfileChangeArguments, response_format="content_and_artifact")
async def propose_profile_change(
    runtime: Runtime,
    name: str | None = None,
    phone: str | None = None,
    newsletter: bool | None = None,
    address: AddressArgument | None = None,
) -> ToolAnswer:
    """Propose a change of the signed-in person's own details. The e-mail address can't be changed here."""
    request = ProfileChangeRequest(name=name, phone=phone, newsletter=newsletter, address=_address(address))
    return await _propose(runtime.context, request)


async def _propose(context: ToolContext, request: ChangeRequest) -> ToolAnswer:
    return answer_with_proposal(
        await context.write(
            lambda session: propose(session, context.conversation_id, request, context.rulebook)
        )
    )


def _lines(items: list[ItemArgument] | None) -> tuple[LineWish, ...] | None:
    if not items:
        return None
    return tuple(LineWish(line=item.line, quantity=item.quantity) for item in items)


def _swaps(items: list[SwapArgument] | None) -> tuple[SwapWish, ...]:
    return tuple(
        SwapWish(line=item.line, quantity=item.quantity, sku=item.sku, options=item.options)
        for item in items or ()
    )


def _address(given: AddressArgument | None) -> PostalAddress | None:
    if given is None:
        return None
    return PostalAddress.model_validate({**given.model_dump(), "country": given.country.upper()})
