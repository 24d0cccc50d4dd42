"""The LangChain agent of a role: a model, the role's tools, and what guards both."""

from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, TypeVar

from langchain.agents import create_agent
from langgraph.graph.state import CompiledStateGraph
from langsmith import set_runtime_overrides
from langsmith.utils import tracing_is_enabled

from bot.failing import BrokenTools
from bot.guard import CircuitBreaker, ModelGuard
from bot.models import Models
from bot.tool_calls import UnreadableCalls
from tools.commerce.schema import Role
from tools.context import ToolContext
from tools.toolbox import tools_for

Agent = CompiledStateGraph[Any, ToolContext, Any, Any]
Result = TypeVar("Result")


def build_agents(models: Models) -> dict[Role, Agent]:
    """One agent a role. They keep no state: the transcript goes in, new messages come out."""
    set_runtime_overrides(aio_to_thread=_in_a_thread_if_traced)
    breaker = CircuitBreaker()
    return {
        role: create_agent(
            models.chosen,
            tools=list(tools_for(role)),
            middleware=[ModelGuard(models, breaker), UnreadableCalls(), BrokenTools()],
            context_schema=ToolContext,
        )
        for role in Role
    }


async def _in_a_thread_if_traced(
    in_a_thread: Callable[..., Awaitable[Result]],
    context: Context,
    work: Callable[..., Result],
    /,
    *arguments: Any,
    **named: Any,
) -> Result:
    """LangChain has LangSmith note the start and the end of each hook of a middleware, in threads of their own. Where
    nothing is traced there is nothing to note, and going to a thread and back costs more than the hooks."""
    if tracing_is_enabled():
        return await in_a_thread(context, work, *arguments, **named)
    return context.run(work, *arguments, **named)
