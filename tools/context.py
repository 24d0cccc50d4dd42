"""What the runtime hands to every tool, and the one crossing from the event loop to the database's threads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from anyio import to_thread
from pydantic import JsonValue, TypeAdapter

from knowledge.search import KnowledgeBase
from knowledge.shop_profile import ShopProfile
from tools.cards import Card, Citation, Facts, ToolResult
from tools.commerce.database import Database, ReadSession, WriteSession
from tools.commerce.identity import principal_of
from tools.commerce.policy import Policy
from tools.principal import Principal

Found = TypeVar("Found")

ToolAnswer = tuple[str, dict[str, JsonValue]]
"""What the model reads, and the artifact that channels draw: `{"cards": [...], "citations": [...]}`."""


@dataclass(frozen=True)
class ToolContext:
    """The runtime context of one turn. Nothing in it can be set by a model."""

    conversation_id: str
    client_address: str | None
    database: Database
    knowledge: KnowledgeBase
    shop: ShopProfile
    policy: Policy
    now: Callable[[], datetime]

    async def read(self, query: Callable[[ReadSession, Principal], Found]) -> Found:
        """Run `query` in a worker thread, with a session of its own and the conversation's principal."""

        def work() -> Found:
            with self.database.reading() as session:
                return query(session, principal_of(session, self.conversation_id))

        return await to_thread.run_sync(work)

    async def write(self, change: Callable[[WriteSession], Found]) -> Found:
        """Run `change` in a worker thread as one transaction."""

        def work() -> Found:
            with self.database.writing() as session:
                return change(session)

        return await to_thread.run_sync(work)


def answer(
    result: ToolResult, *, cards: Sequence[Card] = (), citations: Sequence[Citation] = ()
) -> ToolAnswer:
    """The pair that a tool returns: `result` as JSON for the model, the cards and citations for the screen."""
    artifact: dict[str, JsonValue] = {}
    if cards:
        artifact["cards"] = _as_json(cards)
    if citations:
        artifact["citations"] = _as_json(citations)
    return result.model_dump_json(exclude_none=True, exclude_defaults=False), artifact


def _as_json(facts: Sequence[Facts]) -> list[JsonValue]:
    return [_JSON.validate_python(fact.model_dump(mode="json", exclude_none=True)) for fact in facts]


_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
