"""Who somebody says they are, before or after what they want: "my name is Ada Park and my zip code is 97301"."""

import re
from dataclasses import replace

from bot.embedded.situation import Situation

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_GREETING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|there|team|all|everyone)\b\W*)+",
    re.IGNORECASE,
)
_WORD = r"[^\W\d_a-z][^\W\d_]*(?:['’.-][^\W\d_]+)*"
_FULL_NAME = rf"{_WORD}(?:[ ]+(?:{_WORD}|de|del|della|di|da|van|von|der|den|la|le|bin|al)\.?){{0,4}}"
_NAME = re.compile(
    rf"\b(?P<name>(?i:my (?:full )?name(?:['’]s| is)|name:?))[ ]+{_FULL_NAME}|"
    rf"(?i:\b(?:this is|i['’]m|i am|it['’]s))[ ]+{_FULL_NAME}(?=\W|$)"
)
_IS_HERE = re.compile(r"^\W*(?:this is )?(?:[^\W\d_]+ ){1,3}here\b", re.IGNORECASE)
_CODE = re.compile(
    r"\b(?:zip|post(?:al)?)(?:[ ]?code)?\b(?: is|:)?[ ]+(?=[\w -]*\d)[a-z]{0,2}\d[\w-]{1,9}(?:[ ]\d[a-z]{2})?|"
    r"(?<=,)[ ]*\d{5}(?:-\d{4})?\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\b(?:e-?mail(?: address)?(?: is|:)?[ ]+)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b(?:and|with|from|at|here|speaking|my|the|is|in|i|live|under|account|registered|on file|again)\b",
    re.IGNORECASE,
)
GREETING = "Hello"


def without_introduction(situation: Situation) -> Situation:
    """Of somebody signed in, whose session tells who they are, only what they want; a mere greeting if nothing."""
    if not situation.signed_in or situation.memory.asked is not None or situation.is_staff:
        return situation
    sentences = [piece for piece in _SENTENCE.split(situation.text) if piece.strip()]
    told = [piece for piece in sentences if _introduces(piece)]
    if not told:
        return situation
    left = [piece for piece in sentences if piece not in told and _GREETING.sub("", piece)]
    return replace(situation, text=" ".join(left) or GREETING)


def _introduces(sentence: str) -> bool:
    """Whether it tells a name, a postcode or an e-mail, and nothing else."""
    said = _GREETING.sub("", sentence)
    without_mail, mails = _EMAIL.subn(" ", said)
    without_code, codes = _CODE.subn(" ", without_mail)
    name = _NAME.search(without_code)
    if not (mails or codes or (name and name["name"])):
        return False
    rest = _IS_HERE.sub(" ", _NAME.sub(" ", without_code, count=1), count=1)
    return not any(map(str.isalnum, _BETWEEN.sub(" ", rest)))
