"""SQL is compiled once in a process, whichever engine asks for it.

Compiling a statement takes longer than running it. SQLAlchemy keeps what it has compiled for each engine and finds
it by the engine's dialect; a database has two engines, and an evaluation opens one for every scenario. So all engines
for one server use the same dialect, that of the first which has met the server, and keep what they compile together.
"""

from sqlalchemy import URL, Dialect, Engine, event
from sqlalchemy.util import LRUCache

MOST_STATEMENTS = 2_000
"""Several times what all of Parley's statements come to."""

_compiled: LRUCache[object, object] = LRUCache(MOST_STATEMENTS)
_dialects: dict[URL, Dialect] = {}


def share_compiled(engine: Engine) -> None:
    """Call it before the engine is used."""
    engine.update_execution_options(compiled_cache=_compiled)
    server = _server(engine.url)
    if known := _dialects.get(server):
        engine.dialect = known
        return
    # A dialect learns what its server can do at its first connection, so it is of use to others from then on.
    event.listen(engine, "connect", lambda *_: _dialects.setdefault(server, engine.dialect), once=True)


def _server(url: URL) -> URL:
    """Without the database, which is another for each scenario and each test."""
    return URL.create(url.drivername, url.username, url.password, url.host, url.port, query=url.query)
