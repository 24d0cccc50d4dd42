"""The chat model that needs no network: it sees the messages and tools that an LLM would, and answers in kind."""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from anyio import to_thread
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import ConfigDict, PrivateAttr

from bot.embedded.planner import Planner, Say
from bot.embedded.situation import Call, Memory, Slot, read_situation
from bot.embedded.understanding.classifier import IntentClassifier
from bot.embedded.wishes.unsure import choices
from bot.transcript import CHOICES, MEMORY, UNSAID
from knowledge.embedding import Embedder

_PIECE = re.compile(r"(?:\S+\s*){1,6}|\s+")
"""Six words at a time: a reader sees it flow, and the loop around is not kept busy by single words."""


class EmbeddedChatModel(BaseChatModel):
    """A pure function of the messages: the same transcript gets the same answer, always."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    classifier: IntentClassifier
    embedder: Embedder
    _planner: Planner = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        super().model_post_init(context)
        self._planner = Planner(self.classifier, self.embedder)

    @property
    def _llm_type(self) -> str:
        return "embedded"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Only the tools' names matter here: what each is for, the planner knows."""
        return self.bind(tools=[tool.name for tool in tools if isinstance(tool, BaseTool)], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(
            generations=[ChatGeneration(message=self._answer(messages, kwargs.get("tools", ())))]
        )

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        message = await to_thread.run_sync(self._answer, messages, kwargs.get("tools", ()))
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        message = await to_thread.run_sync(self._answer, messages, kwargs.get("tools", ()))
        for chunk in _chunks(message):
            if run_manager and chunk.text:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _answer(self, messages: Sequence[Any], tools: Sequence[str]) -> AIMessage:
        situation = read_situation(messages, tools, self._likeness)
        step = self._planner.next_step(situation)
        if not isinstance(step, Say):
            calls = [
                tool_call(name=call.tool, args=dict(call.args), id=_call_id(messages, call)) for call in step
            ]
            return AIMessage("", tool_calls=calls)
        memory = step.memory.model_dump(mode="json", exclude_defaults=True)
        noted = {MEMORY: memory, CHOICES: _choices(step.memory), UNSAID: situation.unsaid}
        return AIMessage(step.text, additional_kwargs=noted)

    def _likeness(self, texts: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        vectors = self.embedder.encode([*texts, *others])
        scores: list[list[float]] = (vectors[: len(texts)] @ vectors[len(texts) :].T).tolist()
        return scores


def _choices(memory: Memory) -> list[str]:
    """The answers to the open question, or what else can be picked, as they can be said."""
    if memory.figures and memory.figures.offered:
        return [one.label for one in memory.figures.offered]
    if memory.asked is Slot.WISH:
        return [choice.label for choice in choices(memory.readings)]
    draft = memory.draft if memory.asked is Slot.CHANGE else None
    return [choice.label for choice in draft.choices] if draft else [*memory.offers]


def _call_id(messages: Sequence[BaseMessage], call: Call) -> str:
    """New for each call of a conversation, and yet the same whenever the same transcript is read."""
    place = sum(message.type == "human" for message in messages), len(messages)
    return "call_" + hashlib.sha256(f"{place} {call.key}".encode()).hexdigest()[:20]


def _chunks(message: AIMessage) -> Iterator[ChatGenerationChunk]:
    """Tool calls in one piece, text in several."""
    for index, call in enumerate(message.tool_calls):
        chunk = tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index)
        yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[chunk]))
    for piece in _PIECE.findall(message.text):
        yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
    yield ChatGenerationChunk(
        message=AIMessageChunk(content="", additional_kwargs=message.additional_kwargs, chunk_position="last")
    )
