"""What a reply asks for, as a shopper who reads it would understand: by words, whatever bot has written them."""

import re
from collections.abc import Mapping, Sequence

from bot.evaluation.scenario import Fact
from bot.events import Reply

_ASKED: Mapping[Fact, str] = {
    "code": r"\bcode\b(?! instead)",
    "order_number": r"order number|number of (?:the|your) order|which order|what order",
    "email": r"e-?mail",
    "postcode": r"post(?:al )?code|zip",
    "address": r"address",
    "quantity": r"how many|quantity",
    "option": r"which (?:size|colou?r|version|variant|option|one instead)|what (?:size|colou?r)|"
    r"(?:size|colou?r|version|variant|option) (?:would|do) you|instead|should (?:it|they) be",
    "refund_to": r"refund(?:ed)? (?:to|go|back)|money (?:to )?(?:go|back)|store credit|back to",
    "payment_method": r"pay(?:ment|ing)?\b|\bcard\b|charge(?:d)?\b",
    "change": r"what .*\bchange\b",
    "cause": r"what went wrong|what happened|why should|what is it for",
    "reason": r"\bwhy\b|reason|what(?:'s| is) wrong|what(?:'s| was) the (?:matter|problem)",
    "item": r"which (?:item|one|line|of|product|part)|what (?:item|exactly|would you like to (?:return|cancel))",
    "name": r"(?:new|your|full) name",
    "phone": r"phone",
    "newsletter": r"newsletter",
}
_ASKED_FOR = {fact: re.compile(pattern, re.IGNORECASE) for fact, pattern in _ASKED.items()}
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?=\w))+(?:[.!?]+|$)")
"""A stop within a word, as in order 26.04.0011, ends none."""
_REQUEST = re.compile(
    r"^\s*(?:please\b|tell me|let me know|i(?:'ll| will)? (?:still )?need|could you|can you|enter)|"
    r"\bplease (?:tell|give|send|enter|type|pick|choose|confirm)\b|\bI (?:still )?need\b",
    re.IGNORECASE,
)
_ALIKE = 0.6
"""The share of the words of what is wanted that a choice must have."""

_COMMON = frozenset("a an the i it to my of or and for is in on me with".split())
_POLITE = re.compile(
    r"anything else|something else|can i (?:help|do)|may i help|(?:else|more) (?:can|may) I|what can I do",
    re.IGNORECASE,
)


def text_of(reply: Reply) -> str:
    return "\n".join(message.text for message in reply.messages)


def choices_of(reply: Reply) -> tuple[str, ...]:
    return reply.messages[-1].choices if reply.messages else ()


def questions_in(text: str) -> list[str]:
    """The sentences that want an answer."""
    sentences = [found[0].strip() for found in _SENTENCE.finditer(text)]
    asking = [s for s in sentences if s.endswith("?") or _REQUEST.search(s)]
    return [sentence for sentence in asking if not _POLITE.search(sentence)]


def facts_asked(text: str, knows: Mapping[Fact, Sequence[str]]) -> list[Fact]:
    """What of `knows` the text asks for, as it comes there; the e-mail alone where that or a postcode will do."""
    asking = " ".join(questions_in(text))
    found = {fact: match.start() for fact in knows if (match := _ASKED_FOR[fact].search(asking)) is not None}
    if {"email", "postcode"} <= found.keys():
        del found["postcode"]
    if "email" in found and "address" in found and not re.search(r"(?<!mail )address", asking, re.IGNORECASE):
        del found["address"]
    return sorted(found, key=lambda fact: found[fact])


def picked(choices: Sequence[str], wanted: Sequence[str], refused: Sequence[str]) -> str | None:
    """The choice that shares most words with one of `wanted`; none that has a refused word."""
    open_to = [c for c in choices if not any(word.casefold() in c.casefold() for word in refused)]
    scored = [(max((_shared(c, text) for text in wanted), default=0.0), c) for c in open_to]
    score, choice = max(scored, key=lambda one: one[0], default=(0.0, ""))
    return choice if score >= _ALIKE else None


def _shared(choice: str, text: str) -> float:
    words, said = _words(choice), _words(text)
    if choice.casefold() == text.casefold():
        return 2.0
    return len(words & said) / max(len(said), 1)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", text.casefold())) - _COMMON
