"""What Slack's people want, done: each delivery once, and through the one entrance.

delivery ─▶ stored, acknowledged ─▶ who is it? ─▶ conversation of that person in that thread ─▶ a turn ─▶ posted
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from api.parley import Parley
from api.problems import Problem
from api.slack import wording
from api.slack.answers import notice
from api.slack.casework import Casework
from api.slack.extras import Extras
from api.slack.incoming import (
    INCOMING,
    ApprovalDecided,
    CsvWanted,
    Decided,
    FollowedUp,
    HandoffWanted,
    HomeOpened,
    Incoming,
    PaneOpened,
    Rated,
    Said,
    incoming,
)
from api.slack.posting import Posting
from api.slack.sending import Sender, SlackRefused, SlackUnavailable, Target
from api.slack.staff import Staff
from api.slack.threads import Threads
from api.turns import RunningTurn
from bot.faults import fault
from bot.register import Identity
from tools import crossing
from tools.commerce import feedback, slack
from tools.commerce.database import WriteSession
from tools.commerce.schema import SlackThread

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20
FORGET_EVERY = timedelta(hours=1)
_NOT_FOR_US = frozenset({"message-too-long", "empty-message"})
"""What a person must be told; all else that keeps a message from being taken passes by itself."""


class SlackChannel:
    """`accept` stores what Slack delivers, `take` does it, `tend` does what was left undone, and posts what is new."""

    def __init__(self, parley: Parley, sender: Sender, staff: Staff) -> None:
        self._parley = parley
        self._database = parley.database
        self._sender = sender
        self._staff = staff
        self._posting = Posting(
            parley.database, lambda: parley.register, sender, staff, parley.now, parley.shop.theme.light
        )
        self._extras = Extras(parley, sender)
        self._threads = Threads(parley)
        self._casework = Casework(parley, sender, staff, self._tell)
        self._team: str | None = None
        self._at_work: set[asyncio.Task[Any]] = set()
        self._forget_at = parley.now()

    async def accept(self, body: Mapping[str, Any]) -> str | None:
        """The key of the delivery, stored; None for what nobody has to do anything about."""
        found = incoming(body)
        if found is None:
            return None
        key, wish = found
        if isinstance(wish, Said) and not wish.is_addressed and not await self._threads.goes_on(wish):
            return None
        payload = wish.model_dump(mode="json")
        await crossing.write(self._database, lambda s: slack.remember(s, key, payload, self._parley.now()))
        return key

    async def take(self, key: str) -> None:
        """Do what was delivered, unless it is done or somebody is at it. What fails is taken again by `tend`."""
        if task := asyncio.current_task():
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        delivery = await crossing.write(self._database, lambda s: slack.claim(s, key, self._parley.now()))
        if delivery is None or delivery.payload is None:
            return
        wish = INCOMING.validate_python(delivery.payload)
        try:
            await self._do(key, wish)
        except (SlackUnavailable, Problem) as error:
            reason = error.kind if isinstance(error, Problem) else str(error)
            log.warning(
                "a wish from Slack is not done yet attempt=%d reason=%s", delivery.attempts + 1, reason
            )
            if delivery.attempts + 1 >= slack.MOST_ATTEMPTS:
                with suppress(SlackUnavailable):
                    await self._tell(wish, wording.GIVEN_UP)
            return
        except SlackRefused as error:
            log.error("a wish from Slack cannot be done reason=%s", error.reason)
        await self._finish(key)

    async def tend(self) -> None:
        due = await crossing.read(self._database, lambda s: slack.due(s, self._parley.now(), MOST_AT_ONCE))
        await asyncio.gather(*(self._take_safely(key) for key in due))
        await self._posting.post_untold()
        await self._casework.tend()
        if self._parley.now() >= self._forget_at:
            await crossing.write(self._database, lambda s: slack.forget_old(s, self._parley.now()))
            self._forget_at = self._parley.now() + FORGET_EVERY

    async def finish(self, within_seconds: float) -> None:
        """Wait for what is being done, as a server does before it stops."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=within_seconds)

    async def _take_safely(self, key: str) -> None:
        try:
            await self.take(key)
        except Exception as error:  # noqa: BLE001 - one that cannot be done must not keep the others from being done
            log.error("a wish from Slack failed: %s", fault(error))

    async def _do(self, key: str, wish: Incoming) -> None:
        identity = await self._identity(wish)
        if isinstance(wish, HomeOpened):
            await self._extras.show_home(wish.user_id, identity)
        elif identity is None:
            await self._tell(wish, wording.REFUSED)
        elif isinstance(wish, PaneOpened):
            await self._extras.welcome(wish.place, identity)
        elif isinstance(wish, Said):
            await self._hear(key, wish, identity)
        elif isinstance(wish, Rated):
            await self._keep_rating(wish, identity)
        elif isinstance(wish, HandoffWanted):
            await self._casework.take_over(wish, identity)
        elif isinstance(wish, ApprovalDecided):
            await self._casework.decide(wish, identity)
        else:
            await self._press(key, wish, identity)

    async def _hear(self, key: str, said: Said, identity: Identity) -> None:
        if not said.text:
            await self._tell(said, wording.hint(identity.role))
            return
        thread, is_new = await self._threads.of(said.place, said.user_id, identity)
        if is_new and said.place.is_direct and said.place.thread_ts:
            await self._extras.name_thread(said.place, said.text)
        await self._ask(key, thread, said, said.text, said.message_id)

    async def _press(self, key: str, wish: FollowedUp | Decided | CsvWanted, identity: Identity) -> None:
        """Only by whom the answer was for, in the role that they had then."""
        thread = await crossing.read(self._database, lambda s: slack.thread_of(s, wish.conversation_id))
        if thread is None or thread.user_id != wish.user_id or thread.role is not identity.role:
            await self._tell(wish, wording.SOMEBODY_ELSES)
        elif isinstance(wish, FollowedUp):
            await self._ask(key, thread, wish, wish.text, wish.message_id)
        elif isinstance(wish, CsvWanted):
            await self._extras.share_csv(wish, thread)
        else:
            await self._decide(thread, wish)

    async def _ask(
        self, key: str, thread: SlackThread, wish: Said | FollowedUp, text: str, message_id: str
    ) -> None:
        """Done once the message is stored: from there on it is answered and posted, whichever process lives."""
        conversations = await self._parley.conversations()
        status = asyncio.create_task(self._extras.show_status(thread))
        events = conversations.send(thread.conversation_id, text, client_message_id=message_id, live=False)
        turn = self._parley.turns.run(thread.conversation_id, events)
        try:
            await turn.wait_for_acceptance()
            await self._finish(key)
            await self._answered(turn)
        except Problem as problem:
            if problem.kind not in _NOT_FOR_US:
                raise
            await self._tell(wish, problem.detail or wording.GIVEN_UP)
            return
        finally:
            await status
        await self._posting.post(thread.id)

    async def _decide(self, thread: SlackThread, wish: Decided) -> None:
        conversations = await self._parley.conversations()
        events = conversations.decide(thread.conversation_id, wish.proposal_id, wish.decision)
        turn = self._parley.turns.run(thread.conversation_id, events)
        await turn.wait_for_acceptance()
        await self._answered(turn)
        await self._posting.post(thread.id)
        await self._extras.redraw(wish, thread)

    async def _answered(self, turn: RunningTurn) -> None:
        # A turn that breaks off is taken up by whoever looks after abandoned ones, and posted then.
        with suppress(Problem):
            await turn.reply()

    async def _keep_rating(self, wish: Rated, identity: Identity) -> None:
        def work(session: WriteSession) -> None:
            if slack.thread_of(session, wish.conversation_id):
                rater = identity.email or wish.user_id
                feedback.rate(
                    session, wish.conversation_id, wish.seq, rater, wish.verdict, self._parley.now()
                )

        await crossing.write(self._database, work)

    async def _identity(self, wish: Incoming) -> Identity | None:
        """Whom the shop knows the person as; nobody from another workspace. Raises SlackUnavailable."""
        if self._team is None:
            self._team = str((await self._sender.call(self._sender.client.auth_test))["team_id"])
        if wish.team_id is not None and wish.team_id != self._team:
            return None
        return await self._staff.identity(wish.user_id)

    async def _tell(self, wish: Incoming, text: str) -> None:
        """Something that is not part of a conversation, to that person alone. Raises SlackUnavailable."""
        if isinstance(wish, HomeOpened):
            return
        place = wish.place
        only_to = None if place.is_direct else wish.user_id
        target = Target(place.channel_id, place.thread_ts, only_to, place.response_url)
        with suppress(SlackRefused):
            await self._sender.send(target, notice(text))

    async def _finish(self, key: str) -> None:
        await crossing.write(self._database, lambda s: slack.finish(s, key, self._parley.now()))
