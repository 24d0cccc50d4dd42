"""Proposals as a scripted model makes them, and people who press their buttons."""

from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.tool import tool_call

from bot.conversation import Conversations
from bot.events import DoneEvent, ProposalState, Reply
from bot.register import Identity
from tests.bot.scripted_model import Script
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce.changes.decisions import Decision
from tools.commerce.schema import ConversationChannel, Order, OrderStatus

CANCEL: dict[str, object] = {"order_number": "A-1", "reason": "changed_mind"}


def proposes(
    tool: str = "propose_cancellation", arguments: dict[str, object] = CANCEL, says: str = "Here it is."
) -> Script:
    """Calls the tool for whatever is asked, then says `says`."""

    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        if isinstance(messages[-1], HumanMessage):
            return AIMessage("", tool_calls=[tool_call(name=tool, args=dict(arguments), id="c1")])
        return AIMessage(says)

    return script


async def started(conversations: Conversations, email: str | None = "ada@example.com") -> str:
    identity = Identity(email=email) if email else None
    return (await conversations.start(identity, ConversationChannel.WIDGET)).id


async def pressed(
    conversations: Conversations,
    conversation_id: str,
    proposal_id: str,
    decision: Decision = Decision.CONFIRM,
) -> Reply:
    async for event in conversations.decide(conversation_id, proposal_id, decision):
        if isinstance(event, DoneEvent):
            return event.reply
    raise AssertionError("no reply")


async def shown(conversations: Conversations, conversation_id: str) -> ProposalState:
    reply = await conversations.reply(conversation_id, "please cancel A-1")
    assert reply.proposal is not None, reply
    return reply.proposal


def status(shop: PaidShop) -> OrderStatus:
    return OrderStatus(shop.all(Order)[0].status)
