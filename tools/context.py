"""What the runtime hands to every tool, and the form in which tools answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from anyio import Lock
from pydantic import JsonValue, TypeAdapter

from knowledge.search import KnowledgeBase
from knowledge.shop_profile import ShopProfile
from tools import crossing
from tools.cards import Card, Citation, Facts, Refusal, ToolResult
from tools.change_cards import Needed, ProposalCard
from tools.commerce.attempts import Prover
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.database import Database, ReadSession, WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.identity import principal_of
from tools.commerce.policy import Policy
from tools.principal import Principal

Found = TypeVar("Found")

BROKEN = Refusal(code="unavailable", message="I'm sorry, I can't get at that right now.")
"""What a model reads in place of a tool's answer where the tool broke."""

ToolAnswer = tuple[str, dict[str, JsonValue]]
"""What the model reads, and the artifact that channels draw: `{"cards": [...], "citations": [...], "choices": [...]}`,
each where there are any."""


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
    _writing: Lock = field(default_factory=Lock, init=False, compare=False, repr=False)

    @property
    def when(self) -> LocalTime:
        return LocalTime(self.now(), self.shop.zone)

    @property
    def rulebook(self) -> Rulebook:
        return rulebook(self.policy, self.shop, self.knowledge, self.now())

    @property
    def prover(self) -> Prover:
        return Prover(self.conversation_id, self.client_address, self.now())

    async def read(self, query: Callable[[ReadSession, Principal], Found]) -> Found:
        """Run `query` with the principal of this conversation, as it is proved at this moment."""
        return await crossing.read(
            self.database,
            lambda session: query(session, principal_of(session, self.conversation_id)),
        )

    async def write(self, change: Callable[[WriteSession], Found]) -> Found:
        """Run `change` as one transaction, after those that were asked for before it.

        A model may call several tools at once: of two proposals the later call's is the one that stands.
        """
        async with self._writing:
            return await crossing.write(self.database, change)


def answer(
    result: ToolResult,
    *,
    cards: Sequence[Card] = (),
    citations: Sequence[Citation] = (),
    choices: Sequence[str] = (),
) -> ToolAnswer:
    """The pair that a tool returns: `result` as JSON for the model, and what the screen shows of it."""
    artifact: dict[str, JsonValue] = {}
    if cards:
        artifact["cards"] = _as_json(cards)
    if citations:
        artifact["citations"] = _as_json(citations)
    if choices:
        artifact["choices"] = list(choices)
    return result.model_dump_json(exclude_none=True, exclude_defaults=False), artifact


def answer_with_card(result: Card | Refusal) -> ToolAnswer:
    """A card is shown as it is; a refusal is for the model to say."""
    return answer(result, cards=() if isinstance(result, Refusal) else (result,))


def answer_with_proposal(result: ProposalCard | Needed | Refusal) -> ToolAnswer:
    """A proposal is shown as a card; what it rests on, or the rule that refuses, can be cited.

    The answers to a question are there to be picked, whatever words a model puts it in.
    """
    if isinstance(result, ProposalCard):
        found = [Citation(title=rule.title, url=rule.url) for rule in result.rules if rule.title and rule.url]
        return answer(result, cards=(result,), citations=found)
    if isinstance(result, Refusal):
        return answer(result, citations=(result.section,) if result.section else ())
    return answer(result, choices=[choice.label for choice in result.choices])


def rulebook(policy: Policy, shop: ShopProfile, knowledge: KnowledgeBase, now: datetime) -> Rulebook:
    """What proposals are made and judged by at this moment, with the shop's pages to cite."""

    def cite(rule: str) -> Citation | None:
        section = knowledge.section_on(rule)
        return Citation(title=f"{section.title}: {section.heading}", url=section.url) if section else None

    return Rulebook(policy, shop.currency, LocalTime(now, shop.zone), cite)


def _as_json(facts: Sequence[Facts]) -> list[JsonValue]:
    return [_JSON.validate_python(fact.model_dump(mode="json", exclude_none=True)) for fact in facts]


_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
