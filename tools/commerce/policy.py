"""The shop's rules, `policy.yaml`, as typed values. The pages take their numbers from the same file.

Percentages are integers, and a count of days, hours, minutes or months has its unit in its name. A category
or method without a value of its own has the general one.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, field_validator

from knowledge.shop_files import Location, YamlFile, read_yaml
from knowledge.shop_profile import Part, ShopProfile
from tools.commerce.policy_disputes import Disputes
from tools.commerce.policy_limits import Limits, Permissions
from tools.commerce.policy_promises import (
    Assembly,
    Business,
    Delivery,
    GiftCards,
    GiftWrap,
    Identity,
    Loyalty,
    Orders,
    PriceMatch,
    Privacy,
    Promotions,
    Recycling,
    Reviews,
    Sellers,
    Stock,
    StoreCredit,
    Support,
    Sustainability,
    Tracking,
    Warranty,
)
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
from tools.commerce.schema.changes import CancellationReason
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
    label_countries: tuple[Country, ...]
    """Where the shop sends labels, and fetches freight; from elsewhere one pays one's own postage."""
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

    @field_validator("window_days_by_reason")
    @classmethod
    def _damage_has_a_window_of_its_own(cls, by_reason: dict[ReturnReason, int]) -> dict[ReturnReason, int]:
        if ReturnReason.DAMAGED in by_reason:
            raise ValueError("damaged is not written here: damage.report_within_days holds for it")
        return by_reason


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


class Payments(Part):
    methods: Annotated[tuple[PaymentMethodKind, ...], Field(min_length=1)]
    card_brands: Names
    authorization_release_days: Range
    retry_hours: Positive
    bank_transfer_hold_days: Positive
    installments: Positive
    installments_minimum: Amount
    installments_interval_days: Positive


class Policy(Part):
    """Every rule of the shop; `version` is the day from which they hold."""

    version: date
    categories: Names
    """Of the shop's products, as far as rules speak of them: a slip in a rule's category is found on load."""
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
    disputes: Disputes

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
        for named in _named(policy):
            named.check(file)
        return policy


@dataclass(frozen=True)
class _Named:
    """Names at `location` that have to stand in `listed` as well, which is another rule's."""

    location: Location
    names: Iterable[str]
    rule: str
    listed: Sequence[str]

    def check(self, file: YamlFile) -> None:
        for name in self.names:
            if name not in self.listed:
                nearest = get_close_matches(name, self.listed, n=1)
                hint = f"; did you mean {nearest[0]}?" if nearest else ""
                raise file.error(self.location, f"{self.rule} has no {name!r}{hint}")


def _named(policy: Policy) -> Iterator[_Named]:
    methods = {
        ("delivery", "po_box_methods"): policy.delivery.po_box_methods,
        ("late_parcels", "fee_refund_methods"): policy.late_parcels.fee_refund_methods,
        ("holiday_shipping",): policy.holiday_shipping,
    }
    for location, names in methods.items():
        yield _Named(location, names, "delivery.methods", tuple(policy.delivery.methods))
    categories = {
        ("returns", "window_days_by_category"): policy.returns.window_days_by_category,
        ("returns", "restocking_percent_by_category"): policy.returns.restocking_percent_by_category,
        ("returns", "excluded_categories"): policy.returns.excluded_categories,
        ("returns", "sealed_categories"): policy.returns.sealed_categories,
        ("warranty", "months_by_category"): policy.warranty.months_by_category,
        ("assembly", "service_categories"): policy.assembly.service_categories,
    }
    for location, names in categories.items():
        yield _Named(location, names, "categories", policy.categories)
    yield _Named(
        ("payments", "methods"),
        policy.payments.methods,
        "refunds.days_to_appear",
        tuple(policy.refunds.days_to_appear),
    )
