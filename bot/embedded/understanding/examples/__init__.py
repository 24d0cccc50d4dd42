"""What people say, by what they want: a file an intent, and `context.yaml` for what holds no wish.

Each file lists texts as `written` and, apart from them, some as `misspelt`.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.embedded.intents import Intent
from knowledge.plain_yaml import plain_values

FOLDER = Path(__file__).parent
CONTEXT = "context"
"""The label of sentences that only tell a story; never an intent of its own."""


@dataclass(frozen=True)
class Examples:
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    well_spelt: tuple[str, ...]
    fingerprint: str


@cache
def examples() -> Examples:
    """Every example with its label (an Intent's value, or CONTEXT)."""
    texts: list[str] = []
    labels: list[str] = []
    well_spelt: list[str] = []
    digest = hashlib.sha256()
    for label in (*Intent, CONTEXT):
        content = (FOLDER / f"{label}.yaml").read_bytes()
        digest.update(content)
        lists: dict[str, list[str]] = plain_values(content)
        well_spelt += lists["written"]
        lines = lists["written"] + lists.get("misspelt", [])
        texts += lines
        labels += [str(label)] * len(lines)
    return Examples(tuple(texts), tuple(labels), tuple(well_spelt), digest.hexdigest()[:16])
