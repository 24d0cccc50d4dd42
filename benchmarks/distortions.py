"""The same message as it is typed in a hurry, shouted, or wrapped in courtesy: what it wants stays the same.

    python -m benchmarks.distortions

Prints for each way of writing how many of the one-wish messages of tests/bot/understanding_questions.yaml, which nobody
learns from, are then taken for something else than as they stand.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random
from types import MappingProxyType

from benchmarks.messages import questions
from bot.embedded.understanding.classifier import IntentClassifier
from knowledge.embedding import Embedder

LONG = 5
"""Letters of a word that somebody slips on."""
_WORD = re.compile(rf"\b[a-z]{{{LONG},}}\b")
_CHAT = MappingProxyType(
    {"you": "u", "your": "ur", "are": "r", "please": "pls", "before": "b4", "great": "gr8"}
)


def shouted(text: str) -> str:
    return text.upper()


def bare(text: str) -> str:
    """Without capitals, commas, apostrophes and the like."""
    return re.sub(r"[^\w\s@#.-]|\.(?=\s|$)", "", text.lower())


def courteous(text: str) -> str:
    end = "" if text.endswith((".", "?", "!")) else "."
    return f"Hi there, hope you are well. {text}{end} Thank you so much!"


def pictured(text: str) -> str:
    return f"{text} \N{FACE WITH TEARS OF JOY}\N{PERSON WITH FOLDED HANDS}"


def chatty(text: str) -> str:
    return re.sub(r"\b\w+\b", lambda word: _CHAT.get(word[0].lower(), word[0]), text)


def swapped(text: str) -> str:
    """Two neighboring letters of the longest word change places."""
    return _in_one_word(text, lambda word, at: word[:at] + word[at + 1] + word[at] + word[at + 2 :])


def shortened(text: str) -> str:
    """The longest word without the vowels after its first letter."""
    return _in_one_word(text, lambda word, _: word[0] + re.sub("[aeiou]", "", word[1:]))


def run_together(text: str) -> str:
    """The blank in the middle is missing."""
    blanks = [gap.start() for gap in re.finditer(r"(?<=[a-z]) (?=[a-z])", text)]
    middle = blanks[len(blanks) // 2] if blanks else len(text)
    return text[:middle] + text[middle + 1 :]


def _in_one_word(text: str, slip: Callable[[str, int], str]) -> str:
    words = list(_WORD.finditer(text))
    if not words:
        return text
    longest = max(words, key=lambda word: len(word[0]))
    at = Random(text).randrange(1, len(longest[0]) - 2)
    return text[: longest.start()] + slip(longest[0], at) + text[longest.end() :]


WAYS = (shouted, bare, courteous, pictured, chatty, swapped, shortened, run_together)


def flips(classifier: IntentClassifier, texts: Iterable[str]) -> Mapping[str, float]:
    """The share of texts that are taken for something else when written so, by the way of writing."""
    plain = {text: _read(classifier, text) for text in texts}
    changed = {way.__name__: [text for text in plain if way(text) != text] for way in WAYS}
    return {
        way.__name__: sum(_read(classifier, way(text)) != plain[text] for text in changed[way.__name__])
        / max(1, len(changed[way.__name__]))
        for way in WAYS
    }


def _read(classifier: IntentClassifier, text: str) -> tuple[str, ...]:
    return tuple(wish.intent for wish in classifier.wishes(text))


def main() -> None:
    classifier = IntentClassifier.open(Embedder(), Path("data") / "classifier")
    for way, share in flips(classifier, one_wish_texts()).items():
        print(f"{way:14} {share:.3f}")


def one_wish_texts() -> tuple[str, ...]:
    return tuple(question.text for question in questions() if question.kind in {"single", "stories"})


if __name__ == "__main__":
    main()
