"""A shopper's own details in a sentence: the name, the phone number, the newsletter."""

import re

from bot.embedded.reading.plain import plain

_PHONE = re.compile(r"(?<![\w#-])(\+?\(?\d[\d ().\-/]{5,24}\d)(?![\w-])")
_PHONE_CUE = re.compile(r"\b(?:phone|mobile|cell|telephone|call|number|reach me)\b", re.IGNORECASE)
_NAME = re.compile(
    r"\b(?:name (?:is|to|should be|on (?:my|the) account (?:is|to|should be)|in (?:my|the) account (?:is|to|should be)|"
    r"has changed to|changed to|now is|is now)|call me|i am now called|i'm now called|i'm called|name:)\s+"
    r"(?:now |actually |to )?((?-i:[^\W\d_])[\w'.-]*(?: [^\W\d_][\w'.-]*){0,4})",
    re.IGNORECASE,
)
_NAME_END = re.compile(
    r" (?:please|instead|now|and|not|thanks|because|since|but|as|from|in|on|for|so|with|also|my|the)\b.*$",
    re.IGNORECASE,
)
_ALONE = re.compile(r"^(?:it's |it is |to )?([^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*){0,4})[.!]?$")
_NEWSLETTER = re.compile(
    r"\bnewsletters?\b|\bmailing lists?\b|\b(?:marketing|promo\w*|advertising) (?:e-?)?mails?\b|\bsubscri",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\bunsubscribe\b|\bstop\b|\bno (?:more|longer|newsletters?)\b|\b(?:don't|do not|never|not) (?:want|send|need|get|"
    r"receive|wish)|\bremove\b|"
    r"\bcancel\b|\bopt(?:ing)? out\b|\bend\b|\bquit\b|\bturn off\b|\boff\b|\brid of\b|\bout\b",
    re.IGNORECASE,
)
_START = re.compile(
    r"\bsubscribe\b|\bsign (?:me )?up\b|\bsign up\b|\bwant\b|\blike\b|\bsend\b|\bget\b|\breceive\b|\bopt in\b|"
    r"\badd\b|\bturn on\b|"
    r"\bstart\b|\bjoin\b|^\W*(?:yes|on|please)\b",
    re.IGNORECASE,
)
_NAMES_NAME = re.compile(r"\b(?:sur|last |first |full )?name\b", re.IGNORECASE)


def phone_in(text: str, *, asked: bool = False) -> str | None:
    text = plain(text)
    found = _PHONE.search(text)
    if not found or not (asked or _PHONE_CUE.search(text)):
        return None
    digits = sum(c.isdigit() for c in found[1])
    return found[1].strip() if 7 <= digits <= 15 else None


def name_in(text: str, *, asked: bool = False) -> str | None:
    text = plain(text)
    found = _NAME.search(text) or (_ALONE.match(text) if asked else None)
    if not found:
        return None
    name = _NAME_END.sub("", f"{found[1]} ").strip(" .")
    return name if name and (found[1][0].isupper() or asked) and name.lower() not in _NOT_NAMES else None


def newsletter_in(text: str, *, asked: bool = False) -> bool | None:
    """True where they want it, False where they no longer do."""
    text = plain(text)
    if not (asked or _NEWSLETTER.search(text)):
        return None
    if _STOP.search(text):
        return False
    return True if _START.search(text) else None


def detail_named(text: str) -> str | None:
    """Which of the details they speak of: `name`, `phone`, `address` or `newsletter`."""
    text = plain(text)
    named = [
        detail
        for detail, pattern in (
            ("newsletter", _NEWSLETTER),
            (
                "phone",
                re.compile(r"\b(?:phone|mobile|cell|telephone)\b|\bmy (?:new )?number\b", re.IGNORECASE),
            ),
            ("address", re.compile(r"\baddress\b|\bmoved\b", re.IGNORECASE)),
            ("name", _NAMES_NAME),
        )
        if pattern.search(text)
    ]
    return named[0] if len(named) == 1 else None


_NOT_NAMES = frozenset("name phone address newsletter number my it yes no ok okay please the a".split()) | {
    "phone number",
    "my name",
    "my phone",
    "the name",
    "default address",
    "the newsletter",
    "my address",
    "the address",
    "my phone number",
    "the phone number",
}
