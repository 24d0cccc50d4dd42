"""Writing in a conversation what no message of a user's has caused, between turns."""

import asyncio
from collections.abc import Callable
from time import monotonic
from uuid import uuid4

from bot.desk import Desk
from bot.errors import ConversationBusy
from bot.public import AGENT
from tools import crossing
from tools.commerce import reach, transcript
from tools.commerce.database import WriteSession
from tools.commerce.transcript import NewMessage

WAIT_SECONDS = 5.0
POLL_SECONDS = 0.05


def is_a_persons(message: NewMessage) -> bool:
    return AGENT in (message.payload or {})


async def write_between_turns(
    desk: Desk,
    conversation_id: str,
    work: Callable[[WriteSession], NewMessage | None],
    is_answer: Callable[[NewMessage], bool] = is_a_persons,
) -> None:
    """`work`, and its message in the transcript, in one transaction under the conversation's lease.

    A shopper who is not there is told of an answer by e-mail. Raises ConversationBusy where a turn takes too long;
    then nothing was done.
    """
    holder = str(uuid4())

    def step(session: WriteSession) -> bool:
        now = desk.now()
        if not transcript.claim_turn(session, conversation_id, holder, now):
            return False
        if message := work(session):
            seq = transcript.append_unasked(session, conversation_id, holder, message, now)
            if is_answer(message):
                reach.note_unread(session, conversation_id, seq, now)
        transcript.release_turn(session, conversation_id, holder)
        return True

    deadline = monotonic() + WAIT_SECONDS
    while not await crossing.write(desk.database, step):
        if monotonic() > deadline:
            raise ConversationBusy
        await asyncio.sleep(POLL_SECONDS)
