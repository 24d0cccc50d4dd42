"""A small shop as import files, which tests change and import."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tools.commerce.database import Database
from tools.commerce.importing import ImportReport, import_folder
from tools.commerce.schema import Base

Json = dict[str, object]
Files = dict[str, list[Json]]
NEW_YORK = ZoneInfo("America/New_York")


def shop() -> Files:
    """A folder's files by kind. Order FW-1 has every part that an order can have; FW-2 has the least."""
    return {
        "sellers": [{"id": "S1", "name": "Oak & Iron", "city": "Portland", "region": "OR", "country": "us"}],
        "customers": [
            {
                "id": "C1",
                "email": "Ada@Example.com",
                "name": "Ada Park",
                "phone": "+1 503 555 0101",
                "created_at": "2025-01-02T10:00:00Z",
                "newsletter": True,
                "addresses": [{"label": "Home", **address(), "is_default": True}, address()],
                "payment_methods": [
                    {"id": "PM1", "kind": "card", "brand": "Visa", "last4": "4242", "expires_on": "2028-01-31",
                     "gateway_ref": "pm_1"},
                    {"id": "GC1", "kind": "gift_card", "balance": "25.50"},
                ],
            },
            {"id": "C2"},
        ],
        "products": [
            {
                "id": "P1",
                "name": "Cedar Lantern",
                "seller": "S1",
                "attributes": {"Material": "cedar", "Light hours": 12},
                "variants": [variant("P1-S", "Small"), variant("P1-L", "Large")],
            },
            {"id": "P2", "name": "Wool Blanket", "variants": [{"sku": "P2", "price": 80}]},
        ],
        "orders": [full_order(), {"number": "FW-2", "status": "pending"}],
        "reviews": [{"id": "R1", "product": "P1", "order": "FW-1", "score": 5, "body": "Warm light."}],
        "sessions": [
            {"id": "W1", "customer": "C1", "started_at": "2025-03-01T08:00:00-05:00", "order": "FW-1",
             "cart": {"items": 2, "value": "99.80", "status": "ordered"}},
            {"id": "W2", "started_at": "2025-03-02T08:00:00Z"},
        ],
    }  # fmt: skip


def address() -> Json:
    return {
        "recipient": "Ada Park",
        "line1": "1 Elm St",
        "city": "Salem",
        "postcode": "97301",
        "country": "US",
    }


def variant(sku: str, size: str) -> Json:
    return {
        "sku": sku,
        "options": {"Size": size, "Color": "Natural"},
        "price": "49.90",
        "compare_at": "59.90",
        "cost": "20",
        "stock": [
            {"warehouse": {"id": "WEST", "name": "West", "city": "Reno"}, "on_hand": 5, "reserved": 1,
             "incoming": [{"quantity": 10, "expected_on": "2025-04-01"}]},
            {"warehouse": "EAST", "on_hand": 0},
        ],
    }  # fmt: skip


def full_order() -> Json:
    return {
        "number": "FW-1",
        "customer": "C1",
        "status": "delivered",
        "channel": "web",
        "placed_at": "2025-03-01T09:00:00",
        "discount": "10",
        "shipping": "4.90",
        "tax": "3.00",
        "address": address(),
        "lines": [
            {"sku": "P1-S", "quantity": 2, "unit_price": "49.90"},
            {"product": "P2", "unit_price": "80", "discount": "5"},
        ],
        "payments": [
            {"method": "card", "payment_method": "PM1", "amount": "150.00", "gateway_ref": "pi_1"},
            {"method": "gift_card", "amount": "22.70"},
        ],
        "shipments": [
            {
                "status": "delivered",
                "warehouse": "WEST",
                "carrier": "UPS",
                "events": [
                    {"at": "2025-03-02T12:00:00Z", "description": "Picked up"},
                    {"at": "2025-03-04T12:00:00Z", "description": "Delivered", "status": "delivered"},
                ],
            }
        ],
        "returns": [{"id": "RMA-1", "status": "completed", "lines": [{"line": 1, "reason": "damaged"}]}],
        "refunds": [{"amount": "47.00", "return_id": "RMA-1"}],
    }


def write(folder: Path, files: Mapping[str, Sequence[Json]]) -> Path:
    folder.mkdir(exist_ok=True)
    for kind, records in files.items():
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / f"{kind}.jsonl").write_text(lines, encoding="utf-8")
    return folder


def bring_in(database: Database, folder: Path, files: Files) -> ImportReport:
    return import_folder(database, write(folder, files), "USD", NEW_YORK)


def dump(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }
