"""Conversations with the assistant, and those that a person went on with, as they are counted."""

from collections.abc import Mapping

from sqlalchemy import String, join, type_coerce

from tools.commerce.metrics.facts import Dimension, Fact, Split
from tools.commerce.schema import Conversation, Handoff, Message, MessageFeedback

_OF_CONVERSATION: Mapping[Dimension, Split] = {
    Dimension.CHANNEL: type_coerce(Conversation.channel, String),
    Dimension.STATUS: type_coerce(Conversation.status, String),
}
CONVERSATIONS = Fact(
    "conversations",
    Conversation.__table__,
    Conversation.created_at.expression,
    _OF_CONVERSATION,
    is_our_own=True,
)
QUESTIONS = Fact(
    "messages to the assistant",
    join(Message, Conversation, Message.conversation_id == Conversation.id),
    Message.created_at.expression,
    _OF_CONVERSATION,
    is_our_own=True,
)
RATINGS = Fact(
    "ratings of answers",
    join(MessageFeedback, Conversation, MessageFeedback.conversation_id == Conversation.id),
    MessageFeedback.given_at.expression,
    _OF_CONVERSATION,
    is_our_own=True,
)
HANDOFFS = Fact(
    "handoffs",
    join(Handoff, Conversation, Handoff.conversation_id == Conversation.id),
    Handoff.opened_at.expression,
    {
        Dimension.CHANNEL: type_coerce(Conversation.channel, String),
        Dimension.REASON: type_coerce(Handoff.reason, String),
        Dimension.STATUS: type_coerce(Handoff.state, String),
    },
    is_our_own=True,
)
