"""`parley serve`: the web server in this process."""

import asyncio
import socket

import uvicorn

from api.app import create_app
from api.bootstrap import build
from api.logs import configure_logging
from api.parley import Parley
from api.settings import read_settings

GRACEFUL_SECONDS = 20


class Server(uvicorn.Server):
    """Tells the streams to end before it waits for its connections: some of them would never end themselves."""

    def __init__(self, config: uvicorn.Config, parley: Parley) -> None:
        super().__init__(config)
        self._parley = parley

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._parley.stopping.set()
        await super().shutdown(sockets)


def run_server(host: str | None, port: int | None) -> None:
    """Serves until it is told to stop. Raises SettingsError, ShopFileError, SQLAlchemyError."""
    settings = read_settings()
    configure_logging(settings.log_level)
    parley = build(settings)
    config = uvicorn.Config(
        create_app(parley),
        host=host or settings.host,
        port=settings.port if port is None else port,
        log_config=None,
        # Its lines would hold paths and addresses; the application writes its own.
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    print(f"Parley is at http://{config.host}:{config.port}", flush=True)
    asyncio.run(Server(config, parley).serve())
