"""What people thought of answers."""

from datetime import datetime

from tools.commerce.database import WriteSession
from tools.commerce.schema import FeedbackVerdict, MessageFeedback


def rate(
    session: WriteSession, conversation_id: str, seq: int, rater: str, verdict: FeedbackVerdict, now: datetime
) -> None:
    """Keep what somebody thinks of the answer numbered `seq`; the last they said of it counts."""
    session.merge(
        MessageFeedback(conversation_id=conversation_id, seq=seq, rater=rater, verdict=verdict, given_at=now)
    )
