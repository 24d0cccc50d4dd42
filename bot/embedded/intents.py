"""What a shopper's sentence can want."""

from enum import StrEnum


class Intent(StrEnum):
    TRACK_ORDER = "track_order"
    """Where is it, when does it arrive, it is late or lost, the tracking number, who delivers it."""
    ORDER_DETAILS = "order_details"
    """What was ordered, paid, sent where, and how far the order is."""
    LIST_ORDERS = "list_orders"
    ORDER_TOTALS = "order_totals"
    """Sums, counts and extremes over one's own orders: spent in all, how many, the largest, the last time."""
    RETURN_STATUS = "return_status"
    """Where a return, an exchange or a refund that is under way stands."""
    CHECK_STOCK = "check_stock"
    """Is it to be had, in which versions, how many, when is it back, a notice when it is."""
    FIND_PRODUCTS = "find_products"
    """What the shop sells, a search, a recommendation, a present."""
    PRODUCT_QUESTION = "product_question"
    """Something about a product: material, size, price, colors, care; two products compared."""
    POLICY_QUESTION = "policy_question"
    """Whatever a shop's help pages answer: rules, costs, times and how-tos, payment and its troubles, gift cards,
    codes, invoices, warranty, the account (create, delete, switch, password), privacy, contact, hours."""
    CANCEL_ORDER = "cancel_order"
    CHANGE_ORDER = "change_order"
    """Of an order not yet sent: its items, their size, color or number, the address, the payment."""
    CHANGE_PROFILE = "change_profile"
    """Their own name, phone number, default address, or the newsletter on or off."""
    RETURN_ITEM = "return_item"
    EXCHANGE_ITEM = "exchange_item"
    REQUEST_REFUND = "request_refund"
    """Money back: late, lost, charged twice or wrongly, compensation."""
    REPORT_PROBLEM = "report_problem"
    """Damaged, defective, wrong, missing or not fitting; marked delivered and not there."""
    TALK_TO_PERSON = "talk_to_person"
    CASE_STATUS = "case_status"
    """Where something stands that people have to settle: a complaint, a claim, a dispute that was opened."""
    SIGN_IN = "sign_in"
    """To this chat: a code by e-mail, "it's me"."""
    NO_ORDER_NUMBER = "no_order_number"
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    CAPABILITIES = "capabilities"
    """What this chat can do."""
    SMALL_TALK = "small_talk"
    """Idle talk, praise, and what the bot is."""
    AFFIRM = "affirm"
    DENY = "deny"
    COMPLAINT = "complaint"
    """Anger or abuse without a wish of its own."""
    REPEAT = "repeat"
    """Once more, or in other words."""
    OUT_OF_SCOPE = "out_of_scope"
    """None of the shop's business."""


PLEASANTRIES = frozenset({Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.SMALL_TALK})
"""Dropped from a message that also holds a wish."""

ABOUT_PRODUCTS = frozenset({Intent.FIND_PRODUCTS, Intent.PRODUCT_QUESTION, Intent.CHECK_STOCK})

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

ABOUT_PRODUCTS = frozenset({Intent.FIND_PRODUCTS, Intent.PRODUCT_QUESTION, Intent.CHECK_STOCK})
