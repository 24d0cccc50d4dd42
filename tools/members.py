"""The tool that looks up what names mean in the shop's figures."""

from collections.abc import Sequence
from typing import Annotated

from langchain.tools import tool
from pydantic import Field

from tools.arguments import Arguments, Printable, Runtime
from tools.cards import MemberCandidate, MemberMention, MembersFound
from tools.commerce.database import ReadSession
from tools.commerce.metrics.members import Mention, find_mentions
from tools.context import ToolAnswer, answer

Said = Annotated[str, Field(min_length=1, max_length=200), Printable]


class MemberArguments(Arguments):
    names: tuple[Said, ...] = Field(
        min_length=1,
        max_length=12,
        description="Names as the person wrote them: `Germany`, `DHL`, `floor lamps`, `first-time buyers`.",
        examples=[["Germany", "lamps"]],
    )


@tool(args_schema=MemberArguments, response_format="content_and_artifact")
async def find_members(names: tuple[str, ...], runtime: Runtime) -> ToolAnswer:
    """Look up which members of which dimensions the person's words name, before filtering by them in query_kpis.

    Filter by the `members` as they are given. Where several dimensions fit equally well, ask which one is meant; where
    nothing fits, say so with the `near` names.
    """
    context = runtime.context

    def read(session: ReadSession, _: object) -> MembersFound:
        return found_members(find_mentions(session, names, context.now()))

    return answer(await context.read(read))


def found_members(mentions: Sequence[Mention]) -> MembersFound:
    """As the model reads them."""
    return MembersFound(mentions=tuple(_mention(one) for one in mentions))


def _mention(found: Mention) -> MemberMention:
    candidates = tuple(
        MemberCandidate(dimension=one.dimension, members=one.members, exact=one.exact, guessed=one.guessed)
        for one in found.candidates
    )
    return MemberMention(words=found.words, candidates=candidates, near=found.near)
