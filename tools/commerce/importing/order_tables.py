"""Writing the checked orders of a chunk, table by table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from tools.commerce.importing.ledger import RefundDraft
from tools.commerce.importing.parcels import ParcelDraft
from tools.commerce.importing.target import Row, Target, parts
from tools.commerce.schema import (
    Base,
    Order,
    OrderLine,
    Payment,
    Refund,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
    TrackingEvent,
)

RowIds = dict[tuple[int, int], int]
"""Row ids by (order id, position within the order from 1)."""


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order's rows, but for the ids that the database has yet to give."""

    order: Row
    lines: list[Row]
    payments: list[Row]
    refunds: list[RefundDraft]
    shipments: list[ParcelDraft]
    returns: list[ParcelDraft]


def write_drafts(target: Target, drafts: Sequence[OrderDraft]) -> None:
    """Lines, payments and shipments that an order has no longer are removed; returns and refunds stay."""
    ids = target.upsert_keyed(Order, Order.number, Order.id, [draft.order for draft in drafts])
    by_id = {ids[str(draft.order["number"])]: draft for draft in drafts}
    lines = {order_id: draft.lines for order_id, draft in by_id.items()}
    target.upsert(OrderLine, list(_owned(lines)), match=("order_id", "line_no"))
    line_ids = _row_ids(target, OrderLine.order_id, OrderLine.line_no, OrderLine.id, by_id)
    payments = {order_id: draft.payments for order_id, draft in by_id.items()}
    target.upsert(Payment, list(_owned(payments)), match=("order_id", "sequence"))
    payment_ids = _row_ids(target, Payment.order_id, Payment.sequence, Payment.id, by_id)
    _write_shipments(target, by_id, line_ids)
    _write_returns(target, by_id, line_ids)
    _write_refunds(target, by_id, payment_ids)
    _remove_surplus(target, OrderLine, OrderLine.id, line_ids, {i: len(rows) for i, rows in lines.items()})
    _remove_surplus(target, Payment, Payment.id, payment_ids, {i: len(rows) for i, rows in payments.items()})


def _owned(rows: Mapping[int, Sequence[Row]]) -> Iterator[Row]:
    return ({"order_id": order_id, **row} for order_id, owned in rows.items() for row in owned)


def _row_ids(
    target: Target,
    owner: InstrumentedAttribute[int],
    position: InstrumentedAttribute[int],
    row_id: InstrumentedAttribute[int],
    orders: Mapping[int, OrderDraft],
) -> RowIds:
    found: RowIds = {}
    for part in parts(orders):
        stored = select(owner, position, row_id).where(owner.in_(part))
        for order_id, place, identifier in target.connection.execute(stored):
            found[order_id, place] = identifier
    return found


def _remove_surplus(
    target: Target,
    model: type[Base],
    row_id: InstrumentedAttribute[int],
    stored: RowIds,
    counts: Mapping[int, int],
) -> None:
    surplus = (identifier for (order, place), identifier in stored.items() if place > counts[order])
    for part in parts(surplus):
        target.connection.execute(delete(model).where(row_id.in_(part)))


def _write_shipments(target: Target, orders: Mapping[int, OrderDraft], line_ids: RowIds) -> None:
    rows = {order_id: [parcel.row for parcel in draft.shipments] for order_id, draft in orders.items()}
    ids = target.upsert_keyed(Shipment, Shipment.ref, Shipment.id, list(_owned(rows)))
    parcels = [(order_id, parcel) for order_id, draft in orders.items() for parcel in draft.shipments]
    lines = {ids[str(p.row["ref"])]: _parcel_lines(order_id, p, line_ids) for order_id, p in parcels}
    events = {ids[str(parcel.row["ref"])]: parcel.events for _, parcel in parcels}
    target.replace(ShipmentLine, ShipmentLine.shipment_id, lines)
    target.replace(TrackingEvent, TrackingEvent.shipment_id, events)
    for part in parts(orders):
        stored = select(Shipment.id).where(Shipment.order_id.in_(part))
        gone = [row_id for row_id in target.connection.scalars(stored) if row_id not in events]
        for some in parts(gone):
            target.connection.execute(delete(Shipment).where(Shipment.id.in_(some)))


def _write_returns(target: Target, orders: Mapping[int, OrderDraft], line_ids: RowIds) -> None:
    rows = {order_id: [parcel.row for parcel in draft.returns] for order_id, draft in orders.items()}
    ids = target.upsert_keyed(Return, Return.rma, Return.id, list(_owned(rows)))
    lines = {
        ids[str(parcel.row["rma"])]: _parcel_lines(order_id, parcel, line_ids)
        for order_id, draft in orders.items()
        for parcel in draft.returns
    }
    target.replace(ReturnLine, ReturnLine.return_id, lines)


def _parcel_lines(order_id: int, parcel: ParcelDraft, line_ids: RowIds) -> list[Row]:
    return [{"order_line_id": line_ids[order_id, line], **row} for line, row in parcel.lines.items()]


def _write_refunds(target: Target, orders: Mapping[int, OrderDraft], payment_ids: RowIds) -> None:
    drafts = [(order_id, refund) for order_id, draft in orders.items() for refund in draft.refunds]
    returns = target.find(Return.rma, Return.id, (refund.rma for _, refund in drafts if refund.rma))
    rows: list[Row] = [
        {
            **refund.row,
            "order_id": order_id,
            "payment_id": payment_ids[order_id, refund.sequence] if refund.sequence else None,
            "return_id": returns[refund.rma] if refund.rma else None,
        }
        for order_id, refund in drafts
    ]
    target.upsert_keyed(Refund, Refund.ref, Refund.id, rows)
