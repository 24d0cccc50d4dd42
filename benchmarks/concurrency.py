"""How many conversations a second one process carries: clients in a closed loop, a mix of what shoppers ask.

python -m benchmarks.concurrency [--clients N] [--seconds S] [--database-url URL] [--json PATH]
"""

import asyncio
import random
import tempfile
from itertools import cycle
from pathlib import Path
from time import perf_counter

from benchmarks.figures import parser, publish
from benchmarks.scratch_shop import conversations_on, scratch_desk
from bot.conversation import Conversations, Identity
from tools.commerce.demo import named_customers
from tools.commerce.schema import ConversationChannel

CLIENTS = 8
SECONDS = 20.0
TURNS_EACH = 5
ASKED = {
    "orders": (
        "Where is my order?",
        "What did I order last?",
        "Show me my orders",
        "When will my parcel arrive?",
    ),
    "policies": ("How long can I return things?", "What does delivery cost?", "Do you ship abroad?"),
    "stock": ("Is the floor lamp in stock?", "Do you have tents under $300?"),
}
SHARES = {"orders": 55, "policies": 30, "stock": 15}


async def measure(clients: int, for_seconds: float, url: str | None) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        desk = scratch_desk(Path(folder), url)
        conversations = conversations_on(desk)
        for questions in ASKED.values():
            await converse(conversations, 0, list(questions))
        started = perf_counter()
        deadline = started + for_seconds
        loops = [one_client(conversations, number, deadline) for number in range(clients)]
        taken = [time for times in await asyncio.gather(*loops) for time in times]
        elapsed = perf_counter() - started
        desk.knowledge.close()
        desk.database.close()
    ordered = sorted(taken)
    return {
        "clients": clients,
        "turns": len(taken),
        "turns_per_second": round(len(taken) / elapsed, 1),
        "conversations_per_second": round(len(taken) / TURNS_EACH / elapsed, 1),
        "turn_ms_median": round(ordered[len(ordered) // 2] * 1000, 1),
        "turn_ms_99th_percentile": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
    }


async def one_client(conversations: Conversations, number: int, deadline: float) -> list[float]:
    dice = random.Random(number)
    people = cycle(range(number, number + 5))
    taken: list[float] = []
    while perf_counter() < deadline:
        kinds = dice.choices(list(SHARES), list(SHARES.values()), k=TURNS_EACH)
        taken += await converse(conversations, next(people), [dice.choice(ASKED[kind]) for kind in kinds])
    return taken


async def converse(conversations: Conversations, person: int, questions: list[str]) -> list[float]:
    people = named_customers()
    identity = Identity(email=people[person % len(people)].email)
    conversation = await conversations.start(identity, ConversationChannel.WIDGET)
    taken = []
    for question in questions:
        started = perf_counter()
        reply = await conversations.reply(conversation.id, question)
        taken.append(perf_counter() - started)
        assert reply.messages, "every message is answered"
    return taken


def main() -> None:
    options = parser(__doc__, "concurrency")
    options.add_argument("--clients", type=int, default=CLIENTS)
    options.add_argument("--seconds", type=float, default=SECONDS)
    options.add_argument("--database-url", help="an empty database; by default a new SQLite file")
    arguments = options.parse_args()
    figures = asyncio.run(measure(arguments.clients, arguments.seconds, arguments.database_url))
    publish("Concurrent conversations", figures, arguments.json)


if __name__ == "__main__":
    main()
