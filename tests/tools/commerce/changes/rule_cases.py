"""A case for each rule that changes of orders rest on, by its path: just inside of it, and just outside."""

from collections.abc import Mapping
from datetime import timedelta

from tests.tools.builders import POLICY
from tests.tools.commerce.changes.change_builders import cancel, change, claim, exchange, pay_by, to_sku
from tests.tools.commerce.changes.returns_builders import wish
from tests.tools.commerce.changes.rule_case import (
    ASKED,
    Case,
    approval,
    lasts,
    money,
    says,
    when,
)
from tests.tools.commerce.changes.rule_situations import (
    as_guest,
    exchanged,
    for_another_product,
    from_the_season,
    late,
    late_after,
    marked_delivered,
    not_shipped,
    returned,
    returned_of,
    silent,
)
from tools.commerce.changes.requests import (
    AddressChangeRequest,
    PostalAddress,
    SwapWish,
)
from tools.commerce.policy import PriceDifference, RefundMethod, ReturnOutcome
from tools.commerce.policy_values import MonthDay
from tools.commerce.schema import (
    CancellationReason,
    OrderStatus,
    PaymentMethodKind,
    ProposalKind,
    RefundCause,
    ReturnReason,
)

CREDIT = RefundMethod.STORE_CREDIT
LABEL, NO_LABEL = {"Items": 1500, "Return label": -695}, {"Items": 1500}
NO_PHOTOS = {"damage.photos": 0, "returns.instant_refund_max": 0}
SEASON = POLICY.returns.holiday
METHODS = POLICY.delivery.methods
ONLY_TO_CANADA = METHODS["standard"].model_copy(update={"countries": ("CA",)})
KINDS = tuple(kind for kind in ProposalKind if not kind.is_of_staff)
OTHER_KINDS = tuple(kind for kind in KINDS if kind is not ProposalKind.RETURN)


OAK = PostalAddress(line1="22 Oak Ave", city="Boston", region="MA", postcode="02108", country="US")
ELM = OAK.model_copy(update={"line1": "1 Elm St"})
TO_OAK = AddressChangeRequest(order_number="A-1", address=OAK)
TO_PO_BOX = AddressChangeRequest(order_number="A-1", address=OAK.model_copy(update={"line1": "P.O. Box 7"}))
TO_ELM = AddressChangeRequest(order_number="A-1", address=ELM)
A_RED_MUG = exchange(to_sku(1, "MUG-R", 1))
RED_MUGS, LARGE_MUGS = change(to_sku(1, "MUG-R")), change(to_sku(1, "MUG-L"))
DAMAGED_MUG = wish((1, 1), reason=ReturnReason.DAMAGED)
NEW_FOR_DAMAGED = exchange(SwapWish(line=1, quantity=1), reason=ReturnReason.DAMAGED)
BY_MASTERCARD, BY_VISA = pay_by("Mastercard ending in 1881"), pay_by("Visa ending in 4242")

