"""One part of a known address put right: "the zip must be 55106", "I forgot the flat: it's 4b"."""

import re

from bot.embedded.changes.addresses import without_former
from bot.embedded.changes.draft import Address
from bot.embedded.reading.entities import postcodes
from bot.embedded.reading.plain import plain

_UNIT = re.compile(
    r"\b(apt|apartment|unit|suite|ste|flat|floor|room)\b\.?(?: (?:number|no))?\.?(?: (?:is|should be|to))?[ :#]{1,3}"
    r"((?=\w{0,5}\d)\w{1,6}|[a-z](?!\w))",
    re.IGNORECASE,
)
_POSTCODE_CUE = re.compile(r"\b(?:zip|post ?code|postal)\b|\bzip-?code\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\b(?:house|street|building) (?:number|no)\b[^\d.;]{0,30}(\d{1,6}[a-z]?)\b", re.IGNORECASE
)
_INSTEAD_OF = re.compile(
    r"\b(\d{1,6}[a-z]?),?(?: and)? (?:not|instead of|rather than) (\d{1,6}[a-z]?)\b", re.IGNORECASE
)
_STREET_NUMBER = re.compile(r"^\d{1,6}[a-z]?\b|\b\d{1,6}[a-z]?$", re.IGNORECASE)


def put_right(text: str, known: Address) -> Address | None:
    """`known` with what the text says of one of its parts; None where it says nothing of any."""
    text = plain(text)
    found: dict[str, str] = {}
    if unit := _UNIT.search(text):
        found["line2"] = f"{unit[1].capitalize()} {unit[2]}"
    if code := _postcode(text, known.postcode):
        found["postcode"] = code
    if line1 := _street(text, known.line1 or ""):
        found["line1"] = line1
    changed = known.model_copy(update=found)
    return changed if changed != known else None


def _postcode(text: str, now: str | None) -> str | None:
    """Named as one, and of the form of that which is there now."""
    if not _POSTCODE_CUE.search(text):
        return None
    said = [code for code in postcodes(without_former(text), expected=True) if code != now]
    alike = [code for code in said if now is None or _form(code) == _form(now)]
    return alike[0] if len(alike) == 1 else None


def _form(code: str) -> str:
    return re.sub(r"[A-Z]", "A", re.sub(r"\d", "0", code.upper()))


def _street(text: str, line1: str) -> str | None:
    """The street with another house number."""
    if (pair := _INSTEAD_OF.search(text)) and re.search(rf"\b{re.escape(pair[2])}\b", line1):
        return re.sub(rf"\b{re.escape(pair[2])}\b", pair[1], line1, count=1)
    number = _NUMBER.search(text)
    return _STREET_NUMBER.sub(number[1], line1, count=1) if number and _STREET_NUMBER.search(line1) else None
