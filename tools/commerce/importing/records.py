"""The records that an import is made of: one line of a JSON Lines file each.

`docs/importing.md` describes every field. A generator builds the same records and hands them to `load`, so
there is one way into the database. Amounts are decimals in major units; a time without a zone is the shop's.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tools.commerce.order_numbers import number_key
from tools.commerce.schema import (
    CartStatus,
    Channel,
    Device,
    OrderStatus,
    PaymentMethodKind,
    PaymentStatus,
    ProductStatus,
    RefundStatus,
    ReturnKind,
    ReturnReason,
    ReturnStatus,
    ShipmentStatus,
)

# PostgreSQL's text cannot hold NUL.
NO_NUL = r"^[^\x00]*$"


def _number(value: str) -> str:
    if not 1 <= len(number_key(value)) <= 120:
        raise ValueError("should contain letters or digits, at most 120")
    return value


def _warehouse(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


Ref = Annotated[str, Field(min_length=1, max_length=120, pattern=NO_NUL)]
Number = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL), AfterValidator(_number)]
Text40 = Annotated[str, Field(max_length=40, pattern=NO_NUL)]
Text60 = Annotated[str, Field(max_length=60, pattern=NO_NUL)]
Text80 = Annotated[str, Field(max_length=80, pattern=NO_NUL)]
Text120 = Annotated[str, Field(max_length=120, pattern=NO_NUL)]
Text200 = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
Text300 = Annotated[str, Field(max_length=300, pattern=NO_NUL)]
Text500 = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
LongText = Annotated[str, Field(max_length=100_000, pattern=NO_NUL)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^\s@\x00]+@[^\s@\x00]+$"), AfterValidator(str.lower)]
Country = Annotated[str, Field(pattern=r"^[A-Za-z]{2}$"), AfterValidator(str.upper)]
Currency = Annotated[str, Field(pattern=r"^[A-Za-z]{3}$"), AfterValidator(str.upper)]
LastFour = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
Amount = Annotated[Decimal, Field(ge=0, max_digits=15)]
Moment = Annotated[datetime, Field(strict=True)]
Day = Annotated[date, Field(strict=True)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Positive = Annotated[int, Field(ge=1, le=1_000_000_000)]


class _Record(BaseModel):
    # Inputs are hidden because a message of an error must not carry personal data.
    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, hide_input_in_errors=True
    )


class SellerRecord(_Record):
    id: Ref
    name: Text200 | None = None
    city: Text120 | None = None
    region: Text120 | None = None
    country: Country | None = None


class AddressRecord(_Record):
    label: Text60 | None = None
    recipient: Text200 | None = None
    line1: Text200 | None = None
    line2: Text200 | None = None
    city: Text120 | None = None
    region: Text120 | None = None
    postcode: Annotated[str, Field(max_length=20, pattern=NO_NUL)] | None = None
    country: Country | None = None
    is_default: bool = False


class PaymentMethodRecord(_Record):
    id: Ref
    kind: PaymentMethodKind
    brand: Text40 | None = None
    last4: LastFour | None = None
    balance: Amount | None = None
    currency: Currency | None = None
    expires_on: Day | None = None
    gateway_ref: Text120 | None = None

    @model_validator(mode="after")
    def _balance_where_money_is_kept(self) -> Self:
        kept = self.kind in {PaymentMethodKind.GIFT_CARD, PaymentMethodKind.STORE_CREDIT}
        if kept != (self.balance is not None):
            raise ValueError("a gift card or store credit has a balance, and nothing else does")
        return self


class CustomerRecord(_Record):
    id: Ref
    email: Email | None = None
    name: Text200 | None = None
    phone: Text40 | None = None
    created_at: Moment | None = None
    newsletter: bool = False
    addresses: tuple[AddressRecord, ...] = ()
    payment_methods: tuple[PaymentMethodRecord, ...] = ()


class WarehouseRecord(_Record):
    id: Ref
    name: Text120 | None = None
    city: Text120 | None = None
    region: Text120 | None = None
    country: Country | None = None


class IncomingRecord(_Record):
    quantity: Positive
    expected_on: Day


class StockRecord(_Record):
    """`warehouse` is an object, or in JSON just its id."""

    warehouse: Annotated[WarehouseRecord, BeforeValidator(_warehouse)]
    on_hand: Count
    reserved: Count = 0
    incoming: tuple[IncomingRecord, ...] = ()

    @model_validator(mode="after")
    def _reserved_is_on_hand(self) -> Self:
        if self.reserved > self.on_hand:
            raise ValueError("reserved should be at most on_hand")
        return self


class VariantRecord(_Record):
    sku: Ref
    options: dict[Text60, Text120] = Field(default_factory=dict)
    price: Amount
    currency: Currency | None = None
    compare_at: Amount | None = None
    cost: Amount | None = None
    active: bool = True
    stock: tuple[StockRecord, ...] = ()


class ProductRecord(_Record):
    id: Ref
    name: Annotated[Text300, Field(min_length=1)]
    description: LongText = ""
    category: Text120 | None = None
    brand: Text120 | None = None
    seller: Ref | None = None
    status: ProductStatus = ProductStatus.ACTIVE
    final_sale: bool = False
    warranty_months: Count | None = None
    weight_grams: Count | None = None
    attributes: dict[Text80, Text300] = Field(default_factory=dict)
    image_url: Text500 | None = None
    variants: tuple[VariantRecord, ...] = ()


class LineRecord(_Record):
    """`sku`, `product` or `name` says what was bought; `discount` and `tax` are of the whole line."""

    sku: Ref | None = None
    product: Ref | None = None
    seller: Ref | None = None
    name: Annotated[Text300, Field(min_length=1)] | None = None
    options: dict[Text60, Text120] | None = None
    quantity: Positive = 1
    unit_price: Amount
    discount: Amount = Decimal(0)
    tax: Amount = Decimal(0)


class PaymentRecord(_Record):
    method: PaymentMethodKind
    payment_method: Ref | None = None
    label: Text80 | None = None
    amount: Amount
    status: PaymentStatus = PaymentStatus.CAPTURED
    occurred_at: Moment | None = None
    installments: Positive = 1
    gateway_ref: Text120 | None = None


class TrackingEventRecord(_Record):
    at: Moment
    description: Text300
    status: ShipmentStatus | None = None
    location: Text200 | None = None


class ShipmentLineRecord(_Record):
    """`line` counts the order's lines from 1; without a quantity, all of the line."""

    line: Positive
    quantity: Positive | None = None


