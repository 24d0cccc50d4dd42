"""How fast the demo shop is generated, and how fast it is created on SQLite.

    .venv/bin/python benchmarks/demo_rate.py [--orders 20000 --orders 100000] [--json FILE]

Prints a small table and writes JSON. The time of a million orders is extrapolated from the largest shop made.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop, generate
from tools.commerce.importing.records import OrderRecord, SessionRecord

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SEED = 7
MILLION = 1_000_000
RESULTS = Path(__file__).parent / "results" / "demo.json"


@dataclass(frozen=True)
class Rate:
    """`records` counts all kinds; the peak of memory is the whole process's until then, in megabytes."""

    orders: int
    records: int
    generate_seconds: float
    create_seconds: float
    database_mb: float
    peak_memory_mb: float

    @property
    def generated_orders_a_second(self) -> float:
        return self.orders / self.generate_seconds

    @property
    def created_orders_a_second(self) -> float:
        return self.orders / self.create_seconds

    @property
    def created_records_a_second(self) -> float:
        return self.records / self.create_seconds


def measure(orders: int) -> Rate:
    with _stopwatch() as generating:
        records = sum(1 for _ in generate(SEED, NOW.date(), orders, now=NOW))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.db"
        database = Database(f"sqlite:///{path}")
        database.migrate()
        with _stopwatch() as creating:
            create_demo_shop(database, orders=orders, seed=SEED, now=NOW)
        database.close()
        size = path.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return Rate(orders, records, generating[0], creating[0], size, peak)


@contextmanager
def _stopwatch() -> Iterator[list[float]]:
    taken: list[float] = []
    start = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - start)


def parts(orders: int) -> dict[str, float]:
    """Seconds of generation up to the last order, visits apart: what an order itself costs."""
    start, visiting, last = time.perf_counter(), 0.0, time.perf_counter()
    count = 0
    for record in generate(SEED, NOW.date(), orders, now=NOW):
        moment = time.perf_counter()
        if isinstance(record, SessionRecord):
            visiting += moment - last
        count += isinstance(record, OrderRecord)
        last = moment
    whole = time.perf_counter() - start
    return {"orders": count, "without_visits_seconds": whole - visiting, "visits_seconds": visiting}


def show(rates: list[Rate], split: dict[str, float], million_minutes: float) -> None:
    table = Table(title="Demo shop, seed 7, SQLite")
    for heading in ("orders", "records", "generated/s", "created/s", "records/s", "seconds", "MB", "peak MB"):
        table.add_column(heading, justify="right")
    for rate in rates:
        table.add_row(
            f"{rate.orders:,}",
            f"{rate.records:,}",
            f"{rate.generated_orders_a_second:,.0f}",
            f"{rate.created_orders_a_second:,.0f}",
            f"{rate.created_records_a_second:,.0f}",
            f"{rate.create_seconds:.1f}",
            f"{rate.database_mb:.0f}",
            f"{rate.peak_memory_mb:.0f}",
        )
    console = Console()
    console.print(table)
    alone = split["orders"] / split["without_visits_seconds"]
    console.print(f"Generating alone, without visits: {alone:,.0f} orders/s.")
    console.print(f"A million orders, extrapolated: {million_minutes:.1f} minutes.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, action="append", help="size of a shop; may be given again")
    parser.add_argument("--json", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    rates = [measure(orders) for orders in arguments.orders or [20_000, 100_000]]
    split = parts(20_000)
    largest = rates[-1]
    million_minutes = largest.create_seconds * MILLION / largest.orders / 60
    show(rates, split, million_minutes)
    rows = [
        {
            **asdict(rate),
            "generated_orders_a_second": round(rate.generated_orders_a_second),
            "created_orders_a_second": round(rate.created_orders_a_second),
            "created_records_a_second": round(rate.created_records_a_second),
        }
        for rate in rates
    ]
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    results = {"rates": rows, "generation": split, "million_minutes_extrapolated": million_minutes}
    arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
