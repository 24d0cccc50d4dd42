"""Who has to hear from a person does, in whatever words, with a case and its reason; and nobody else."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.conversation import Conversations
from bot.desk import Desk
from knowledge.plain_yaml import plain_values
from tests.bot.pressing import started
from tools.commerce.schema import ConversationStatus, Handoff, HandoffReason
from tools.handoffs import PASSED_ON

pytestmark = pytest.mark.anyio

WORDINGS: Mapping[str, Sequence[str]] = plain_values(
    Path(__file__).with_name("handoff_wordings.yaml").read_text("utf-8")
)
HARMLESS = WORDINGS["harmless"]
TWICE = WORDINGS[HandoffReason.NOT_UNDERSTOOD]
BY_REASON = {
    reason: texts
    for reason, texts in WORDINGS.items()
    if reason not in {"harmless", HandoffReason.NOT_UNDERSTOOD}
}


async def handed_over(desk: Desk, *said: str) -> HandoffReason | None:
    """Why, if a new visitor who says all that was handed over, and told so."""
    conversations = Conversations(desk)
    talk = await started(conversations, email=None)
    for text in said:
        reply = await conversations.reply(talk, text)
    with desk.database.reading() as session:
        found = session.query(Handoff).filter(Handoff.conversation_id == talk).one_or_none()
    assert (found is not None) is (reply.status is ConversationStatus.WAITING), said
    assert (found is not None) is (PASSED_ON in reply.messages[-1].text), said
    return found.reason if found else None


async def test_eight_wordings_of_each_reason_lead_to_a_person(demo_desk: Desk) -> None:
    read = [
        (reason, text, await handed_over(demo_desk, text))
        for reason, texts in BY_REASON.items()
        for text in texts
    ]

    assert {len(texts) for texts in BY_REASON.values()} == {8}
    assert [row for row in read if row[0] != row[2]] == []


async def test_what_is_not_understood_twice_goes_to_a_person(demo_desk: Desk) -> None:
    for text, again in zip(TWICE, [*TWICE[1:], *TWICE[:1]], strict=True):
        assert await handed_over(demo_desk, text) is None
        assert await handed_over(demo_desk, text, again) is HandoffReason.NOT_UNDERSTOOD


async def test_sixty_near_misses_lead_to_nobody(demo_desk: Desk) -> None:
    assert len(HARMLESS) >= 60
    assert [text for text in HARMLESS if await handed_over(demo_desk, text)] == []
