"""Photos of conversations in the database: uploaded first, then sent with a message, and gone with the conversation."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from tools.commerce.database import ReadSession, WriteSession, hold
from tools.commerce.photos.encoding import Picture
from tools.commerce.schema import Photo

MOST_IN_A_CONVERSATION = 30
MOST_IN_A_MESSAGE = 6
KEPT_UNSENT = timedelta(hours=24)
"""So long a photo waits for the message that it is to come with."""


class TooManyPhotos(Exception):
    code = "too_many_photos"

    def __init__(self) -> None:
        super().__init__(f"A conversation can have at most {MOST_IN_A_CONVERSATION} photos.")


def add(session: WriteSession, conversation_id: str, picture: Picture, now: datetime) -> Photo:
    """Keep it, still without a message; one that the conversation has already is the same. Raises TooManyPhotos."""
    hold(session, f"photos of {conversation_id}")
    found = session.get(Photo, (conversation_id, picture.sha256))
    if found is not None:
        found.added_at = now
        return found
    mine = select(func.count()).select_from(Photo).where(Photo.conversation_id == conversation_id)
    if session.scalars(mine).one() >= MOST_IN_A_CONVERSATION:
        raise TooManyPhotos
    photo = Photo(
        conversation_id=conversation_id,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        content=picture.content,
        added_at=now,
    )
    session.add(photo)
    session.flush()
    return photo


def attach(
    session: WriteSession, conversation_id: str, ids: Sequence[str], message_seq: int
) -> Sequence[Photo] | None:
    """Those photos, which now belong to a message, in the order asked for; None when one is not there."""
    wanted = select(Photo).where(Photo.conversation_id == conversation_id, Photo.sha256.in_(ids))
    found = {photo.sha256: photo for photo in session.scalars(wanted.with_for_update())}
    if not found.keys() >= set(ids):
        return None
    for photo in found.values():
        if photo.message_seq is None:
            photo.message_seq = message_seq
    return [found[each] for each in ids]


def content(session: ReadSession, conversation_id: str, photo_id: str) -> bytes | None:
    """A JPEG."""
    wanted = select(Photo.content).where(Photo.conversation_id == conversation_id, Photo.sha256 == photo_id)
    return session.scalars(wanted).one_or_none()


def sent(session: ReadSession, conversation_id: str) -> Sequence[Photo]:
    """What came with messages, in their order; the bytes are read when they are asked for."""
    found = select(Photo).where(Photo.conversation_id == conversation_id, Photo.message_seq.is_not(None))
    return session.scalars(found.order_by(Photo.message_seq, Photo.added_at, Photo.sha256)).all()


def count_sent(session: ReadSession | WriteSession, conversation_id: str) -> int:
    """How many came with messages."""
    found = select(func.count()).select_from(Photo)
    theirs = found.where(Photo.conversation_id == conversation_id, Photo.message_seq.is_not(None))
    return session.scalars(theirs).one()


def drop_unsent(session: WriteSession, now: datetime) -> int:
    """Delete what was uploaded and never sent; returns how many."""
    unsent = delete(Photo).where(Photo.message_seq.is_(None), Photo.added_at < now - KEPT_UNSENT)
    return len(session.scalars(unsent.returning(Photo.sha256)).all())
