"""What any shop is asked, and which of the shop's sections tell it.

Pages seldom say how they will be asked for: "Where: all 50 states. Nowhere else" answers "do you ship to Hawaii" in no
word of it. `usual_questions.yaml` holds such questions with the way pages tell their answers. A section that tells one
is found by its questions as well, and a question that no section tells is known to have no answer here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import Field, TypeAdapter

from knowledge.articles import Section
from knowledge.embedding import Embedder, Vectors
from knowledge.plain_yaml import plain_values
from knowledge.sentences import plain
from knowledge.shop_profile import Part, Text
from knowledge.words import content_words

QUESTIONS = Path(__file__).with_name("usual_questions.yaml")
TELLS = 0.42
"""From this similarity to what pages say of a matter on, a section that has one of its words tells it."""
ASKED_SHARES = 0.1
"""What a heading that asks is worth less than one that tells: "who pays the postage back" asks what many others do."""
SPEAKS_FOR_ITSELF = 5
"""Questions of its own from which on a section needs no others."""
NEIGHBORS = 2
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]


class Matter(Part):
    """Something that shops are asked. A section needs one of the `words` to tell it."""

    words: Texts
    told: Texts
    asked: Texts


@cache
def matters() -> Mapping[str, Matter]:
    read = plain_values(QUESTIONS.read_bytes())
    return TypeAdapter(dict[str, Matter]).validate_python(read)


def usual_texts(sections: Sequence[Section]) -> Iterator[str]:
    """All that is compared by meaning here."""
    for matter in matters().values():
        yield from matter.told
        yield from matter.asked
    for section in sections:
        yield from _units(section)


@dataclass(frozen=True)
class UsualQuestions:
    """`vectors` are those asked, row by row; `sections` has the section that tells each, or -1."""

    vectors: Vectors
    sections: Sequence[int]
    found_by: Sequence[bool]
    """Whether that section is found by the question: those with many questions of their own aren't."""

    @classmethod
    def learn(cls, sections: Sequence[Section], embedder: Embedder) -> Self:
        """Raises EmbeddingError."""
        units = [(place, unit) for place, section in enumerate(sections) for unit in _units(section)]
        places = np.array([place for place, _ in units])
        is_heading = np.array([unit == sections[place].heading for place, unit in units])
        said = embedder.encode([unit for _, unit in units])
        words = [frozenset(content_words(" ".join(_units(section)))) for section in sections]
        asked: list[str] = []
        telling: list[int] = []
        for matter in matters().values():
            needed = frozenset(word for text in matter.words for word in content_words(text))
            nearness = (said @ embedder.encode(list(matter.told)).T).max(axis=1)
            heads = (said[is_heading] @ embedder.encode(list(matter.asked)).T).max(axis=1)
            nearness[is_heading] = np.maximum(nearness[is_heading], heads - ASKED_SHARES)
            nearness[np.array([not needed & words[place] for place in places])] = -1.0
            best = int(nearness.argmax()) if len(units) else -1
            teller = int(places[best]) if best >= 0 and nearness[best] >= TELLS else -1
            asked += matter.asked
            telling += [teller] * len(matter.asked)
        found_by = [place >= 0 and len(sections[place].questions) < SPEAKS_FOR_ITSELF for place in telling]
        return cls(embedder.encode(asked), telling, found_by)

    def nearest(self, vector: Vectors, count: int) -> Vectors:
        """For each of `count` sections, the similarity of the nearest question that finds it; -1 where none does."""
        best = np.full(count, -1.0, dtype=np.float32)
        for section, similarity, is_found in zip(
            self.sections, self.vectors @ vector, self.found_by, strict=True
        ):
            if is_found:
                best[section] = max(best[section], similarity)
        return best

    def told(self, vector: Vectors) -> tuple[float, float]:
        """How near the question is to those that the pages tell, and to those that no page tells."""
        similar, is_told = self.vectors @ vector, np.array(self.sections) >= 0
        return _nearness(similar[is_told]), _nearness(similar[~is_told])


def _nearness(similar: Vectors) -> float:
    return float(np.sort(similar)[-NEIGHBORS:].mean()) if similar.size else 0.0


def _units(section: Section) -> Iterator[str]:
    yield f"{section.title}. {section.heading} {plain(section.text)}"
    yield section.heading
    yield from (plain(sentence) for sentence in section.sentences)
