"""Orders on their way in: each is checked whole before any of its rows is written."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import InstrumentedAttribute

from tools.commerce.importing.before import Before, find_before
from tools.commerce.importing.catalog import options_text
from tools.commerce.importing.insertion import Row
from tools.commerce.importing.ledger import draft_refunds, payment_rows, refund_ref
from tools.commerce.importing.order_tables import OrderDraft, Stored, write_drafts
from tools.commerce.importing.parcels import draft_returns, draft_shipments, shipment_ref
from tools.commerce.importing.parties import address_columns
from tools.commerce.importing.pricing import LineAmounts, OrderAmounts, price_order
from tools.commerce.importing.records import AddressRecord, LineRecord, OrderRecord
from tools.commerce.importing.references import KnownCustomer, References, find_references
from tools.commerce.importing.target import Entry, Target
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import Order, Refund, Return, Shipment

NO_ADDRESS = AddressRecord()

Named = list[tuple[Entry[OrderRecord], str, str]]


def write_orders(target: Target, entries: Sequence[Entry[OrderRecord]]) -> None:
    stored = _refuse_repeats_and_strangers(target, entries)
    references = find_references(target, entries)
    before = find_before(target, list(stored.orders))
    drafts = [(entry, _draft(entry, references, before[entry.record.number])) for entry in entries]
    write_drafts(target, [draft for entry, draft in drafts if entry.sound], stored)


def _refuse_repeats_and_strangers(target: Target, entries: Sequence[Entry[OrderRecord]]) -> Stored:
    """Orders must be named once; so must shipments, returns and refunds, and never be those of another order."""
    numbers = [(entry, "number", entry.record.number) for entry in entries]
    known = target.refuse_repeats(Order.number, Order.id, numbers)
    shipments: Named = []
    returns: Named = []
    refunds: Named = []
    for entry in entries:
        order = entry.record
        shipments += [
            (entry, f"shipments[{n}].id", shipment_ref(order, n)) for n in range(len(order.shipments))
        ]
        returns += [(entry, f"returns[{n}].id", record.id) for n, record in enumerate(order.returns)]
        refunds += [(entry, f"refunds[{n}].id", refund_ref(order, n)) for n in range(len(order.refunds))]
    stored = Stored(
        orders=known,
        shipments=target.refuse_repeats(Shipment.ref, Shipment.id, shipments),
        returns=target.refuse_repeats(Return.rma, Return.id, returns),
        refunds=target.refuse_repeats(Refund.ref, Refund.id, refunds),
    )
    _refuse_strangers(target, Shipment.ref, Shipment.order_id, shipments, stored.shipments, known)
    _refuse_strangers(target, Return.rma, Return.order_id, returns, stored.returns, known)
    _refuse_strangers(target, Refund.ref, Refund.order_id, refunds, stored.refunds, known)
    return stored


def _refuse_strangers(
    target: Target,
    key: InstrumentedAttribute[str],
    order_id: InstrumentedAttribute[int],
    named: Named,
    stored: Iterable[str],
    known: Mapping[str, int],
) -> None:
    owners = target.find(key, order_id, stored)
    for entry, where, value in named:
        if value in owners and owners[value] != known.get(entry.record.number):
            entry.reject(where, "belongs to another order in the database")


def _draft(entry: Entry[OrderRecord], references: References, before: Before) -> OrderDraft:
    customer = entry.known("customer", entry.record.customer, references.customers)
    amounts = price_order(entry)
    lines = [
        _line_row(entry, n, line, amount, references)
        for n, (line, amount) in enumerate(zip(entry.record.lines, amounts.lines, strict=True))
    ]
    payments = payment_rows(entry, amounts.currency, references.methods, customer.id if customer else None)
    return OrderDraft(
        order=_order_row(entry, amounts, customer),
        lines=lines,
        payments=payments,
        refunds=draft_refunds(entry, amounts.currency, payments, before),
        shipments=draft_shipments(entry, references.warehouses),
        returns=draft_returns(entry, before),
        charged=before.charged,
    )


def _order_row(entry: Entry[OrderRecord], amounts: OrderAmounts, customer: KnownCustomer | None) -> Row:
    record = entry.record
    return {
        "number": record.number,
        "number_key": number_key(record.number),
        "customer_id": customer.id if customer else None,
        "email": record.email or (customer.email if customer else None),
        "status": record.status,
        "channel": record.channel,
        "device": record.device,
        "placed_at": entry.moment("placed_at", record.placed_at),
        "paid_at": entry.moment("paid_at", record.paid_at),
        "promised_at": entry.moment("promised_at", record.promised_at),
        "delivered_at": entry.moment("delivered_at", record.delivered_at),
        "cancelled_at": entry.moment("cancelled_at", record.cancelled_at),
        "cancel_reason": record.cancel_reason,
        "currency": amounts.currency,
        "subtotal_minor": amounts.subtotal,
        "discount_minor": amounts.discount,
        "shipping_minor": amounts.shipping,
        "tax_minor": amounts.tax,
        "total_minor": amounts.total,
        "promo_code": record.promo_code,
        "shipping_method": record.shipping_method,
        "note": record.note,
        **address_columns(record.address or NO_ADDRESS),
    }


def _line_row(
    entry: Entry[OrderRecord], n: int, line: LineRecord, amount: LineAmounts, references: References
) -> Row:
    where = f"lines[{n}]"
    variant = entry.known(f"{where}.sku", line.sku, references.variants)
    product = entry.known(f"{where}.product", line.product, references.products)
    if variant and product and variant.product.id != product.id:
        entry.reject(f"{where}.sku", "is a variant of another product")
    if variant:
        product = variant.product
    name = line.name or (product.name if product else None)
    if name is None and not (line.sku or line.product):
        entry.reject(where, "needs a sku, a product or a name")
    seller_id = entry.known(f"{where}.seller", line.seller, references.sellers)
    options = variant.options if variant and line.options is None else options_text(line.options or {})
    if options and len(options) > 300:
        entry.reject(f"{where}.options", "should together have at most 300 characters")
    return {
        "line_no": n + 1,
        "variant_id": variant.id if variant else None,
        "product_id": product.id if product else None,
        "seller_id": seller_id or (product.seller_id if product else None),
        "sku": line.sku,
        "name": name,
        "options": options,
        "quantity": line.quantity,
        "unit_price_minor": amount.unit_price,
        "discount_minor": amount.discount,
        "tax_minor": amount.tax,
        "total_minor": amount.total,
    }
