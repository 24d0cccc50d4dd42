"""The tool that searches the shop's articles."""

from collections.abc import Sequence
from typing import Annotated

from anyio import to_thread
from langchain.tools import tool
from pydantic import Field

from knowledge.search import KnowledgeBase
from tools.arguments import Arguments, Printable, Runtime
from tools.cards import ArticlesCard, Citation, PassageFacts
from tools.context import ToolAnswer, answer

PASSAGES = 3


class QuestionArguments(Arguments):
    question: Annotated[str, Printable] = Field(
        min_length=1,
        max_length=1000,
        description="The question in the person's own words: `how long do I have to return a tent?`.",
        examples=["how long do I have to return something?"],
    )


@tool(args_schema=QuestionArguments, response_format="content_and_artifact")
async def search_knowledge(question: str, runtime: Runtime) -> ToolAnswer:
    """Search the shop's articles on delivery, returns, payment, warranty and everything else it has rules for.

    Use it for every question about how the shop does things, and answer from its quotes alone. When `answerable`
    is false the articles don't cover it: say that you don't know, and offer a person.
    """
    knowledge = runtime.context.knowledge
    # Searching computes embeddings: it must not hold up the event loop.
    card = await to_thread.run_sync(_search, knowledge, question)
    citations = {
        passage.url: Citation(title=f"{passage.title}: {passage.heading}", url=passage.url)
        for passage in card.passages
    }
    return answer(card, citations=tuple(citations.values()))


def _search(knowledge: KnowledgeBase, question: str) -> ArticlesCard:
    found = knowledge.search(question, PASSAGES)
    if not found.answerable:
        return ArticlesCard(answerable=False)
    passages = tuple(
        PassageFacts(
            title=passage.title,
            heading=passage.heading,
            quote=_joined(knowledge.best_sentences(question, passage)),
            url=passage.url,
        )
        for passage in found.passages
    )
    return ArticlesCard(answerable=True, passages=passages, known_as=found.known_as)


def _joined(sentences: Sequence[str]) -> str:
    """As running text; a list stands apart."""
    has_list = any("\n" in sentence for sentence in sentences)
    return ("\n\n" if has_list else " ").join(sentences)
