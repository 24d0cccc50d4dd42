"""Orders, policies and wishes at random, for tests of what holds whatever happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tools.commerce.changes.requests import (
    AddressChangeRequest,
    CancellationRequest,
    ChangeRequest,
    ExchangeRequest,
    ItemChangeRequest,
    LineWish,
    PaymentChangeRequest,
    PostalAddress,
    ProfileChangeRequest,
    RefundRequest,
    ReturnRequest,
    SwapWish,
)
from tools.commerce.policy import PriceDifference, RefundMethod
from tools.commerce.schema import (
    CancellationReason,
    PaymentMethodKind,
    PaymentStatus,
    RefundCause,
    ReturnReason,
)

SKUS = ("MUG-B", "MUG-R", "MUG-L")
METHODS = ("4242", "1881", "gift card", "store credit")


@dataclass(frozen=True)
class BoughtLine:
    """`sku` is None for a lamp, which comes in one version and is furniture."""

    sku: str | None
    quantity: int
    price: int
    percent_off: int
    percent_tax: int


@dataclass(frozen=True)
class Paid:
    """`share` are tenths of the order's total; the last payment takes what is left."""

    by: PaymentMethodKind
    share: int
    status: PaymentStatus


@dataclass(frozen=True)
class World:
    """`off` and `refunded` are percentages: of the items, and of the first payment, given back by hand before."""

    lines: tuple[BoughtLine, ...]
    shipping: int
    off: int
    payments: tuple[Paid, ...]
    is_paid_twice: bool
    refunded: int
    spare: int
    """How many of each mug nobody has."""
    gift_card: int
    has_come: bool
    """Whether everything was delivered before the first step."""
    policy: dict[str, Any]


_LINES = st.builds(
    BoughtLine,
    sku=st.sampled_from([*SKUS, None]),
    quantity=st.integers(1, 4),
    price=st.integers(1, 9999),
    percent_off=st.sampled_from([0, 0, 10, 33, 100]),
    percent_tax=st.sampled_from([0, 7, 19]),
)
_PAYMENTS = st.builds(
    Paid,
    by=st.sampled_from([PaymentMethodKind.CARD, PaymentMethodKind.GIFT_CARD, PaymentMethodKind.STORE_CREDIT]),
    share=st.integers(0, 10),
    status=st.just(PaymentStatus.CAPTURED),
)
_TAKEN = st.lists(_PAYMENTS, min_size=1, max_size=3).map(tuple)
_HELD = st.just((Paid(PaymentMethodKind.CARD, 10, PaymentStatus.AUTHORIZED),))
_UNPAID = st.just((Paid(PaymentMethodKind.CARD, 10, PaymentStatus.PENDING),))
_PARTLY = st.just(
    (
        Paid(PaymentMethodKind.CARD, 4, PaymentStatus.CAPTURED),
        Paid(PaymentMethodKind.CARD, 6, PaymentStatus.AUTHORIZED),
    )
)
_POLICIES = st.fixed_dictionaries(
    {
        "returns.window_days": st.sampled_from([3, 30, 30]),
        "returns.label_fee": st.integers(0, 900),
        "returns.restocking_percent_by_category": st.sampled_from([{}, {"Furniture": 15}]),
        "returns.instant_refund_max": st.sampled_from([0, 2500, 20000]),
        "damage.photos": st.sampled_from([0, 2]),
        "damage.keep_item_under": st.sampled_from([0, 4000]),
        "refunds.methods": st.sampled_from(
            [(RefundMethod.ORIGINAL,), tuple(RefundMethod), (RefundMethod.STORE_CREDIT,)]
        ),
        "refunds.store_credit_bonus_percent": st.sampled_from([0, 5, 33]),
        "exchanges.per_line": st.integers(1, 2),
        "exchanges.price_difference": st.sampled_from(PriceDifference),
        "cancellation.lines_separately": st.sampled_from([True, True, False]),
        "changes.items_times": st.integers(1, 3),
        "changes.payment_times": st.integers(1, 3),
        "changes.window_minutes": st.sampled_from([60, 10000]),
        "orders.minimum_total": st.sampled_from([0, 1000]),
        "limits.refund_max": st.sampled_from([100, 5000, 15000]),
        "limits.order_refund_max": st.sampled_from([1000, 30000]),
        "limits.refunds_per_customer": st.integers(0, 3),
    }
)
WORLDS = st.builds(
    World,
    lines=st.lists(_LINES, min_size=1, max_size=3).map(tuple),
    shipping=st.integers(0, 900),
    off=st.sampled_from([0, 0, 13, 100]),
    payments=st.one_of(_TAKEN, _TAKEN, _TAKEN, _TAKEN, _HELD, _PARTLY, _UNPAID),
    is_paid_twice=st.sampled_from([False, False, True]),
    refunded=st.sampled_from([0, 0, 25]),
    spare=st.integers(0, 4),
    gift_card=st.integers(0, 5000),
    has_come=st.booleans(),
    policy=_POLICIES,
)