class ShipmentRecord(_Record):
    """Without `id` it is `{order number}-{n}`; without `lines` it holds all lines of the order."""

    id: Ref | None = None
    status: ShipmentStatus
    warehouse: Ref | None = None
    carrier: Text80 | None = None
    service: Text80 | None = None
    tracking_number: Text80 | None = None
    tracking_url: Text500 | None = None
    shipped_at: Moment | None = None
    promised_at: Moment | None = None
    estimated_at: Moment | None = None
    delivered_at: Moment | None = None
    lines: tuple[ShipmentLineRecord, ...] | None = None
    events: tuple[TrackingEventRecord, ...] = ()


class ReturnLineRecord(_Record):
    line: Positive
    quantity: Positive = 1
    reason: ReturnReason = ReturnReason.OTHER


class ReturnRecord(_Record):
    id: Ref
    kind: ReturnKind = ReturnKind.REFUND
    status: ReturnStatus
    carrier: Text80 | None = None
    tracking_number: Text80 | None = None
    requested_at: Moment | None = None
    received_at: Moment | None = None
    closed_at: Moment | None = None
    lines: Annotated[tuple[ReturnLineRecord, ...], Field(min_length=1)]


class RefundRecord(_Record):
    """`payment` counts the order's payments from 1; without it, the first with enough left to give back."""

    id: Ref | None = None
    amount: Annotated[Amount, Field(gt=0)]
    payment: Positive | None = None
    return_id: Ref | None = None
    method: PaymentMethodKind | None = None
    label: Text80 | None = None
    status: RefundStatus = RefundStatus.ISSUED
    reason: Text200 | None = None
    created_at: Moment | None = None
    completed_at: Moment | None = None


class OrderRecord(_Record):
    """`discount` is what was taken off the order besides the lines' own discounts."""

    number: Number
    customer: Ref | None = None
    email: Email | None = None
    status: OrderStatus
    channel: Channel | None = None
    device: Device | None = None
    placed_at: Moment | None = None
    paid_at: Moment | None = None
    promised_at: Moment | None = None
    delivered_at: Moment | None = None
    cancelled_at: Moment | None = None
    cancel_reason: Text200 | None = None
    currency: Currency | None = None
    discount: Amount = Decimal(0)
    shipping: Amount = Decimal(0)
    tax: Amount = Decimal(0)
    promo_code: Text60 | None = None
    shipping_method: Text60 | None = None
    note: LongText | None = None
    address: AddressRecord | None = None
    lines: tuple[LineRecord, ...] = ()
    payments: tuple[PaymentRecord, ...] = ()
    shipments: tuple[ShipmentRecord, ...] = ()
    returns: tuple[ReturnRecord, ...] = ()
    refunds: tuple[RefundRecord, ...] = ()


class ReviewRecord(_Record):
    id: Ref
    product: Ref | None = None
    order: Ref | None = None
    score: Annotated[int, Field(ge=1, le=5)]
    title: Text300 | None = None
    body: LongText | None = None
    created_at: Moment | None = None


class CartRecord(_Record):
    items: Positive
    value: Amount
    status: CartStatus
    created_at: Moment | None = None
    currency: Currency | None = None


class SessionRecord(_Record):
    id: Ref
    customer: Ref | None = None
    started_at: Moment
    channel: Channel | None = None
    device: Device | None = None
    source: Text60 | None = None
    country: Country | None = None
    page_views: Count = 1
    order: Ref | None = None
    cart: CartRecord | None = None


Record = SellerRecord | CustomerRecord | ProductRecord | OrderRecord | ReviewRecord | SessionRecord
