"""Chroma's index of the pages: only what changed is embedded, and a broken folder is built anew."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.articles import Section
from knowledge.embedding import Embedder, Vectors
from knowledge.index import IndexReport, IndexUnavailableError, Row, VectorIndex, rows_of

SECTION = Section(
    article="returns",
    title="Returns",
    anchor="window",
    heading="How long do I have?",
    text="You have **30 days** from delivery.",
    url="/help/returns#window",
    questions=("How many days for a return?", "Is it too late to send it back?"),
    rules=frozenset(),
)


class CountingEmbedder(Embedder):
    """Notes which texts were really asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        return super().encode(texts)


@pytest.fixture(scope="module")
def counting() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def index(counting: CountingEmbedder, tmp_path: Path) -> Iterator[VectorIndex]:
    counting.texts.clear()
    index = VectorIndex(tmp_path / "chroma", counting)
    yield index
    index.close()


def rows(*sections: Section) -> tuple[Row, ...]:
    return tuple(row for row in rows_of(sections) if not row.id.startswith("elsewhere"))


def test_a_section_is_found_by_its_text_and_its_questions(
    index: VectorIndex, counting: CountingEmbedder
) -> None:
    assert index.build(rows(SECTION)) == IndexReport(added=3, changed=0, removed=0, unchanged=0)

    nearest = index.nearest(counting.encode(["How many days for a return?"])[0], limit=3)

    assert [row.partition("?")[0] for row, _ in nearest] == ["returns#window"] * 3
    assert nearest[0][1] == pytest.approx(1.0, abs=1e-4)
    assert "You have 30 days from delivery." in counting.texts[2]


def test_only_what_changed_is_embedded(index: VectorIndex, counting: CountingEmbedder) -> None:
    index.build(rows(SECTION))
    counting.texts.clear()

    assert index.build(rows(SECTION)).unchanged == 3
    assert counting.texts == []

    edited = replace(
        SECTION, text="You have 45 days.", questions=("How many days for a return?", "Too late?")
    )
    assert index.build(rows(edited)) == IndexReport(added=1, changed=1, removed=1, unchanged=1)
    assert sorted(counting.texts) == ["Returns. How long do I have? You have 45 days.", "Too late?"]


def test_an_index_is_kept_for_the_next_process(
    index: VectorIndex, counting: CountingEmbedder, tmp_path: Path
) -> None:
    index.build(rows(SECTION))
    index.close()

    again = VectorIndex(tmp_path / "chroma", counting)

    assert again.build(rows(SECTION)).unchanged == 3
    again.close()


def test_a_removed_section_is_found_no_more(index: VectorIndex, counting: CountingEmbedder) -> None:
    other = replace(SECTION, anchor="cost", questions=("What does it cost?",))
    index.build(rows(SECTION, other))

    assert index.build(rows(SECTION)).removed == 2

    nearest = index.nearest(counting.encode(["What does it cost?"])[0], limit=10)
    assert {row.partition("?")[0] for row, _ in nearest} == {"returns#window"}


def test_a_corrupt_folder_is_set_aside_and_built_anew(index: VectorIndex, tmp_path: Path) -> None:
    index.build(rows(SECTION))
    index.close()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)

    assert index.build(rows(SECTION)).added == 3
    assert (tmp_path / "chroma.broken" / "chroma.sqlite3").read_bytes().startswith(b"garbage")


def test_a_folder_that_cannot_be_made_is_an_error(counting: CountingEmbedder, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(IndexUnavailableError):
        VectorIndex(tmp_path / "file" / "chroma", counting).build(rows(SECTION))
