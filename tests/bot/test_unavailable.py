"""A database that is locked or lost: all is done or nothing is, and people are told which, in words of their own."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Timer

import pytest
from sqlalchemy import Connection, create_engine, event, text

from bot.conversation import Conversations
from bot.errors import AnswerDelayed, ConversationError, Unavailable
from knowledge.search import KnowledgeBase
from tests.bot.conftest import Clock, scripted
from tests.bot.pressing import pressed, proposes, shown, started, status
from tests.tools.builders import settlement
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce.changes.settlement import CLAIM
from tools.commerce.database import LOCK_TIMEOUT_SECONDS, Database
from tools.commerce.schema import LedgerEntry, OrderStatus, Proposal, ProposalStatus, Refund
from tools.commerce.transcript import LEASE

pytestmark = pytest.mark.anyio

SHORT = 0.3
"""Seconds that a replica waits for a lock, where a test would not wait for the shop's five."""
TAKE = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "BEGIN; LOCK TABLE conversations, messages, proposals, orders IN EXCLUSIVE MODE",
}
NOT_FOR_SHOPPERS = ("sql", "psycopg", "lock", "database", "connection", "timeout")

Opened = Callable[..., tuple[Conversations, Database]]


@pytest.fixture
def shop(database: Database, clock: Clock) -> PaidShop:
    made = PaidShop(database, now=clock.now)
    made.paid("A-1")
    return made


@pytest.fixture
async def opened(database: Database, knowledge_base: KnowledgeBase, clock: Clock) -> AsyncIterator[Opened]:
    """Makes a replica, and gives its database too; it waits so many seconds for a lock."""
    made: list[tuple[Conversations, Database]] = []

    def make(patience: float = SHORT) -> tuple[Conversations, Database]:
        own = Database(database.url.render_as_string(hide_password=False), patience)
        made.append((scripted(proposes(), own, knowledge_base, clock), own))
        return made[-1]

    yield make
    for conversations, own in made:
        await conversations.finish_running(within_seconds=10)
        own.close()


@contextmanager
def write_lock(database: Database) -> Iterator[Callable[[], object]]:
    """Somebody else holds it: a backup, a process that hangs. The call that is given lets go of it earlier."""
    with somebody(database) as connection:
        cursor = connection.connection.cursor()
        cursor.execute(TAKE[database.url.get_backend_name()])
        held = [cursor]

        def let_go() -> None:
            if held:
                held.pop().execute("ROLLBACK")

        yield let_go
        let_go()
        cursor.close()


