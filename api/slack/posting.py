"""Posts what is new in Slack's conversations: once, in order, from one process at a time.

What is new is whatever stands in a transcript behind the last message that was posted: answers, and what nobody
asked for at that moment, such as an alert. So an answer that another process computed, before it was killed, is
posted too. A message is noted as being posted first; whoever finds such a note looks in Slack before posting.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from uuid import uuid4

from api.charts import draw_aside
from api.slack.answers import Answer, Figure, answer_of, charted, is_for_everybody
from api.slack.incoming import COMMANDED, PRESSED
from api.slack.sending import ANSWER_EVENT, Sender, SlackRefused, SlackUnavailable, Target, pause_after
from api.slack.staff import Staff
from bot.events import PublicMessage
from bot.faults import fault
from bot.register import Register
from knowledge.shop_profile import Palette
from tools import crossing
from tools.commerce import slack
from tools.commerce.database import Database
from tools.commerce.schema import SlackThread

log = logging.getLogger(__name__)

POST_SECONDS = 45.0
"""For one message with its charts: less than the lease lasts."""
CLOCK_MARGIN_SECONDS = 60.0
FILE_PAUSES = (0.5, 1.0, 2.0)
"""A picture can be shown once Slack has looked at it, which takes a moment."""

Draw = Callable[[dict[int, Figure]], Answer]
"""An answer with these charts in it."""


class Posting:
    def __init__(
        self,
        database: Database,
        register: Callable[[], Register],
        sender: Sender,
        staff: Staff,
        now: Callable[[], datetime],
        theme: Palette,
    ) -> None:
        """`theme` has the colors of the charts."""
        self._theme = theme
        self._database = database
        self._register = register
        self._sender = sender
        self._staff = staff
        self._now = now

    async def post_untold(self) -> None:
        """Everything that is new anywhere."""
        for thread_id in await crossing.read(self._database, lambda s: slack.untold(s, self._now())):
            try:
                await self.post(thread_id)
            except Exception as error:  # noqa: BLE001 - what cannot be posted must not keep the rest from being posted
                log.error("a thread's news cannot be posted: %s", fault(error))

    async def post(self, thread_id: int) -> None:
        """What is new in one thread; nothing while another process is at it."""
        # Whoever came in vain while this held the thread relies on its looking once more.
        while await self._post_now(thread_id) and await self._is_more(thread_id):
            pass

    async def _post_now(self, thread_id: int) -> bool:
        """False when somebody else is at it, or Slack cannot be reached now."""
        holder = str(uuid4())
        thread = await crossing.write(
            self._database, lambda s: slack.claim_posting(s, thread_id, holder, self._now())
        )
        if thread is None:
            return False
        try:
            await self._post_all(thread, holder)
        except SlackUnavailable as error:
            await self._pause(thread, holder, error)
            return False
        await crossing.write(self._database, lambda s: slack.release_posting(s, thread_id, holder))
        return True

    async def _is_more(self, thread_id: int) -> bool:
        thread = await crossing.read(self._database, lambda s: s.get_one(SlackThread, thread_id))
        _, messages = await self._register().news(thread.conversation_id, thread.posted_seq)
        return any(message.role != "user" for message in messages)

    async def _post_all(self, thread: SlackThread, holder: str) -> None:
        question: PublicMessage | None = None
        _, messages = await self._register().news(thread.conversation_id, thread.posted_seq)
        for message in messages:
            if message.role == "user":
                question = message
            elif await self._post_one(thread, holder, message, question):
                question = None
            else:
                return

    async def _post_one(
        self, thread: SlackThread, holder: str, message: PublicMessage, question: PublicMessage | None
    ) -> bool:
        """False when the right to post has gone to somebody else. Raises SlackUnavailable."""
        try:
            if await self._may_hear(thread) and not await self._show(thread, holder, message, question):
                return False
        except SlackRefused as error:
            # An archived channel, or one that the bot has been removed from: nobody is there to be told.
            log.error("an answer could not be posted reason=%s", error.reason)
        return await crossing.write(
            self._database, lambda s: slack.note_posted(s, thread.id, holder, message.id)
        )

    async def _show(
        self, thread: SlackThread, holder: str, message: PublicMessage, question: PublicMessage | None
    ) -> bool:
        """False when the right to post has gone to somebody else. Raises SlackUnavailable, SlackRefused."""
        target = await self._target(thread, message, asked=question is not None)
        payload = {"conversation": thread.conversation_id, "message": message.id}
        if await self._is_posted(thread, target, message, payload):
            return True
        begun = await crossing.write(
            self._database,
            lambda s: slack.begin_posting(s, thread.id, holder, message.id, self._now()),
        )
        if begun:
            draw = partial(answer_of, thread.conversation_id, message, asked=_words_of_a_button(question))
            await self._send(thread, holder, target, draw, message, payload)
        return begun

    async def _is_posted(
        self, thread: SlackThread, target: Target, message: PublicMessage, payload: Mapping[str, object]
    ) -> bool:
        """What one person alone saw leaves no trace: that is shown again."""
        if thread.posting_seq != message.id or target.only_to:
            return False
        since = datetime.fromisoformat(message.created_at).timestamp() - CLOCK_MARGIN_SECONDS
        try:
            return await self._sender.is_there(target, payload, since)
        except SlackRefused:
            return False

    async def _may_hear(self, thread: SlackThread) -> bool:
        """Still staff, in the role in which it was asked."""
        identity = await self._staff.identity(thread.user_id)
        return identity is not None and identity.role is thread.role

    async def _send(
        self,
        thread: SlackThread,
        holder: str,
        target: Target,
        draw: Draw,
        message: PublicMessage,
        payload: Mapping[str, object],
    ) -> None:
        metadata = {"event_type": ANSWER_EVENT, "event_payload": payload}
        try:
            async with asyncio.timeout(POST_SECONDS):
                await self._send_with(await self._figures(message), target, draw, metadata)
        except TimeoutError:
            raise SlackUnavailable("timeout", may_be_done=True) from None
        except SlackUnavailable as error:
            if not error.may_be_done:
                await crossing.write(self._database, lambda s: slack.note_not_begun(s, thread.id, holder))
            raise

    async def _send_with(
        self, figures: dict[int, Figure], target: Target, draw: Draw, metadata: Mapping[str, object]
    ) -> None:
        """With its charts as soon as Slack knows them; without, if it does not come to know them."""
        for pause in FILE_PAUSES if figures else ():
            try:
                await self._sender.send(target, draw(figures), metadata)
            except SlackRefused as error:
                if error.reason != "invalid_blocks":
                    raise
                await asyncio.sleep(pause)
            else:
                return
        await self._sender.send(target, draw({}), metadata)

    async def _figures(self, message: PublicMessage) -> dict[int, Figure]:
        """The message's charts, uploaded and not shown anywhere yet. What cannot be uploaded is left out."""
        figures = {}
        for place, card in charted(message.cards):
            chart = await draw_aside(card, theme=self._theme)
            if chart is None:
                continue
            try:
                name = f"chart-{message.id}-{place}.png"
                file_id = await self._sender.upload(name, chart.data, chart.title, chart.alt, None)
            except (SlackUnavailable, SlackRefused) as error:
                log.warning("a chart could not be uploaded: %s", error)
                continue
            figures[place] = Figure(file_id, chart)
        return figures

    async def _target(self, thread: SlackThread, message: PublicMessage, *, asked: bool) -> Target:
        """To everybody in a direct message, and where the shop allows it; else to the one who asked.

        What nobody waits for goes to their direct messages: only who is there sees what is shown to one alone.
        """
        openly = Target(thread.channel_id, thread.thread_ts)
        is_open = (
            openly.thread is not None
            and not thread.is_shared
            and self._staff.is_open(thread.channel_id)
            and is_for_everybody(message, thread.role)
        )
        if thread.is_direct or is_open:
            return openly
        if not asked:
            return Target(await self._sender.direct(thread.user_id), "")
        fresh = thread.response_until is not None and thread.response_until > self._now()
        url = thread.response_url if fresh else None
        return Target(thread.channel_id, thread.thread_ts, thread.user_id, url)

    async def _pause(self, thread: SlackThread, holder: str, error: SlackUnavailable) -> None:
        pause = pause_after(thread.failures)
        until = self._now() + max(pause, error.wait or pause)
        log.warning("an answer could not be posted yet reason=%s", error)
        await crossing.write(self._database, lambda s: slack.pause_posting(s, thread.id, holder, until))


def _words_of_a_button(question: PublicMessage | None) -> str | None:
    """What was asked, where it stands nowhere else in Slack."""
    if question and (question.client_message_id or "").startswith((PRESSED, COMMANDED)):
        return question.text
    return None
