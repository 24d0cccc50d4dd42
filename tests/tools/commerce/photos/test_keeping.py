"""Photos of a conversation in the database: each once, at most so many, and gone with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from tests.pictures import picture
from tests.tools.builders import Shop
from tools.commerce.photos import keeping
from tools.commerce.photos.encoding import Picture, as_kept
from tools.commerce.photos.keeping import KEPT_UNSENT, MOST_IN_A_CONVERSATION, TooManyPhotos
from tools.commerce.schema import Conversation, Photo

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
PICTURES = [as_kept(picture(width, 20)) for width in range(20, 22 + MOST_IN_A_CONVERSATION)]


def add(shop: Shop, talk: str, one: Picture, at: datetime = NOW) -> str:
    with shop.database.writing() as session:
        return keeping.add(session, talk, one, at).sha256


def kept(shop: Shop) -> list[str]:
    with shop.database.reading() as session:
        return [photo.sha256 for photo in session.query(Photo).order_by(Photo.added_at, Photo.sha256)]


def attach(shop: Shop, talk: str, *ids: str) -> list[str] | None:
    with shop.database.writing() as session:
        found = keeping.attach(session, talk, ids, 1)
        return None if found is None else [photo.sha256 for photo in found]


def test_a_photo_is_of_one_conversation_and_the_same_twice_is_one(shop: Shop) -> None:
    talk, other = shop.conversation(), shop.conversation()

    mug = add(shop, talk, PICTURES[0])
    again = add(shop, talk, PICTURES[0])

    assert again == mug
    assert kept(shop) == [mug]
    with shop.database.reading() as session:
        assert keeping.content(session, talk, mug) == PICTURES[0].content
        assert keeping.content(session, other, mug) is None
    assert attach(shop, other, mug) is None
    assert attach(shop, talk, mug) == [mug]


def test_however_many_come_at_once_no_more_than_so_many_are_kept(shop: Shop) -> None:
    talk = shop.conversation()

    def one(each: Picture) -> bool:
        try:
            add(shop, talk, each)
        except TooManyPhotos:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(one, PICTURES))

    assert taken.count(True) == len(kept(shop)) == MOST_IN_A_CONVERSATION


def test_what_was_never_sent_is_deleted_and_what_was_stays(shop: Shop) -> None:
    talk = shop.conversation()
    sent, lost, fresh = (add(shop, talk, one) for one in PICTURES[:3])
    attach(shop, talk, sent)
    later = NOW + KEPT_UNSENT
    add(shop, talk, PICTURES[2], at=later)

    with shop.database.writing() as session:
        assert keeping.drop_unsent(session, later + timedelta(seconds=1)) == 1

    assert kept(shop) == [sent, fresh]
    assert attach(shop, talk, fresh, lost) is None
    with shop.database.reading() as session:
        assert [photo.sha256 for photo in keeping.sent(session, talk)] == [sent]
        assert keeping.count_sent(session, talk) == 1


def test_with_its_conversation_a_photo_is_gone(shop: Shop) -> None:
    talk, other = shop.conversation(), shop.conversation()
    attach(shop, talk, add(shop, talk, PICTURES[0]))
    stays = add(shop, other, PICTURES[0])

    with shop.database.writing() as session:
        session.execute(delete(Conversation).where(Conversation.id == talk))

    assert kept(shop) == [stays]
