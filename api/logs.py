"""Logging: one line an entry, `key=value`, to standard error. Nothing a person wrote is ever handed to it."""

import logging
import sys
from datetime import UTC, datetime

from api.problems import place_of


class OneLine(logging.Formatter):
    """An exception is shown by its type and place: its words may hold what a shopper wrote."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s level=%(levelname)s logger=%(name)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace("\r", " ").replace("\n", " ")

    def formatException(self, ei: object) -> str:  # noqa: N802 - the base class's name
        error = ei[1] if isinstance(ei, tuple) else None
        return f"error={type(error).__name__} at={place_of(error)}" if isinstance(error, Exception) else ""


def configure_logging(level: str) -> None:
    """Ours at `level`; libraries speak only of errors, for some of them log what they are given."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.ERROR, handlers=[handler], force=True)
    for name in ("api", "bot", "tools", "knowledge"):
        logging.getLogger(name).setLevel(level.upper())
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
