"""What a shopper's sentence can want."""

from enum import StrEnum


class Intent(StrEnum):
    TRACK_ORDER = "track_order"
    """Where is it, when does it arrive, it is late, the tracking number."""
    ORDER_DETAILS = "order_details"
    """What was ordered, paid, sent where, and how far the order is."""
    LIST_ORDERS = "list_orders"
    RETURN_STATUS = "return_status"
    """Where a return or a refund that is under way stands."""
    CHECK_STOCK = "check_stock"
    FIND_PRODUCTS = "find_products"
    PRODUCT_QUESTION = "product_question"
    """Something about a product: material, size, price, colors."""
    POLICY_QUESTION = "policy_question"
    """Whatever a shop's help pages answer."""
    CANCEL_ORDER = "cancel_order"
    CHANGE_ORDER = "change_order"
    CHANGE_PROFILE = "change_profile"
    """Their own name, phone number, default address, or the newsletter."""
    RETURN_ITEM = "return_item"
    EXCHANGE_ITEM = "exchange_item"
    REQUEST_REFUND = "request_refund"
    REPORT_PROBLEM = "report_problem"
    """Damaged, wrong or missing; marked delivered and not there."""
    TALK_TO_PERSON = "talk_to_person"
    SIGN_IN = "sign_in"
    NO_ORDER_NUMBER = "no_order_number"
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    CAPABILITIES = "capabilities"
    SMALL_TALK = "small_talk"
    """Idle talk and praise."""
    AFFIRM = "affirm"
    DENY = "deny"
    COMPLAINT = "complaint"
    """Anger or abuse without a wish of its own."""
    REPEAT = "repeat"
    OUT_OF_SCOPE = "out_of_scope"
    """None of the shop's business."""


PLEASANTRIES = frozenset({Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.SMALL_TALK})
"""Dropped from a message that also holds a wish."""

CHANGES = frozenset(
    {
        Intent.CANCEL_ORDER,
        Intent.CHANGE_ORDER,
        Intent.CHANGE_PROFILE,
        Intent.RETURN_ITEM,
        Intent.EXCHANGE_ITEM,
        Intent.REQUEST_REFUND,
    }
)
"""What becomes a proposal that the person confirms."""
