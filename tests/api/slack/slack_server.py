"""A Slack on this machine: its Web API, its upload addresses, its response URLs and Socket Mode.

It keeps channels, threads and files, refuses what Slack refuses, and fails as a test tells it to.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import WSMsgType, web

from tests.api.slack.block_rules import wrong_in
from tests.api.slack.posted import File, Posted

Json = dict[str, Any]

BOT_TOKEN, APP_TOKEN = "xoxb-0-tests", "xapp-0-tests"
TEAM, BOT_USER = "T0SHOP", "U0BOT"

REQUIRED = {
    "apps.connections.open": (),
    "assistant.threads.setStatus": ("channel_id", "thread_ts", "status"),
    "assistant.threads.setSuggestedPrompts": ("channel_id", "thread_ts", "prompts"),
    "assistant.threads.setTitle": ("channel_id", "thread_ts", "title"),
    "auth.test": (),
    "chat.delete": ("channel", "ts"),
    "chat.postEphemeral": ("channel", "user", "text"),
    "chat.postMessage": ("channel", "text"),
    "chat.update": ("channel", "ts", "text"),
    "conversations.history": ("channel",),
    "conversations.open": ("users",),
    "conversations.replies": ("channel", "ts"),
    "files.completeUploadExternal": ("files",),
    "files.getUploadURLExternal": ("filename", "length"),
    "usergroups.users.list": ("usergroup",),
    "users.info": ("user",),
    "views.publish": ("user_id", "view"),
}


class Fault(StrEnum):
    """What befalls the next call of a method."""

    BUSY = "busy"
    """429 with Retry-After, and nothing is done."""
    BROKEN = "broken"
    """500, and nothing is done."""
    DROPPED = "dropped"
    """It is done, and the connection is cut before the answer."""


@dataclass
class SlackServer:
    url: str = ""
    posted: list[Posted] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    homes: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    archived: set[str] = field(default_factory=set)
    retry_after: int = 30
    looks_at_files: int = 0
    """How often a new file is not known yet when it is asked for."""
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    acknowledged: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    something_posted: asyncio.Event = field(default_factory=asyncio.Event)
    _count: int = 0

    def forget(self) -> None:
        """As if nothing had been done here yet."""
        fresh = SlackServer(url=self.url, _count=self._count, sockets=self.sockets)
        vars(self).update(vars(fresh))

    def to_all(self, channel: str | None = None) -> list[Posted]:
        return [one for one in self.posted if one.only_to is None and channel in {None, one.channel}]

    def called(self, method: str) -> list[Json]:
        return [arguments for name, arguments in self.calls if name == method]

    def response_url(self) -> str:
        return f"{self.url}/respond/{self._next()}"

    async def api(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        self.calls.append((method, arguments))
        expected = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if request.headers.get("Authorization") != f"Bearer {expected}":
            return _answer(ok=False, error="invalid_auth")
        fault = self.faults[method].pop(0) if self.faults[method] else None
        if fault is Fault.BUSY:
            headers = {"Retry-After": str(self.retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault is Fault.BROKEN:
            return web.Response(status=500, text="oops")
        if missing := [name for name in REQUIRED[method] if not arguments.get(name)]:
            return _answer(ok=False, error="invalid_arguments", missing=missing)
        answer: web.Response = getattr(self, f"_{method.replace('.', '_')}")(arguments)
        if fault is Fault.DROPPED and request.transport:
            request.transport.close()
        return answer

    async def upload(self, request: web.Request) -> web.Response:
        file = self.files[request.match_info["file"]]
        file.content = await request.read()
        return web.Response(
            text=f"OK - {len(file.content)}", status=200 if len(file.content) == file.length else 400
        )

    async def respond(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not body.get("replace_original"):
            self._post({"channel": "", "only_to": request.match_info["id"], **body})
        self.calls.append(("response_url", body))
        return web.Response(text="ok")

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets)})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.acknowledged.put_nowait(json.loads(message.data))
        return socket

    def _auth_test(self, _: Json) -> web.Response:
        return _answer(
            team_id=TEAM, user_id=BOT_USER, bot_id="B0BOT", url="https://shop.slack.com/", user="parley"
        )

    def _apps_connections_open(self, _: Json) -> web.Response:
        return _answer(url=f"{self.url.replace('http', 'ws', 1)}/socket")

    def _chat_postMessage(self, arguments: Json) -> web.Response:  # noqa: N802 - Slack's name
        return self._posting(arguments)

    def _chat_postEphemeral(self, arguments: Json) -> web.Response:  # noqa: N802 - Slack's name
        return self._posting({**arguments, "only_to": arguments["user"]})

    def _chat_update(self, arguments: Json) -> web.Response:
        (one,) = (
            one for one in self.posted if (one.channel, one.ts) == (arguments["channel"], arguments["ts"])
        )
        if one.only_to or wrong_in(arguments["blocks"], "message", self._is_ready):
            return _answer(ok=False, error="cant_update_message")
        one.text, one.blocks = arguments["text"], arguments["blocks"]
        return _answer(channel=one.channel, ts=one.ts, text=one.text)

    def _chat_delete(self, arguments: Json) -> web.Response:
        before = len(self.posted)
        place = arguments["channel"], arguments["ts"]
        self.posted = [one for one in self.posted if (one.channel, one.ts) != place]
        return _answer(ok=len(self.posted) < before, error="message_not_found")

    def _posting(self, arguments: Json) -> web.Response:
        if arguments["channel"] in self.archived:
            return _answer(ok=False, error="is_archived")
        wrong = wrong_in(arguments.get("blocks") or [], "message", self._is_ready)
        if len(arguments["text"]) > 40_000:
            wrong.append("msg_too_long")
        if wrong:
            return _answer(ok=False, error="invalid_blocks", errors=wrong)
        one = self._post(arguments)
        return _answer(channel=one.channel, ts=one.ts, message={"text": one.text})

    def _conversations_replies(self, arguments: Json) -> web.Response:
        return self._found(arguments, arguments["ts"])

    def _conversations_history(self, arguments: Json) -> web.Response:
        return self._found(arguments, None)

    def _found(self, arguments: Json, thread_ts: str | None) -> web.Response:
        found = [
            {"ts": one.ts, "text": one.text, **({"metadata": one.metadata} if one.metadata else {})}
            for one in self.to_all(arguments["channel"])
            if one.thread_ts == thread_ts
        ]
        return _answer(messages=found, has_more=False)

    def _conversations_open(self, arguments: Json) -> web.Response:
        return _answer(channel={"id": f"D{arguments['users']}"})

    def _assistant_threads_setStatus(self, _: Json) -> web.Response:  # noqa: N802 - Slack's name
        return _answer()

    def _assistant_threads_setTitle(self, _: Json) -> web.Response:  # noqa: N802 - Slack's name
        return _answer()

    def _assistant_threads_setSuggestedPrompts(self, arguments: Json) -> web.Response:  # noqa: N802 - Slack's name
        return _answer(ok=len(arguments["prompts"]) <= 4, error="too_many_prompts")

    def _usergroups_users_list(self, arguments: Json) -> web.Response:
        members = self.groups.get(arguments["usergroup"])
        return _answer(ok=members is not None, users=members, error="no_such_subteam")

    def _users_info(self, arguments: Json) -> web.Response:
        user = arguments["user"]
        return _answer(user={"id": user, "profile": {"email": f"{user.lower()}@shop.example"}})

    def _views_publish(self, arguments: Json) -> web.Response:
        view = arguments["view"]
        if view["type"] != "home" or wrong_in(view["blocks"], "home", self._is_ready):
            return _answer(ok=False, error="invalid_arguments")
        self.homes[arguments["user_id"]] = view
        return _answer(view=view)

    def _files_getUploadURLExternal(self, arguments: Json) -> web.Response:  # noqa: N802 - Slack's name
        file_id = f"F{self._next():08d}"
        self.files[file_id] = File(
            arguments["filename"],
            int(arguments["length"]),
            alt=arguments.get("alt_txt", ""),
            looks_left=self.looks_at_files,
        )
        return _answer(upload_url=f"{self.url}/upload/{file_id}", file_id=file_id)

    def _files_completeUploadExternal(self, arguments: Json) -> web.Response:  # noqa: N802 - Slack's name
        for one in arguments["files"]:
            file = self.files.get(one["id"])
            if file is None or file.content is None or len(file.content) != file.length:
                return _answer(ok=False, error="file_not_found")
            file.is_complete = True
            file.channel, file.thread_ts = arguments.get("channel_id"), arguments.get("thread_ts")
        return _answer(files=[{"id": one["id"], "title": one["title"]} for one in arguments["files"]])

    def _is_ready(self, file_id: str) -> bool:
        file = self.files.get(file_id)
        if file is None or not file.is_complete:
            return False
        file.looks_left -= 1
        return file.looks_left < 0

    def _post(self, arguments: Json) -> Posted:
        one = Posted(
            channel=arguments["channel"],
            ts=f"1900000000.{self._next():06d}",
            text=arguments["text"],
            blocks=arguments.get("blocks") or [],
            thread_ts=arguments.get("thread_ts"),
            only_to=arguments.get("only_to"),
            metadata=arguments.get("metadata"),
        )
        self.posted.append(one)
        self.something_posted.set()
        return one

    def _next(self) -> int:
        self._count += 1
        return self._count


@asynccontextmanager
async def slack_server() -> AsyncIterator[SlackServer]:
    server = SlackServer()
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", "/api/{method}", server.api)
    app.router.add_post("/upload/{file}", server.upload)
    app.router.add_post("/respond/{id}", server.respond)
    app.router.add_get("/socket", server.socket)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        for socket in server.sockets:
            await socket.close()
        await runner.cleanup()


async def _arguments(request: web.Request) -> Json:
    """Slack takes JSON, forms and query strings; in the last two, lists and objects are JSON texts."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await request.json()
    else:
        arguments |= dict(await request.post())
    return {name: _read(name, value) for name, value in arguments.items() if value is not None}


def _read(name: str, value: Any) -> Any:
    is_structured = name in {"blocks", "files", "metadata", "prompts", "view"} and isinstance(value, str)
    return json.loads(value) if is_structured else value


def _answer(*, ok: bool = True, error: str | None = None, **values: Any) -> web.Response:
    body: Json = {"ok": ok, **values} if ok else {"ok": False, "error": error, **values}
    return web.json_response(body)
