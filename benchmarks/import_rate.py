"""How fast a folder of JSON Lines comes in: writes one of N orders, imports it, prints and stores the figures.

python -m benchmarks.import_rate [--orders N] [--database-url URL] [--json PATH]
"""

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from tools.commerce.database import Database
from tools.commerce.importing import import_folder

RESULTS = Path(__file__).parent / "results" / "import.json"
PRODUCTS = 200
ORDERS_PER_CUSTOMER = 4
FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--database-url", help="an empty database; by default a new SQLite file")
    parser.add_argument("--json", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "shop"
        megabytes = write_folder(folder, arguments.orders) / 1e6
        url = arguments.database_url or f"sqlite:///{scratch}/parley.db"
        figures = measure(url, folder) | {"megabytes_read": round(megabytes, 1)}
    show(figures)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


def measure(url: str, folder: Path) -> dict[str, float | str]:
    database = Database(url)
    database.migrate()
    started = time.perf_counter()
    report = import_folder(database, folder, "USD", ZoneInfo("America/New_York"))
    seconds = time.perf_counter() - started
    database.close()
    records = sum(report.counts.values())
    return {
        "database": database.url.get_backend_name(),
        "orders": report.counts["orders"],
        "records": records,
        "seconds": round(seconds, 2),
        "orders_per_second": round(report.counts["orders"] / seconds),
        "records_per_second": round(records / seconds),
        "peak_rss_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def show(figures: dict[str, float | str]) -> None:
    table = Table("figure", "value", title="Import of JSON Lines")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, float | int) else value)
    Console().print(table)


def write_folder(folder: Path, orders: int) -> int:
    """A shop with two lines, one payment and one parcel of four events an order. Returns its bytes."""
    folder.mkdir(parents=True)
    customers = max(orders // ORDERS_PER_CUSTOMER, 1)
    dice = random.Random(7)
    files = {
        "customers.jsonl": (customer(n) for n in range(customers)),
        "products.jsonl": (product(n) for n in range(PRODUCTS)),
        "orders.jsonl": (order(n, customers, dice) for n in range(orders)),
    }
    for name, records in files.items():
        _write(folder / name, records)
    return sum(path.stat().st_size for path in folder.iterdir())


def _write(path: Path, records: Iterator[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def customer(n: int) -> dict[str, object]:
    return {
        "id": f"C{n}",
        "email": f"shopper{n}@example.com",
        "name": f"Shopper {n}",
        "addresses": [address(n)],
    }


def address(n: int) -> dict[str, object]:
    return {
        "line1": f"{n} High Street",
        "city": "Springfield",
        "postcode": f"{n % 99_999:05}",
        "country": "US",
    }


def product(n: int) -> dict[str, object]:
    variants = [
        {
            "sku": f"P{n}-{size}",
            "options": {"Size": size},
            "price": f"{10 + n}.50",
            "stock": [{"warehouse": "EAST", "on_hand": 20}],
        }
        for size in "SML"
    ]
    return {"id": f"P{n}", "name": f"Product {n}", "category": f"Category {n % 12}", "variants": variants}


def order(n: int, customers: int, dice: random.Random) -> dict[str, object]:
    placed = FIRST_DAY + timedelta(minutes=n % 700_000)
    first, second = (dice.randrange(PRODUCTS) for _ in range(2))
    steps = ("Picked up by the carrier", "Arrived at a sorting center", "Out for delivery", "Delivered")
    return {
        "number": f"FW-{100_000 + n}",
        "customer": f"C{dice.randrange(customers)}",
        "status": "delivered",
        "channel": "web",
        "placed_at": placed.isoformat(),
        "paid_at": placed.isoformat(),
        "promised_at": (placed + timedelta(days=5)).isoformat(),
        "delivered_at": (placed + timedelta(days=4)).isoformat(),
        "shipping": "4.90",
        "address": address(n),
        "lines": [
            {"sku": f"P{first}-M", "quantity": 2, "unit_price": f"{10 + first}.50"},
            {"sku": f"P{second}-S", "unit_price": f"{10 + second}.50"},
        ],
        "payments": [
            {"method": "card", "label": "Visa ending in 4242", "amount": f"{35.9 + 2 * first + second:.2f}"}
        ],
        "shipments": [
            {
                "status": "delivered",
                "warehouse": "EAST",
                "carrier": "UPS",
                "tracking_number": f"1Z{n:010}",
                "shipped_at": (placed + timedelta(days=1)).isoformat(),
                "delivered_at": (placed + timedelta(days=4)).isoformat(),
                "events": [
                    {"at": (placed + timedelta(days=1 + day)).isoformat(), "description": step}
                    for day, step in enumerate(steps)
                ],
            }
        ],
    }


if __name__ == "__main__":
    main()
