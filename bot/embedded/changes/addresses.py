"""A postal address in a sentence, as far as one is told: nothing is made up, what is missing stays empty."""

import re
from collections.abc import Sequence

from bot.embedded.changes.draft import Address
from bot.embedded.entities import MAX_CHARS

_COUNTRIES = {
    "US": "us usa u.s. u.s.a. united states|united states of america|america",
    "CA": "canada",
    "GB": "uk u.k. gb united kingdom|great britain|england|scotland|wales|northern ireland",
    "IE": "ireland",
    "DE": "germany|deutschland",
    "AT": "austria",
    "CH": "switzerland",
    "FR": "france",
    "NL": "netherlands|the netherlands|holland",
    "BE": "belgium",
    "ES": "spain",
    "PT": "portugal",
    "IT": "italy",
    "DK": "denmark",
    "SE": "sweden",
    "NO": "norway",
    "FI": "finland",
    "PL": "poland",
    "AU": "australia",
    "NZ": "new zealand",
    "JP": "japan",
    "MX": "mexico",
    "BR": "brazil|brasil",
    "IN": "india",
}


def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, listed in _COUNTRIES.items():
        first, *longer = listed.split("|")
        head = first.split(" ")
        short = [word for word in head if "." in word or len(word) <= 3]
        names |= dict.fromkeys([*short, " ".join(head[len(short) :]), *longer, code.lower()], code)
    names.pop("", None)
    for ambiguous in ("in", "no", "it", "be", "at", "de", "ca", "es"):
        names.pop(ambiguous, None)
    return names


_NAMES = _country_names()
_STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA PR RI SC SD TN TX UT VT VA WA WV WI WY".split()
)
_STATE_NAMES = dict(
    pair.rsplit(" ", 1)
    for pair in (
        "alabama AL|alaska AK|arizona AZ|arkansas AR|california CA|colorado CO|connecticut CT|delaware DE|florida FL|"
        "georgia GA|hawaii HI|idaho ID|illinois IL|indiana IN|iowa IA|kansas KS|kentucky KY|louisiana LA|maine ME|"
        "maryland MD|massachusetts MA|michigan MI|minnesota MN|mississippi MS|missouri MO|montana MT|nebraska NE|"
        "nevada NV|new hampshire NH|new jersey NJ|new mexico NM|new york NY|north carolina NC|north dakota ND|ohio OH|"
        "oklahoma OK|oregon OR|pennsylvania PA|rhode island RI|south carolina SC|south dakota SD|tennessee TN|texas TX|"
        "utah UT|vermont VT|virginia VA|washington WA|west virginia WV|wisconsin WI|wyoming WY"
    ).split("|")
)
_PROVINCES = frozenset("AB BC MB NB NL NS NT NU ON PE QC SK YT".split())
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
_PERSON = re.compile(r"^[^\W\d_a-z][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3} [^\W\d_a-z][\w.'’-]*$")
"""With capitals, or "my office" would be somebody."""
_CITY = re.compile(
    r"^(?!(?:yes|yeah|yep|no|nope|ok|okay|please|thanks?|sure|next|go|right|correct|never)\b)[^\W\d_][\w.'’ -]{1,60}$",
    re.IGNORECASE,
)
_PIECE_END = re.compile(r"[,;\n]+|[?!:](?= )|(?<!\b[A-Z])(?<!\bSt)(?<!\bMt)(?<!\bFt)\.(?= [A-Z])")
_LABELLED = re.compile(
    r"^(?:street|city|town|zip(?: ?code)?|post(?:al)? ?code|postcode|state|country|name)\s*(?:is|:|=)\s*",
    re.IGNORECASE,
)


def address_in(text: str, *, asked: bool = False, country: str | None = None) -> Address | None:
    """What of an address the text tells. `asked` where it answers "which address?", so that no lead is needed.

    `country` is taken where the text names none and its postcode doesn't tell.
    """
    text = text[:MAX_CHARS].replace("’", "'")
    parts, led = _parts(text)
    found = _read(parts)
    if not asked and not (found.line1 and (found.postcode or (led and found.city))):
        return found if led and found.line1 else None
    if not any((found.line1, found.city, found.postcode, found.country)):
        return None
    if found.line1 and not found.country:
        found = found.model_copy(update={"country": _country_of(found) or country})
    return found


