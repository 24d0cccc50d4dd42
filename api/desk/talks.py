"""What staff ask Parley at the desk: each talk is a conversation of their own, with the tools of their own role.

It goes through the one entrance like every other conversation; no shopper is in it, and none ever sees it.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus

from api.charts import alternative_of
from api.desk.access import AtDesk, TurnedAway
from api.desk.messages import Picture, Said, said
from api.desk.page import desk_page
from api.parley import Parley
from bot.events import PublicMessage
from bot.register import Identity
from tools import crossing
from tools.commerce import transcript
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.handoffs import side_chats
from tools.commerce.schema import ConversationChannel
from tools.kpi_cards import ExplanationCard, KpiCard

WAIT_SECONDS = 2.0
"""An answer that takes longer comes to the page by itself: it looks again."""


@dataclass(frozen=True)
class Talk:
    """`is_answered`: the last question has its answer."""

    id: str
    messages: tuple[Said, ...]
    is_answered: bool


async def begin(
    parley: Parley, at_desk: AtDesk, beside: Callable[[WriteSession, str], None] | None = None
) -> str:
    """A new conversation of theirs; `beside` as in `Register.start`."""
    who = Identity(role=at_desk.account.role, email=at_desk.account.email)
    return (await parley.register.start(who, ConversationChannel.DESK, beside)).id


async def check_own(parley: Parley, at_desk: AtDesk, conversation_id: str) -> None:
    """Raises TurnedAway unless it is a talk of theirs, begun in the role that they have now."""

    def is_theirs(session: ReadSession) -> bool:
        found = transcript.conversation(session, conversation_id)
        return (
            found is not None
            and found.channel is ConversationChannel.DESK
            and found.staff_email == at_desk.account.email
            and found.role is at_desk.account.role
        )

    if not await crossing.read(parley.database, is_theirs):
        values = {"title": "No such conversation", **at_desk.frame}
        raise TurnedAway(desk_page("no_case.html", parley.shop, values, HTTPStatus.NOT_FOUND))


async def side_chat(parley: Parley, at_desk: AtDesk, handoff_id: str) -> str | None:
    """The talk in which they ask about that case, if they have asked anything."""
    who = at_desk.account
    return await crossing.read(
        parley.database, lambda session: side_chats.find(session, handoff_id, who.email, who.role)
    )


async def ask(parley: Parley, conversation_id: str, text: str, form_id: str) -> None:
    """Sent twice with the same form, it is asked once. Raises Problem. What takes long goes on by itself."""
    conversations = await parley.conversations()
    asked_as = sha256(f"{form_id}\n{text}".encode("utf-8", "ignore")).hexdigest()[:40]
    events = conversations.send(conversation_id, text, client_message_id=asked_as, live=False)
    turn = parley.turns.run(conversation_id, events)
    with suppress(TimeoutError):
        async with asyncio.timeout(WAIT_SECONDS):
            await turn.reply()


async def read_talk(parley: Parley, conversation_id: str, figures_at: str | None = None) -> Talk:
    """`figures_at`: the address below which charts and files of this talk's figures are, if it can have any."""
    view = await parley.register.view(conversation_id)
    is_answered = not view.messages or view.messages[-1].role != "user"
    return Talk(
        conversation_id,
        tuple(spoken(message, parley, figures_at) for message in view.messages),
        is_answered,
    )


def spoken(message: PublicMessage, parley: Parley, figures_at: str | None = None) -> Said:
    """A message as whoever asked sees it; beside a case without cards, for the facts stand on its page."""
    drawn = said(message, None, parley.shop, parley.now())
    place = f"{figures_at}/messages/{message.id}"
    charted = [(index, card) for index, card in enumerate(message.cards) if figures_at]
    pictures = [
        Picture(f"{place}/chart?card={index}", alt)
        for index, card in charted
        if isinstance(card, KpiCard | ExplanationCard) and (alt := alternative_of(card))
    ]
    files = [f"{place}/figures.csv?card={index}" for index, card in charted if isinstance(card, KpiCard)]
    return replace(
        drawn,
        who="You" if message.role == "user" else "Parley",
        blocks=drawn.blocks if figures_at else (),
        sources=message.citations,
        pictures=tuple(pictures),
        files=tuple(files),
    )
