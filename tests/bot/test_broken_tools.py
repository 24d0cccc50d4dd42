"""A tool that breaks: tried once more where it only reads, then a person goes on, once. Mistakes are no failure."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.tool import tool_call
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from bot.conversation import Conversations
from bot.events import Reply
from tests.bot.conftest import Opened, Replica
from tests.bot.pressing import started
from tests.tools.builders import Shop
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce.database import Database
from tools.commerce.schema import ConversationStatus, Handoff, HandoffReason
from tools.handoff_card import A_PERSON, BACK_TO_ASSISTANT, HandoffCard
from tools.handoffs import PASSED_ON

pytestmark = pytest.mark.anyio


def calls(tool: str, **arguments: object) -> Callable[[Sequence[BaseMessage]], AIMessage]:
    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        if isinstance(messages[-1], HumanMessage):
            return AIMessage("", tool_calls=[tool_call(name=tool, args=arguments, id="c1")])
        return AIMessage("That's how it is.")

    return script


@contextmanager
def broken(database: Database, table: str, times: int) -> Iterator[None]:
    """The next `times` queries of the table break."""
    left = [times]

    def breaks(_c: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if f"FROM {table}" in statement and left[0] > 0:
            left[0] -= 1
            raise OperationalError(statement, {}, Exception("disk I/O error"))

    event.listen(database.engine, "before_cursor_execute", breaks)
    yield
    event.remove(database.engine, "before_cursor_execute", breaks)


def handoffs(shop: Shop) -> list[HandoffReason]:
    with shop.database.reading() as session:
        return [one.reason for one in session.query(Handoff)]


def is_handed_over(reply: Reply) -> bool:
    return reply.status is ConversationStatus.WAITING and PASSED_ON in reply.messages[-1].text


async def test_it_is_handed_over_once_with_the_answer(replica: Replica, database: Database) -> None:
    conversations, shop = replica(calls("find_products", words="mug")), PaidShop(database)
    talk = await started(conversations)

    with broken(database, "products", times=100):
        reply = await conversations.reply(talk, "Do you have mugs?")
        await conversations.reply(talk, BACK_TO_ASSISTANT)
        again = await conversations.reply(talk, "And now?")

    assert is_handed_over(reply)
    assert reply.messages[-1].text.startswith("That's how it is. I've passed")
    assert isinstance(reply.messages[-1].cards[-1], HandoffCard)
    assert reply.messages[-1].choices == (BACK_TO_ASSISTANT,)
    assert handoffs(shop) == [HandoffReason.TOOL_FAILED]
    assert (again.status, again.messages[-1].choices) == (ConversationStatus.BOT, (A_PERSON,))


async def test_what_breaks_once_is_read_again(replica: Replica, database: Database) -> None:
    conversations, shop = replica(calls("find_products", words="mug")), PaidShop(database)

    with broken(database, "products", times=1):
        reply = await conversations.reply(await started(conversations), "Do you have mugs?")

    assert (reply.status, handoffs(shop)) == (ConversationStatus.BOT, [])
    assert reply.messages[-1].cards


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_order_details", {"order_number": ""}),
        ("get_order_details", {"order_number": "Z-9"}),
        ("identify_by_order", {"order_number": "A-1"}),
        ("no_such_tool", {}),
    ],
)
async def test_what_the_person_or_the_model_can_put_right_is_no_failure(
    replica: Replica, database: Database, tool: str, arguments: dict[str, object]
) -> None:
    conversations, shop = replica(calls(tool, **arguments)), PaidShop(database)

    reply = await conversations.reply(await started(conversations), "Where is it?")

    assert (reply.status, handoffs(shop)) == (ConversationStatus.BOT, [])


async def test_the_embedded_model_hands_over_too_and_says_so(desk_at: Opened, sqlite_url: str) -> None:
    shop = PaidShop(Database(sqlite_url))
    shop.paid("A-1")
    conversations = Conversations(desk_at(shop.database))
    talk = await started(conversations)

    with broken(shop.database, "orders", times=100):
        reply = await conversations.reply(talk, "Where is my order?")

    assert is_handed_over(reply)
    assert reply.messages[-1].text.startswith("I'm sorry, I can't get at that right now. I've passed")
    assert handoffs(shop) == [HandoffReason.TOOL_FAILED]
    shop.database.close()
