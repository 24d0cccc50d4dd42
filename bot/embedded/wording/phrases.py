"""Days, lists and numbers as people say them."""

import re
from datetime import date

_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\([^\s)]{0,500}\)?\)?")
_ADDRESS = re.compile(
    r"<?\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|javascript:|data:)[^\s<>]{1,500}>?", re.IGNORECASE
)
_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def day(moment: date, today: date) -> str:
    """`tomorrow (Tuesday, November 24)`; the year only when it is not this one."""
    distance = (moment - today).days
    written = f"{moment:%A}, {moment:%B} {moment.day}"
    if moment.year != today.year:
        written = f"{moment:%B} {moment.day}, {moment.year}"
    return f"{_NEAR[distance]} ({written})" if distance in _NEAR else written


def on_day(moment: date, today: date) -> str:
    """With its preposition: `on Friday, November 27`, but `tomorrow (…)`."""
    said = day(moment, today)
    return said if (moment - today).days in _NEAR else f"on {said}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def sentence(text: str) -> str:
    """With a capital at its start and a full stop at its end."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


def unlinked(text: str) -> str:
    """What sellers wrote, without links and web addresses: nobody is sent to another site by a product's text."""
    return " ".join(_ADDRESS.sub("", _LINK.sub(r"\1", text)).split())
