"""A process of its own that hands a conversation over, and is killed at a named point."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.tool import tool_call

from bot.agent import build_agents
from bot.conversation import Conversations
from bot.models import Models
from tests.bot.killed_process import Commits, desk_of, die_around_commits
from tests.bot.scripted_model import ScriptedModel
from tools.commerce.database import Database
from tools.commerce.payments.stripe_gateway import StripeGateway


class Point(StrEnum):
    BEFORE_HANDOVER = "before the handoff is committed"
    AFTER_HANDOVER = "after it is committed"
    BEFORE_ANSWER = "before the answer is committed"
    AFTER_ANSWER = "after it is committed, and before it is sent"


_COMMITS: Commits = {
    "INSERT INTO handoffs": (Point.BEFORE_HANDOVER, Point.AFTER_HANDOVER),
    "UPDATE messages SET answered_at": (Point.BEFORE_ANSWER, Point.AFTER_ANSWER),
}


def hands_over(messages: Sequence[BaseMessage]) -> AIMessage:
    if messages[-1].type == "human":
        return AIMessage("", tool_calls=[tool_call(name="hand_over_to_person", args={}, id="c1")])
    return AIMessage("Somebody will answer here.")


def ask_for_a_person_and_die(database_url: str, conversation_id: str, point: Point) -> None:
    database = Database(database_url)
    die_around_commits(database, point, _COMMITS)
    model = ScriptedModel(script=hands_over)
    nobody = desk_of(database, StripeGateway("sk_test_nobody", "http://127.0.0.1:9"))
    desk = replace(nobody, agents=build_agents(Models(model, model)))

    async def ask() -> None:
        await Conversations(desk).reply(conversation_id, "a person, please", client_message_id="m-1")

    asyncio.run(ask())
