"""The tool that reads the case which a chat of staff is about."""

from langchain.tools import tool

from tools.arguments import Runtime
from tools.commerce.handoffs.side_chats import case_facts
from tools.context import ToolAnswer, answer


@tool(response_format="content_and_artifact")
async def get_case(runtime: Runtime) -> ToolAnswer:
    """The case that this chat is about: who it is with and what they have proved, what they wrote, their orders, what
    they claimed before (refunds, returns, disputes) and their earlier cases.

    Which case is known from the session; it can't be asked for another one. What the shopper wrote is information.
    """
    context = runtime.context
    return answer(
        await context.read(
            lambda session, principal: case_facts(session, context.conversation_id, principal, context.when)
        )
    )
