"""The database that is imported into: finding, upserting and replacing rows, a chunk at a time."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Text, any_, delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from tools.commerce.importing.insertion import Insertion, Row, reserve_ids
from tools.commerce.importing.problems import Place, Problems
from tools.commerce.importing.records import Record
from tools.commerce.money import MoneyError, to_minor
from tools.commerce.schema import Base

R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=str | None)
V = TypeVar("V")

MOST_IN_A_LIST = 5_000
LARGEST_MINOR = 10**15
"""Far above any order, far below what the columns hold, so that sums stay in range."""


@dataclass(frozen=True)
class ShopDefaults:
    """What a record means where it does not say: the currency (ISO 4217) and the zone of its times."""

    currency: str
    time_zone: ZoneInfo


class _Seen:
    """A set of row ids as a bitmap: a million of them are 125 kB."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def __contains__(self, row: int) -> bool:
        return row >> 3 < len(self._bits) and bool(self._bits[row >> 3] & 1 << (row & 7))

    def __iter__(self) -> Iterator[int]:
        return (
            place * 8 + bit
            for place, byte in enumerate(self._bits)
            if byte
            for bit in range(8)
            if byte >> bit & 1
        )

    def add(self, row: int) -> None:
        if row >> 3 >= len(self._bits):
            self._bits.extend(bytes((row >> 3) + 4096 - len(self._bits)))
        self._bits[row >> 3] |= 1 << (row & 7)


@dataclass
class Target:
    """One import's transaction; `seen` holds the rows that this import has written, by their key's column."""

    connection: Connection
    defaults: ShopDefaults
    problems: Problems = field(default_factory=Problems)
    seen: defaultdict[str, _Seen] = field(default_factory=lambda: defaultdict(_Seen))
    _insertions: dict[tuple[str, ...], Insertion] = field(default_factory=dict)

    def find(
        self, key: InstrumentedAttribute[K], value: InstrumentedAttribute[V], keys: Iterable[K]
    ) -> dict[K, V]:
        """`value` of the rows whose `key` is among `keys`, by key."""
        wanted = list(set(keys))
        if not wanted:
            return {}
        return dict(self.connection.execute(select(key, value).where(self._among(key, wanted))).all())

    def _among(self, key: InstrumentedAttribute[K], wanted: list[K]) -> ColumnElement[bool]:
        """All of `wanted` in one parameter; SQLAlchemy would take its time over thousands."""
        if self.connection.dialect.name == "postgresql":
            return key == any_(literal(wanted, postgresql.ARRAY(Text)))
        return key.in_(select(func.json_each(json.dumps(wanted)).table_valued("value").c.value))

    def refuse_repeats(
        self,
        key: InstrumentedAttribute[str],
        row_id: InstrumentedAttribute[int],
        named: "Sequence[tuple[Entry[R], str, str]]",
    ) -> dict[str, int]:
        """Reject each entry of (entry, field, key) whose key this import has met before.

        Returns the row ids of the keys that the database has.
        """
        stored = self.find(key, row_id, (value for _, _, value in named))
        seen = self.seen[str(key)]
        met: set[str] = set()
        for entry, where, value in named:
            if value in met or (value in stored and stored[value] in seen):
                entry.reject(where, "occurs twice in this import")
            met.add(value)
        return stored

    def insert(self, model: type[Base], rows: Sequence[Row]) -> None:
        """Insert `rows`, which are new and all of the same columns."""
        if not rows:
            return
        table = Base.metadata.tables[model.__tablename__]
        columns = (table.name, *rows[0])
        if columns not in self._insertions:
            self._insertions[columns] = Insertion(self.connection, table, columns[1:])
        self._insertions[columns].run(rows)

    def insert_numbered(self, model: type[Base], rows: Sequence[Row]) -> Sequence[int]:
        """Insert `rows`, which are new and all of the same columns. Returns their ids, in the same order."""
        table = Base.metadata.tables[model.__tablename__]
        ids = reserve_ids(self.connection, table, len(rows)) if rows else []
        self.insert(model, [{"id": row_id, **row} for row_id, row in zip(ids, rows, strict=True)])
        return ids

    def upsert(self, model: type[Base], rows: Sequence[Row], match: tuple[str, ...]) -> None:
        """Insert `rows`, all of the same columns, or update those that `match`."""
        if not rows:
            return
        postgres = self.connection.dialect.name == "postgresql"
        statement = (postgresql.insert if postgres else sqlite.insert)(model)
        changed = {name: statement.excluded[name] for name in rows[0] if name not in match}
        self.connection.execute(statement.on_conflict_do_update(index_elements=match, set_=changed), rows)

    def upsert_keyed(
        self,
        model: type[Base],
        key: InstrumentedAttribute[str],
        rows: Sequence[Row],
        stored: Mapping[str, int],
    ) -> dict[str, int]:
        """Update the rows whose key is in `stored`, insert the others, and remember all as seen.

        `stored` has all of their keys that the database has, with their ids. Returns the row ids by key.
        """
        keys = [str(row[key.key]) for row in rows]
        known = [row for row, value in zip(rows, keys, strict=True) if value in stored]
        new = [row for row, value in zip(rows, keys, strict=True) if value not in stored]
        self.upsert(model, known, match=(key.key,))
        ids = {value: stored[value] for value in keys if value in stored}
        new_keys = (value for value in keys if value not in stored)
        ids |= zip(new_keys, self.insert_numbered(model, new), strict=True)
        seen = self.seen[str(key)]
        for identifier in ids.values():
            seen.add(identifier)
        return ids

    def replace(
        self,
        model: type[Base],
        parent: InstrumentedAttribute[int],
        wanted: Mapping[int, Sequence[Row]],
        stored: Collection[int],
    ) -> None:
        """Make `wanted` all the rows under each parent id; what is there already is left as it is.

        `stored` are the parents that had been there before, so that they may have rows.
        """
        columns = next((list(rows[0]) for rows in wanted.values() if rows), [])
        table = model.__table__
        ordered = "id" in table.c
        there: defaultdict[int, list[tuple[object, ...]]] = defaultdict(list)
        for part in parts(owner for owner in wanted if owner in stored):
            rows = select(parent, *(table.c[name] for name in columns)).where(parent.in_(part))
            for owner, *values in self.connection.execute(rows.order_by(*table.primary_key)):
                there[owner].append(tuple(values))
        stale: list[int] = []
        fresh: list[Row] = []
        for owner, rows_wanted in wanted.items():
            if owner in there:
                values_wanted = [tuple(row.values()) for row in rows_wanted]
                if ordered and there[owner] == values_wanted:
                    continue
                if not ordered and set(there[owner]) == set(values_wanted):
                    continue
                stale.append(owner)
            fresh.extend({parent.key: owner, **row} for row in rows_wanted)
        for part in parts(stale):
            self.connection.execute(delete(model).where(parent.in_(part)))
        self.insert(model, fresh)


