"""The members of dimensions by what people call them: `lamps`, `Germany`, `DHL`, `first-time buyers`.

Each process keeps the names of a database and reads them anew when there are new rows, or after `LIFETIME`. Names that
stand in orders, parcels and visits alone (countries, carriers, ...) are those of the newest `NEWEST` rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz, process
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import InstrumentedAttribute

from knowledge.places import COUNTRY_NAMES, STATE_NAMES
from tools.commerce.database import ReadSession
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.spoken_names import SPOKEN
from tools.commerce.schema import (
    Channel,
    ConversationChannel,
    Device,
    Order,
    OrderStatus,
    PaymentMethodKind,
    Product,
    ReturnReason,
    Seller,
    Shipment,
    Variant,
    Warehouse,
    WebSession,
)
from tools.commerce.words import similar, words

NEWEST = 20_000
LIFETIME = timedelta(minutes=10)
MOST_MEMBERS = 50
"""Of products that share a word: more are no answer to "for lamps"."""
NEAR = 65
SHORTEST_NEAR = 4
MOST_NEAR = 3
LONGEST = 8
"""Words of a name."""

_CLOSED: tuple[tuple[Dimension, type[StrEnum]], ...] = (
    (Dimension.CHANNEL, Channel),
    (Dimension.CHANNEL, ConversationChannel),
    (Dimension.DEVICE, Device),
    (Dimension.PAYMENT_METHOD, PaymentMethodKind),
    (Dimension.STATUS, OrderStatus),
    (Dimension.REASON, ReturnReason),
)
_OF_EVENTS: tuple[tuple[Dimension, InstrumentedAttribute[str | None]], ...] = (
    (Dimension.COUNTRY, Order.country),
    (Dimension.REGION, Order.region),
    (Dimension.CARRIER, Shipment.carrier),
    (Dimension.SOURCE, WebSession.source),
)
_BY_PART = frozenset(
    {
        Dimension.CATEGORY,
        Dimension.BRAND,
        Dimension.PRODUCT,
        Dimension.SELLER,
        Dimension.CARRIER,
        Dimension.WAREHOUSE,
    }
)
"""Whose members people call by a part of the name."""
_KINDS = ("new", "returning", "guest")

Name = tuple[str, ...]
"""The words of a name in one form: `("floor", "lamp")`."""


@dataclass(frozen=True)
class Candidate:
    """Members of one dimension that the words can mean; `exact` when they are the whole name of one, `guessed` when
    they were taken for a slip of the pen."""

    dimension: Dimension
    members: tuple[str, ...]
    exact: bool
    guessed: bool = False


@dataclass(frozen=True)
class Mention:
    """Words of a text, and what they can mean; `near` holds names that they may be a slip of, if nothing."""

    words: str
    candidates: tuple[Candidate, ...] = ()
    near: tuple[str, ...] = ()


@dataclass
class Directory:
    version: tuple[int | None, ...]
    built_at: datetime
    by_name: dict[Name, dict[Dimension, set[str]]] = field(default_factory=dict)
    by_word: defaultdict[str, set[Name]] = field(default_factory=lambda: defaultdict(set))
    spelled: dict[str, str] = field(default_factory=dict)
    """Each name as the shop writes it, by its words."""

    def add(self, dimension: Dimension, member: str, called: str) -> None:
        name = words(called.replace("&", " and "))
        if not name or len(name) > LONGEST:
            return
        self.by_name.setdefault(name, {}).setdefault(dimension, set()).add(member)
        self.spelled.setdefault(" ".join(name), called)
        for word in name:
            self.by_word[word].add(name)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Every name in the text, the longest first where they overlap; words that name nothing come alone."""
        spoken = text.split()
        found: list[Mention] = []
        unknown: list[str] = []
        start = 0
        while start < len(spoken):
            for end in range(min(len(spoken), start + LONGEST), start, -1):
                said = " ".join(spoken[start:end])
                if candidates := self.candidates(words(said.replace("&", " and "))):
                    found += self._unknown(unknown)
                    found.append(Mention(said, candidates))
                    start = end
                    break
            else:
                unknown.append(spoken[start])
                start += 1
        return (*found, *self._unknown(unknown))

    def candidates(self, name: Name) -> tuple[Candidate, ...]:
        """Whole names; else names that hold the words; else, for one misspelt word, names that hold the right one."""
        if not name:
            return ()
        if name in self.by_name:
            found = self.by_name[name].items()
            return tuple(Candidate(dimension, tuple(sorted(found)), True) for dimension, found in found)
        if joined := self.by_name.get(("".join(name),)):
            return tuple(
                Candidate(dimension, tuple(sorted(found)), True) for dimension, found in joined.items()
            )
        if holding := self._holding(name):
            return holding
        if len(name) == 1 and (right := similar(name[0], self.by_word)):
            meant = self.candidates((right[0],)) if right[0] != name[0] else ()
            return tuple(replace(one, guessed=True) for one in meant)
        return ()

    def _holding(self, name: Name) -> tuple[Candidate, ...]:
        if not all(len(word) > 2 and word in self.by_word for word in name):
            return ()
        holding = set.intersection(*(self.by_word[word] for word in name))
        members: defaultdict[Dimension, set[str]] = defaultdict(set)
        for whole in holding:
            for dimension, found in self.by_name[whole].items():
                members[dimension] |= found
        return tuple(
            Candidate(dimension, tuple(sorted(found)), False)
            for dimension, found in members.items()
            if len(found) <= MOST_MEMBERS and dimension in _BY_PART
        )

    @cached_property
    def _longer(self) -> tuple[str, ...]:
        """Names that are more than a code."""
        return tuple(
            name for name in self.spelled if len(name) >= SHORTEST_NEAR and name.replace(" ", "").isalpha()
        )

    def _countries(self) -> tuple[str, ...]:
        members = {m for found in self.by_name.values() for m in found.get(Dimension.COUNTRY, ())}
        return tuple(sorted(members)[:MOST_NEAR])

    def _unknown(self, said: list[str]) -> list[Mention]:
        if not said:
            return []
        text = " ".join(said)
        said.clear()
        if text.casefold() in COUNTRY_NAMES:
            return [Mention(text, near=self._countries())]
        near = process.extract(
            " ".join(words(text)), self._longer, scorer=fuzz.ratio, score_cutoff=NEAR, limit=MOST_NEAR
        )
        return [Mention(text, near=tuple(self.spelled[name] for name, *_ in near))]


