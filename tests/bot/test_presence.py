"""Who is at a conversation: hints that run out by themselves, on one replica and on two."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.presence import HERE_SECONDS, PRESENCE, SHOPPER, TYPING_SECONDS, Doing, Hint, Presence
from bot.replicas import hear_replicas
from tools.commerce.database import Database

pytestmark = pytest.mark.anyio
MAYA = "maya@shop.example"


@dataclass
class Watched:
    """A replica's presence, with a clock that the test moves."""

    database: Database
    now: float = 100.0
    changes: list[str] = field(default_factory=list)
    presence: Presence = field(init=False)

    def __post_init__(self) -> None:
        self.presence = Presence(self.database, self.changes.append, lambda: self.now)

    def at(self, conversation: str = "c1") -> list[tuple[str, bool]]:
        return [(one.name, one.is_typing) for one in self.presence.at(conversation)]


def hint(doing: Doing, who: str = MAYA, name: str = "Maya", conversation: str = "c1") -> Hint:
    return Hint(conversation_id=conversation, who=who, name=name, doing=doing)


@pytest.fixture
def here(sqlite_url: str) -> Watched:
    return Watched(Database(sqlite_url))


async def test_who_is_there_and_types_is_known_until_it_runs_out(here: Watched) -> None:
    await here.presence.tell(hint(Doing.HERE))
    await here.presence.tell(hint(Doing.HERE))
    assert (here.at(), here.at("c2"), here.changes) == ([("Maya", False)], [], ["c1"])

    await here.presence.tell(hint(Doing.TYPING))
    await here.presence.tell(hint(Doing.HERE))
    assert here.at() == [("Maya", True)]
    here.now += TYPING_SECONDS
    assert here.at() == [("Maya", False)]
    here.now += HERE_SECONDS
    assert here.at() == []


async def test_what_was_typed_and_sent_is_no_longer_typed(here: Watched) -> None:
    await here.presence.tell(hint(Doing.TYPING))
    await here.presence.tell(hint(Doing.TYPING, SHOPPER, SHOPPER))
    await here.presence.pause("c1", MAYA)
    await here.presence.pause("c2", MAYA)

    assert here.at() == [("Maya", False), (SHOPPER, True)]
    assert here.changes == ["c1"] * 3


async def test_what_is_no_hint_is_left(here: Watched) -> None:
    for payload in ("", "{}", "[1]", '{"conversation_id": 1}', "\x00"):
        here.presence.hear(payload)
    assert (here.at(), here.changes) == ([], [])


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_another_replica_hears_of_it(database: Database) -> None:
    here, there = Watched(database), Watched(database)
    listening = asyncio.create_task(hear_replicas(database, {PRESENCE: there.presence.hear}))
    try:
        async with asyncio.timeout(60):
            while not there.changes:
                # Once is enough as soon as the other listens.
                await here.presence.tell(hint(Doing.TYPING))
                await asyncio.sleep(0.02)
    finally:
        listening.cancel()
    assert there.at() == here.at() == [("Maya", True)]
