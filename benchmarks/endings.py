"""What comes of a stranger's message, whatever it was read as: the right tool, the right page, or none.

Each of tests/bot/utterances.yaml opens a conversation of a signed-in shopper of the demo shop. A question that a help
page answers has ended well if that page is cited; what is not the shop's business, if nothing was looked up for it; any
other, if what was done is what was wanted. To say that it was not understood is better than to do something else.

    python -m benchmarks.endings [--json PATH] [--wrong]
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.figures import parser, publish
from benchmarks.messages import Question, utterances
from benchmarks.scratch_shop import conversations_on, scratch_desk
from bot.conversation import Conversations, Identity
from bot.desk import Desk
from bot.embedded.intents import Intent
from bot.embedded.situation import Memory
from bot.events import Reply
from tools.cards import Card, ContactCard
from tools.commerce import transcript
from tools.commerce.demo import named_customers
from tools.commerce.schema import ConversationChannel
from tools.product_cards import ProductListCard

SHOPPER = named_customers()[0].email

SIGNING_IN = frozenset({Intent.SIGN_IN, Intent.NO_ORDER_NUMBER})
"""Said by those who have not signed in; the second leads to the first."""


class Ending(StrEnum):
    RIGHT = "right"
    NOT_UNDERSTOOD = "not understood"
    """It said so, asked what was meant, or doesn't know."""
    WRONG = "wrong"


@dataclass(frozen=True)
class Ended:
    question: Question
    ending: Ending
    done: str
    milliseconds: float


async def play(desk: Desk, asked: Sequence[Question]) -> tuple[Ended, ...]:
    conversations = conversations_on(desk)
    return tuple([await _ended(desk, conversations, question) for question in asked])


async def _ended(desk: Desk, conversations: Conversations, question: Question) -> Ended:
    who = None if SIGNING_IN & set(question.intents) else Identity(email=SHOPPER)
    opened = await conversations.start(who, ConversationChannel.COMMAND_LINE)
    started = perf_counter()
    reply = await conversations.reply(opened.id, question.text)
    took = (perf_counter() - started) * 1000
    with desk.database.reading() as session:
        noted = (transcript.last_turn(session, opened.id)[-1].payload or {}).get("memory", {})
    memory = Memory.model_validate(noted)
    return Ended(question, _judged(question, reply, memory), memory.intent or "nothing", took)


def _judged(question: Question, reply: Reply, memory: Memory) -> Ending:
    cited = {citation.url for message in reply.messages for citation in message.citations}
    cards = [card for message in reply.messages for card in message.cards if _tells(card)]
    if not question.is_ours:
        asked_for_more = memory.asked is not None and memory.intent is not None
        meddled = cited or cards or reply.proposal or asked_for_more
        return Ending.WRONG if meddled else Ending.RIGHT
    if any(f"/{page}#" in url for page in question.articles for url in cited):
        return Ending.RIGHT
    if memory.misunderstood or memory.intent is None:
        return Ending.NOT_UNDERSTOOD
    wanted = set(question.intents) - ({Intent.POLICY_QUESTION} if question.articles else set())
    if SIGNING_IN & wanted:
        wanted |= SIGNING_IN
    return Ending.RIGHT if memory.intent in wanted else Ending.WRONG


def _tells(card: Card) -> bool:
    """Whether a card tells of something that was found; a way to reach a person is beside every "I don't know"."""
    return bool(card.products) if isinstance(card, ProductListCard) else not isinstance(card, ContactCard)


def figures(ended: Sequence[Ended]) -> dict[str, float | int]:
    def share(ending: Ending, among: Sequence[Ended]) -> float:
        return round(sum(one.ending is ending for one in among) / len(among), 3)

    groups = {
        "all": ended,
        "answered_by_a_page": [one for one in ended if one.question.intents == (Intent.POLICY_QUESTION,)],
        "not_the_shops_business": [one for one in ended if not one.question.is_ours],
    }
    groups["all_else"] = [one for one in ended if not any(one in groups[name] for name in list(groups)[1:])]
    times = [one.milliseconds for one in ended]
    return {
        "messages": len(ended),
        **{f"{name}: {ending}": share(ending, among) for name, among in groups.items() for ending in Ending},
        "turn_ms_median": round(float(np.median(times)), 1),
        "turn_ms_p99": round(float(np.percentile(times, 99)), 1),
    }


def main() -> None:
    options = parser("What comes of strangers' messages.", "endings")
    options.add_argument("--wrong", action="store_true", help="print every message that did not end well")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = scratch_desk(Path(folder))
        ended = asyncio.run(play(desk, utterances()))
        desk.knowledge.close()
        desk.database.close()
    publish("What comes of strangers' messages", figures(ended), arguments.json)
    amiss = [one for one in ended if one.ending is not Ending.RIGHT]
    for (meant, done), times in Counter((one.question.intents[0], one.done) for one in amiss).most_common(25):
        print(f"{times:4} {meant} ended in {done}")
    if arguments.wrong:
        for one in amiss:
            print(f"{one.ending}, {one.done} for {' or '.join(one.question.intents)}: {one.question.text}")


if __name__ == "__main__":
    main()
