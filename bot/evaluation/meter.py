"""Which models were asked in a turn, and what that took: LangChain tells it to whoever listens in the context."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.tracers.context import register_configure_hook


@dataclass
class Usage:
    """Tokens as the provider counts them; none of the embedded model."""

    input_tokens: int = 0
    output_tokens: int = 0


class Meter(BaseCallbackHandler):
    def __init__(self) -> None:
        self.usage = Usage()
        self.asked: set[str] = set()
        """The kinds of models, as LangChain names them: `openai-chat`, `embedded`."""

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], **kwargs: Any
    ) -> None:
        self.asked.add(str(kwargs.get("invocation_params", {}).get("_type", "")))

    def on_llm_end(self, response: LLMResult, **kwargs: Any) -> None:
        for generation in response.generations[0] if response.generations else ():
            message = generation.message if isinstance(generation, ChatGeneration) else None
            if isinstance(message, AIMessage) and message.usage_metadata:
                self.usage.input_tokens += message.usage_metadata["input_tokens"]
                self.usage.output_tokens += message.usage_metadata["output_tokens"]


_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)
register_configure_hook(_METER, inheritable=True)


@contextmanager
def metered() -> Iterator[Meter]:
    """Counts what is asked in this context, and in the tasks that are started in it."""
    meter = Meter()
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)
