"""What of an order was sent, and what of it came back, on its way in."""

from collections import Counter
from dataclasses import dataclass

from tools.commerce.importing.before import VOID_RETURNS, Before
from tools.commerce.importing.insertion import Row
from tools.commerce.importing.records import OrderRecord, ReturnRecord, ShipmentRecord
from tools.commerce.importing.target import Entry


@dataclass(frozen=True, slots=True)
class ParcelDraft:
    """A row of `shipments` or `returns` without its `order_id`; `lines` are its rows by line number."""

    row: Row
    lines: dict[int, Row]
    events: list[Row]


def shipment_ref(order: OrderRecord, n: int) -> str:
    return order.shipments[n].id or f"{order.number}-{n + 1}"


def draft_shipments(entry: Entry[OrderRecord], warehouses: dict[str, int]) -> list[ParcelDraft]:
    drafts = []
    for n, shipment in enumerate(entry.record.shipments):
        where = f"shipments[{n}]"
        row: Row = {
            "ref": shipment_ref(entry.record, n),
            "warehouse_id": warehouses[shipment.warehouse] if shipment.warehouse else None,
            "status": shipment.status,
            "carrier": shipment.carrier,
            "service": shipment.service,
            "tracking_number": shipment.tracking_number,
            "tracking_url": shipment.tracking_url,
            "shipped_at": entry.moment(f"{where}.shipped_at", shipment.shipped_at),
            "promised_at": entry.moment(f"{where}.promised_at", shipment.promised_at),
            "estimated_at": entry.moment(f"{where}.estimated_at", shipment.estimated_at),
            "delivered_at": entry.moment(f"{where}.delivered_at", shipment.delivered_at),
        }
        events: list[Row] = [
            {
                "occurred_at": entry.moment(f"{where}.events[{k}].at", event.at),
                "status": event.status,
                "description": event.description,
                "location": event.location,
            }
            for k, event in enumerate(shipment.events)
        ]
        drafts.append(ParcelDraft(row, _shipment_lines(entry, where, shipment), events))
    return drafts


def _shipment_lines(entry: Entry[OrderRecord], where: str, shipment: ShipmentRecord) -> dict[int, Row]:
    bought = entry.record.lines
    if shipment.lines is None:
        return {n: {"quantity": line.quantity} for n, line in enumerate(bought, start=1)}
    rows: dict[int, Row] = {}
    for n, line in enumerate(shipment.lines):
        if not _is_new_line(entry, f"{where}.lines[{n}].line", line.line, rows):
            continue
        quantity = line.quantity or bought[line.line - 1].quantity
        if quantity > bought[line.line - 1].quantity:
            entry.reject(f"{where}.lines[{n}].quantity", "is more than was bought")
        rows[line.line] = {"quantity": quantity}
    return rows


def _is_new_line(entry: Entry[OrderRecord], where: str, line: int, met: dict[int, Row]) -> bool:
    if line > len(entry.record.lines):
        entry.reject(where, "is not a line of this order")
    elif line in met:
        entry.reject(where, "occurs twice")
    else:
        return True
    return False


def draft_returns(entry: Entry[OrderRecord], before: Before) -> list[ParcelDraft]:
    """Rejects a return of more than was bought, those that the database holds already counted."""
    order = entry.record
    own = {record.id for record in order.returns}
    back: Counter[int] = Counter()
    for (rma, line), quantity in before.returned.items():
        if rma in own:
            continue
        if line > len(order.lines):
            entry.reject("lines", "lack one that a return in the database is of")
        elif rma not in before.void_rmas:
            back[line] += quantity
    for line, quantity in back.items():
        if quantity > order.lines[line - 1].quantity:
            entry.reject(f"lines[{line - 1}].quantity", "is less than was returned")
    return [_return_draft(entry, n, record, back) for n, record in enumerate(order.returns)]


def _return_draft(entry: Entry[OrderRecord], n: int, record: ReturnRecord, back: Counter[int]) -> ParcelDraft:
    where = f"returns[{n}]"
    rows: dict[int, Row] = {}
    for k, line in enumerate(record.lines):
        if not _is_new_line(entry, f"{where}.lines[{k}].line", line.line, rows):
            continue
        rows[line.line] = {"quantity": line.quantity, "reason": line.reason}
        if record.status in VOID_RETURNS:
            continue
        back[line.line] += line.quantity
        if back[line.line] > entry.record.lines[line.line - 1].quantity:
            entry.reject(f"{where}.lines[{k}].quantity", "is more than was bought and not yet returned")
    row: Row = {
        "rma": record.id,
        "kind": record.kind,
        "status": record.status,
        "carrier": record.carrier,
        "tracking_number": record.tracking_number,
        "requested_at": entry.moment(f"{where}.requested_at", record.requested_at),
        "received_at": entry.moment(f"{where}.received_at", record.received_at),
        "closed_at": entry.moment(f"{where}.closed_at", record.closed_at),
    }
    return ParcelDraft(row, rows, events=[])
