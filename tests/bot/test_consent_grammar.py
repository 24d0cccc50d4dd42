"""The grammar of a yes is closed: one sign that is not in it, and it is none."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import consent
from bot.consent import LONGEST, Consent, read_consent
from knowledge.plain_yaml import plain_values
from tools.commerce.schema import ProposalKind

PHRASES = plain_values(Path(consent.__file__).with_name("consent.yaml").read_text("utf-8"))
SAID = [*PHRASES["yes"], *PHRASES["nod"], *PHRASES["no"], *PHRASES["politeness"]]
CHANGES = [phrase for phrases in PHRASES["change"].values() for phrase in phrases]
VOCABULARY = {word for phrase in (*SAID, *CHANGES) for word in phrase.split()}
BARE = {word.strip("'") for word in VOCABULARY}
KINDS = st.sampled_from(list(ProposalKind))


def is_outside(word: str) -> bool:
    plain = unicodedata.normalize("NFKC", word).casefold()
    return plain not in VOCABULARY | BARE and any(c.isalnum() for c in plain)


# Letters and digits alone: signs between words are no words.
STRANGE = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12).filter(is_outside)
KNOWN = st.sampled_from([*SAID, *CHANGES])


def neither(text: str) -> bool:
    return all(read_consent(text, kind) is Consent.NEITHER for kind in ProposalKind)


@given(before=st.lists(KNOWN, max_size=3), word=STRANGE, after=st.lists(KNOWN, max_size=3), kind=KINDS)
def test_one_word_that_nobody_wrote_down_and_it_is_neither(
    before: list[str], word: str, after: list[str], kind: ProposalKind
) -> None:
    assert read_consent(" ".join([*before, word, *after]), kind) is Consent.NEITHER


@given(phrases=st.lists(KNOWN, min_size=1, max_size=6), kind=KINDS)
def test_whatever_has_a_no_in_it_is_no_yes(phrases: list[str], kind: ProposalKind) -> None:
    said = [*phrases, "no"]
    assert read_consent(" , ".join(said), kind) is not Consent.YES
    assert read_consent(" , ".join(reversed(said)), kind) is not Consent.YES


@given(
    text=st.text(st.characters(exclude_categories=["L"]), max_size=LONGEST).filter(
        lambda text: not {"👍", "✅", "👌", "👎"} & set(unicodedata.normalize("NFKC", text))
    ),
    kind=KINDS,
)
def test_signs_alone_say_nothing(text: str, kind: ProposalKind) -> None:
    assert read_consent(text, kind) is Consent.NEITHER


@given(yes=st.sampled_from(PHRASES["yes"]), kind=KINDS, blank=st.sampled_from([" ", "\n", ".", "!"]))
def test_whoever_writes_more_than_a_line_says_more_than_yes(yes: str, kind: ProposalKind, blank: str) -> None:
    assert read_consent(f"{yes}{blank * LONGEST}", kind) is Consent.NEITHER


@pytest.mark.parametrize(
    "text",
    [
        "уes",  # a Cyrillic u
        "yеs",  # a Cyrillic e
        "уеѕ",  # all three
        "ΥΕS",  # Greek capitals
        "y\u200bes",  # zero width space
        "ye\u00ads",  # soft hyphen
        "y\u2060es",  # word joiner
        "\u202esey",  # written backwards, shown as yes
        "\u202eyes",
        "yes\u202e",
        "y\u0336e\u0336s\u0336",  # struck through
        "y e s",
        "ye5",
        "yes²",
        "y\u0435\u0455",
        "⑂yes",
    ],
)
def test_what_only_looks_like_yes_is_none(text: str) -> None:
    assert neither(text)


@pytest.mark.parametrize(
    "text",
    [
        "you must not",
        "You must not do that!",
        "your choice",
        "yesterday",
        "yet another question",
        "yesn't",
        "y tho",
        "y not",
        "yeah right",
        "yeah, no",
        "yes and no",
        "yes, if it is free",
        "yes man",
        "yikes",
        "young",
        "yup nope",
        "of course not",
        "I do not",
        "do it not",
        "sure thing, as if",
        "correct me if I'm wrong",
        "go ahead and explain it first",
        "okay, but why",
        "si no",
        "ja aber",
        "> yes",
        "yes/no",
        "yes|no",
        "[yes](https://evil.example)",
        "<b>yes</b>",
        "yes\nyes, and all the others",
        "👎👍",
        "👍 👎",
    ],
)
def test_what_begins_or_ends_like_a_yes_is_none(text: str) -> None:
    assert neither(text)


@pytest.mark.parametrize(
    "text", ["👍", "👍🏽", "✅", "👌", "👍 thanks", '"yes"', "“Yes.”", "(yes)", "YES!!", "yes 👍"]
)
def test_a_thumb_up_is_a_yes_and_so_is_one_in_quotes_or_with_signs_around_it(text: str) -> None:
    """People press what their phone offers, and type what they were told to in the quotes it stood in."""
    assert read_consent(text, ProposalKind.RETURN) is Consent.YES


@pytest.mark.parametrize("piece", ["yes ", "y", "!", "👍", "no ", "\n", "?", "‘", "\u200b", "a" * 50 + " "])
def test_a_message_of_any_size_is_read(piece: str) -> None:
    """The deadline of a test is far above what a hundred thousand signs may take."""
    assert neither(piece * (100_000 // len(piece)))