@contextmanager
def somebody(database: Database) -> Iterator[Connection]:
    """A connection of another process, without a transaction."""
    threads = {"check_same_thread": False} if database.is_sqlite else {}
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT", connect_args=threads)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def when_accepted(database: Database, act: Callable[[], object]) -> None:
    """Do it once the next message of a person has been stored, before anything else happens."""
    seen = {"insert": False, "done": False}

    @event.listens_for(database.engine, "before_cursor_execute")
    def look(_c: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen["insert"] = seen["insert"] or statement.startswith("INSERT INTO messages")

    @event.listens_for(database.engine.pool, "checkin")
    def stored(*_: object) -> None:
        if seen["insert"] and not seen["done"]:
            seen["done"] = True
            act()


def says_nothing_technical(error: ConversationError) -> bool:
    return not any(word in str(error).lower() for word in NOT_FOR_SHOPPERS)


async def test_a_lock_of_three_seconds_is_waited_for(opened: Opened, shop: PaidShop) -> None:
    conversations, _ = opened(LOCK_TIMEOUT_SECONDS)
    me = await started(conversations)
    proposal = await shown(conversations, me)

    with write_lock(shop.database) as let_go:
        Timer(3, let_go).start()
        reply = await pressed(conversations, me, proposal.id)

    assert reply.messages[0].text.startswith("Done. Order A-1 is canceled.")
    assert len(shop.all(Refund)) == 1


async def test_as_long_as_it_is_locked_nothing_is_done_and_reads_go_on(
    opened: Opened, shop: PaidShop
) -> None:
    conversations, _ = opened()
    me = await started(conversations)
    proposal = await shown(conversations, me)

    with write_lock(shop.database):
        with pytest.raises(Unavailable) as refused:
            await pressed(conversations, me, proposal.id)
        with pytest.raises(Unavailable):
            await conversations.reply(me, "yes", client_message_id="m-2")
        view = await conversations.view(me)

    assert says_nothing_technical(refused.value)
    assert view.proposal is not None
    assert view.proposal.status is ProposalStatus.OPEN
    assert len(view.messages) == 2
    assert status(shop) is OrderStatus.PROCESSING
    reply = await conversations.reply(me, "yes", client_message_id="m-2")
    assert reply.messages[0].text.startswith("Done. Order A-1")
    assert len(shop.all(Refund)) == 1


async def test_a_yes_that_could_not_be_carried_out_is_asked_for_again(opened: Opened, shop: PaidShop) -> None:
    conversations, database = opened()
    me = await started(conversations)
    proposal = await shown(conversations, me)
    failures: list[object] = []

    with ExitStack() as locked:
        when_accepted(database, lambda: locked.enter_context(write_lock(shop.database)))

        @event.listens_for(database.engine, "handle_error")
        def third_try(context: object) -> None:
            failures.append(context)
            if len(failures) == 3:
                locked.close()

        reply = await pressed(conversations, me, proposal.id)
        event.remove(database.engine, "handle_error", third_try)

    assert reply.messages[0].text.startswith("I couldn't do that just now, and nothing was changed.")
    assert (status(shop), shop.all(LedgerEntry)) == (OrderStatus.PROCESSING, [])
    again = await pressed(conversations, me, proposal.id)
    assert again.messages[0].text.startswith("Done. Order A-1")
    assert len(shop.all(Refund)) == 1


async def test_a_yes_that_arrived_before_the_lock_is_carried_out_after_it(
    opened: Opened, shop: PaidShop, clock: Clock
) -> None:
    conversations, database = opened()
    me = await started(conversations)
    proposal = await shown(conversations, me)

    with ExitStack() as locked:
        when_accepted(database, lambda: locked.enter_context(write_lock(shop.database)))
        with pytest.raises(AnswerDelayed) as delayed:
            await pressed(conversations, me, proposal.id)
        assert (status(shop), shop.all(LedgerEntry)) == (OrderStatus.PROCESSING, [])
    clock.now += 2 * LEASE
    await conversations.resume_abandoned()
    await conversations.finish_running(within_seconds=10)

    assert says_nothing_technical(delayed.value)
    said = (await conversations.view(me)).messages
    assert [message.text[:18] for message in said[3:]] == ["Done. Order A-1 is"]
    assert (await pressed(conversations, me, proposal.id)).messages == said[3:]
    assert len(shop.all(Refund)) == 1


CUTS = (
    "INSERT INTO ledger_entries",
    "INSERT INTO audit_trail",
    "INSERT INTO embedded_gateway_calls",
    "COMMIT",
)


def cut_before(database: Database, place: str) -> None:
    """The server ends the connection right before the first statement that begins so."""
    places = [place]

    def cut(connection: Connection) -> None:
        places.clear()
        pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]  # psycopg's
        with somebody(database) as other:
            assert other.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    @event.listens_for(database.engine, "before_cursor_execute")
    def look(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if places and statement.startswith(places[0]):
            cut(connection)

    @event.listens_for(database.engine, "commit")
    def commit(connection: Connection) -> None:
        # The one that accepts the proposal.
        if places == ["COMMIT"] and connection.scalar(text("SELECT 1 FROM ledger_entries LIMIT 1")):
            cut(connection)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("place", CUTS)
async def test_a_connection_that_is_cut_in_the_middle_loses_nothing_and_does_nothing_twice(
    opened: Opened, shop: PaidShop, clock: Clock, place: str
) -> None:
    conversations, database = opened()
    me = await started(conversations)
    proposal = await shown(conversations, me)
    cut_before(database, place)

    reply = await pressed(conversations, me, proposal.id)
    clock.now += CLAIM + LEASE
    settlement(shop.database, clock).settle_due()

    assert reply.messages[0].text.startswith("Done. Order A-1 is canceled.")
    assert [(one.amount_minor, one.status) for one in shop.all(Refund)] == [(7500, "issued")]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_an_answer_whose_connection_was_cut_is_given_once(opened: Opened, shop: PaidShop) -> None:
    conversations, database = opened()
    me = await started(conversations)
    proposal = await shown(conversations, me)
    cut_before(database, "UPDATE messages SET answered_at")

    with pytest.raises(AnswerDelayed):
        await pressed(conversations, me, proposal.id)
    reply = await pressed(conversations, me, proposal.id)

    assert reply.messages[0].text.startswith("Done. Order A-1 is canceled.")
    assert len((await conversations.view(me)).messages) == 4
    assert shop.one(Proposal, proposal.id).status is ProposalStatus.ACCEPTED
    assert len(shop.all(Refund)) == 1
