"""What is asked for, as a model understood the shopper. Nothing in it is trusted: planning checks it all.

What is left out is asked for by the plan, one thing at a time, where the shopper has a choice.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tools.commerce.policy import RefundMethod
from tools.commerce.schema import CancellationReason, OutcomeKind, RefundCause, ReturnReason
from tools.commerce.watches.terms import Terms
from tools.facts import Facts


class LineWish(Facts):
    """A line of the order by its number, and how many of it; all that are left where `quantity` is None."""

    line: int
    quantity: int | None = None


class SwapWish(LineWish):
    """A line, and the variant that it should be instead."""

    sku: str | None = None
    options: dict[str, str] = Field(default_factory=dict)
    """Where no SKU is named: the options that should be different, by name."""


class PostalAddress(Facts):
    recipient: str | None = None
    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postcode: str
    country: str


class CancellationRequest(Facts):
    """`items` is None for the whole order."""

    kind: Literal["cancellation"] = "cancellation"
    order_number: str
    items: tuple[LineWish, ...] | None = None
    reason: CancellationReason | None = None


class AddressChangeRequest(Facts):
    kind: Literal["address_change"] = "address_change"
    order_number: str
    address: PostalAddress | None = None


class ItemChangeRequest(Facts):
    """Other options, or another quantity, of what is already in the order."""

    kind: Literal["item_change"] = "item_change"
    order_number: str
    items: tuple[SwapWish, ...] = ()
    payment_method: str | None = None
    """Pays or takes the difference; where None, how the order was paid."""


class PaymentChangeRequest(Facts):
    kind: Literal["payment_change"] = "payment_change"
    order_number: str
    payment_method: str | None = None


class ReturnRequest(Facts):
    kind: Literal["return"] = "return"
    order_number: str
    items: tuple[LineWish, ...] | None = None
    reason: ReturnReason | None = None
    refund_to: RefundMethod | None = None


class ExchangeRequest(Facts):
    kind: Literal["exchange"] = "exchange"
    order_number: str
    items: tuple[SwapWish, ...] = ()
    reason: ReturnReason | None = None
    payment_method: str | None = None


class RefundRequest(Facts):
    kind: Literal["refund"] = "refund"
    order_number: str
    cause: RefundCause | None = None
    refund_to: RefundMethod | None = None


class ProfileChangeRequest(Facts):
    """What is None stays as it is."""

    kind: Literal["profile_change"] = "profile_change"
    name: str | None = None
    phone: str | None = None
    newsletter: bool | None = None
    address: PostalAddress | None = None
    """The new default address of the address book."""


class WatchRequest(Facts):
    """To be told when a figure passes a threshold, or to be sent figures at set times."""

    kind: Literal["watch", "digest"] = "watch"
    terms: Terms


class WatchStopRequest(Facts):
    """`number` is the watch's, as its owner sees it in the list."""

    kind: Literal["watch_stop"] = "watch_stop"
    number: int


class RulingWish(Facts):
    """What a bank's letter says of a chargeback; where it rules against the shop, it keeps all without `kept_minor`."""

    ruled_on: date
    kept_minor: int | None = Field(default=None, gt=0, le=10**12)
    reason_code: str | None = Field(default=None, max_length=20)


class Correction(Facts):
    """That a bank's ruling was noted wrongly: `of` is the id of the outcome that noted it, `why` stays in the trail."""

    of: str = Field(max_length=36)
    why: str = Field(max_length=4000)


class DisputeOutcomeRequest(Facts):
    """How an agent settles a dispute. Comes from the desk, never from a model.

    `items` are those that it is about where there are none; `amount_minor` is of a partial refund and of goodwill.
    `reasons` of a refusal are told to the shopper as they stand, `rules` are the policy's that they rest on.
    """

    kind: Literal["dispute_outcome"] = "dispute_outcome"
    dispute_id: str
    outcome: OutcomeKind
    items: tuple[SwapWish, ...] = ()
    amount_minor: int | None = Field(default=None, gt=0, le=10**12)
    refund_to: RefundMethod = RefundMethod.ORIGINAL
    with_shipping: bool = False
    """Whether what is left of the delivery fee goes back too."""
    goods_come_back: bool = False
    """Of a replacement: whether the shopper has to send the first one back, free of charge."""
    instead_of: int | None = None
    """Of store credit: the ledger's entry of a refund that the gateway refused, in whose place it is given."""
    ruling: RulingWish | None = None
    """Of a bank's chargeback that is won or lost."""
    correction: Correction | None = None
    """Of a bank's chargeback on which a ruling was noted; as `contest`, that the bank has not ruled yet."""
    reasons: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


ChangeRequest = Annotated[
    CancellationRequest
    | AddressChangeRequest
    | ItemChangeRequest
    | PaymentChangeRequest
    | ReturnRequest
    | ExchangeRequest
    | RefundRequest
    | ProfileChangeRequest
    | WatchRequest
    | WatchStopRequest
    | DisputeOutcomeRequest,
    Field(discriminator="kind"),
]