_DIRECTORIES: "WeakKeyDictionary[Engine, Directory]" = WeakKeyDictionary()
_BUILDING = Lock()


def find_mentions(session: ReadSession, texts: Sequence[str], now: datetime) -> tuple[Mention, ...]:
    """What each of the texts names, in their order."""
    directory = _directory(session, now)
    return tuple(mention for text in texts for mention in directory.mentions(text))


def _directory(session: ReadSession, now: datetime) -> Directory:
    engine = session.get_bind().engine
    tables = (Product, Seller, Warehouse, Order, Shipment)
    newest = (select(func.max(table.id)).scalar_subquery() for table in tables)
    version = tuple(session.execute(select(*newest)).one())
    with _BUILDING:
        known = _DIRECTORIES.get(engine)
        if known is None or known.version != version or abs(now - known.built_at) >= LIFETIME:
            known = _DIRECTORIES[engine] = _build(session, version, now)
    return known


def _build(session: ReadSession, version: tuple[int | None, ...], now: datetime) -> Directory:
    directory = Directory(version, now)
    for dimension, closed in _CLOSED:
        _add_all(directory, dimension, closed)
    for kind in _KINDS:
        directory.add(Dimension.CUSTOMER_KIND, kind, f"{kind} customer")
    for (dimension, member), called in SPOKEN.items():
        for name in called:
            directory.add(dimension, member, name)
    columns: tuple[tuple[Dimension, InstrumentedAttribute[str] | InstrumentedAttribute[str | None]], ...] = (
        (Dimension.CATEGORY, Product.category),
        (Dimension.BRAND, Product.brand),
        (Dimension.PRODUCT, Product.name),
        (Dimension.VARIANT, Variant.sku),
        (Dimension.WAREHOUSE, Warehouse.name),
    )
    for dimension, column in columns:
        _add_all(directory, dimension, session.scalars(select(column).distinct()))
    _add_all(directory, Dimension.SELLER, session.scalars(select(func.coalesce(Seller.name, Seller.ref))))
    for dimension, column in _OF_EVENTS:
        newest = select(column.label("name")).order_by(column.class_.id.desc()).limit(NEWEST).subquery()
        _add_all(directory, dimension, session.scalars(select(newest.c.name).distinct()))
    return directory


def _add_all(directory: Directory, dimension: Dimension, members: Iterable[str | None]) -> None:
    names = {Dimension.COUNTRY: COUNTRY_NAMES, Dimension.REGION: STATE_NAMES}.get(dimension, {})
    for member in members:
        if member:
            directory.add(dimension, member, member)
            for called, code in names.items():
                if code == member.upper():
                    directory.add(dimension, member, called)
