"""What people call the members of closed sets, beside their own names."""

from collections.abc import Mapping

from tools.commerce.metrics.facts import Dimension
from tools.commerce.schema import Channel, Device, PaymentMethodKind, ReturnReason

SPOKEN: Mapping[tuple[Dimension, str], tuple[str, ...]] = {
    (Dimension.CHANNEL, Channel.WEB): (
        "website", "online", "web shop", "webshop", "online shop", "online store", "site", "internet", "web site",
    ),
    (Dimension.CHANNEL, Channel.APP): ("mobile app", "the app", "app store"),
    (Dimension.CHANNEL, Channel.PHONE): ("telephone", "call center", "over the phone"),
    (Dimension.CHANNEL, Channel.STORE): ("in store", "instore", "physical store", "retail store", "brick and mortar"),
    (Dimension.CHANNEL, Channel.MARKETPLACE): ("market place",),
    (Dimension.DEVICE, Device.DESKTOP): ("computer", "laptop", "pc"),
    (Dimension.DEVICE, Device.MOBILE): ("smartphone", "smart phone", "cell phone", "mobile phone", "mobile device"),
    (Dimension.DEVICE, Device.TABLET): ("ipad",),
    (Dimension.PAYMENT_METHOD, PaymentMethodKind.CARD): ("credit card",),
    (Dimension.PAYMENT_METHOD, PaymentMethodKind.PAYPAL): ("pay pal",),
    (Dimension.PAYMENT_METHOD, PaymentMethodKind.BANK_TRANSFER): ("wire transfer", "wire"),
    (Dimension.PAYMENT_METHOD, PaymentMethodKind.BANK_SLIP): ("boleto",),
    (Dimension.PAYMENT_METHOD, PaymentMethodKind.GIFT_CARD): ("giftcard", "gift certificate"),
    (Dimension.CUSTOMER_KIND, "new"): (
        "new", "new buyer", "new shopper", "first time buyer", "first time customer", "first time shopper",
        "first timer", "first time",
    ),
    (Dimension.CUSTOMER_KIND, "returning"): (
        "returning", "returning buyer", "returning shopper", "repeat customer", "repeat buyer", "repeat shopper",
        "existing customer", "loyal customer",
    ),
    (Dimension.CUSTOMER_KIND, "guest"): ("guest", "guest checkout", "guest buyer", "guest shopper"),
    (Dimension.REASON, ReturnReason.CHANGED_MIND): ("change of mind", "changed their mind", "change of heart"),
    (Dimension.REASON, ReturnReason.WRONG_SIZE): ("too small", "too big", "too large", "bad fit", "sizing"),
    (Dimension.REASON, ReturnReason.NOT_AS_DESCRIBED): ("not as pictured", "not as expected"),
    (Dimension.REASON, ReturnReason.DAMAGED): ("damage", "broken", "arrived broken", "damaged in transit"),
    (Dimension.REASON, ReturnReason.DEFECTIVE): ("defect", "faulty", "not working"),
    (Dimension.REASON, ReturnReason.WRONG_ITEM): ("wrong product", "incorrect item", "wrong one"),
    (Dimension.REASON, ReturnReason.ARRIVED_LATE): ("late arrival", "came too late", "arrived too late"),
}  # fmt: skip
