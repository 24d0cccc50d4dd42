"""How the rows of the Olist CSV files read as records."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, InvalidOperation

from tools.commerce.importing.problems import Place
from tools.commerce.importing.records import (
    AddressRecord,
    CustomerRecord,
    LineRecord,
    OrderRecord,
    PaymentRecord,
    ProductRecord,
    ReviewRecord,
    SellerRecord,
    ShipmentRecord,
    TrackingEventRecord,
    VariantRecord,
)
from tools.commerce.schema import OrderStatus, PaymentMethodKind, PaymentStatus, ShipmentStatus

COUNTRY = "BR"
STATUSES = {
    "created": OrderStatus.PENDING,
    "approved": OrderStatus.PROCESSING,
    "invoiced": OrderStatus.PROCESSING,
    "processing": OrderStatus.PROCESSING,
    "shipped": OrderStatus.SHIPPED,
    "delivered": OrderStatus.DELIVERED,
    "canceled": OrderStatus.CANCELLED,
    "unavailable": OrderStatus.UNAVAILABLE,
}
METHODS = {
    "credit_card": PaymentMethodKind.CARD,
    "debit_card": PaymentMethodKind.DEBIT_CARD,
    "boleto": PaymentMethodKind.BANK_SLIP,
    "voucher": PaymentMethodKind.VOUCHER,
    "not_defined": PaymentMethodKind.OTHER,
}
LAST_SECOND = time(23, 59, 59)


class BadCell(ValueError):
    """A value of a CSV file that cannot be read; the message does not repeat it."""

    def __init__(self, place: Place, column: str, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.column = column


@dataclass(frozen=True, slots=True)
class CsvRow:
    place: Place
    cells: Mapping[str, str]

    def text(self, column: str) -> str | None:
        return self.cells[column].strip() or None

    def ref(self, column: str) -> str:
        text = self.text(column)
        if text is None:
            raise BadCell(self.place, column, "is missing")
        return text

    def amount(self, column: str) -> Decimal:
        try:
            return Decimal(self.ref(column))
        except InvalidOperation:
            raise BadCell(self.place, column, "should be an amount") from None

    def whole(self, column: str) -> int:
        return int(self.amount(column))

    def moment(self, column: str) -> datetime | None:
        """A time without a zone: it is local to the marketplace."""
        text = self.text(column)
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError:
            raise BadCell(self.place, column, "should be a time like 2017-07-09 21:57:05") from None

    def place_name(self, column: str) -> str | None:
        """`sao paulo` as `Sao Paulo`."""
        text = self.text(column)
        return text.title() if text else None


@dataclass(frozen=True, slots=True)
class OlistOrder:
    """The rows of one order. `products` and `sellers` are all that the files have, for references to them."""

    row: CsvRow
    customer: CsvRow | None
    items: Sequence[CsvRow]
    payments: Sequence[CsvRow]
    products: Collection[str]
    sellers: Collection[str]


def seller_record(row: CsvRow) -> SellerRecord:
    return SellerRecord(
        id=row.ref("seller_id"),
        city=row.place_name("seller_city"),
        region=row.text("seller_state"),
        country=COUNTRY,
    )


def customer_record(unique_id: str, rows: Sequence[CsvRow]) -> CustomerRecord:
    """One person: each order has a customer_id of its own, so the addresses of all of them are theirs."""
    addresses = dict.fromkeys(_address(row) for row in rows)
    return CustomerRecord(id=unique_id, addresses=tuple(addresses))


def _address(row: CsvRow) -> AddressRecord:
    return AddressRecord(
        postcode=row.text("customer_zip_code_prefix"),
        city=row.place_name("customer_city"),
        region=row.text("customer_state"),
        country=COUNTRY,
    )


def product_record(
    row: CsvRow, categories: Mapping[str, str], last_sales: Mapping[str, CsvRow]
) -> ProductRecord:
    """The files have no variants: one that was ever sold has one, at the price that it was last sold at."""
    product = row.ref("product_id")
    sale = last_sales.get(product)
    portuguese = row.text("product_category_name")
    category = categories.get(portuguese, portuguese).replace("_", " ").capitalize() if portuguese else None
    return ProductRecord(
        id=product,
        name=f"{category} item {product[:8]}" if category else _nameless(product),
        category=category,
        weight_grams=row.whole("product_weight_g") if row.text("product_weight_g") else None,
        variants=(VariantRecord(sku=product, price=sale.amount("price")),) if sale else (),
    )


def _nameless(product: str) -> str:
    return f"Item {product[:8]}"


def order_record(order: OlistOrder) -> OrderRecord:
    row = order.row
    status = STATUSES.get(row.ref("order_status"))
    if status is None:
        raise BadCell(row.place, "order_status", f"should be one of {', '.join(STATUSES)}")
    estimated = row.moment("order_estimated_delivery_date")
    promised = datetime.combine(estimated, LAST_SECOND) if estimated else None
    paid = row.moment("order_approved_at")
    shipment = _shipment(row, status, promised)
    return OrderRecord(
        number=row.ref("order_id"),
        customer=order.customer.ref("customer_unique_id") if order.customer else None,
        status=status,
        placed_at=row.moment("order_purchase_timestamp"),
        paid_at=paid,
        promised_at=promised,
        delivered_at=row.moment("order_delivered_customer_date"),
        shipping=sum((item.amount("freight_value") for item in order.items), Decimal(0)),
        address=_address(order.customer) if order.customer else None,
        lines=_lines(order),
        payments=tuple(
            _payment(payment, _payment_status(status, paid))
            for payment in sorted(order.payments, key=lambda p: p.whole("payment_sequential"))
        ),
        shipments=(shipment,) if shipment else (),
    )


def _lines(order: OlistOrder) -> tuple[LineRecord, ...]:
    """The files have a row for each piece; pieces of one product, seller and price make a line."""
    pieces = Counter(
        (item.ref("product_id"), item.ref("seller_id"), item.amount("price"))
        for item in sorted(order.items, key=lambda item: item.whole("order_item_id"))
    )
    return tuple(
        LineRecord(
            product=product if product in order.products else None,
            name=None if product in order.products else _nameless(product),
            seller=seller if seller in order.sellers else None,
            quantity=quantity,
            unit_price=price,
        )
        for (product, seller, price), quantity in pieces.items()
    )


def _payment(row: CsvRow, status: PaymentStatus) -> PaymentRecord:
    method = METHODS.get(row.ref("payment_type"))
    if method is None:
        raise BadCell(row.place, "payment_type", f"should be one of {', '.join(METHODS)}")
    return PaymentRecord(
        method=method,
        amount=row.amount("payment_value"),
        status=status,
        # A few rows say 0 and mean at once.
        installments=max(row.whole("payment_installments"), 1),
    )


def _payment_status(status: OrderStatus, paid: datetime | None) -> PaymentStatus:
    if paid or status in {OrderStatus.SHIPPED, OrderStatus.DELIVERED}:
        return PaymentStatus.CAPTURED
    return PaymentStatus.VOIDED if status is OrderStatus.CANCELLED else PaymentStatus.PENDING


def _shipment(row: CsvRow, status: OrderStatus, promised: datetime | None) -> ShipmentRecord | None:
    shipped = row.moment("order_delivered_carrier_date")
    delivered = row.moment("order_delivered_customer_date")
    if not shipped and not delivered and status not in {OrderStatus.SHIPPED, OrderStatus.DELIVERED}:
        return None
    events = []
    if shipped:
        events.append(("Handed to the carrier", shipped, ShipmentStatus.IN_TRANSIT))
    if delivered:
        events.append(("Delivered", delivered, ShipmentStatus.DELIVERED))
    return ShipmentRecord(
        status=_shipment_status(status, delivered),
        shipped_at=shipped,
        promised_at=promised,
        delivered_at=delivered,
        events=tuple(
            TrackingEventRecord(at=at, description=description, status=reached)
            for description, at, reached in events
        ),
    )


def _shipment_status(status: OrderStatus, delivered: datetime | None) -> ShipmentStatus:
    if delivered or status is OrderStatus.DELIVERED:
        return ShipmentStatus.DELIVERED
    # Sent, then the order was given up: the files do not say where the parcel went.
    given_up = status in {OrderStatus.CANCELLED, OrderStatus.UNAVAILABLE}
    return ShipmentStatus.EXCEPTION if given_up else ShipmentStatus.IN_TRANSIT


def review_record(row: CsvRow, order: OlistOrder) -> ReviewRecord:
    """A review of several orders has one id in the files, so the order's is added to it."""
    products = {item.ref("product_id") for item in order.items} & set(order.products)
    return ReviewRecord(
        id=f"{row.ref('review_id')}-{row.ref('order_id')}",
        product=products.pop() if len(products) == 1 else None,
        order=row.ref("order_id"),
        score=row.whole("review_score"),
        title=row.text("review_comment_title"),
        body=row.text("review_comment_message"),
        created_at=row.moment("review_creation_date"),
    )