def without_address(text: str) -> str:
    """The text before its address, so that house numbers and postcodes are not taken for anything else."""
    found = address_in(text)
    if found is None or not found.line1:
        return text
    start = text.lower().find(found.line1.lower()[:8])
    return text[:start] if start >= 0 else text


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
    rest = list(parts)
    country = _take_country(rest)
    postcode, region = _take_postcode(rest)
    region = region or _take_region(rest)
    start = next((place for place, part in enumerate(rest) if _STREET.match(part)), None)
    if start is None:
        city = next((part for part in rest if _CITY.match(part) and len(part.split()) <= 4), None)
        return Address(
            city=city if postcode or len(rest) == 1 else None,
            postcode=postcode,
            region=region,
            country=country,
        )
    recipient = rest[start - 1] if start and _PERSON.match(rest[start - 1]) else None
    line1, after = rest[start], rest[start + 1 :]
    if not after and (split := _STREET_END.match(line1)):
        line1, after = split[1], [split[2]]
    line2 = None
    if unit := _UNIT_IN.match(line1):
        line1, line2 = unit[1].strip(), unit[2]
    elif after and _UNIT.match(after[0]):
        line2, after = after[0], after[1:]
    elif after and (
        unit := re.match(
            r"^((?:apt|apartment|unit|suite|ste|flat|#)\.? ?#?\w{1,6}) +(.+)$", after[0], re.IGNORECASE
        )
    ):
        line2, after = unit[1], [unit[2], *after[1:]]
    city = next((part for part in after if _CITY.match(part)), None)
    return Address(
        recipient=recipient,
        line1=line1,
        line2=line2,
        city=city,
        region=region,
        postcode=postcode,
        country=country,
    )


def _take_country(parts: list[str]) -> str | None:
    if not parts:
        return None
    last = parts[-1].lower()
    if last in _NAMES and (len(parts) > 1 or len(last) > 2):
        parts.pop()
        return _NAMES[last]
    for name, code in _NAMES.items():
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


def _take_postcode(parts: list[str]) -> tuple[str | None, str | None]:
    """The postcode, and the state that stands before it; both are taken out of the parts."""
    for place in range(len(parts) - 1, -1, -1):
        found = [
            m
            for m in _CODE.finditer(parts[place])
            if not (m.start() == 0 and _STREET.match(parts[place]) and not _leads(m, parts, place))
        ]
        if not found:
            continue
        code = found[-1]
        before, after = parts[place][: code.start()].strip(" ,"), parts[place][code.end() :].strip(" ,")
        left = " ".join(piece for piece in (before, after) if piece)
        region, left = _state_at_end(left)
        parts[place : place + 1] = [left] if left else []
        return " ".join(code[1].upper().split()), region
    return None, None


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
        and words[-1].upper().strip(".") in _STATES | _PROVINCES
        and (words[-1].isupper() or len(words) > 1)
    ):
        return words[-1].upper().strip("."), " ".join(words[:-1])
    for count in (2, 1):
        name = " ".join(words[-count:]).lower()
        if name in _STATE_NAMES and len(words) > count:
            return _STATE_NAMES[name], " ".join(words[:-count])
        if name in _STATE_NAMES and name not in {"new york", "washington"}:
            return _STATE_NAMES[name], ""
    return None, text


def _country_of(found: Address) -> str | None:
    """What the postcode and the state tell of the country."""
    code, region = found.postcode or "", found.region or ""
    if re.fullmatch(_CA_CODE, code):
        return "CA"
    if re.fullmatch(_GB_CODE, code):
        return "GB"
    if re.fullmatch(r"\d{5}(?:-\d{4})?", code) and region in _STATES:
        return "US"
    return None
