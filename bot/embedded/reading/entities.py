"""What identifies an order or a person in a shopper's text: numbers, e-mails, postcodes, codes.

Pure functions. Each reads at most MAX_CHARS characters, so hostile text costs no more than a long message.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from tools.commerce.order_numbers import number_key

MAX_CHARS = 4000
TEXTS_KEPT = 256

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_CUE = (
    r"(?:order|purchase|reference|ref|confirmation|booking|number|num|no|nr|id|code|numero)\b"
    r"(?:[ ]?(?:number|num|no|nr|id|code|reference|ref|#)(?!\w))?[.:]?"
    r"(?:[ ](?:is|was|it's|its|should be|would be|=))?[ ]?[:#№=]{0,3}[ ]?"
)
_WORD = r"[^\W_](?:[^\W_]|[-_/.](?=[^\W_])){0,63}"
_CUED_PARTS = re.compile(rf"\b{_CUE}([a-z]{{1,4}})[ ](\d{{2,20}})(?!\w)", re.IGNORECASE)
_HASHED = re.compile(rf"[#№][ ]?({_WORD})")
_PARTS = re.compile(r"(?<![\w#'])([A-Za-z]{1,4})[ ]-?[ ]?(\d{3,20})(?![\w-])")
_ANY_WORD = re.compile(_WORD)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]{0,6}\.?"
_UNIT = (
    r"(?:cm|mm|m|km|in|inch|inches|ft|feet|foot|kg|g|mg|lbs?|oz|ounces?|pounds?|ml|l|liters?|litres?|gb|tb|w|"
    r"watts?|v|"
    r"volts?|mah|hz|px|k|x|pack|pcs|pieces?|ply|person|people|days?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?|"
    r"seconds?|business|working|times?|stars?|items?|nights?|eur|euros?|usd|dollars?|bucks?|gbp|quid|pounds|brl|"
    r"reais|"
    r"cents?|percent|per|degrees?|am|pm|o'clock)"
)
_CUED = re.compile(rf"\b{_CUE}\"?'?(?!\d{{1,2}}[ ]{_UNIT}\b)({_WORD})", re.IGNORECASE)
_STATE = (
    r"(?:a[klrz]|c[aot]|d[ce]|fl|ga|hi|i[adln]|k[sy]|la|m[adeinost]|n[cdehjmvy]|o[hkr]|pa|ri|s[cd]|t[nx]|ut|v[at]|"
    r"w[aivy])"
)
_NOT_NUMBERS = re.compile(
    r"|".join(
        (
            r"(?:[$€£¥]|\b(?:usd|eur|gbp|brl|cad|aud|r\$))[ ]?\d[\d.,]{0,15}",
            r"\b\d[\d.,]{0,15}[ -]?(?:[$€£¥%″\"]|(?:" + _UNIT + r")(?!\w))",
            r"(?<![\w.,/-])\d{1,6}[.,]\d\d(?![\w/-]|[.,]\d)",
            r"\b\d{4}-\d{1,2}-\d{1,2}(?:t[\d:]{4,8})?\b",
            r"(?<![\w/.-])\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})(?![\w/-])",
            r"(?<![\w/-])\d{1,2}/\d{1,2}(?![\w/-])",
            r"\b\d{1,2}(?:st|nd|rd|th)?[ ](?:of[ ])?" + _MONTH + r"(?:,?[ ]\d{4})?(?!\w)",
            r"\b" + _MONTH + r"[ ]\d{1,2}(?:st|nd|rd|th)?(?:,?[ ]\d{4})?(?![\w-])",
            r"\b" + _MONTH + r"[ ]\d{4}(?![\w-])",
            r"\b(?:in|since|of|until|before|after|during|year)[ ](?:19|20)\d\d(?![\w-])",
            r"\b\d{1,2}:\d\d(?::\d\d)?(?:[ ]?[ap]\.?m)?\b",
            r"\b\d{1,2}[ ]?[ap]\.?m\b",
            r"\b\d{1,9}(?:st|nd|rd|th)\b",
            r"(?<![\w-])(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])",
            r"\+\d{1,3}[ .-]?(?:\(?\d{1,5}\)?[ .-]?){2,6}",
            r"\b(?:phone|tel|telephone|mobile|cell|call me (?:at|on))(?: number)?(?: is)?[:.]?[ ][+\d(][\d "
            r"().-]{5,20}",
            r",[ ]?" + _STATE + r"[ ]\d{5}(?:-\d{4})?(?![\w-])",
            r"(?<!order )(?<!one )(?<!number )\b(?:ending|ends)[ ](?:in|with)[ ]\d{4}(?![\w-])",
            r"\b\d{1,4}-[a-z]{3,12}(?![\w-])",
            r"\bsize[sd]?[ ](?:is |a |in )?[\w.]{1,6}",
            r"\b(?:zip|postcode|postal|post|plz|cep)(?: code)?(?: is| was|:)?[ ]{0,2}[\w-]{3,10}(?:[ ]\d[a-z]{2})?\b",
            r"\b\d{1,4}[ ]?x[ ]?\d{1,4}(?:[ ]?x[ ]?\d{1,4})?(?:[ ]?(?:cm|mm|in|ft|m))?\b",
        )
    ),
    re.IGNORECASE,
)
_QUANTITY = re.compile(r"(?<![\w#-])\d{1,3}[ ]([a-z]{2,20})\b", re.IGNORECASE)
_NOT_NOUNS = frozenset(
    "is was has hasn't have and or please still not isn't wasn't never arrived came for to from by in on at with "
    "that which it i we my where when what why did does do can could will would should yet but shows says got "
    "placed ordered shipped delivered be been thanks thank".split()
)
_NOT_PREFIXES = frozenset(
    "a am an and are as at be but by can did do for from get got had has have id in is it its last me my no nos "
    "not nr "
    "num of off on one only or our out over paid per ref so than the then this to two up us use was we were when why "
    "with you your over just like size than code zip each code pin item top max min next past some item here also "
    "order that if else unless has does now".split()
)
_ZIP_CUED = re.compile(
    r"\b(?:zip|post(?:al)?|cep|plz|postcode|zipcode)\b[ -]?(?:code|nr|number)?\b[ ]?(?:on it |there |for it )?"
    r"(?:is|was|should be|would be|it's)?[ ]?[:=]?[ ]{0,2}"
    r"([a-z]\d[\dw][ ][a-z\d]{4}|[a-z]{1,2}\d[a-z\d]?[ ]?\d[a-z]{2}|"
    r"[a-z]\d[a-z][ -]?\d[a-z]\d|\d{4}[ ]?[a-z]{2}|\d{5}-?\d{3,4}|\d{3}[ ]\d{2}|"
    r"[a-z]{0,3}-?\d[a-z\d-]{2,9})(?![\w-])",
    re.IGNORECASE,
)
_ZIP_LONE = re.compile(
    r"(?<![\w@#./-])"
    r"(?:[a-z]\d[\dw][ ][a-z\d]{4}|[a-z]{1,2}\d[a-z\d]?[ ]?\d[a-z]{2}|"
    r"[a-z]\d[a-z][ -]?\d[a-z]\d|\d{4}[ ][a-z]{2}|\d{5}-\d{3,4}|\d{3}[ ]\d{2}|"
    r"[a-z]{0,3}-?\d[a-z\d-]{1,8}[a-z\d])(?![\w@-])",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![\w#-])(\d{3})[ -]?(\d{3})(?![\w-])")


def emails(text: str) -> tuple[str, ...]:
    """E-mail addresses in lower case, in the order they stand, each once."""
    return tuple(dict.fromkeys(found.lower().strip("'.") for found in _EMAIL.findall(_read(text))))


def order_numbers(text: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    """What may be order numbers, the likeliest first, without a leading `#`.

    `known` are numbers already shown to the shopper: they match first, also by their last four or more digits.
    """
    readable = _ZIP_CUED.sub(" , ", _EMAIL.sub(" , ", _read(text)))
    found = [*_known(readable, known)]
    found += _cued(readable)
    rest = _without_other_numbers(readable)
    for prefix, digits in _PARTS.findall(rest):
        if prefix.lower() not in _NOT_PREFIXES:
            found += [prefix.upper() + digits, digits]
    tokens = [token for token in _ANY_WORD.findall(rest) if _looks_like_number(token)]
    found += sorted(tokens, key=_plausibility, reverse=True)
    return tuple({number_key(number): number for number in reversed(found)}[key] for key in _keys(found))


def postcodes(text: str, *, expected: bool) -> tuple[str, ...]:
    """Postcodes named as such; when one was asked for (`expected`), also those that stand alone."""
    readable = _EMAIL.sub(" , ", _read(text))
    found = _ZIP_CUED.findall(readable)
    if expected:
        found += _ZIP_LONE.findall(readable)
    return tuple(dict.fromkeys(" ".join(code.upper().split()) for code in found))


def sign_in_code(text: str) -> str | None:
    """The six digits of a one-time code."""
    match = _CODE.search(_read(text))
    return match[1] + match[2] if match else None


@lru_cache(maxsize=TEXTS_KEPT)
def _read(text: str) -> str:
    # Full-width digits, look-alike spaces and invisible signs come with pasted text.
    plain = unicodedata.normalize("NFKC", text[:MAX_CHARS])[:MAX_CHARS]
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return " ".join(plain.replace("’", "'").replace("–", "-").split())


def _known(text: str, known: Sequence[str]) -> list[str]:
    keys = [number_key(token) for token in _ANY_WORD.findall(text)]
    keys += [left + right for left, right in pairwise(keys)]
    endings = {key for key in keys if len(key) >= 4 and key.isdigit()}
    whole = [number for number in known if number_key(number) in keys]
    ending = [number for number in known if any(number_key(number).endswith(key) for key in endings)]
    return whole + ending


def _cued(text: str) -> list[str]:
    found = [
        letters.upper() + digits
        for letters, digits in _CUED_PARTS.findall(text)
        if letters.lower() not in _NOT_PREFIXES
    ]
    quantities = {
        match[0].split()[0] for match in _QUANTITY.finditer(text) if match[1].lower() not in _NOT_NOUNS
    }
    found += [token for token in _HASHED.findall(text) if _has_digit(token) or token.isupper()]
    found += [
        token
        for token in _CUED.findall(text)
        if _has_digit(token) and token not in quantities and not _NOT_NUMBERS.fullmatch(token)
    ]
    return found


def _without_other_numbers(text: str) -> str:
    rest = _NOT_NUMBERS.sub(" , ", text)
    return _QUANTITY.sub(lambda m: m[0] if m[1].lower() in _NOT_NOUNS else " , ", rest)


def _has_digit(token: str) -> bool:
    return any(c.isdigit() for c in token)


def _looks_like_number(token: str) -> bool:
    digits = sum(c.isdigit() for c in token)
    if digits == len(token):
        return digits >= 3
    return digits >= 3 or (digits == 2 and len(token) >= 5)


def _plausibility(token: str) -> tuple[bool, int]:
    """Letters together with digits come first, then the longer."""
    return (any(c.isalpha() for c in token), len(token))


def _keys(numbers: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number_key(number) for number in numbers))
