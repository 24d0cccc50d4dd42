"""Writing the checked orders of a chunk, table by table."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from tools.commerce.importing.insertion import Row
from tools.commerce.importing.ledger import RefundDraft
from tools.commerce.importing.parcels import ParcelDraft
from tools.commerce.importing.target import Target, parts
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
    charged: set[int]
    """The positions of payments that were charged here."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database has of the orders of a chunk: row ids by order number, ref or RMA number."""

    orders: dict[str, int]
    shipments: dict[str, int]
    returns: dict[str, int]
    refunds: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Rows that are numbered within their order: the columns which say so."""

    model: type[Base]
    order_id: InstrumentedAttribute[int]
    position: InstrumentedAttribute[int]
    row_id: InstrumentedAttribute[int]


LINES = _Numbered(OrderLine, OrderLine.order_id, OrderLine.line_no, OrderLine.id)
PAYMENTS = _Numbered(Payment, Payment.order_id, Payment.sequence, Payment.id)


def write_drafts(target: Target, drafts: Sequence[OrderDraft], stored: Stored) -> None:
    """Lines, payments and shipments that an order has no longer are removed; returns, refunds and what was charged
    here stay."""
    ids = target.upsert_keyed(Order, Order.number, [draft.order for draft in drafts], stored.orders)
    by_id = {ids[str(draft.order["number"])]: draft for draft in drafts}
    known = by_id.keys() & set(stored.orders.values())
    lines = {order_id: draft.lines for order_id, draft in by_id.items()}
    payments = {order_id: draft.payments for order_id, draft in by_id.items()}
    line_ids = _write_numbered(target, LINES, lines, known)
    payment_ids = _write_numbered(target, PAYMENTS, payments, known)
    _write_shipments(target, by_id, line_ids, known, stored.shipments)
    _write_returns(target, by_id, line_ids, stored.returns)
    _write_refunds(target, by_id, payment_ids, stored.refunds)
    _remove_surplus(target, LINES, lines, line_ids, known)
    theirs = {
        (order_id, place): row_id
        for (order_id, place), row_id in payment_ids.items()
        if place not in by_id[order_id].charged
    }
    _remove_surplus(target, PAYMENTS, payments, theirs, known)


def _owned(rows: Mapping[int, Sequence[Row]]) -> Iterator[Row]:
    return ({"order_id": order_id, **row} for order_id, owned in rows.items() for row in owned)


def _write_numbered(
    target: Target, kind: _Numbered, rows: Mapping[int, Sequence[Row]], known: Collection[int]
) -> RowIds:
    """`rows` by order id. Orders in `known` may have some already, and those they have no longer are left."""
    new = {order_id: owned for order_id, owned in rows.items() if order_id not in known}
    places = [(order_id, n) for order_id, owned in new.items() for n in range(1, len(owned) + 1)]
    ids = dict(zip(places, target.insert_numbered(kind.model, list(_owned(new))), strict=True))
    updated = list(_owned({order_id: rows[order_id] for order_id in known}))
    target.upsert(kind.model, updated, match=(kind.order_id.key, kind.position.key))
    for part in parts(known):
        stored = select(kind.order_id, kind.position, kind.row_id).where(kind.order_id.in_(part))
        for order_id, place, row_id in target.connection.execute(stored):
            ids[order_id, place] = row_id
    return ids


def _remove_surplus(
    target: Target,
    kind: _Numbered,
    rows: Mapping[int, Sequence[Row]],
    ids: RowIds,
    known: Collection[int],
) -> None:
    surplus = (
        row_id for (order, place), row_id in ids.items() if order in known and place > len(rows[order])
    )
    for part in parts(surplus):
        target.connection.execute(delete(kind.model).where(kind.row_id.in_(part)))


def _write_shipments(
    target: Target,
    orders: Mapping[int, OrderDraft],
    line_ids: RowIds,
    known: Collection[int],
    stored: Mapping[str, int],
) -> None:
    rows = {order_id: [parcel.row for parcel in draft.shipments] for order_id, draft in orders.items()}
    ids = target.upsert_keyed(Shipment, Shipment.ref, list(_owned(rows)), stored)
    before = set(stored.values())
    parcels = [(order_id, parcel) for order_id, draft in orders.items() for parcel in draft.shipments]
    lines = {ids[str(p.row["ref"])]: _parcel_lines(order_id, p, line_ids) for order_id, p in parcels}
    events = {ids[str(parcel.row["ref"])]: parcel.events for _, parcel in parcels}
    target.replace(ShipmentLine, ShipmentLine.shipment_id, lines, before)
    target.replace(TrackingEvent, TrackingEvent.shipment_id, events, before)
    for part in parts(known):
        held = select(Shipment.id).where(Shipment.order_id.in_(part))
        gone = [row_id for row_id in target.connection.scalars(held) if row_id not in events]
        for some in parts(gone):
            target.connection.execute(delete(Shipment).where(Shipment.id.in_(some)))


def _write_returns(
    target: Target, orders: Mapping[int, OrderDraft], line_ids: RowIds, stored: Mapping[str, int]
) -> None:
    rows = {order_id: [parcel.row for parcel in draft.returns] for order_id, draft in orders.items()}
    ids = target.upsert_keyed(Return, Return.rma, list(_owned(rows)), stored)
    lines = {
        ids[str(parcel.row["rma"])]: _parcel_lines(order_id, parcel, line_ids)
        for order_id, draft in orders.items()
        for parcel in draft.returns
    }
    target.replace(ReturnLine, ReturnLine.return_id, lines, set(stored.values()))


def _parcel_lines(order_id: int, parcel: ParcelDraft, line_ids: RowIds) -> list[Row]:
    return [{"order_line_id": line_ids[order_id, line], **row} for line, row in parcel.lines.items()]


def _write_refunds(
    target: Target, orders: Mapping[int, OrderDraft], payment_ids: RowIds, stored: Mapping[str, int]
) -> None:
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
    target.upsert_keyed(Refund, Refund.ref, rows, stored)
