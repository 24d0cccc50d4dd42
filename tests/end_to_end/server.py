"""A running Parley: `parley serve` in a process of its own, with a demo shop in a temporary folder."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from api.cli import main
from tests.processes import processes
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
    by_command: bool = False
    """Started as people start it, which takes ten times as long."""
    ready_seconds: float = READY_SECONDS
    _process: "_Forked | subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that runs. Raises RuntimeError when none does."""
        if self._process is None:
            raise RuntimeError("the server does not run")
        return self._process.pid

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
        environment = {**os.environ, **self._environment()}
        with self._log.open("ab") as log:
            if self.by_command:
                command = [str(Path(sys.executable).with_name("parley")), *self._words]
                self._process = subprocess.Popen(
                    command, env=environment, cwd=self.folder, stdout=log, stderr=log
                )
            else:
                self._process = _Forked(self._words, environment, self.folder, self._log)
        deadline = time.monotonic() + self.ready_seconds
        with httpx.Client(base_url=self.url, timeout=2) as client:
            while not _is_ready(client):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.kill()
                    raise RuntimeError(self._log.read_text()[-4000:])
                time.sleep(0.1)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    @property
    def _words(self) -> list[str]:
        return ["serve", "--port", str(self.port)]

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def _environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder),
            "DEMO": "true",
            "IDENTITY_SECRET": IDENTITY_SECRET,
            "ALLOWED_ORIGINS": ",".join(self.allowed_origins),
            **self.settings,
        }


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx.TransportError:
        return False


class _Forked:
    """The command in a process in which everything is imported already; to be handled like a Popen."""

    def __init__(self, words: list[str], environment: Mapping[str, str], folder: Path, log: Path) -> None:
        arguments = (words, dict(environment), folder, log)
        self._process = processes().Process(target=_run, args=arguments, daemon=True)
        self._process.start()

    def poll(self) -> int | None:
        return self._process.exitcode

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def send_signal(self, how: signal.Signals) -> None:
        os.kill(self.pid, how)

    def wait(self, timeout: float) -> None:
        self._process.join(timeout)
        assert self._process.exitcode is not None, "it did not end"


def _run(words: list[str], environment: dict[str, str], folder: Path, log: Path) -> None:
    """What the console script does."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with log.open("ab") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    sys.argv = ["parley", *words]
    main()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
