"""What a turn costs that reads one order, against the bare agent loop with the same tool.

Three things do the same work, in turns so that the machine's moods fall on all alike: LangChain's bare
`create_agent` loop with a scripted model; a whole Parley turn (stored, under its lease) with the same scripted
model; and a whole turn with the embedded model, whose embedding is also measured alone.

python -m benchmarks.turn [--turns N] [--json PATH]
"""

import asyncio
import resource
import tempfile
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from langchain.agents import create_agent
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from benchmarks.figures import parser, publish
from benchmarks.scratch_shop import conversations_on, scratch_desk
from bot.agent import build_agents
from bot.conversation import Conversations, Identity
from bot.desk import Desk
from bot.models import Models
from knowledge.embedding import Embedder
from tests.bot.scripted_model import ScriptedModel
from tools.commerce.demo import named_customers
from tools.commerce.schema import ConversationChannel
from tools.context import ToolContext
from tools.orders import track_parcel

MAYA = named_customers()[0]
NUMBER = MAYA.order_numbers[0]
TURNS = 200
WARM_UP = 10
LONG = 100
REPEATS = 20


async def measure(turns: int, folder: Path) -> dict[str, float]:
    desk = scratch_desk(folder)
    scripted = ScriptedModel(script=read_one_order)
    plain = conversations_on(replace(desk, agents=build_agents(Models(scripted, scripted))))
    embedded = conversations_on(desk)
    bare = bare_loop(context_in(desk, await signed_in(plain)), scripted)
    embedder, numbers = Embedder(), count()
    embedder.load()
    samples: dict[str, list[float]] = {"bare": [], "scripted": [], "embedded": [], "embedding": []}
    for turn in range(turns + WARM_UP):
        question = f"Where is order {NUMBER}, please, for the {next(numbers)}th time?"
        timed = {
            "bare": await seconds(bare),
            "scripted": await seconds(await asking(plain, question)),
            "embedded": await seconds(await asking(embedded, question)),
        }
        started = perf_counter()
        embedder.encode([question])
        timed["embedding"] = perf_counter() - started
        if turn >= WARM_UP:
            for name, value in timed.items():
                samples[name].append(value * 1000)
    figures = {f"{name}_ms_median": round(median(values), 2) for name, values in samples.items()}
    without = median(samples["embedded"]) - median(samples["embedding"])
    figures["scripted_turn_to_bare_loop"] = round(median(samples["scripted"]) / median(samples["bare"]), 2)
    figures["embedded_turn_less_embedding_to_bare_loop"] = round(without / median(samples["bare"]), 2)
    figures["late_turn_to_first_turn"] = await late_turn_to_first(plain)
    figures["bare_peak_kilobytes"] = await peak_kilobytes(bare)
    figures["turn_peak_kilobytes"] = await peak_kilobytes(await asking(embedded, f"Where is {NUMBER}?"))
    figures["peak_rss_megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    desk.knowledge.close()
    desk.database.close()
    return figures


async def late_turn_to_first(conversations: Conversations) -> float:
    """What a turn costs late in a long conversation, against the first turn of a new one."""
    long = await asking(conversations, "And now?")
    for _ in range(LONG):
        await long()
    late = [await seconds(long) for _ in range(REPEATS)]
    first = [await seconds(await asking(conversations, "And now?")) for _ in range(REPEATS)]
    return round(median(late) / median(first), 2)


def read_one_order(messages: Sequence[BaseMessage]) -> AIMessage:
    if messages[-1].type == "tool":
        return AIMessage("Your order is on its way.")
    call = {"name": "track_parcel", "args": {"order_number": NUMBER}, "id": "1", "type": "tool_call"}
    return AIMessage("", tool_calls=[call])


def context_in(desk: Desk, conversation_id: str) -> ToolContext:
    return ToolContext(
        conversation_id=conversation_id,
        client_address=None,
        database=desk.database,
        knowledge=desk.knowledge,
        shop=desk.shop,
        policy=desk.policy,
        now=desk.now,
    )


def bare_loop(context: ToolContext, model: ScriptedModel) -> Callable[[], Awaitable[object]]:
    agent = create_agent(model, tools=[track_parcel], context_schema=ToolContext)

    async def run() -> object:
        question = HumanMessage(f"Where is my order {NUMBER}?")
        return await agent.ainvoke({"messages": [question]}, context=context)

    return run


async def asking(conversations: Conversations, question: str) -> Callable[[], Awaitable[object]]:
    conversation_id = await signed_in(conversations)

    async def run() -> object:
        reply = await conversations.reply(conversation_id, question)
        assert reply.messages[0].cards, "the turn must have read the order"
        return reply

    return run


async def signed_in(conversations: Conversations) -> str:
    return (await conversations.start(Identity(email=MAYA.email), ConversationChannel.COMMAND_LINE)).id


async def seconds(run: Callable[[], Awaitable[object]]) -> float:
    started = perf_counter()
    await run()
    return perf_counter() - started


async def peak_kilobytes(run: Callable[[], Awaitable[object]]) -> float:
    tracemalloc.start()
    await run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return round(peak / 1024, 1)


def main() -> None:
    options = parser(__doc__, "turn")
    options.add_argument("--turns", type=int, default=TURNS)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(arguments.turns, Path(folder)))
    publish("A turn that reads one order", figures, arguments.json)


if __name__ == "__main__":
    main()
