"""SQL that one test has compiled serves the next: each has an engine of its own, which would compile all of it anew.

That would be half of what a test of the database takes. What is compiled is found again by its dialect, so engines for
the same kind of database are given the same one.
"""

from collections.abc import Callable
from typing import ParamSpec

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.util import LRUCache

from tools.commerce import database
from tools.commerce.database import Database

Options = ParamSpec("Options")

MOST_STATEMENTS = 5_000
_compiled = LRUCache[object, object](MOST_STATEMENTS)
_first: dict[str, Engine] = {}


def compile_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(database, "create_engine", _sharing(create_engine))


def share_what_is_compiled(first: Database) -> None:
    """From now on, engines for databases of this kind use the dialect of this one, which has met its server."""
    _first.setdefault(first.url.drivername, first.engine)


def _sharing(create: Callable[Options, Engine]) -> Callable[Options, Engine]:
    def sharing(*arguments: Options.args, **options: Options.kwargs) -> Engine:
        engine = create(*arguments, **options)
        if first := _first.get(engine.url.drivername):
            vars(engine.dialect)["initialize"] = _met_before
            engine.dialect = first.dialect
            engine.update_execution_options(compiled_cache=_compiled)
        return engine

    return sharing


def _met_before(_: Connection) -> None:
    """Asks it nothing: the dialect that is used has done so."""