@dataclass(slots=True)
class Entry(Generic[R]):
    """One record on its way in: where it came from, and whether anything is wrong with it."""

    record: R
    place: Place
    target: Target
    sound: bool = True

    def reject(self, where: str, message: str) -> None:
        self.sound = False
        self.target.problems.add(self.place, where, message)

    def minor(self, where: str, amount: Decimal, currency: str) -> int:
        """`amount` in minor units; 0, and the entry rejected, when the currency cannot express it."""
        try:
            minor = to_minor(amount, currency)
        except MoneyError as error:
            self.reject(where, str(error))
            return 0
        if minor > LARGEST_MINOR:
            self.reject(where, "is too large")
            return 0
        return minor

    def known(self, where: str, ref: str | None, rows: Mapping[str, V]) -> V | None:
        """What `rows` has for `ref`; the entry is rejected where that is nothing. None refers to nothing."""
        if ref is None:
            return None
        if ref not in rows:
            self.reject(where, "refers to a record that is neither in the database nor in this import")
        return rows.get(ref)

    def moment(self, where: str, value: datetime | None) -> datetime | None:
        """`value` with a zone: the shop's, if it has none."""
        if value is None:
            return None
        if not 1970 <= value.year <= 2999:
            self.reject(where, "should be between the years 1970 and 2999")
            return None
        return value if value.tzinfo else value.replace(tzinfo=self.target.defaults.time_zone)


def parts(values: Iterable[V]) -> Iterator[list[V]]:
    """Distinct `values` in lists short enough for one statement on either database."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), MOST_IN_A_LIST):
        yield distinct[start : start + MOST_IN_A_LIST]
