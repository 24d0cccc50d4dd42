"""A running Parley: `parley serve` in a process of its own, with a demo shop in a temporary folder."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop

READY_SECONDS = 160
IDENTITY_SECRET = "5f0c2a9be1d84763a7c1e9402b86d3f7"


@dataclass
class Server:
    """Can be killed and started again; its address and its database stay."""

    folder: Path
    port: int
    allowed_origins: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    """Take precedence over those that every server here has."""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return self.settings.get("DATABASE_URL") or f"sqlite:///{self.folder / 'parley.db'}"

    def make_shop(self, orders: int) -> None:
        database = Database(self.database_url)
        database.migrate()
        create_demo_shop(database, orders=orders, now=datetime.now(UTC))
        database.close()

    def start(self) -> None:
        """Returns when it is ready to answer."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [Path(sys.executable).with_name("parley"), "serve", "--port", str(self.port)],
                env={**os.environ, **self._environment()},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError((self.folder / "server.log").read_text()[-4000:])
            time.sleep(0.1)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2).is_success
        except httpx.TransportError:
            return False

    def _environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder),
            "DEMO": "true",
            "IDENTITY_SECRET": IDENTITY_SECRET,
            "ALLOWED_ORIGINS": ",".join(self.allowed_origins),
            **self.settings,
        }


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
