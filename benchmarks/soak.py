"""Thousands of turns in one process: does it grow, what does a turn leave behind, does a long conversation slow down?

Shoppers converse one after the other, ten messages each; one of them goes on and on. Memory is looked at after the
first tenth and at the end; a late turn and a first turn are compared on the same messages, by processor time.

python -m benchmarks.soak [--turns N] [--long N] [--database-url URL] [--json PATH]
"""

import asyncio
import gc
import random
import resource
import tempfile
from itertools import islice
from pathlib import Path
from statistics import median
from time import process_time

from sqlalchemy import text

from benchmarks.figures import parser, publish
from benchmarks.scratch_shop import conversations_on, scratch_desk
from benchmarks.traffic import messages
from bot.conversation import Conversations, Identity
from tools.commerce.database import Database
from tools.commerce.demo import NamedCustomer, named_customers
from tools.commerce.schema import ConversationChannel

TURNS, LONG, TURNS_EACH = 2_000, 200, 10
COMPARED = 10
"""Messages by which a late turn is compared with a first one."""
SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    "postgresql": "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = "
    "'public'::regnamespace",
}


def stored_bytes(database: Database) -> int:
    """Of all tables with their indexes."""
    with database.reading() as session:
        return int(session.execute(text(SIZES[database.url.get_backend_name()])).scalar_one())


def resident_megabytes() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


async def measure(turns: int, long: int, folder: Path, url: str | None) -> dict[str, float]:
    desk = scratch_desk(folder, url)
    conversations = conversations_on(desk)
    await converse(conversations, turns // 10, seed=0)
    resident, stored = resident_megabytes(), stored_bytes(desk.database)
    await converse(conversations, turns, seed=1)
    growth, left = resident_megabytes() - resident, stored_bytes(desk.database) - stored
    late_to_first = await late_to_first_turn(conversations, long)
    desk.knowledge.close()
    desk.database.close()
    return {
        "turns": turns,
        "resident_megabytes_after_a_tenth": round(resident, 1),
        "resident_megabytes_grown": round(growth, 1),
        "kilobytes_stored_per_turn": round(left / turns / 1024, 2),
        "turns_of_the_long_conversation": long,
        "late_turn_to_first_turn": late_to_first,
    }


async def converse(conversations: Conversations, turns: int, seed: int) -> None:
    dice = random.Random(seed)
    while turns > 0:
        customer = dice.choice(named_customers())
        conversation_id = await opened(conversations, customer)
        for message in islice(messages(dice, customer), min(turns, TURNS_EACH)):
            await conversations.reply(conversation_id, message)
        turns -= TURNS_EACH


async def late_to_first_turn(conversations: Conversations, long: int) -> float:
    customer = named_customers()[0]
    endless = messages(random.Random(2), customer)
    conversation_id = await opened(conversations, customer)
    for message in islice(endless, long - COMPARED):
        await conversations.reply(conversation_id, message)
    late, first = [], []
    for message in islice(endless, COMPARED):
        # Once before, or the one that comes first would pay alone for reading words that are new.
        await conversations.reply(await opened(conversations, customer), message)
        late.append(await seconds(conversations, conversation_id, message))
        first.append(await seconds(conversations, await opened(conversations, customer), message))
    return round(median(late) / median(first), 2)


async def seconds(conversations: Conversations, conversation_id: str, message: str) -> float:
    started = process_time()
    await conversations.reply(conversation_id, message)
    return process_time() - started


async def opened(conversations: Conversations, customer: NamedCustomer) -> str:
    return (await conversations.start(Identity(email=customer.email), ConversationChannel.WIDGET)).id


def main() -> None:
    options = parser(__doc__, "soak")
    options.add_argument("--turns", type=int, default=TURNS)
    options.add_argument("--long", type=int, default=LONG)
    options.add_argument("--database-url", help="an empty database; by default a new SQLite file")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(arguments.turns, arguments.long, Path(folder), arguments.database_url))
    publish("Soak", figures, arguments.json)


if __name__ == "__main__":
    main()
