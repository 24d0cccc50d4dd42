"""Who somebody in a conversation is: what they have proved, and how they prove it."""

from sqlalchemy import select

from tools.commerce.database import ReadSession
from tools.commerce.schema import Conversation, OrderProof
from tools.principal import ANONYMOUS, Principal


def principal_of(session: ReadSession, conversation_id: str) -> Principal:
    """What has been proved in the conversation; in an unknown one, nothing has."""
    rows = session.execute(
        select(Conversation.role, Conversation.customer_id, Conversation.staff_email, OrderProof.order_id)
        .outerjoin(OrderProof, OrderProof.conversation_id == Conversation.id)
        .where(Conversation.id == conversation_id)
    ).all()
    if not rows:
        return ANONYMOUS
    role, customer_id, staff_email, _ = rows[0]
    proved = frozenset(order_id for *_, order_id in rows if order_id is not None)
    return Principal(role, customer_id, proved, staff_email)
