"""A wish that depends on something: "if it hasn't shipped cancel it, otherwise return it". What it depends on, and
what is wanted in either case; nothing is judged here."""

import re
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.embedded.reading.amounts import price_limits
from bot.embedded.reading.plain import plain


class About(StrEnum):
    """What a condition can be judged by."""

    STATUS = "status"
    """How far the order is."""
    ARRIVAL = "arrival"
    ORDER_AMOUNT = "order_amount"
    """What the order, or an item of it, cost."""
    REFUND = "refund"
    """How much goes back."""
    COST = "cost"
    """What the change itself costs, or whether it is free."""
    MONEY_TO = "money_to"
    """Where the money goes."""
    POSSIBLE = "possible"
    """Whether the shop's rules allow it, and there is such a version."""
    UNKNOWN = "unknown"


class Condition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    about: About
    said: str
    denied: bool = False
    """Whether it is to be not so: "if it hasn't shipped", "unless it has"."""


@dataclass(frozen=True)
class Conditional:
    condition: Condition
    then: str
    """What is wanted if it holds; "" for nothing."""
    otherwise: str


_MARK = re.compile(
    r"\b(?:but )?(?:only )?(?P<mark>if|unless|as long as|so long as|provided(?: that)?|assuming(?: that)?|in case)\b "
    r"(?!possible\b|(?:you|i) (?:could|would|may|don't mind|please)\b|anything\b|not(?:hing)?\W|(?:so|yes|no)\W)",
    re.IGNORECASE,
)
_NO_CONDITION = re.compile(
    r"\b(?:know|check|see|wonder(?:ing|ed)?|ask(?:ing)?|tell me|sure|let me know|what|even|as|appreciate it|great|"
    r"nice|good|"
    r"helpful|grateful|glad|happy|kind|find out|look|mind|say|says|matter|like)(?: me| us| it)?\W*$",
    re.IGNORECASE,
)
"""Before an "if" that asks, or is polite: "let me know if", "it would be great if"."""
_ACTS = (
    r"(?:please |just |then |i'd (?:like|rather|prefer)(?: to| my| a| the)? |i want(?: to| my| a)? |you can |can you |"
    r"could you |i'll |"
    r"let's |we can |rather |instead )*"
    r"(?:cancel|return|exchange|swap|refund|send|ship|change|update|replace|remove|take|give|leave|keep|forget|do|"
    r"make|"
    r"use|pay|put|get|don't|nothing|never mind|skip|drop|money|go|transfer|connect)\b"
)
_END = rf"(?=[,.:;!]|$| then\b| already\b| i\b| {_ACTS})"
_OTHERWISE = re.compile(
    r"[\s,;.!–—-]*\b(?:(?:and |but |or )?(?:otherwise|or else|else|failing that|if not|"
    r"if (?:it|that|this|they)(?:'s not|(?: isn't| is not| aren't| hasn't| has not| doesn't| does not| can't be|"
    r" cannot be| won't| "
    rf"didn't| has| is| does| did| have| was))(?: (?:possible|work(?: out)?|the case|so|done|available|"
    rf"in stock))?{_END}|"
    r"if (?:it's|it is|that's|that is|it costs) (?:any )?(?:more|less|higher|above that|over that|too much|"
    r"too expensive|too dear)(?: than that)?(?=[,.:;!]|$| then\b| i\b)|"
    rf"if (?:you|they|it|we) (?:don't|can't|cannot|haven't|doesn't|hasn't)"
    r"(?: (?:have|do|get|got|make|manage|sell)(?: (?:it|that|them|this|those|one|any))?)?"
    r"(?=[,.:;!]|$| then\b| i\b))|if so)\b"
    r"[\s,:]*(?:then |already[\s,]+|just |please )*",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"^\W*(?:and |but )?if (?P<reply>so|yes|not|no|it has|it is|it hasn't|it isn't)\b[\s,:]*(?:then )?",
    re.IGNORECASE,
)
"""After a question of their own: "Has it shipped? If not, cancel it."."""
_THEN = re.compile(
    rf"\s*(?:[,;:–—-]\s*(?:then\b)?|\bthen\b)\s*(?={_ACTS})|\s+(?:just |please )?(?={_ACTS})", re.IGNORECASE
)
_NOTHING = re.compile(
    r"^\W*(?:(?:please|just|then|you can|i'll|let's|we)\W+)*(?:(?:leave|keep) (?:it|them|everything|things?|(?:the|"
    r"my) \w+)(?: (?:as|like) "
    r"(?:it|they|that) (?:is|are)| alone| be| then| that way)?|(?:do )?nothing|don't (?:bother|do (?:anything|it)|"
    r"cancel|return|change|exchange|worry)(?: it| about it| anything)?|never ?mind|skip it|drop it|"
    r"forget (?:it|about it)|"
    r"no need)\W*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_LEAD = re.compile(
    r"^\W*(?:(?:hi|hello|hey|ok|okay|so|and|but|well|yes|no|also|please|then|actually|hmm+|only|just)\b\W*)*$",
    re.IGNORECASE,
)
"""Before "if …", and no wish."""
_UNFINISHED = re.compile(
    r"(?:\b(?:costs?|gets?|pays?|is|are|was|can|can't|cannot|could|to|be|not|you|i|we|it's|don't|able|would|will|won't|i'll|we'll|full|still|and|"
    r"or|the|a|"
    r"my)|n't)$",
    re.IGNORECASE,
)
"""What a condition can't end with: "if you can't | change it"."""
_CHANGE_NAMED = re.compile(
    r"\b(?:cancel|return|exchang|swap|refund|chang|updat|replac|redirect|address)", re.IGNORECASE
)
_DENIES = re.compile(
    r"\b(?:not|never|no|no longer|without|cannot|unable|impossible|sold out|out of stock|too late)\b|n't\b",
    re.IGNORECASE,
)
_FREE = re.compile(r"\b(?:free|nothing|full|everything|all)\b", re.IGNORECASE)
_TRIED = re.compile(
    r"^(?:(?:you|i|we|they) (?:can't|cannot|can not|couldn't|could not|are unable to|are not able to|aren't able to|"
    r"won't)"
    r"(?: still)?|it(?:'s| is) (?:not|no longer) possible to|it(?:'s| is) too late to) ",
    re.IGNORECASE,
)
"""Before what would be tried first: "if you can't | change the address"."""
_CARD = (
    r"(?:(?:on|to|onto|via|with|in|as|into|by) (?:my |the |a |an )?(?:\w+ )?(?:card|paypal|visa|mastercard|amex|"
    r"account|credit|bank\w*|cash|payment method)|cash|store credit)"
)
_DAY = (
    r"(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)day|tomorrow|today|tonight|week|(?:jan|feb|mar|apr|may|jun|jul|aug|"
    r"sep|oct|nov|dec)[a-z]{0,6}\.? \d|\d{1,2}(?:st|nd|rd|th)\b|(?:on|in) time|late)"
)
_ABOUT = tuple(
    (about, re.compile(pattern, re.IGNORECASE))
    for about, pattern in (
        (
            About.ARRIVAL,
            rf"\b(?:arriv|deliver|com(?:e|es|ing)\b|gets? here|be here|is here|make it|reach|show up).*\b{_DAY}|"
            r"\b(?:it's|it is|is|be|running) late\b",
        ),
        (About.MONEY_TO, rf"\b{_CARD}\b"),
        (
            About.COST,
            r"\bfree\b|\b(?:full|whole|all (?:of )?(?:the|my)) (?:refund|amount|price|money|sum)\b|"
            r"\b(?:costs?|fees?|charges?|pay|surcharge)\b(?! by\b)|\bfor nothing\b",
        ),
        (
            About.STATUS,
            r"^(?!.*\b(?:can|can't|cannot|could)\b).*\b(?:ship(?:ped|s)?|sent|left|dispatched|gone (?:out|off)|"
            r"went out|"
            r"on (?:its|the) way|in transit|out for delivery|delivered|arrived|processing|pending|packed|"
            r"still (?:here|there|with you)|in (?:your|the) warehouse)\b",
        ),
        (
            About.POSSIBLE,
            r"\b(?:can|can't|cannot|could|couldn't|able|unable|possible|impossible|allowed|permitted|eligible|"
            r"too late|"
            r"works?|lost|missing|"
            r"you (?:do|carry|sell)|(?:have|got) (?:it|them|one|that|any|an?|the|some)|"
            r"has it|stock|available|to be had|sold out|gone|left|exists?|comes? in|"
            r"there(?:'s| is| are)|(?:is|isn't|is not|are|aren't|are not) there)\b",
        ),
    )
)
_OF_REFUND = re.compile(r"\b(?:get|receive|refund\w*|back|reimburse\w*)\b", re.IGNORECASE)
_OF_CHANGE = re.compile(
    r"\b(?:fees?|charges?|pay|label|difference|surcharge|extra)\b|"
    r"\d(?: ?(?:dollars|bucks|euros?|pounds|quid))? (?:more|on top)\b",
    re.IGNORECASE,
)


