"""The shop's rules, `policy.yaml`, as typed values. The pages take their numbers from the same file.

Percentages are integers, and a count of days, hours, minutes or months has its unit in its name. A category
or method without a value of its own has the general one.
"""

import json
from datetime import date
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from knowledge.shop_files import read_yaml
from knowledge.shop_profile import Part, ShopProfile, Text, Weekday
from tools.commerce.policy_values import (
    Amount,
    Count,
    Country,
    Day,
    Names,
    Percent,
    Positive,
    Range,
    distinct,
)
from tools.commerce.schema.changes import CancellationReason, ProposalKind
from tools.commerce.schema.customers import PaymentMethodKind
from tools.commerce.schema.orders import OrderStatus
from tools.commerce.schema.returns import ReturnReason


class RefundMethod(StrEnum):
    ORIGINAL = "original"
    STORE_CREDIT = "store_credit"
    GIFT_CARD = "gift_card"


class PriceDifference(StrEnum):
    """What an exchange for something dearer or cheaper does: the difference is paid, or it is not offered."""

    SETTLE = "settle"
    NONE = "none"


class ReturnOutcome(StrEnum):
    REFUND = "refund"
    EXCHANGE = "exchange"
    STORE_CREDIT = "store_credit"


class DeliveryMethod(Part):
    """`days` are working days from order to door; `free_over` is the order value that waives the fee."""

    name: Text
    fee: Amount
    free_over: Amount | None
    days: Range
    countries: Annotated[tuple[Country, ...], Field(min_length=1)]


class Delivery(Part):
    cutoff_hour: Annotated[int, Field(strict=True, ge=0, le=23)]
    ship_weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(distinct)]
    methods: Annotated[dict[str, DeliveryMethod], Field(min_length=1)]
    freight_over_pounds: Positive
    remote_regions: Names
    remote_extra_days: Count
    po_box_methods: Names
    signature_over: Amount
    attempts: Positive
    carrier_hold_days: Positive


class Tracking(Part):
    first_scan_hours: Positive


class LateParcels(Part):
    grace_days: Count
    search_days: Positive
    lost_after_days: Positive
    lost_after_days_abroad: Positive
    not_found_wait_hours: Count
    report_within_days: Positive
    fee_refund_methods: Names


class HolidayReturns(Part):
    """Orders placed between the first two days can be returned until the third, if need be next year."""

    ordered_from: Day
    ordered_until: Day
    return_until: Day


class Returns(Part):
    """Windows run from delivery; without `window_days` there is always time."""

    window_days: Positive | None
    window_days_by_category: dict[str, Positive]
    window_days_by_reason: dict[ReturnReason, Positive]
    send_within_days: Positive
    inspection_days: Count
    label_fee: Amount
    free_label_reasons: tuple[ReturnReason, ...]
    free_label_outcomes: tuple[ReturnOutcome, ...]
    freight_pickup_fee: Amount
    restocking_percent_by_category: dict[str, Percent]
    final_sale_reasons: tuple[ReturnReason, ...]
    excluded_categories: Names
    sealed_categories: Names
    holiday: HolidayReturns | None
    instant_refund_max: Amount
    """Up to this, a customer with an account is refunded before the parcel is back."""


class Refunds(Part):
    methods: Annotated[tuple[RefundMethod, ...], Field(min_length=1)]
    issue_within_days: Count
    days_to_appear: dict[PaymentMethodKind, Range]
    store_credit_bonus_percent: Percent
    original_shipping_reasons: tuple[ReturnReason, ...]


class Exchanges(Part):
    window_days: Positive | None
    hold_days: Positive
    per_line: Positive
    same_product_only: bool
    price_difference: PriceDifference
    advance_limit: Amount


class Cancellation(Part):
    statuses: tuple[OrderStatus, ...]
    lines_separately: bool
    refund_within_days: Count
    reasons: Annotated[tuple[CancellationReason, ...], Field(min_length=1), AfterValidator(distinct)]


class Changes(Part):
    """How often counts what one order has had done to it. The window is for other quantities and options; without
    it the order's status decides alone."""

    address_statuses: tuple[OrderStatus, ...]
    address_times: Count
    items_statuses: tuple[OrderStatus, ...]
    items_times: Count
    window_minutes: Count | None
    payment_statuses: tuple[OrderStatus, ...]
    payment_times: Count
    redirect_fee: Amount
    hold_days: Positive


class Damage(Part):
    report_within_days: Positive
    photos: Count
    keep_item_under: Amount
    replacement_within_days: Positive
    keep_packaging_days: Count
    missing_report_within_days: Positive


class Warranty(Part):
    months: Count
    months_by_category: dict[str, Count]
    answer_within_days: Positive
    repair_days: Range
    spare_parts_months: Count


class PriceMatch(Part):
    competitor_days: Count
    adjustment_days: Count
    units: Positive
    decide_within_days: Positive


class Promotions(Part):
    codes_per_order: Count
    welcome_percent: Percent
    welcome_minimum: Amount
    welcome_valid_days: Positive
    community_percent: Percent
    referral_credit: Amount
    referral_minimum: Amount


class GiftCards(Part):
    minimum: Amount
    maximum: Amount
    per_order: Positive
    email_within_minutes: Positive
    post_fee: Amount
    expires: bool


class StoreCredit(Part):
    expires_after_months: Positive
    warning_days: Count


