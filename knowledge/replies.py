"""Canned replies: what the shop's people write again and again, `replies.yaml` of the shop.

Numbers come from the shop's rules, by the placeholders of the articles. Beside those a text may have fields such as
`{order}`, which are filled from the case that it is used in.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from pydantic import field_validator

from knowledge.press import Press
from knowledge.shop_files import YamlFile, read_yaml
from knowledge.shop_profile import Part, ShopProfile, Text

_FIELD = re.compile(r"\{([a-z_]+)\}")


class ReplyField(StrEnum):
    """What a case may have a value for."""

    NAME = "name"
    """The customer's."""
    AGENT = "agent"
    """Who writes."""
    ORDER = "order"
    """The number of the order that it is about, and below what is known of that order."""
    ITEMS = "items"
    TOTAL = "total"
    CARRIER = "carrier"
    TRACKING = "tracking"
    EXPECTED = "expected"
    """The day on which its parcel should be there."""
    REFUND = "refund"
    """What was refunded last."""


class CannedReply(Part):
    name: Text
    text: Text

    def filled(self, values: Mapping[ReplyField, str]) -> str:
        """The text, in which a field without a value is left as it is."""

        def value(field: re.Match[str]) -> str:
            return values.get(ReplyField(field[1]), field[0])

        return _FIELD.sub(value, self.text)


class _File(Part):
    replies: tuple[CannedReply, ...]

    @field_validator("replies")
    @classmethod
    def _names_differ(cls, replies: tuple[CannedReply, ...]) -> tuple[CannedReply, ...]:
        names = [reply.name for reply in replies]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two replies have the name {twice!r}")
        return replies


def load_replies(shop_dir: Path) -> tuple[CannedReply, ...]:
    """None where the shop has no such file. Raises ShopFileError, also for a field that is not known."""
    path = shop_dir / "replies.yaml"
    if not path.exists():
        return ()
    press = Press(ShopProfile.load(shop_dir), read_yaml(shop_dir / "policy.yaml").values)
    file = read_yaml(path)
    replies = file.validated(_File).replies
    for position, reply in enumerate(replies):
        _check_fields(file, position, reply.text)
    return tuple(CannedReply(name=reply.name, text=press.text(reply.text, path)) for reply in replies)


def open_fields(text: str) -> tuple[str, ...]:
    """The fields in `text` that nobody has filled, as they stand there."""
    found = [field[0] for field in _FIELD.finditer(text) if field[1] in set(ReplyField)]
    return tuple(dict.fromkeys(found))


def _check_fields(file: YamlFile, position: int, text: str) -> None:
    for field in _FIELD.finditer(text):
        if field[1] in set(ReplyField):
            continue
        nearest = get_close_matches(field[1], list(ReplyField), n=1)
        hint = f"did you mean {{{nearest[0]}}}?" if nearest else f"known are {', '.join(ReplyField)}"
        raise file.error(("replies", position, "text"), f"{field[0]} is no field; {hint}")
