"""Slack's two ways in, both through Bolt: events by HTTP at /slack/events, and Socket Mode.

Bolt checks signatures and their age. It acknowledges an event before its listener runs, and knows nothing of
repeats; so what is delivered is stored before anything else is done with it, and the listener only does it.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from api.parley import Parley
from api.problems import Problem
from api.slack.channel import SlackChannel
from api.slack.sending import TIMEOUT_SECONDS, Sender
from api.slack.staff import Staff
from bot.faults import fault

log = logging.getLogger(__name__)

PATH = "/slack/events"
EVENTS = (
    "app_home_opened",
    "app_mention",
    "assistant_thread_context_changed",
    "assistant_thread_started",
    "message",
)
COMMAND = "/kpi"
ACTIONS = ("say", "csv", "rate", "decide", "take", "approve", "open")
_DELIVERY = "parley_delivery"


class SlackConnection:
    """What the web application needs of Slack: a router, work to repeat, and a socket to open and close."""

    def __init__(self, parley: Parley) -> None:
        """Raises ShopFileError, for a staff.yaml that cannot be read."""
        settings = parley.settings
        token, secret, app_token = (
            setting.get_secret_value() if setting else None
            for setting in (settings.slack_bot_token, settings.slack_signing_secret, settings.slack_app_token)
        )
        client = AsyncWebClient(
            token=token,
            base_url=f"{settings.slack_api_base.rstrip('/')}/",
            timeout=TIMEOUT_SECONDS,
            # What can be repeated without harm is decided where the call is made.
            retry_handlers=[],
        )
        sender = Sender(client)
        self._channel = SlackChannel(parley, sender, Staff(settings.shop_dir, sender))
        bolt = AsyncApp(
            name="parley",
            client=client,
            # Without one no HTTP request gets past the check, and no route leads here.
            signing_secret=secret or "",
            before_authorize=self._store,
        )
        self._listen(bolt)
        self.router = APIRouter()
        if secret:
            self.router.add_api_route(PATH, self._receive, methods=["POST"], include_in_schema=False)

        self._bolt, self._app_token = bolt, app_token
        self._socket: AsyncSocketModeHandler | None = None
        self.tend = self._channel.tend

    async def open_socket(self) -> None:
        """Opens the connection of Socket Mode, where it is set; it tries until it stands, and mends itself."""
        if self._app_token is None:
            return
        # Made here, for it wants a running loop.
        self._socket = AsyncSocketModeHandler(self._bolt, self._app_token)
        await self._socket.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it so

    async def finish(self, within_seconds: float) -> None:
        """Takes nothing more by the socket, and waits for what is being done."""
        if self._socket:
            await self._socket.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it so
        await self._channel.finish(within_seconds)

    async def _receive(self, request: Request) -> Response:
        """Raises Problem `malformed-body`: Bolt reads a body before it has checked the signature."""
        body = await request.body()
        try:
            asked = to_async_bolt_request(request, body)
        except (ValueError, TypeError, AttributeError, LookupError):
            raise Problem("malformed-body") from None
        return to_starlette_response(await self._bolt.async_dispatch(asked))

    async def _store(
        self, body: dict[str, Any], context: AsyncBoltContext, next_: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """What cannot be stored is not acknowledged: then Slack sends it again."""
        try:
            context[_DELIVERY] = await self._channel.accept(body)
        except Exception as error:  # noqa: BLE001 - Bolt would log what people wrote
            log.error("a delivery of Slack's cannot be stored: %s", fault(error))
            return BoltResponse(status=503)
        return await next_()

    def _listen(self, bolt: AsyncApp) -> None:
        async def work(context: AsyncBoltContext) -> None:
            await self._work(context)

        async def acknowledge_and_work(ack: AsyncAck, context: AsyncBoltContext) -> None:
            await ack()
            await self._work(context)

        for event in EVENTS:
            bolt.event(event)(work)
        bolt.command(COMMAND)(acknowledge_and_work)
        for action in ACTIONS:
            bolt.action(re.compile(rf"{action}(:.*)?"))(acknowledge_and_work)

    async def _work(self, context: AsyncBoltContext) -> None:
        if key := context.get(_DELIVERY):
            try:
                await self._channel.take(key)
            except Exception as error:  # noqa: BLE001 - Bolt would log what people wrote; it is taken again later
                log.error("a wish from Slack failed: %s", fault(error))
