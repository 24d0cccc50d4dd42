"""How fast the demo shop is generated, and how fast it is created on SQLite.

    .venv/bin/python -m benchmarks.demo_rate [--orders 20000 --orders 100000] [--json FILE]

The time of a million orders is extrapolated from the largest shop made.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import parser, publish
from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop, generate
from tools.commerce.importing.records import SessionRecord

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SEED = 7
MILLION = 1_000_000


def generation(orders: int) -> dict[str, int | float]:
    """Rates of the generator alone; visits are timed apart, for an order has many of them."""
    records, visiting = 0, 0.0
    start = last = time.perf_counter()
    for record in generate(SEED, NOW.date(), orders, now=NOW):
        moment = time.perf_counter()
        if isinstance(record, SessionRecord):
            visiting += moment - last
        records += 1
        last = moment
    whole = time.perf_counter() - start
    return {
        f"records_of_{orders}_orders": records,
        f"generated_orders_a_second_of_{orders}": round(orders / whole),
        f"generated_orders_a_second_of_{orders}_without_visits": round(orders / (whole - visiting)),
    }


def creation(orders: int) -> dict[str, int | float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.db"
        database = Database(f"sqlite:///{path}")
        database.migrate()
        with _stopwatch() as creating:
            start = time.process_time()
            report = create_demo_shop(database, orders=orders, seed=SEED, now=NOW)
            computing = time.process_time() - start
        database.close()
        megabytes = path.stat().st_size / 1e6
    seconds = creating[0]
    return {
        f"seconds_to_create_{orders}": round(seconds, 1),
        # Of this process alone, so that a busy machine shows less in it.
        f"processor_seconds_to_create_{orders}": round(computing, 1),
        f"created_orders_a_second_of_{orders}": round(orders / seconds),
        f"created_records_a_second_of_{orders}": round(sum(report.counts.values()) / seconds),
        f"database_megabytes_of_{orders}": round(megabytes),
        f"peak_memory_megabytes_up_to_{orders}": round(
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        ),
        "minutes_to_create_a_million_extrapolated": round(seconds * MILLION / orders / 60, 1),
    }


@contextmanager
def _stopwatch() -> Iterator[list[float]]:
    taken: list[float] = []
    start = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - start)


def main() -> None:
    arguments = parser(__doc__ or "", "demo")
    arguments.add_argument("--orders", type=int, action="append", help="size of a shop; may be given again")
    options = arguments.parse_args()
    figures: dict[str, int | float] = {}
    for orders in sorted(options.orders or [20_000, 100_000]):
        figures |= generation(orders)
        figures |= creation(orders)
    publish("Demo shop on SQLite, seed 7", figures, options.json)


if __name__ == "__main__":
    main()