_NUMBER = st.sampled_from([1, 1, 1, 2, 2, 3])
_SOME = st.one_of(st.none(), st.integers(1, 4))
_PART = st.lists(st.builds(LineWish, line=_NUMBER, quantity=_SOME), min_size=1, max_size=2).map(tuple)
_ITEMS = st.one_of(_PART, _PART, _PART, st.none())
_OTHERS = st.builds(SwapWish, line=_NUMBER, sku=st.sampled_from(SKUS), quantity=_SOME)
_SWAPS = st.lists(_OTHERS, min_size=1, max_size=2).map(tuple)
_CHANGED = st.lists(
    st.one_of(
        st.builds(SwapWish, line=_NUMBER, sku=st.sampled_from(SKUS)),
        st.builds(SwapWish, line=_NUMBER, quantity=st.integers(1, 5)),
    ),
    min_size=1,
    max_size=2,
).map(tuple)
_BY = st.one_of(st.none(), st.sampled_from(METHODS))
_TO = st.sampled_from(RefundMethod)
_BOSTON = PostalAddress(line1="22 Oak Ave", city="Boston", region="MA", postcode="02108", country="US")
_ORDER = st.just("A-1")

CANCELLATIONS = st.builds(
    CancellationRequest, order_number=_ORDER, items=_ITEMS, reason=st.sampled_from(CancellationReason)
)
ITEM_CHANGES = st.builds(ItemChangeRequest, order_number=_ORDER, items=_CHANGED, payment_method=_BY)
PAYMENT_CHANGES = st.builds(
    PaymentChangeRequest, order_number=_ORDER, payment_method=st.sampled_from(METHODS)
)
RETURNS = st.builds(
    ReturnRequest, order_number=_ORDER, items=_ITEMS, reason=st.sampled_from(ReturnReason), refund_to=_TO
)
EXCHANGES = st.builds(
    ExchangeRequest,
    order_number=_ORDER,
    items=_SWAPS,
    reason=st.sampled_from([None, *ReturnReason]),
    payment_method=_BY,
)
CLAIMS = st.builds(RefundRequest, order_number=_ORDER, cause=st.sampled_from(RefundCause), refund_to=_TO)
WISHES: st.SearchStrategy[ChangeRequest] = st.one_of(
    CANCELLATIONS,
    ITEM_CHANGES,
    PAYMENT_CHANGES,
    RETURNS,
    EXCHANGES,
    CLAIMS,
    st.builds(AddressChangeRequest, order_number=_ORDER, address=st.just(_BOSTON)),
    st.builds(ProfileChangeRequest, newsletter=st.booleans()),
)


def fitted(
    wish: ChangeRequest, quantities: Mapping[int, int], methods: Sequence[RefundMethod]
) -> ChangeRequest:
    """The wish for lines that there are, no more of them than there are, and a way of refunding that is offered."""
    values: dict[str, Any] = {}
    items: dict[int, LineWish] = {}
    for one in getattr(wish, "items", None) or ():
        number = (one.line - 1) % len(quantities) + 1
        most = 5 if isinstance(wish, ItemChangeRequest) else quantities[number]
        quantity = None if one.quantity is None else (one.quantity - 1) % most + 1
        items[number] = one.model_copy(update={"line": number, "quantity": quantity})
    if items:
        values["items"] = tuple(items.values())
    to = getattr(wish, "refund_to", None)
    if to is not None and to not in methods:
        values["refund_to"] = methods[0]
    return wish.model_copy(update=values)