RETURNS = {
    "window_days": Case(returned(wish(), ago=20), 20, 19),
    "window_days_by_category": Case(
        returned_of("Furniture", wish(), ago=40), {"Furniture": 40}, {"Furniture": 39}
    ),
    "window_days_by_reason": Case(
        returned(wish(reason=ReturnReason.WRONG_ITEM), ago=50),
        {ReturnReason.WRONG_ITEM: 50},
        {ReturnReason.WRONG_ITEM: 49},
    ),
    "send_within_days": Case(
        returned(wish((1, 1))), 14, 15, says("Send it within 14 days"), True, False, named=""
    ),
    "inspection_days": Case(
        returned(wish()), 3, 4, says("We check it within 3 business days"), True, False, named=""
    ),
    "label_fee": Case(returned(wish((1, 1))), 695, 700, money, LABEL, {"Items": 1500, "Return label": -700}),
    "label_countries": Case(
        returned(wish((1, 1)), country="CA"), ("US", "CA"), ("US",), money, LABEL, NO_LABEL
    ),
    "free_label_reasons": Case(
        returned(wish((1, 1), reason=ReturnReason.DEFECTIVE)),
        (ReturnReason.DEFECTIVE,),
        (),
        money,
        NO_LABEL,
        LABEL,
    ),
    "free_label_outcomes": Case(
        exchanged(A_RED_MUG), (ReturnOutcome.EXCHANGE,), (), money, {}, {"Return label": -695}
    ),
    "freight_pickup_fee": Case(
        returned_of(None, wish(), weight_grams=40_000),
        4900,
        0,
        money,
        {"Items": 10000, "Freight pickup": -4900},
        {"Items": 10000},
    ),
    "restocking_percent_by_category": Case(
        returned_of("Furniture", wish()),
        {"Furniture": 10},
        {},
        money,
        {"Items": 10000, "Return label": -695, "Restocking": -1000},
        {"Items": 10000, "Return label": -695},
    ),
    "final_sale_reasons": Case(
        returned_of(None, wish(), final_sale=True), (ReturnReason.CHANGED_MIND,), (ReturnReason.DEFECTIVE,)
    ),
    "excluded_categories": Case(returned_of("Garden", wish()), (), ("Garden",)),
    "sealed_categories": Case(returned_of("Bedding", wish()), ("Bedding",), (), says("seal"), True, False),
    "holiday": Case(
        from_the_season,
        SEASON and SEASON.model_copy(update={"return_until": MonthDay(3, 10)}),
        SEASON and SEASON.model_copy(update={"return_until": MonthDay(3, 9)}),
    ),
    "instant_refund_max": Case(returned(wish((1, 1))), 805, 804, when, "now", "after_inspection"),
}

REFUNDS = {
    "methods": Case(returned(wish(to=CREDIT)), (RefundMethod.ORIGINAL, CREDIT), (RefundMethod.ORIGINAL,)),
    "issue_within_days": Case(
        returned(wish()), 3, 4, says("the refund within 3 business days"), True, False, named=""
    ),
    "store_credit_bonus_percent": Case(
        returned(wish((1, 1), to=CREDIT)),
        5,
        0,
        money,
        {"Items": 1500, "Store credit bonus": 75},
        {"Items": 1500},
    ),
    "original_shipping_reasons": Case(
        returned(wish(reason=ReturnReason.DEFECTIVE)),
        (ReturnReason.DEFECTIVE,),
        (),
        money,
        {"Items": 7000, "Shipping": 500},
        {"Items": 7000},
    ),
}

EXCHANGES = {
    "window_days": Case(exchanged(A_RED_MUG, ago=40), 40, 39),
    "hold_days": Case(exchanged(A_RED_MUG), 10, 11, says("set aside for you for 10 days"), True, False),
    "per_line": Case(exchanged(A_RED_MUG, before=A_RED_MUG), 2, 1),
    "same_product_only": Case(for_another_product, False, True),
    "price_difference": Case(
        exchanged(exchange(to_sku(1, "MUG-L", 1))), PriceDifference.SETTLE, PriceDifference.NONE
    ),
    "advance_limit": Case(
        exchanged(A_RED_MUG), 1500, 1499, says("leaves once the carrier has scanned your parcel"), True, False
    ),
}

CANCELLATION = {
    "statuses": Case(
        not_shipped(cancel()), (OrderStatus.PENDING, OrderStatus.PROCESSING), (OrderStatus.PENDING,)
    ),
    "lines_separately": Case(not_shipped(cancel((2, 1))), True, False),
    "refund_within_days": Case(
        not_shipped(cancel()), 2, 3, says("We refund the payment within 2 business days"), True, False
    ),
    "reasons": Case(
        not_shipped(cancel()),
        (CancellationReason.CHANGED_MIND,),
        (CancellationReason.OTHER,),
        otherwise=ASKED,
        named="",
    ),
}

CHANGES = {
    "address_statuses": Case(not_shipped(TO_OAK), (OrderStatus.PROCESSING,), (OrderStatus.PENDING,)),
    "address_times": Case(not_shipped(TO_OAK, before=TO_ELM), 2, 1),
    "items_statuses": Case(not_shipped(RED_MUGS), (OrderStatus.PROCESSING,), (OrderStatus.PENDING,)),
    "items_times": Case(not_shipped(RED_MUGS, before=change(SwapWish(line=2, quantity=2))), 2, 1),
    "window_minutes": Case(not_shipped(RED_MUGS, minutes=60), 60, 59),
    "payment_statuses": Case(not_shipped(BY_MASTERCARD), (OrderStatus.PROCESSING,), (OrderStatus.PENDING,)),
    "payment_times": Case(not_shipped(BY_VISA, before=BY_MASTERCARD), 2, 1),
}

