"""Every timer of conversations with people: what it waits for, and what happens when its time has come.

Each is looked for once a second on every replica. What happens is one guarded transaction, so that of two replicas
one does it, and the other finds it done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from bot.desk import Desk
from tools import crossing
from tools.commerce import reach, transcript
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.disputes import deadlines, setbacks
from tools.commerce.handoffs import due, escalation, lifecycle
from tools.commerce.handoffs.due import Due
from tools.commerce.schema import MessageRole, Warned
from tools.commerce.transcript import NewMessage
from tools.handoffs import LEAVE_ADDRESS, MAILED, answer_by, reply_by

LATE = "I'm sorry, this takes longer than usual. I've reminded our team."
TAKEN_AWAY = (
    "I'm sorry that you're still waiting. I've asked for somebody else from our team; "
    "you needn't repeat anything."
)
LAPSED = (
    "We haven't heard from you, so I've closed this for now. If there is anything else, just write here: "
    "it goes back to our team."
)

LOOKED_AT_AGAIN = (
    "Your claim is not decided yet: somebody from our team looks at it once more, and answers you here."
)


@dataclass(frozen=True)
class Timer:
    """`due` finds whose time has come. `act` does what follows; what it gives, the shopper reads."""

    name: str
    due: Callable[[ReadSession, Desk], Sequence[Due]]
    act: Callable[[WriteSession, Desk, Due], NewMessage | None]
    tells_shopper: bool = False


class Timers:
    def __init__(self, desk: Desk, tell_news: Callable[[str], None]) -> None:
        self._desk = desk
        self._tell_news = tell_news

    async def tend(self) -> None:
        for timer in TIMERS:
            for one in await self._due(timer):
                await self._act(timer, one)

    async def _due(self, timer: Timer) -> Sequence[Due]:
        return await crossing.read(self._desk.database, lambda session: timer.due(session, self._desk))

    async def _act(self, timer: Timer, one: Due) -> None:
        def work(session: WriteSession) -> bool:
            if not timer.tells_shopper:
                timer.act(session, self._desk, one)
                return False
            holder, now = str(uuid4()), self._desk.now()
            if not transcript.claim_turn(session, one.conversation_id, holder, now):
                return False  # a turn runs, which comes first; this is still due then
            told = timer.act(session, self._desk, one)
            if told:
                transcript.append_unasked(session, one.conversation_id, holder, told, now)
            transcript.release_turn(session, one.conversation_id, holder)
            return told is not None

        if await crossing.write(self._desk.database, work):
            self._tell_news(one.conversation_id)


def _escalate(session: WriteSession, desk: Desk, one: Due) -> NewMessage | None:
    now, by = desk.now(), answer_by(desk.shop, desk.local_time)
    handoff = lifecycle.escalate(session, one.id, now, by)
    if handoff is None:
        return None
    escalation.mail(session, handoff, desk.shop, now)
    if handoff.escalations > 1:
        return None
    has_address = reach.address_of(session, one.conversation_id) is not None
    return NewMessage(MessageRole.ASSISTANT, f"{LATE} {MAILED if has_address else LEAVE_ADDRESS}")


def _take_away(session: WriteSession, desk: Desk, one: Due) -> NewMessage | None:
    now, by = desk.now(), answer_by(desk.shop, desk.local_time)
    handoff = lifecycle.take_away(session, one.id, now, by)
    if handoff is None:
        return None
    escalation.mail(session, handoff, desk.shop, now)
    return NewMessage(MessageRole.ASSISTANT, TAKEN_AWAY)


def _lapse(session: WriteSession, desk: Desk, one: Due) -> NewMessage | None:
    lapsed = lifecycle.lapse(session, one.id, _silent_since(desk), desk.now())
    return NewMessage(MessageRole.ASSISTANT, LAPSED) if lapsed else None


def _mail_unread(session: WriteSession, desk: Desk, one: Due) -> None:
    since, now = _unread_since(desk), desk.now()
    reach.mail_unread(session, one.conversation_id, since, desk.shop, desk.chat_url, now)


def _unread(session: ReadSession, desk: Desk) -> Sequence[Due]:
    return [Due(found, found) for found in reach.unread(session, _unread_since(desk))]


def _dispute_near(session: ReadSession, desk: Desk, warned: Warned) -> Sequence[Due]:
    return deadlines.near(session, warned, desk.shop.people, desk.now())


def _warn(session: WriteSession, desk: Desk, one: Due, warned: Warned) -> None:
    deadlines.warn(session, one.id, warned, desk.shop, desk.now())


def _attend(session: WriteSession, desk: Desk, one: Due) -> NewMessage | None:
    when = desk.local_time
    waits = setbacks.attend(
        session,
        one.id,
        desk.shop.people,
        when.now,
        answer_by=answer_by(desk.shop, when),
        reply_by=reply_by(desk.shop, when),
    )
    return NewMessage(MessageRole.ASSISTANT, LOOKED_AT_AGAIN) if waits else None


def _silent_since(desk: Desk) -> datetime:
    return desk.now() - timedelta(days=desk.shop.people.silent_after_days)


def _unread_since(desk: Desk) -> datetime:
    return desk.now() - timedelta(minutes=desk.shop.people.mail_after_minutes)


TIMERS = (
    Timer(
        "not taken in time: escalated",
        lambda s, desk: due.not_taken(s, desk.now()),
        _escalate,
        tells_shopper=True,
    ),
    Timer(
        "not answered in time: put back and escalated",
        lambda s, desk: due.not_answered(s, desk.now()),
        _take_away,
        tells_shopper=True,
    ),
    Timer(
        "the shopper is silent: closed, until they write again",
        lambda s, desk: due.silent(s, _silent_since(desk)),
        _lapse,
        tells_shopper=True,
    ),
    Timer(
        "an outcome came to nothing: whoever has the conversation owes an answer, or it waits again",
        lambda s, _: setbacks.unattended(s),
        _attend,
        tells_shopper=True,
    ),
    Timer("an answer is unread: told by e-mail", _unread, _mail_unread),
    *(
        Timer(
            f"a dispute is soon to be answered: {warned} warned",
            partial(_dispute_near, warned=warned),
            partial(_warn, warned=warned),
        )
        for warned in Warned
    ),
)
