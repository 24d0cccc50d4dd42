"""Cards: what a tool found out, typed. The model reads a card as JSON, each channel draws the same card.

Amounts are integer minor units with their currency and a text to show. Dates are days in the shop's time
zone.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from tools.case_facts import CaseFacts
from tools.change_cards import Needed, ProposalCard, ReceiptCard
from tools.commerce.metrics.facts import Dimension
from tools.commerce.schema import (
    OrderStatus,
    RefundStatus,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
)
from tools.dispute_card import DisputeCard
from tools.facts import Facts as Facts
from tools.facts import Money as Money
from tools.handoff_card import HandoffCard
from tools.kpi_cards import ExplanationCard, KpiCard
from tools.my_case_facts import MyCases
from tools.order_summary import OrderSummary as OrderSummary
from tools.product_cards import ProductCard, ProductListCard, StockCard
from tools.returnable_card import ReturnableCard
from tools.total_cards import OrderTotalsCard
from tools.watch_cards import WatchList


class LineFacts(Facts):
    line: int
    name: str
    options: str | None = None
    sku: str | None = None
    quantity: int
    not_coming: int | None = None
    """How many of them were canceled, or lost on the way; None where all came or will."""
    unit_price: Money
    total: Money
    image_url: str | None = None
    category: str | None = None
    comes_in: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The options of its product with their values, in stock or not."""


class PaymentFacts(Facts):
    method: str
    amount: Money
    status: str


class OrderListCard(Facts):
    kind: Literal["order_list"] = "order_list"
    orders: tuple[OrderSummary, ...]
    total_orders: int
    """How many there are in all, of which `orders` are the newest."""


class OrderCard(Facts):
    kind: Literal["order"] = "order"
    number: str
    status: OrderStatus
    placed_on: date | None = None
    expected_on: date | None = None
    delivered_on: date | None = None
    cancelled_on: date | None = None
    cancel_reason: str | None = None
    is_late: bool = False
    lines: tuple[LineFacts, ...]
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    refunded: Money | None = None
    promo_code: str | None = None
    shipping_method: str | None = None
    ship_to: str | None = None
    payments: tuple[PaymentFacts, ...] = ()


class TrackingEventFacts(Facts):
    at: datetime
    description: str
    location: str | None = None


class ParcelFacts(Facts):
    status: ShipmentStatus
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    shipped_on: date | None = None
    promised_on: date | None = None
    expected_on: date | None = None
    """The honest estimate as of today; None when delivered, or when nothing is known."""
    expected_by: date | None = None
    """The later end of the estimate, where it is a range."""
    expected_from: str | None = None
    """What the estimate rests on, as a phrase: `the carrier's latest estimate`."""
    delivered_on: date | None = None
    days_late: int = 0
    contents: tuple[str, ...] = ()
    events: tuple[TrackingEventFacts, ...] = ()
    """Newest first."""


class TrackingCard(Facts):
    kind: Literal["tracking"] = "tracking"
    number: str
    order_status: OrderStatus
    placed_on: date | None = None
    promised_on: date | None = None
    days_late: int = 0
    """Days past the promise, of an order that waits for its first parcel."""
    parcels: tuple[ParcelFacts, ...] = ()


class ReturnFacts(Facts):
    rma: str
    return_kind: ReturnKind
    status: ReturnStatus
    items: tuple[str, ...]
    requested_on: date | None = None
    received_on: date | None = None
    closed_on: date | None = None


class RefundFacts(Facts):
    amount: Money
    to: str
    status: RefundStatus
    reason: str | None = None
    created_on: date | None = None
    completed_on: date | None = None
    expected_by: date | None = None
    """When it should show on the shopper's side, by the policy for that method; None once it is over."""


class ReturnsCard(Facts):
    kind: Literal["returns"] = "returns"
    number: str
    returns: tuple[ReturnFacts, ...] = ()
    refunds: tuple[RefundFacts, ...] = ()


class PassageFacts(Facts):
    title: str
    heading: str
    quote: str
    """The sentences of the section that answer best, word for word."""
    url: str


class ArticlesCard(Facts):
    """What the shop's articles say. `answerable` is False when they do not cover the question."""

    kind: Literal["articles"] = "articles"
    answerable: bool
    passages: tuple[PassageFacts, ...] = ()
    known_as: tuple[str, ...] = ()
    """Questions that the first passage is known to answer, where this is one of them in nearly the same words."""


class ContactCard(Facts):
    kind: Literal["contact"] = "contact"
    email: str
    phone: str | None = None
    hours: str
    open_now: bool
    opens_next: str | None = None


class IdentityFacts(Facts):
    """The outcome of a step of proving who one is; drawn as text, not as a card."""

    kind: Literal["identity"] = "identity"
    outcome: Literal["order_shown", "code_sent", "signed_in"]
    order_number: str | None = None
    message: str


class Citation(Facts):
    title: str
    url: str


class Refusal(Facts):
    """Why a tool did not answer. `code` is stable; `message` can be said to the person as it stands.

    A refusal that the shop's policy decides names the `rule` by its path, links the `section` that tells it, and
    says what is possible `instead`.
    """

    kind: Literal["refusal"] = "refusal"
    code: str
    message: str
    rule: str | None = None
    instead: str | None = None
    section: Citation | None = None


class AddressFacts(Facts):
    label: str
    text: str
    is_default: bool = False


class PaymentMethodFacts(Facts):
    """`id` is what tools take; `balance` is of gift cards and store credit."""

    id: str
    label: str
    balance: Money | None = None
    expires_on: date | None = None


class AccountFacts(Facts):
    """What a signed-in shopper has on file; drawn as text, not as a card."""

    kind: Literal["account"] = "account"
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    newsletter: bool = False
    addresses: tuple[AddressFacts, ...] = ()
    payment_methods: tuple[PaymentMethodFacts, ...] = ()


class MemberCandidate(Facts):
    """Members of a dimension of the shop's figures; `exact` when what was said is the whole name of one, `guessed`
    when it was taken for a slip of the pen."""

    dimension: Dimension
    members: tuple[str, ...]
    exact: bool
    guessed: bool = False


class MemberMention(Facts):
    """What some words can mean; where there are no candidates, `near` are names that are written alike."""

    words: str
    candidates: tuple[MemberCandidate, ...] = ()
    near: tuple[str, ...] = ()


class MembersFound(Facts):
    """What words of a question name in the shop's figures; for the model alone."""

    kind: Literal["members"] = "members"
    mentions: tuple[MemberMention, ...]


Card = Annotated[
    OrderListCard
    | OrderTotalsCard
    | OrderCard
    | TrackingCard
    | StockCard
    | ProductListCard
    | ProductCard
    | ReturnsCard
    | ReturnableCard
    | ContactCard
    | HandoffCard
    | DisputeCard
    | ProposalCard
    | ReceiptCard
    | KpiCard
    | ExplanationCard,
    Field(discriminator="kind"),
]
"""What a channel draws. Articles are drawn as citations, refusals and identity steps as plain text."""

ToolResult = Annotated[
    Card
    | ArticlesCard
    | IdentityFacts
    | AccountFacts
    | CaseFacts
    | MyCases
    | MembersFound
    | WatchList
    | Needed
    | Refusal,
    Field(discriminator="kind"),
]
"""Everything a tool may answer; a model reads it as JSON."""