def conditional(text: str) -> Conditional | None:
    """None where nothing that is wanted hangs on anything."""
    sentences = [piece for piece in _SENTENCE.split(plain(text)) if piece.strip()]
    for place, here in enumerate(sentences):
        found = _read(sentences[:place], here, sentences[place + 1 :])
        if found:
            return found
    return None


def _read(before: list[str], here: str, after: list[str]) -> Conditional | None:
    """The wish whose condition stands in the sentence `here`."""
    answered = _ANSWERED.match(here)
    if answered and before and before[-1].endswith("?"):
        holds = answered["reply"].lower() in {"so", "yes", "it has", "it is"}
        here, otherwise, after = _without_otherwise(here[answered.end() :], after, start=0)
        condition = _condition(before[-1], denied=not holds)
        return _put_right(condition, " ".join(before[:-1]), " ".join([here, *after]), otherwise)
    mark, split = _marked(here), _OTHERWISE.search(here)
    if mark is None or (split and 0 < split.start() <= mark.start()):
        return _tried(before, here, after)
    here, otherwise, after = _without_otherwise(here, after, start=mark.end())
    lead, rest = here[: mark.start()].strip(" ,"), here[mark.end() :]
    said, action = _parted(rest, lead) if _LEAD.match(lead) else (rest, lead)
    if not action and before:
        before, action = before[:-1], before[-1]  # "Change it to steel. But only if it's less than $80 more."
    if not action:
        return None
    condition = _condition(said, denied=mark["mark"].lower() == "unless")
    then = " ".join([f"{action}.", *after]) if after else action
    return _put_right(condition, " ".join(before), then, otherwise)


