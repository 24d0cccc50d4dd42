"""Which language somebody writes. What is short or could be several is unknown, rather than wrong."""

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""ISO 639-1 codes of the languages that are told apart, and what they are called in English."""

SURE = 0.85
FEWEST_LETTERS = 12
WITHOUT_SPACES = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts in which a letter is a syllable or a word: a few of them say as much."""

_NOT_WORDS = re.compile(r"\S*[\d@/_]\S*")
"""Numbers, addresses, links: in no language."""
_NAMES = re.compile(r"(?<=[\w,;:'’] )[^\W\d_a-z]\w*")
"""Words with a capital letter within a sentence: a street in Paris makes no message French."""


def language_of(texts: Iterable[str]) -> str | None:
    """The code of the language that all of `texts` together are in; None when that is not clear."""
    said = [text.lower() if text.isupper() else text for text in texts]
    words = [_NAMES.sub(" ", " ".join(_NOT_WORDS.sub(" ", text).split())) for text in said]
    text = " ".join(" ".join(words).split())
    letters = sum(character.isalpha() for character in text)
    if letters < FEWEST_LETTERS and len(WITHOUT_SPACES.findall(text)) < FEWEST_LETTERS / 3:
        return None
    language, likelihood = _identifier().classify(text)
    return str(language) if likelihood >= SURE else None


def load() -> None:
    """Takes a second, which the first who asks would wait otherwise."""
    _identifier()


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(NAMES)
    return identifier
