"""What Slack shows around conversations: status, prompts, titles, the home tab, files."""

import logging
from collections.abc import Awaitable, Callable

from api.kpi_csv import kpi_csv
from api.parley import Parley
from api.slack import wording
from api.slack.answers import answer_of, charted, notice
from api.slack.home import scorecard_blocks, text_blocks
from api.slack.incoming import CsvWanted, Decided, Place
from api.slack.sending import Sender, SlackRefused, SlackUnavailable, Target
from bot.register import Identity
from tools import crossing
from tools.commerce.days import LocalTime
from tools.commerce.schema import SlackThread
from tools.kpi_cards import KpiCard
from tools.principal import Principal
from tools.scorecard import scorecard

log = logging.getLogger(__name__)

LONGEST_TITLE = 80


class Extras:
    def __init__(self, parley: Parley, sender: Sender) -> None:
        self._parley = parley
        self._sender = sender

    async def show_status(self, thread: SlackThread) -> None:
        """A sign of life, which goes away with the answer; that there is none does no harm."""
        target = Target(thread.channel_id, thread.thread_ts)
        if target.thread:
            await self._decorate(
                self._sender.client.assistant_threads_setStatus,
                channel_id=thread.channel_id,
                thread_ts=target.thread,
                status=wording.THINKING,
            )

    async def name_thread(self, place: Place, text: str) -> None:
        """The first question is the title of a thread of the assistant's pane."""
        await self._decorate(
            self._sender.client.assistant_threads_setTitle,
            channel_id=place.channel_id,
            thread_ts=place.thread_ts,
            title=text[:LONGEST_TITLE],
        )

    async def welcome(self, place: Place, identity: Identity) -> None:
        """Raises SlackUnavailable, SlackRefused."""
        await self._sender.call(
            self._sender.client.assistant_threads_setSuggestedPrompts,
            channel_id=place.channel_id,
            thread_ts=place.thread_ts,
            title=wording.welcome(identity.role),
            prompts=[
                {"title": title, "message": message} for title, message in wording.prompts(identity.role)
            ],
        )

    async def show_home(self, user_id: str, identity: Identity | None) -> None:
        """Raises SlackUnavailable, SlackRefused."""
        if identity is None:
            blocks = text_blocks(wording.REFUSED)
        elif not Principal(role=identity.role).sees_figures:
            blocks = text_blocks(wording.NO_FIGURES_HERE)
        else:
            shop = self._parley.shop
            when = LocalTime(self._parley.now(), shop.zone)
            card = await crossing.read(self._parley.database, lambda s: scorecard(s, shop, when))
            blocks = scorecard_blocks(shop.name, card)
        view = {"type": "home", "blocks": [block.to_dict() for block in blocks]}
        await self._sender.call(self._sender.client.views_publish, user_id=user_id, view=view)

    async def redraw(self, wish: Decided, thread: SlackThread) -> None:
        """Show a proposal as it stands now, in the place of its buttons; that it cannot be shown does no harm."""
        _, messages = await self._parley.register.news(thread.conversation_id, 0)
        target = Target(thread.channel_id, thread.thread_ts, response_url=wish.place.response_url)
        for message in messages:
            if message.id != wish.seq or any(charted(message.cards)):
                continue
            try:
                answer = answer_of(thread.conversation_id, message)
                await self._sender.replace(target, wish.message_ts, answer)
            except (SlackUnavailable, SlackRefused) as error:
                log.info("a decided proposal keeps its buttons: %s", error)

    async def share_csv(self, wish: CsvWanted, thread: SlackThread) -> None:
        """The figures of an answer as a file: where the answer is, or else in that person's direct messages.

        Raises SlackUnavailable, SlackRefused.
        """
        _, messages = await self._parley.register.news(thread.conversation_id, 0)
        cards = [card for message in messages if message.id == wish.seq for card in message.cards]
        for card in cards:
            if not isinstance(card, KpiCard):
                continue
            names = "-".join(metric.name for metric in card.metrics)
            title = ", ".join(metric.title for metric in card.metrics)
            target = Target(thread.channel_id, thread.thread_ts)
            if not thread.is_direct:
                target = Target(await self._sender.direct(thread.user_id), "")
            await self._sender.upload(f"{names}.csv", kpi_csv(card).encode(), title, title, target)
        if not thread.is_direct:
            told = Target(thread.channel_id, thread.thread_ts, thread.user_id, wish.place.response_url)
            await self._sender.send(told, notice(wording.CSV_IS_DIRECT))

    async def _decorate(self, method: Callable[..., Awaitable[object]], **arguments: str) -> None:
        try:
            await self._sender.call(method, **arguments)
        except (SlackUnavailable, SlackRefused) as error:
            log.info("Slack shows no status or title: %s", error)