DAMAGE = {
    "report_within_days": Case(returned(DAMAGED_MUG, ago=20), 20, 19),
    "photos": Case(returned(DAMAGED_MUG), 0, 1, approval, False, True),
    "keep_item_under": Case(
        returned(DAMAGED_MUG), 1501, 1500, when, "now", "after_inspection", beside=NO_PHOTOS
    ),
    "replacement_within_days": Case(
        exchanged(NEW_FOR_DAMAGED), 2, 3, says("The new one leaves within 2 business days"), True, False
    ),
}

LATE_PARCELS = {
    "grace_days": Case(
        silent(1), 2, 3, says("2 business days after the promised day"), True, False, named=""
    ),
    "lost_after_days": Case(silent(8), 8, 9),
    "lost_after_days_abroad": Case(silent(8, country="GB"), 8, 9),
    "not_found_wait_hours": Case(marked_delivered, 48, 72, says("48 hours"), True, False),
    "report_within_days": Case(silent(promised=20), 20, 19),
    "fee_refund_methods": Case(late, ("next_day",), ("express",)),
}

PAYMENTS = {
    "methods": Case(not_shipped(BY_MASTERCARD), (PaymentMethodKind.CARD,), (PaymentMethodKind.GIFT_CARD,))
}

PERMISSIONS = {
    "order": Case(as_guest(TO_OAK), KINDS, ()),
    "account": Case(returned(wish()), KINDS, OTHER_KINDS, beside={"permissions.order": ()}),
}

LIMITS = {
    "refund_max": Case(late, 500, 499, approval, False, True),
    "order_refund_max": Case(late_after(own=1000), 1500, 1499, approval, False, True),
    "period_refund_max": Case(late_after(other=1000), 1500, 1499, approval, False, True),
    "credit_max": Case(
        silent(request=claim(RefundCause.LOST_PARCEL, to=CREDIT)), 375, 374, approval, False, True
    ),
    "refunds_per_customer": Case(late_after(other=1000), 2, 1, approval, False, True),
    "refunds_period_days": Case(
        late_after(other=1000, ago=10),
        9,
        10,
        approval,
        False,
        True,
        beside={"limits.refunds_per_customer": 1},
        named="limits.refunds_per_customer",
    ),
    "proposal_minutes": Case(
        returned(wish()), 30, 31, lasts, timedelta(minutes=30), timedelta(minutes=31), named=""
    ),
}

ORDERS = {
    "minimum_total": Case(not_shipped(change(SwapWish(line=1, quantity=1))), 6000, 6001),
    "line_quantity_max": Case(not_shipped(change(SwapWish(line=2, quantity=3))), 3, 2),
}

DELIVERY = {
    "methods": Case(not_shipped(TO_OAK), METHODS, {**METHODS, "standard": ONLY_TO_CANADA}),
    "po_box_methods": Case(not_shipped(TO_PO_BOX), ("standard",), ("express",)),
    "freight_over_pounds": Case(
        returned_of(None, wish(), weight_grams=40_000),
        88,
        89,
        money,
        {"Items": 10000, "Freight pickup": -4900},
        {"Items": 10000, "Return label": -695},
        named="returns.freight_pickup_fee",
    ),
}

SECTIONS: Mapping[str, Mapping[str, Case]] = {
    "returns": RETURNS,
    "refunds": REFUNDS,
    "exchanges": EXCHANGES,
    "cancellation": CANCELLATION,
    "changes": CHANGES,
    "damage": DAMAGE,
    "late_parcels": LATE_PARCELS,
    "payments": PAYMENTS,
    "permissions": PERMISSIONS,
    "limits": LIMITS,
    "orders": ORDERS,
    "delivery": DELIVERY,
}
CASES: Mapping[str, Case] = {
    f"{section}.{name}": case for section, cases in SECTIONS.items() for name, case in cases.items()
}
