"""The link of an e-mail: it opens one conversation, once, for some days and for who owns the address."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.tools.builders import SHOP, days
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce import chat_links, reach
from tools.commerce.chat_links import OPENS_FOR
from tools.commerce.database import Database
from tools.commerce.schema import ChatLink, OrderProof, OutboxEmail

PAGE = "https://shop.example/help?lang=en#top"
KEY, OTHER_KEY = "a" * 64, "b" * 64


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def mailed(shop: PaidShop, talk: str, link: str | None = PAGE) -> str:
    """The e-mail that an unread answer is told by."""
    with shop.database.writing() as session:
        reach.note_read(session, talk, 3)  # what they were told of before
        reach.note_unread(session, talk, 3, shop.now)
    shop.now += timedelta(minutes=6)
    with shop.database.writing() as session:
        reach.mail_unread(session, talk, shop.now, SHOP, link, shop.now)
    body: str = shop.all(OutboxEmail)[-1].body
    return body


def secret_in(body: str) -> str:
    found = re.search(r"https://shop\.example/help\?lang=en#parley=([\w-]{43})\n", body)
    assert found, body
    return found[1]


def opened(shop: PaidShop, secret: str, key: str = KEY) -> str | None:
    with shop.database.writing() as session:
        return chat_links.open_with(session, secret, key, shop.now)


def is_key(shop: PaidShop, talk: str, key: str) -> bool:
    with shop.database.reading() as session:
        return chat_links.is_key(session, talk, key)


def test_it_opens_the_conversation_once_and_a_repeat_gets_the_same_answer(shop: PaidShop) -> None:
    talk = shop.talk()
    other = shop.talk()
    secret = secret_in(mailed(shop, talk))
    assert not is_key(shop, talk, KEY)

    assert opened(shop, secret) == talk
    assert opened(shop, secret) == talk
    assert opened(shop, secret, OTHER_KEY) is None
    assert (is_key(shop, talk, KEY), is_key(shop, talk, OTHER_KEY), is_key(shop, talk, secret)) == (
        True,
        False,
        False,
    )
    assert not is_key(shop, other, KEY)
    (stored,) = shop.all(ChatLink)
    assert secret not in {stored.secret_hash, stored.key_hash}


def test_altered_expired_or_superseded_it_opens_nothing(shop: PaidShop) -> None:
    talk = shop.talk()
    first = secret_in(mailed(shop, talk))
    second = secret_in(mailed(shop, talk))

    assert opened(shop, first) is None
    assert opened(shop, second[:-1]) is None
    assert opened(shop, second[:-1] + ("A" if second[-1] != "A" else "B")) is None
    assert opened(shop, "") is None
    shop.now += OPENS_FOR
    assert opened(shop, second) is None


def test_who_has_opened_it_stays_when_the_next_one_is_sent(shop: PaidShop) -> None:
    talk = shop.talk()
    opened(shop, secret_in(mailed(shop, talk)))
    shop.now += days(9)
    mailed(shop, talk)

    assert is_key(shop, talk, KEY)


def test_of_two_browsers_at_once_one_has_it(shop: PaidShop) -> None:
    talk = shop.talk()
    secret = secret_in(mailed(shop, talk))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda one: opened(shop, secret, f"{one}" * 32), range(8)))

    assert sorted(found, key=str) == [*[None] * 7, talk]
    assert sum(is_key(shop, talk, f"{one}" * 32) for one in range(8)) == 1


def test_an_address_that_was_merely_left_is_sent_no_key(shop: PaidShop) -> None:
    talk = shop.conversation()
    with shop.database.writing() as session:
        reach.leave_address(session, talk, "someone@example.com")

    body = mailed(shop, talk)

    assert f"{PAGE}\n" in body
    assert "Open it in the browser in which you wrote to us" in body
    assert shop.all(ChatLink) == []


def test_the_e_mail_of_an_order_that_was_shown_is_known_to_be_theirs(shop: PaidShop) -> None:
    talk = shop.conversation()
    order = shop.order("A-1", email="ada@example.com")
    shop.add(OrderProof(conversation_id=talk, order_id=order, proved_at=shop.now))

    assert opened(shop, secret_in(mailed(shop, talk))) == talk


def test_without_a_page_there_is_no_link(shop: PaidShop) -> None:
    talk = shop.talk()

    assert "parley=" not in mailed(shop, talk, link=None)
    assert shop.all(ChatLink) == []
