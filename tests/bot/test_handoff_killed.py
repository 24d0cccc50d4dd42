"""`kill -9` in a handover: afterwards there is one case with its whole transcript, and the bot is silent."""

import signal
from datetime import timedelta

import pytest

from tests.bot.conftest import Clock, Replica
from tests.bot.killed_handover import Point, ask_for_a_person_and_die, hands_over
from tests.bot.killed_process import utc_now
from tests.bot.pressing import started
from tests.processes import processes
from tools.commerce.database import Database
from tools.commerce.schema import ConversationStatus, Handoff, HandoffState
from tools.commerce.transcript import LEASE

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 60.0


async def test_wherever_the_process_was_killed_there_is_one_case_and_a_silent_bot(
    replica: Replica, database: Database, database_url: str, clock: Clock
) -> None:
    clock.now = utc_now()
    conversations = replica(hands_over)
    talks = {point: await started(conversations, email=None) for point in Point}
    victims = [
        processes().Process(target=ask_for_a_person_and_die, args=(database_url, talk, point))
        for point, talk in talks.items()
    ]
    for victim in victims:
        victim.start()
        victim.join(PATIENCE_SECONDS)
        assert victim.exitcode == -signal.SIGKILL

    clock.now = utc_now() + LEASE + timedelta(seconds=1)
    await conversations.resume_abandoned()
    await conversations.finish_running(PATIENCE_SECONDS)

    for point, talk in talks.items():
        after = await conversations.reply(talk, "are you there?")
        with database.reading() as session:
            case = session.query(Handoff).filter_by(conversation_id=talk).one()
        said = [(m.role, m.text) for m in (await conversations.view(talk)).messages]
        assert (case.state, after.status, after.messages) == (
            HandoffState.WAITING,
            ConversationStatus.WAITING,
            (),
        ), point
        assert said == [
            ("user", "a person, please"),
            ("assistant", "Somebody will answer here."),
            ("user", "are you there?"),
        ], point
