"""What stands in the tests' own Slack: messages, and files."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass
class Posted:
    """`only_to` is set of what one user alone sees."""

    channel: str
    ts: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None
    only_to: str | None = None
    metadata: Json | None = None

    @property
    def words(self) -> str:
        """All that one reads in it."""
        return "".join(words_in(self.blocks)) or self.text

    @property
    def buttons(self) -> dict[str, Json]:
        """By what stands on them."""
        elements = [e for block in self.blocks if block["type"] == "actions" for e in block["elements"]]
        return {element["text"]["text"]: element for element in elements}


@dataclass
class File:
    name: str
    length: int
    content: bytes | None = None
    is_complete: bool = False
    looks_left: int = 0
    channel: str | None = None
    thread_ts: str | None = None
    alt: str = ""


def words_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [
            part
            for key, inner in value.items()
            for part in (
                [inner] if key in {"text", "alt_text"} and isinstance(inner, str) else words_in(inner)
            )
        ]
    if isinstance(value, list):
        return [part for inner in value for part in words_in(inner)]
    return []
