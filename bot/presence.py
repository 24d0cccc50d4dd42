"""Who is at a conversation at this moment, and who is typing: hints that run out by themselves.

Nothing of it is stored. Each replica keeps what it hears for some seconds, and tells the others through PostgreSQL;
with SQLite there is one process. A hint that is lost is followed by the next one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from tools import crossing
from tools.commerce.database import Database, notify

PRESENCE = "parley_presence"
"""PostgreSQL's channel for hints."""
SHOPPER = "shopper"
BEAT_SECONDS = 5.0
"""So often whoever is there says so."""
HERE_SECONDS = 12.0
TYPING_SECONDS = 6.0


class Doing(StrEnum):
    HERE = "here"
    TYPING = "typing"
    PAUSED = "paused"
    """There, and no longer typing."""


class Hint(BaseModel):
    """`who` is a member of staff's e-mail, or `shopper`; `name` is what others call them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    conversation_id: str
    who: str
    name: str
    doing: Doing


class _Told(Hint):
    """A hint on its way between replicas."""

    replica: str


@dataclass(frozen=True)
class Present:
    who: str
    name: str
    is_typing: bool


@dataclass(frozen=True)
class _Seen:
    name: str
    here_until: float
    typing_until: float


class Presence:
    """`changed` is called with a conversation's id when somebody came, or began or ceased to type, in it.

    That somebody left, or ceased to type without a word, is seen by who asks `at` again.
    """

    def __init__(
        self, database: Database, changed: Callable[[str], None], clock: Callable[[], float] = monotonic
    ) -> None:
        self._database = database
        self._changed = changed
        self._clock = clock
        self._replica = str(uuid4())
        self._seen: dict[tuple[str, str], _Seen] = {}
        """By conversation and person."""

    async def tell(self, hint: Hint) -> None:
        """Here, and to the other replicas."""
        self._take_in(hint)
        if not self._database.is_sqlite:
            told = _Told(**hint.model_dump(), replica=self._replica).model_dump_json()
            await crossing.write(self._database, lambda session: notify(session, PRESENCE, told))

    async def pause(self, conversation_id: str, who: str) -> None:
        """What they were typing has been sent."""
        seen = self._seen.get((conversation_id, who))
        if seen and seen.typing_until > self._clock():
            await self.tell(
                Hint(conversation_id=conversation_id, who=who, name=seen.name, doing=Doing.PAUSED)
            )

    def hear(self, payload: str) -> None:
        """What a replica told; anything else is left."""
        try:
            told = _Told.model_validate_json(payload)
        except ValidationError:
            return
        if told.replica != self._replica:
            self._take_in(told)

    def at(self, conversation_id: str) -> tuple[Present, ...]:
        """Who is there, by name."""
        now = self._clock()
        found = [
            Present(who, seen.name, seen.typing_until > now)
            for (conversation, who), seen in self._seen.items()
            if conversation == conversation_id and seen.here_until > now
        ]
        return tuple(sorted(found, key=lambda present: (present.name, present.who)))

    def _take_in(self, hint: Hint) -> None:
        before, now = self.at(hint.conversation_id), self._clock()
        self._seen = {key: seen for key, seen in self._seen.items() if seen.here_until > now}
        key = (hint.conversation_id, hint.who)
        typing_until = self._seen[key].typing_until if key in self._seen else now
        if hint.doing is not Doing.HERE:
            typing_until = now + TYPING_SECONDS if hint.doing is Doing.TYPING else now
        self._seen[key] = _Seen(hint.name, now + HERE_SECONDS, typing_until)
        if self.at(hint.conversation_id) != before:
            self._changed(hint.conversation_id)
