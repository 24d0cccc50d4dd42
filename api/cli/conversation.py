"""`parley ask` and `parley chat`: a conversation in the terminal."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console
from rich.text import Text

from api.bootstrap import build
from api.cards_as_tables import as_table
from api.cli.errors import WrongArgument
from api.logs import configure_logging
from api.parley import Parley
from api.settings import read_settings
from api.slack.wording import welcome
from bot.errors import ConversationError
from bot.events import DoneEvent, MessageEvent, PublicMessage, Reply, TextEvent, TurnEvent, WorkingEvent
from bot.register import Identity
from tools import crossing
from tools.commerce.customers import customer_with_email
from tools.commerce.database import ReadSession
from tools.commerce.schema import ConversationChannel, Role

STAFF = {role.value: role for role in (Role.ANALYST, Role.AGENT, Role.MANAGER)}

console = Console()


def ask_once(text: str, who: str, *, as_json: bool) -> None:
    print_reply(asyncio.run(reply_to(text, who)), as_json=as_json)


def converse(who: str) -> None:
    asyncio.run(_converse(who))


async def identity_of(parley: Parley, who: str) -> Identity | None:
    """What `--as` says. Raises WrongArgument."""
    kind, _, email = who.partition(":")
    if who == "anonymous":
        return None
    if kind in STAFF and (email or kind == Role.ANALYST):
        return Identity(role=STAFF[kind], email=email.strip().lower() or None)
    if kind != Role.SHOPPER or not email:
        raise WrongArgument(
            f"{who!r} is nobody: say anonymous, shopper:EMAIL, analyst, agent:EMAIL or manager:EMAIL."
        )

    def ref(session: ReadSession) -> str | None:
        customer = customer_with_email(session, email)
        return customer.ref if customer else None

    found = await crossing.read(parley.database, ref)
    if found is None:
        raise WrongArgument(f"No customer has the e-mail {email}.")
    return Identity(customer_ref=found)


async def reply_to(text: str, who: str) -> Reply:
    """The answer to one message of a new conversation. Raises WrongArgument."""
    async with _opened() as parley:
        conversation_id = await _start(parley, who)
        return await (await parley.conversations()).reply(conversation_id, text)


def print_reply(reply: Reply, *, as_json: bool) -> None:
    if as_json:
        print(reply.model_dump_json(indent=2))
        return
    for message in reply.messages:
        console.print(Text(message.text))
        _print_extras(message)


async def _converse(who: str) -> None:
    async with _opened() as parley:
        conversation_id = await _start(parley, who)
        conversations = await parley.conversations()
        console.print(Text(_greeting(parley, who), style="green"))
        while (text := await asyncio.to_thread(_read_line)) is not None:
            if text.strip():
                await _answer(conversations.send(conversation_id, text))
        console.print()


async def _answer(events: AsyncIterator[TurnEvent]) -> None:
    drawing = _Drawing()
    try:
        async for event in events:
            drawing.show(event)
    except ConversationError as error:
        console.print(Text(str(error), style="red"))


@asynccontextmanager
async def _opened() -> AsyncIterator[Parley]:
    parley = build(read_settings())
    try:
        yield parley
    finally:
        parley.database.close()


async def _start(parley: Parley, who: str) -> str:
    identity = await identity_of(parley, who)
    configure_logging("error")
    with Console(stderr=True).status("Starting"):
        await parley.load()
    return (await parley.register.start(identity, ConversationChannel.COMMAND_LINE)).id


def _greeting(parley: Parley, who: str) -> str:
    role = STAFF.get(who.partition(":")[0])
    return welcome(role) if role else parley.shop.widget.greeting


def _read_line() -> str | None:
    try:
        return console.input("[bold cyan]you[/] ") if sys.stdin.isatty() else input()
    except EOFError:
        return None


class _Drawing:
    """An answer as it comes: text while it streams, then what is drawn beside it."""

    def __init__(self) -> None:
        self._draft = ""
        self._streamed = ""

    def show(self, event: TurnEvent) -> None:
        match event:
            case WorkingEvent():
                console.print(Text(f"… {event.tool.replace('_', ' ')}", style="dim"))
            case TextEvent():
                if event.draft != self._draft and self._streamed:
                    console.print()
                    self._streamed = ""
                self._draft = event.draft
                self._streamed += event.text
                console.print(Text(event.text, style="green"), end="", soft_wrap=True)
            case MessageEvent():
                self._finish(event.message)
            case DoneEvent():
                pass

    def _finish(self, message: PublicMessage) -> None:
        console.print() if self._streamed else console.print(Text(message.text, style="green"))
        self._streamed = ""
        _print_extras(message)


def _print_extras(message: PublicMessage) -> None:
    for card in message.cards:
        console.print(as_table(card))
    if message.choices:
        console.print(Text(f"Answer with: {'; '.join(message.choices)}", style="dim"))
    for number, citation in enumerate(message.citations, start=1):
        console.print(Text(f"[{number}] {citation.title}  {citation.url}", style="dim"))
