"""What a change does to the shop's records, in full: enough to carry it out, and to undo it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from tools.commerce.changes.requests import PostalAddress
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import CancellationReason, OutcomeKind, RefundCause, ReturnReason, Ruling
from tools.commerce.watches.terms import Terms
from tools.facts import Facts


class LineQuantity(Facts):
    order_line_id: int
    variant_id: int | None = None
    quantity: int


class CancellationEffect(Facts):
    kind: Literal["cancellation"] = "cancellation"
    lines: tuple[LineQuantity, ...]
    is_whole_order: bool
    """Whether nothing of the order remains."""
    reason: CancellationReason


class AddressEffect(Facts):
    kind: Literal["address_change"] = "address_change"
    address: PostalAddress
    previous: dict[str, str | None]
    """The order's address columns before, by name."""


class LineTerms(Facts):
    """An order's line as it stands, or as it will."""

    variant_id: int | None
    sku: str | None
    options: str | None
    quantity: int
    unit_price_minor: int
    discount_minor: int
    tax_minor: int


class LineSwap(Facts):
    order_line_id: int
    before: LineTerms
    after: LineTerms


class OrderTotals(Facts):
    subtotal_minor: int
    discount_minor: int
    tax_minor: int
    total_minor: int


class ItemEffect(Facts):
    kind: Literal["item_change"] = "item_change"
    swaps: tuple[LineSwap, ...]
    before: OrderTotals
    after: OrderTotals
    unpaid_minor: int = 0
    """What more of the order is to be paid, of what was not paid yet; below zero, what less."""


class PaymentEffect(Facts):
    """The replaced payments are given back, and the new one charged, by the plan's movements."""

    kind: Literal["payment_change"] = "payment_change"
    payment_method_id: int


class ReturnEffect(Facts):
    kind: Literal["return"] = "return"
    lines: tuple[LineQuantity, ...]
    reason: ReturnReason
    refund_to: RefundMethod
    keeps_items: bool = False
    """Whether nothing has to be sent back."""


class ExchangeLine(LineQuantity):
    to_variant_id: int


class ExchangeEffect(Facts):
    kind: Literal["exchange"] = "exchange"
    lines: tuple[ExchangeLine, ...]
    reason: ReturnReason
    keeps_items: bool = False
    """Whether nothing has to be sent back."""


class RefundEffect(Facts):
    kind: Literal["refund"] = "refund"
    cause: RefundCause
    lines: tuple[LineQuantity, ...] = ()
    """What was lost and will not be delivered."""
    shipment_id: int | None = None
    payment_id: int | None = None


class ProfileEffect(Facts):
    """New values by name of what changes; `address` becomes the default of the address book."""

    kind: Literal["profile_change"] = "profile_change"
    name: str | None = None
    phone: str | None = None
    newsletter: bool | None = None
    address: PostalAddress | None = None


class WatchEffect(Facts):
    kind: Literal["watch"] = "watch"
    owner: str
    terms: Terms


class WatchStopEffect(Facts):
    kind: Literal["watch_stop"] = "watch_stop"
    watch_id: int


class Goods(StrEnum):
    """What is to become of the items of a dispute."""

    UNTOUCHED = "untouched"
    """Nothing of them changes: an amount is given, or nothing."""
    NEVER_CAME = "never_came"
    KEPT = "kept"
    COME_BACK = "come_back"


class RulingEffect(Facts):
    """How a bank's chargeback ended; `kept_minor` is what the bank keeps for good."""

    ruling: Ruling
    ruled_at: datetime
    kept_minor: int
    reason_code: str | None = None


class DisputeOutcomeEffect(Facts):
    """`overrides` are rules of the policy that bind shoppers, and that the agent passes over."""

    kind: Literal["dispute_outcome"] = "dispute_outcome"
    dispute_id: str
    outcome: OutcomeKind
    goods: Goods = Goods.UNTOUCHED
    lines: tuple[ExchangeLine, ...] = ()
    """Of a replacement, `to_variant_id` is what is sent; else it is the line's own, or 0 where nobody knows."""
    reason: ReturnReason = ReturnReason.OTHER
    overrides: tuple[str, ...] = ()
    instead_of: int | None = None
    """The ledger's entry that is called off, for the money goes another way."""
    ruling: RulingEffect | None = None
    corrects: str | None = None
    """The outcome whose ruling was noted wrongly; then `ruling` takes its place, or nothing where there is none yet."""
    takes_back: str | None = None
    """The outcome by which items count as given back, and from now on do not."""


Effect = Annotated[
    CancellationEffect
    | AddressEffect
    | ItemEffect
    | PaymentEffect
    | ReturnEffect
    | ExchangeEffect
    | RefundEffect
    | ProfileEffect
    | WatchEffect
    | WatchStopEffect
    | DisputeOutcomeEffect,
    Field(discriminator="kind"),
]
