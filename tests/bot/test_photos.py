"""A message with photos: one message, whatever is retried; told to the model, and never shown to it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage, BaseMessage

from bot.conversation import Conversations
from bot.desk import Desk
from bot.embedded.answering.photos import KEPT, WHAT_ABOUT
from bot.errors import ClientMessageReused, EmptyMessage, TooManyPhotos, UnknownPhoto
from bot.events import DoneEvent, Reply
from bot.photos import Photos
from tests.bot.conftest import Clock, Opened, Replica
from tests.bot.pressing import started
from tests.pictures import picture
from tools.commerce.database import Database
from tools.commerce.photos.keeping import KEPT_UNSENT, MOST_IN_A_MESSAGE

pytestmark = pytest.mark.anyio


async def send(
    conversations: Conversations, talk: str, text: str, *photos: str, client_id: str | None = None
) -> Reply:
    events = conversations.send(talk, text, client_message_id=client_id, live=False, photos=photos)
    async for event in events:
        if isinstance(event, DoneEvent):
            return event.reply
    raise AssertionError("no reply")


async def test_a_message_with_photos_is_one_however_often_it_is_sent(
    replica: Replica, database: Database, clock: Clock
) -> None:
    seen: list[str] = []

    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        seen.append(messages[-1].text)
        return AIMessage("I see.")

    conversations, photos = replica(script), Photos(database, clock)
    talk = await started(conversations, email=None)
    first, second = [await photos.add(talk, picture(width)) for width in (40, 60)]

    for _ in range(3):
        await send(conversations, talk, "It is broken", second.id, first.id, first.id, client_id="m-1")
    with pytest.raises(ClientMessageReused):
        await send(conversations, talk, "It is broken", first.id, client_id="m-1")
    await send(conversations, talk, " ", first.id)

    view = await conversations.view(talk)
    assert [(m.role, m.text, m.photos) for m in view.messages] == [
        ("user", "It is broken", (second, first)),
        ("assistant", "I see.", ()),
        ("user", "", (first,)),
        ("assistant", "I see.", ()),
    ]
    assert seen == ["It is broken\n[photo]\n[photo]", "[photo]"]


async def test_a_photo_that_is_not_there_is_refused_with_its_message(
    replica: Replica, database: Database, clock: Clock
) -> None:
    conversations, photos = replica(lambda _: AIMessage("I see.")), Photos(database, clock)
    talk, other = await started(conversations, None), await started(conversations, None)
    foreign = await photos.add(other, picture())
    own = await photos.add(talk, picture())
    many = [await photos.add(talk, picture(width)) for width in range(50, 51 + MOST_IN_A_MESSAGE)]

    clock.now += KEPT_UNSENT * 2
    await photos.add(talk, picture(50))
    await photos.drop_unsent()

    assert foreign.id == own.id
    for ids in ([own.id], [many[0].id, "0" * 64]):
        with pytest.raises(UnknownPhoto):
            await send(conversations, talk, "Look", *ids)
    with pytest.raises(TooManyPhotos):
        await send(conversations, talk, "Look", *(photo.id for photo in many))
    with pytest.raises(EmptyMessage):
        await send(conversations, talk, " ")
    assert (await conversations.view(talk)).messages == ()
    assert (await send(conversations, talk, "Look", many[0].id)).messages[0].text == "I see."


async def test_the_embedded_model_goes_on_with_what_it_was_doing(desk_at: Opened, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    desk: Desk = replace(desk_at(database))
    conversations, photos = Conversations(desk), Photos(database, desk.now)
    talk = await started(conversations, email=None)
    photo = (await photos.add(talk, picture())).id

    alone = await send(conversations, talk, "", photo)
    asked = await send(conversations, talk, "Where is my order?")
    in_between = await send(conversations, talk, "", photo)
    beside = await send(conversations, talk, "What does express delivery cost?", photo)

    assert alone.messages[0].text == f"Thank you for the photo. {KEPT} {WHAT_ABOUT}"
    question = asked.messages[0].text.rpartition("\n\n")[2]
    assert in_between.messages[0].text == f"Thank you for the photo. {KEPT}\n\n{question}"
    assert beside.messages[0].text.startswith("Thank you for the photo. ")
    assert "Express" in beside.messages[0].text
    database.close()
