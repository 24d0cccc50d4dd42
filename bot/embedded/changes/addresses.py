"""A postal address in a sentence, as far as one is told: nothing is made up, what is missing stays empty."""

import re
from collections.abc import Sequence

from bot.embedded.changes.draft import Address
from bot.embedded.reading.entities import MAX_CHARS
from knowledge.places import COUNTRIES, PROVINCES, STATE_NAMES, STATES

_CA_CODE = r"[A-Z]\d[A-Z][ -]?\d[A-Z]\d"
_GB_CODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_CODE = re.compile(
    rf"(?<![\w-])({_CA_CODE}|{_GB_CODE}|\d{{5}}-\d{{3,4}}|\d{{4}} [A-Z]{{2}}(?![a-z])|\d{{4,6}}|\d{{2}}-\d{{3}}|"
    rf"\d{{3}}-\d{{4}})(?![\w-])",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^.*?\b(?:address(?: book| on (?:it|the order|file|my account))?(?:,? (?:is|to|should be|would be|will be|now))*|"
    r"(?:send|ship|deliver|go|going|sent|shipped|delivered|mail|forward|redirect|moved|move|come)\b(?: (?:it|"
    r"them|this|that|"
    r"the order|my order|everything|instead|over))* (?:to|at)|live (?:now )?(?:at|in)|(?:is|it's|it is|be|use|"
    r"to|at)\b(?= \d)|"
    r"(?:is|it's|it is)\b(?= [A-Z][\w.'-]+ [\w.'-]+,))\b[\s:,-]*(?:now |instead |this:? )?",
    re.IGNORECASE | re.DOTALL,
)
_CORRECTION = re.compile(
    r"^\W*(?:(?:no|yes|but|actually|sorry|wait|oh|make (?:it|that)|i mean(?:t)?|it's|please|correction|"
    r"change (?:it|that) to|"
    r"should be|the|zip(?: ?code)? is|rather|to)\b\W+)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,;.]*(?:\b(?:please|pls|thanks|thank you|instead|if possible|now|asap)\b[\s,;.!]*)+$|[\s,;.!?]+$",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"^(?:\d{1,6}[a-z]?(?:[-/]\d{1,4}[a-z]?)?\b\.?,? +[^\d\s].*|[^\d,]{3,60}? \d{1,5} ?[a-z]?(?:[-/]\d{1,4})?|"
    r"p\.? ?o\.? ?box \d{1,8}.*)$",
    re.IGNORECASE,
)
_STREET_END = re.compile(
    r"^(.*?\b(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|place|pl|way|terrace|circle|"
    r"square|sq|highway|hwy|parkway|pkwy|trail|loop|row|alley|close|crescent|walk)\b\.?(?: (?:[NSEW]|NE|NW|SE|"
    r"SW)\b(?! \w+ [A-Z]{2}\b))?)"
    r" +(.+)$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"^(?:apt|apartment|unit|suite|ste|floor|fl|flat|room|rm|building|bldg|c/o|#)(?!\w{4,})\.? ?#?[\w -]{1,30}$|"
    r"^\d{1,3}(?:st|nd|rd|th) floor$",
    re.IGNORECASE,
)
_UNIT_IN = re.compile(
    r"^(.+?\D) +((?:apt|apartment|unit|suite|ste|flat|floor|#)\.? ?#?\w{1,6})$", re.IGNORECASE
)
_UNIT_BEFORE = re.compile(r"^((?:apt|apartment|unit|suite|ste|flat|#)\.? ?#?\w{1,6}) +(.+)$", re.IGNORECASE)
_PERSON = re.compile(r"^[^\W\d_a-z][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3} [^\W\d_a-z][\w.'’-]*$")
"""With capitals, or "my office" would be somebody."""
_CITY = re.compile(
    r"^(?!(?:yes|yeah|yep|no|nope|ok|okay|please|thanks?|sure|next|go|right|correct|never|my|our|the|same|use|to|at|as|"
    r"work|home)\b)[^\W\d_][\w.'’ -]{1,60}$",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(
    r"\b(?:is|are|was|were|the (?:rest|same|other)|address|wrong|right|correct|must|should|please|not|i|i'm|it|it's|"
    r"we|you|can|don't|what|order|thanks?|zip|postcode|number|moved?|moving|live|for|because|"
    r"and then|change|changed|update)\b",
    re.IGNORECASE,
)
"""Words of a sentence around an address."""
_STREET_NAMED = re.compile(
    r"\b(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|place|pl|way|terrace|circle|square|sq|"
    r"highway|parkway|close|crescent|row|gardens|grove|mews|hill|park|quay|wharf|green|yard)\.?$",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(
    r",?(?: and| but)? (?:not|instead of|rather than|no longer) "
    r"(?:(?:(?:to|at) )?(?:the|my|our|where|what)\b[^.,;!?\n]*|[\w-]+(?: [a-z]{2}\b)?)|\bnot [\w-]+(?:,| but)\b",
    re.IGNORECASE,
)
"""What it was before: "55106, not 55105", "not to the address I gave"."""
_PIECE_END = re.compile(
    r"[,;\n]+|[?!:](?= )|(?<=\d)\.(?= )|(?<!\b[A-Z])(?<!\bSt)(?<!\bMt)(?<!\bFt)\.(?= [A-Z])"
)
_GOES_ON = re.compile(r"\b(?:and|but|then|so|as|too)\b", re.IGNORECASE)
"""After a postcode: the sentence, and no longer the address."""
_LABELLED = re.compile(
    r"^(?:(?:and )?(?:that's|that is|it's|it is) (?:in|at) |in )|"
    r"^(?:street|city|town|zip(?: ?code)?|post(?:al)? ?code|postcode|state|country|name)\s*(?:is|:|=)\s*",
    re.IGNORECASE,
)


def address_in(text: str, *, asked: bool = False, country: str | None = None) -> Address | None:
    """What of an address the text tells. `asked` where it answers "which address?", so that no lead is needed.

    `country` is taken where the text names none and its postcode doesn't tell.
    """
    text = without_former(text[:MAX_CHARS].replace("’", "'"))
    parts, led = _parts(text)
    found = _read(parts)
    if not asked and not (found.line1 and (found.postcode or (led and found.city))):
        return found if led and found.line1 else None
    if not any((found.line1, found.city, found.postcode, found.country)):
        return None
    if found.line1 and not found.country:
        found = found.model_copy(update={"country": _country_of(found) or country})
    return found


def without_former(text: str) -> str:
    """The text without what it was before: "55106, not 55105"."""
    return _NOT_BUT.sub("", text)


def _parts(text: str) -> tuple[list[str], bool]:
    """The pieces between commas and line ends, from where the address begins."""
    led = _LEAD.match(text)
    rest = text[led.end() :] if led else text
    # "I moved to Salem, send it to …": the last that leads to a street.
    while (later := _LEAD.match(rest)) and any(
        _STREET.match(piece) for piece in _pieces(rest[later.end() :])
    ):
        rest = rest[later.end() :]
    rest = _TAIL.sub("", rest if led else _CORRECTION.sub("", rest))
    return _pieces(rest), bool(led)


def _pieces(text: str) -> list[str]:
    pieces = [" ".join(piece.split()) for piece in _PIECE_END.split(text)]
    return [_LABELLED.sub("", piece).strip(" .!?") for piece in pieces if piece.strip(" .!?")]


def _read(parts: Sequence[str]) -> Address:
    rest = [place for part in parts if (place := _place_in(part))]
    country = _take_country(rest)
    at, postcode, region, left = _take_postcode(rest)
    if at is not None:
        # What follows the postcode is no longer the address.
        rest[at:] = [left] if left else []
    region = region or _take_region(rest)
    street = _street(rest)
    if street is None:
        city = next((part for part in rest if _CITY.match(part) and len(part.split()) <= 4), None)
        is_told = postcode or len(rest) == 1
        return Address(
            line2=next((part for part in rest if _UNIT.match(part)), None),
            city=city if is_told and not (city and _UNIT.match(city)) else None,
            postcode=postcode,
            region=region,
            country=country,
        )
    start, end = street
    recipient = rest[start - 1] if start and _PERSON.match(rest[start - 1]) else None
    line1, after = ", ".join(rest[start:end]), rest[end:]
    if not after and (split := _STREET_END.match(line1)):
        line1, after = split[1], [split[2]]
    line1, line2, after = _unit(line1, after)
    places = [part for part in after if _CITY.match(part)]
    line2 = ", ".join(part for part in (line2, *places[:-1]) if part) or None
    return Address(
        recipient=recipient,
        line1=line1,
        line2=line2,
        city=places[-1] if places else None,
        region=region,
        postcode=postcode,
        country=country,
    )


def _place_in(part: str) -> str:
    """The part up to where a sentence goes on; "" where it holds no piece of an address."""
    said = _NO_PLACE.search(part)
    if not said:
        return part
    before = part[: said.start()].strip()
    return before if _STREET.match(before) or _CODE.search(before) else ""


def _street(rest: Sequence[str]) -> tuple[int, int] | None:
    """From where to where the street stands: with its number, or a unit's or a house's name before it."""
    for place, part in enumerate(rest):
        if _UNIT.match(part):
            continue
        if _STREET.match(part):
            before = place - 1 if place and _UNIT.match(rest[place - 1]) else place
            return before, place + 1
        if place and _STREET_NAMED.search(part) and len(rest) > place + 1:
            return place - 1, place + 1
    return None


def _unit(line1: str, after: list[str]) -> tuple[str, str | None, list[str]]:
    if unit := _UNIT_IN.match(line1):
        return unit[1].strip(), unit[2], after
    if after and _UNIT.match(after[0]):
        return line1, after[0], after[1:]
    if after and (unit := _UNIT_BEFORE.match(after[0])):
        return line1, unit[1], [unit[2], *after[1:]]
    return line1, None, after


def _take_country(parts: list[str]) -> str | None:
    if not parts:
        return None
    last = parts[-1].lower()
    if last in COUNTRIES and (len(parts) > 1 or len(last) > 2):
        parts.pop()
        return COUNTRIES[last]
    for name, code in COUNTRIES.items():
        if (
            (len(name) > 2 or name in {"us", "uk"})
            and re.search(rf"(?:\d|[A-Za-z]) +{re.escape(name)}$", last)
            and len(last) > len(name)
        ):
            before = parts[-1][: -len(name)].strip()
            if _CODE.search(before):
                parts[-1] = before
                return code
    return None


def _take_postcode(parts: Sequence[str]) -> tuple[int | None, str | None, str | None, str]:
    """In which part the postcode stands, it, the state before it, and what else is there."""
    for place in range(len(parts) - 1, -1, -1):
        found = [
            m
            for m in _CODE.finditer(parts[place])
            if not (m.start() == 0 and _STREET.match(parts[place]) and not _leads(m, parts, place))
            and not _UNIT.match(parts[place])
        ]
        if not found:
            continue
        code = found[-1]
        before, after = parts[place][: code.start()].strip(" ,"), parts[place][code.end() :]
        after = _GOES_ON.split(after)[0].strip(" ,")
        left = " ".join(piece for piece in (before, after) if piece)
        region, left = _state_at_end(left)
        return place, " ".join(code[1].upper().split()), region, left
    return None, None, None, ""


def _leads(code: re.Match[str], parts: Sequence[str], place: int) -> bool:
    """Whether the digits at the start of a part are its postcode, as in "10115 Berlin", with the street before it."""
    return len(code[1]) >= 4 and any(_STREET.match(part) for part in parts[:place])


def _take_region(parts: list[str]) -> str | None:
    """A state that stands alone, or at the end of the last part."""
    if not parts:
        return None
    region, left = _state_at_end(parts[-1])
    if region is None or (not left and len(parts) == 1):
        return None
    parts[-1:] = [left] if left else []
    return region


def _state_at_end(text: str) -> tuple[str | None, str]:
    words = text.split()
    if (
        words
        and words[-1].upper().strip(".") in STATES | PROVINCES
        and (words[-1].isupper() or len(words) > 1)
    ):
        return words[-1].upper().strip("."), " ".join(words[:-1])
    for count in (2, 1):
        name = " ".join(words[-count:]).lower()
        if name in STATE_NAMES and len(words) > count:
            return STATE_NAMES[name], " ".join(words[:-count])
        if name in STATE_NAMES and name not in {"new york", "washington"}:
            return STATE_NAMES[name], ""
    return None, text


def _country_of(found: Address) -> str | None:
    """What the postcode and the state tell of the country."""
    code, region = found.postcode or "", found.region or ""
    if re.fullmatch(_CA_CODE, code):
        return "CA"
    if re.fullmatch(_GB_CODE, code):
        return "GB"
    if re.fullmatch(r"\d{5}(?:-\d{4})?", code) and region in STATES:
        return "US"
    return None