def _tried(before: list[str], here: str, after: list[str]) -> Conditional | None:
    """ "Exchange it for an L, otherwise refund me": the first if it is possible."""
    if here.endswith("?"):
        return None
    here, otherwise, after = _without_otherwise(here, after, start=0)
    tried = " ".join([*before, here, *after])
    return Conditional(Condition(about=About.POSSIBLE, said=""), tried, otherwise) if otherwise else None


def condition_in(text: str) -> Condition | None:
    """What a plain addition makes it depend on: "yes, but only if it's free"."""
    said = plain(text)
    mark = _marked(said)
    return _condition(said[mark.end() :], denied=mark["mark"].lower() == "unless") if mark else None


def _put_right(condition: Condition, context: str, then: str, otherwise: str) -> Conditional:
    """With what is to be tried or done first as `then`, also where it was said the other way round."""
    if _NOTHING.match(otherwise):
        otherwise = ""
    if _NOTHING.match(then):
        turned = condition.model_copy(update={"denied": not condition.denied})
        return Conditional(turned, f"{context} {otherwise}".strip(), "")
    if condition.about is not About.POSSIBLE or not condition.denied:
        return Conditional(condition, f"{context} {then}".strip(), otherwise)
    # "If you can't change the address, cancel it": the change of the address is tried first.
    named = _TRIED.sub("", condition.said) if _CHANGE_NAMED.search(condition.said) else ""
    first = otherwise or f"{context} {named}".strip()
    tried = condition.model_copy(update={"denied": False})
    return Conditional(tried if first else condition, first or then, then if first else "")


def _without_otherwise(here: str, after: list[str], start: int) -> tuple[str, str, list[str]]:
    """The sentence up to there, what is wanted if the condition doesn't hold, and the sentences left after it."""
    split = _OTHERWISE.search(here, start)
    if split and split.start():
        return here[: split.start()], here[split.end() :], after
    if after and (split := _OTHERWISE.match(after[0])):
        return here, after[0][split.end() :], after[1:]
    return here, "", after


def _marked(text: str) -> re.Match[str] | None:
    return next(
        (mark for mark in _MARK.finditer(text) if not _NO_CONDITION.search(text[: mark.start()])), None
    )


def _parted(rest: str, lead: str) -> tuple[str, str]:
    """The condition, and what is wanted then: after a comma or "then", else from the first verb of a wish."""
    places = [place for place in _THEN.finditer(rest) if _is_whole(rest[: place.start()])]
    clear = [place for place in places if place[0].strip()]
    if not places:
        return rest, ""
    place = (clear or places)[0]
    return rest[: place.start()], f"{lead} {rest[place.end() :]}".strip()


def _is_whole(said: str) -> bool:
    return len(said.split()) > 1 and not _UNFINISHED.search(said.rstrip())


def _condition(said: str, *, denied: bool) -> Condition:
    said = said.strip(" ,.;!?")
    about = _about(said)
    # "It is not too late" denies twice.
    denies = len(_DENIES.findall(said)) % 2 == 1
    if about is About.COST and not _has_limit(said) and not _FREE.search(said):
        denies = not denies  # what is denied there is that it costs anything: it should be free
    return Condition(about=about, said=said, denied=denied != denies)


def _about(said: str) -> About:
    if _has_limit(said):
        if _OF_REFUND.search(said):
            return About.REFUND
        return About.COST if _OF_CHANGE.search(said) else About.ORDER_AMOUNT
    return next((about for about, words in _ABOUT if words.search(said)), About.UNKNOWN)


def _has_limit(said: str) -> bool:
    limits = price_limits(said)
    return limits.minimum is not None or limits.maximum is not None