class Payments(Part):
    methods: Annotated[tuple[PaymentMethodKind, ...], Field(min_length=1)]
    card_brands: Names
    authorization_release_days: Range
    retry_hours: Positive
    bank_transfer_hold_days: Positive
    installments: Positive
    installments_minimum: Amount
    installments_interval_days: Positive


class Loyalty(Part):
    """`points_per_unit` is for each whole unit of currency spent; spends are in a calendar year."""

    points_per_unit: Count
    reward_points: Positive
    reward_value: Amount
    points_expire_months: Positive
    credit_after_days: Count
    trail_spend: Amount
    summit_spend: Amount
    summit_multiplier: Positive


class Orders(Part):
    line_quantity_max: Positive
    minimum_total: Amount
    cart_hold_minutes: Count
    confirmation_minutes: Positive
    preorder_notice_days: Count


class Stock(Part):
    restock_email_hours: Positive
    restock_request_days: Positive
    low_below: Count


class Sellers(Part):
    ship_within_days: Range
    answer_within_days: Positive
    guarantee_days: Positive
    response_target_percent: Percent


class GiftWrap(Part):
    fee: Amount
    message_characters: Positive
    oversize_inches: Positive


class BusinessDiscount(Part):
    units: Positive
    percent: Percent


class Business(Part):
    minimum_units: Positive
    discounts: tuple[BusinessDiscount, ...]
    quote_within_days: Positive
    credit_days: Positive
    credit_minimum: Amount


class Assembly(Part):
    service_fee: Amount
    service_categories: Names
    book_within_days: Positive
    spare_hardware_days: Positive


class Reviews(Part):
    invite_after_days: Count
    publish_within_days: Positive
    edit_days: Count
    photos: Count
    words_minimum: Count


class Recycling(Part):
    furniture_fee: Amount
    recycled_packaging_percent: Percent
    donation_partner_credit: Amount


class Sustainability(Part):
    offset_percent: Percent
    repair_before_replace_percent: Percent
    renewable_power_percent: Percent
    target_year: Positive
    target_cut_percent: Percent


class Identity(Part):
    code_minutes: Positive
    code_attempts: Positive
    lockout_minutes: Positive
    password_characters: Positive
    reset_link_minutes: Positive


class Privacy(Part):
    answer_within_days: Positive
    order_records_years: Positive
    chat_days: Positive
    newsletter_stop_days: Positive
    cookie_consent_months: Positive


class Support(Part):
    email_within_hours: Positive
    complaint_within_days: Positive


class Permissions(Part):
    """What may be changed by somebody who has proved one order, and by somebody signed in to an account."""

    order: Annotated[tuple[ProposalKind, ...], AfterValidator(distinct)]
    account: Annotated[tuple[ProposalKind, ...], AfterValidator(distinct)]

    @model_validator(mode="after")
    def _account_may_do_more(self) -> Self:
        missing = [kind for kind in self.order if kind not in self.account]
        if missing:
            raise ValueError(f"account may not do what order may: {', '.join(missing)}")
        return self


class Limits(Part):
    """What may be given back before goods are, or for good, without a support agent's approval.

    `refund_max` holds for one proposal, `order_refund_max` for an order in all, and `period_refund_max` and
    `refunds_per_customer` for a customer in `refunds_period_days`; `credit_max` is what is given on top.
    """

    refund_max: Amount
    order_refund_max: Amount
    period_refund_max: Amount
    credit_max: Amount
    refunds_per_customer: Count
    refunds_period_days: Positive
    proposal_minutes: Positive


class Policy(Part):
    """Every rule of the shop; `version` is the day from which they hold."""

    version: date
    delivery: Delivery
    tracking: Tracking
    late_parcels: LateParcels
    returns: Returns
    refunds: Refunds
    exchanges: Exchanges
    cancellation: Cancellation
    changes: Changes
    damage: Damage
    warranty: Warranty
    price_match: PriceMatch
    promotions: Promotions
    gift_cards: GiftCards
    store_credit: StoreCredit
    payments: Payments
    loyalty: Loyalty
    orders: Orders
    stock: Stock
    sellers: Sellers
    gift_wrap: GiftWrap
    holiday_shipping: dict[str, Day]
    business: Business
    assembly: Assembly
    reviews: Reviews
    recycling: Recycling
    sustainability: Sustainability
    identity: Identity
    privacy: Privacy
    support: Support
    permissions: Permissions
    limits: Limits

    @cached_property
    def fingerprint(self) -> str:
        """The version and twelve hex digits of the values' SHA-256: rules that differ never share it."""
        values = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return f"{self.version.isoformat()}/{sha256(values.encode()).hexdigest()[:12]}"

    @classmethod
    def load(cls, shop_dir: Path) -> Self:
        """Raises ShopFileError, which names the file, the rule's path and its line."""
        file = read_yaml(shop_dir / "policy.yaml")
        policy = file.validated(cls, {"currency": ShopProfile.load(shop_dir).currency})
        named = {
            ("delivery", "po_box_methods"): policy.delivery.po_box_methods,
            ("late_parcels", "fee_refund_methods"): policy.late_parcels.fee_refund_methods,
            ("holiday_shipping",): tuple(policy.holiday_shipping),
        }
        for location, methods in named.items():
            for method in methods:
                if method not in policy.delivery.methods:
                    raise file.error(location, f"delivery.methods has no {method!r}")
        return policy
