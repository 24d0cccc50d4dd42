"""What else the shop promises: the sections of `policy.yaml` beside those that changes of orders rest on."""

from typing import Annotated

from pydantic import AfterValidator, Field

from knowledge.shop_profile import Part, Text, Weekday
from tools.commerce.policy_values import Amount, Count, Country, Names, Percent, Positive, Range, distinct


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
