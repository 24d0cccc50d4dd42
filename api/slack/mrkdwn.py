"""Slack's own mark-up, both ways: what people wrote as plain text, and plain text that Slack takes literally."""

import re

_TOKEN = re.compile(r"<([^<>\n]{1,2000})>")


def escaped(text: str) -> str:
    """`text` for a field that Slack reads as mark-up: no mention, link or channel can come of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str, bot_user_id: str | None = None) -> str:
    """What somebody wrote, as they saw it, without the mention of the bot."""
    words = _TOKEN.sub(lambda found: _as_seen(found[1], bot_user_id), text)
    unescaped = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(r"[ \t]{2,}", " ", unescaped).strip()


def mentions(text: str) -> frozenset[str]:
    """The ids of the users that are mentioned in it."""
    return frozenset(re.findall(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>", text))


def _as_seen(token: str, bot_user_id: str | None) -> str:
    target, bar, label = token.partition("|")
    if target == f"@{bot_user_id}":
        return " "
    if target.startswith(("@", "#")):
        return target[0] + (label.lstrip("@#") or target[1:]) if bar else target
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return label or target.removeprefix("mailto:")
