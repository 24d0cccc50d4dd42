"""The LangChain agent of a role: a model, the role's tools, and what guards both."""

import json
import logging
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import ToolErrorMiddleware
from langchain.tools.tool_node import ToolCallRequest
from langgraph.graph.state import CompiledStateGraph

from bot.guard import CircuitBreaker, ModelGuard
from bot.models import Models
from tools.cards import Refusal
from tools.commerce.schema import Role
from tools.context import ToolContext
from tools.toolbox import tools_for

log = logging.getLogger(__name__)

Agent = CompiledStateGraph[Any, ToolContext, Any, Any]


def build_agents(models: Models) -> dict[Role, Agent]:
    """One agent a role. They keep no state: the transcript goes in, new messages come out."""
    breaker = CircuitBreaker()
    return {
        role: create_agent(
            models.chosen,
            tools=list(tools_for(role)),
            middleware=[ModelGuard(models, breaker), ToolErrorMiddleware(_unavailable)],
            context_schema=ToolContext,
        )
        for role in Role
    }


def _unavailable(error: Exception, request: ToolCallRequest) -> str:
    """What the model reads when a tool broke; the fault itself goes to the log, without its message."""
    log.error("tool %s failed", request.tool_call["name"], exc_info=_without_values(error))
    refusal = Refusal(
        code="unavailable",
        message="I can't reach that information right now. Please try again in a minute.",
    )
    return json.dumps(refusal.model_dump())


def _without_values(error: Exception) -> Exception:
    """The same place and kind of error, without a message that could carry personal data."""
    return RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
