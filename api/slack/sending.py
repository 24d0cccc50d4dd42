"""Calls of Slack's Web API, and what may have come of one that failed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from api.slack.answers import Answer
from api.slack.incoming import COMMAND_THREAD

TIMEOUT_SECONDS = 10
ANSWER_EVENT = "parley_answer"
"""The name of the metadata by which a posted answer is found again."""

_UNSURE = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
LONGEST_WAIT = timedelta(minutes=10)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)

Result = TypeVar("Result")


def pause_after(tries: int) -> timedelta:
    """Before the next of so many that came to nothing: twice as long each time, however long Slack is down."""
    # After ten doublings it is at its longest; of some hundred, no time span has room for the number.
    return min(FIRST_PAUSE * (1 << min(tries, 10)), LONGEST_PAUSE)


class SlackUnavailable(Exception):
    """A call came to nothing, or nobody knows to what; it may be tried again after `wait`.

    `may_be_done` is False where Slack said that it did not do it.
    """

    code = "slack_unavailable"

    def __init__(self, reason: str, *, may_be_done: bool, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.may_be_done, self.wait = may_be_done, wait


class SlackRefused(Exception):
    """Slack will not do this, however often it is asked; `reason` is its word for why."""

    code = "slack_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Target:
    """Where a message goes; with `only_to`, that user alone sees it."""

    channel_id: str
    thread_ts: str
    only_to: str | None = None
    response_url: str | None = None

    @property
    def thread(self) -> str | None:
        return None if self.thread_ts in {"", COMMAND_THREAD} else self.thread_ts


class Sender:
    """Nothing is tried twice here: only the caller knows whether that could do harm."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client

    async def send(
        self, target: Target, answer: Answer, metadata: Mapping[str, object] | None = None
    ) -> None:
        """Raises SlackUnavailable, SlackRefused."""
        if target.response_url:
            await self._respond(target.response_url, answer)
            return
        common: dict[str, Any] = {
            "channel": target.channel_id,
            "thread_ts": target.thread,
            "text": answer.text,
            "blocks": answer.blocks or None,
        }
        if target.only_to:
            await self.call(self.client.chat_postEphemeral, user=target.only_to, **common)
            return
        await self.call(
            self.client.chat_postMessage,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
            link_names=False,
            **common,
        )

    async def replace(self, target: Target, ts: str | None, answer: Answer) -> None:
        """Put `answer` in the place of an earlier one: of the one at `ts`, or of the one that was pressed.

        Raises SlackUnavailable, SlackRefused.
        """
        if ts is None:
            if target.response_url:
                await self._respond(target.response_url, answer, replace=True)
            return
        await self.call(
            self.client.chat_update,
            channel=target.channel_id,
            ts=ts,
            text=answer.text,
            blocks=answer.blocks,
        )

    async def direct(self, user_id: str) -> str:
        """The id of the direct channel with that user. Raises SlackUnavailable, SlackRefused."""
        opened = await self.call(self.client.conversations_open, users=user_id)
        return str(opened["channel"]["id"])

    async def is_there(self, target: Target, payload: Mapping[str, object], since: float) -> bool:
        """Whether a message with that metadata was posted after `since`, in seconds since 1970."""
        common = {"channel": target.channel_id, "oldest": f"{since:.6f}", "include_all_metadata": True}
        if target.thread:
            found = await self.call(self.client.conversations_replies, ts=target.thread, limit=200, **common)
        else:
            found = await self.call(self.client.conversations_history, limit=200, **common)
        sought = {"event_type": ANSWER_EVENT, "event_payload": payload}
        return any(message.get("metadata") == sought for message in found["messages"])

    async def upload(self, name: str, content: bytes, title: str, alt: str, target: Target | None) -> str:
        """The id of the new file; shared in `target`, or nowhere yet. Raises SlackUnavailable, SlackRefused."""
        answer = await self.call(
            self.client.files_upload_v2,
            filename=name,
            file=content,
            title=title,
            alt_txt=alt[:1000],
            channel=target.channel_id if target else None,
            thread_ts=target.thread if target else None,
        )
        return str(answer["files"][0]["id"])

    async def call(self, method: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
        """Raises SlackUnavailable, SlackRefused."""
        try:
            return await method(**arguments)
        except SlackApiError as error:
            raise _meaning_of(error) from None
        except _FAILURES as error:
            raise SlackUnavailable(type(error).__name__, may_be_done=True) from None

    async def _respond(self, url: str, answer: Answer, *, replace: bool = False) -> None:
        webhook = AsyncWebhookClient(url, timeout=TIMEOUT_SECONDS, retry_handlers=[])
        response = await self.call(
            webhook.send,
            text=answer.text,
            blocks=answer.blocks or None,
            response_type="ephemeral",
            replace_original=replace,
        )
        if response.status_code == 429 or response.status_code >= 500:
            raise SlackUnavailable(str(response.status_code), may_be_done=False)
        if response.status_code != 200:
            raise SlackRefused(f"response_url answered {response.status_code}")


def _meaning_of(error: SlackApiError) -> SlackUnavailable | SlackRefused:
    """What the answer says of whether it was done. Slack's own words are codes, never what people wrote."""
    status, headers = error.response.status_code, error.response.headers
    reason = (
        str(error.response.get("error", status)) if isinstance(error.response.data, dict) else str(status)
    )
    if status == 429 or reason in {"ratelimited", "rate_limited"}:
        given = str(next((value for name, value in headers.items() if name.lower() == "retry-after"), "30"))
        seconds = int(given) if given.isdecimal() else 30
        wait = min(timedelta(seconds=seconds), LONGEST_WAIT)
        return SlackUnavailable("ratelimited", may_be_done=False, wait=wait)
    if status >= 500 or reason in _UNSURE:
        return SlackUnavailable(reason, may_be_done=True)
    return SlackRefused(reason)
