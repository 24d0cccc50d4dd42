"""Searching the demo shop's pages: what is found, what is not answered, and what happens without Chroma."""

import logging
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import search
from knowledge.articles import load_articles
from knowledge.embedding import Embedder
from knowledge.search import KnowledgeBase, SearchResult
from knowledge.shop_profile import DEMO_SHOP
from knowledge.usual import UsualQuestions

TERSE_SHOP = Path(search.__file__).parents[1] / "bot" / "evaluation" / "scenarios" / "shops" / "glassreef"


def top(result: SearchResult) -> str:
    return f"{result.passages[0].article}#{result.passages[0].anchor}"


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("How long do I have to send something back?", "returns#window"),
        ("what does delivery cost", "delivery-options#cost"),
        ("how much is postige to canada", "international#canada"),
        ("my mug arrived broken", "damaged-items#report"),
        ("gift card expiry", "gift-cards#expire"),
        ("do you have a phone number I can call", "contact#reach"),
        ("when is my card charged", "payment-methods#when"),
    ],
)
def test_it_finds_the_section(knowledge_base: KnowledgeBase, question: str, section: str) -> None:
    result = knowledge_base.search(question)

    assert result.answerable
    assert top(result) == section
    assert result.passages[0].url == f"/help/{section}"


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Peru?",
        "Do you rent out tents?",
        "Who is the CEO of Fernway?",
        "write me a poem about cats",
        "are you hiring?",
        "xkcd qwertz flurb",
        "",
        "???",
        "\N{GRINNING FACE}" * 50,
    ],
)
def test_it_does_not_answer_what_the_pages_do_not_cover(knowledge_base: KnowledgeBase, question: str) -> None:
    assert not knowledge_base.search(question).answerable


def test_a_section_comes_once_and_the_limit_holds(knowledge_base: KnowledgeBase) -> None:
    passages = knowledge_base.search("refund", limit=4).passages

    assert len({passage.url for passage in passages}) == len(passages) == 4


def test_a_huge_question_is_answered_too(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.search("where is my order " * 60_000)


def test_the_best_sentences_are_quoted_in_their_order(knowledge_base: KnowledgeBase) -> None:
    question = "Is there a restocking fee?"
    passage = next(p for p in knowledge_base.search(question).passages if p.anchor == "cost")

    quoted = knowledge_base.best_sentences(question, passage)

    assert len(quoted) == 2
    assert any("restocking fee" in sentence for sentence in quoted)
    assert passage.text.index(quoted[0][:20]) < passage.text.index(quoted[1][:20])


def test_a_rule_leads_to_the_section_that_tells_it(knowledge_base: KnowledgeBase) -> None:
    section = knowledge_base.section_on("gift_wrap.fee")

    assert section is not None
    assert section.key == "gift-wrap#add"
    assert knowledge_base.section_on("no.such_rule") is None


def test_a_rule_of_several_values_leads_to_the_section_that_tells_some(knowledge_base: KnowledgeBase) -> None:
    section = knowledge_base.section_on("returns.holiday")

    assert section is not None
    assert section.key == "holiday-shipping#returns"


def test_articles_can_be_read(knowledge_base: KnowledgeBase) -> None:
    article = knowledge_base.article("returns")

    assert article is not None
    assert article in knowledge_base.articles()
    assert knowledge_base.article("no-such-page") is None


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def wait_for_recovery() -> None:
    deadline = time.monotonic() + 30
    while any(thread.name == "knowledge-index" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def assert_answers_by_words(knowledge: KnowledgeBase) -> None:
    start = time.monotonic()

    result = knowledge.search("gift card balance")

    assert time.monotonic() - start < 2
    assert result.answerable
    assert top(result).startswith("gift-cards#")
    assert not knowledge.search("What is the capital of Peru?").answerable
    assert not knowledge.search("Do you rent out tents?").answerable


def test_words_alone_answer_while_chroma_hangs(
    embedder: Embedder, silent_server: str, caplog: pytest.LogCaptureFixture
) -> None:
    knowledge = KnowledgeBase.open(DEMO_SHOP, embedder, silent_server)

    with caplog.at_level(logging.WARNING):
        assert_answers_by_words(knowledge)
        wait_for_recovery()
        assert_answers_by_words(knowledge)

    assert [record.name for record in caplog.records] == ["knowledge.search"]


def test_words_alone_answer_when_nothing_listens(embedder: Embedder) -> None:
    assert_answers_by_words(KnowledgeBase.open(DEMO_SHOP, embedder, "http://127.0.0.1:9"))
    wait_for_recovery()


def test_a_corrupt_index_is_noticed_and_built_anew(
    embedder: Embedder,
    small_shop: Path,
    index_folder: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "RETRY_SECONDS", 0.0)
    knowledge = KnowledgeBase.open(small_shop, embedder, index_folder)
    knowledge.refresh()
    assert knowledge.signs("How much is gift wrap?") is not None
    (index_folder / "chroma.sqlite3").write_bytes(b"garbage" * 1000)

    with caplog.at_level(logging.INFO):
        assert top(knowledge.search("How much is gift wrap?")) == "gift-wrap#add"
        assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1
        knowledge.search("How much is gift wrap?")
        wait_for_recovery()

    assert knowledge.signs("How much is gift wrap?") is not None
    assert caplog.records[-1].message == "searching by meaning again"
    knowledge.close()


def test_a_deleted_folder_does_no_harm(embedder: Embedder, small_shop: Path, index_folder: Path) -> None:
    knowledge = KnowledgeBase.open(small_shop, embedder, index_folder)
    knowledge.refresh()
    shutil.rmtree(index_folder)

    assert top(knowledge.search("How much is gift wrap?")) == "gift-wrap#add"
    knowledge.refresh()
    assert knowledge.search("How much is gift wrap?").answerable
    knowledge.close()


@pytest.fixture
def index_folder(indexed_pages: Path, tmp_path: Path) -> Path:
    """A copy of the demo shop's index, in which a smaller shop finds its vectors."""
    folder = tmp_path / "chroma"
    shutil.copytree(indexed_pages, folder)
    return folder


@pytest.fixture
def small_shop(tmp_path: Path) -> Path:
    """The demo shop with two of its pages."""
    shop = tmp_path / "shop"
    (shop / "articles").mkdir(parents=True)
    for name in ("shop.yaml", "policy.yaml", "articles/cookies.md"):
        shutil.copy(DEMO_SHOP / name, shop / name)
    page = (DEMO_SHOP / "articles" / "gift-wrap.md").read_text(encoding="utf-8")
    (shop / "articles" / "gift-wrap.md").write_text(
        page.replace("(returns#gifts)", "(cookies#what)").replace("(contact#reach)", "(cookies#what)")
    )
    return shop


def test_pages_without_questions_are_found_by_their_headings_and_text(
    embedder: Embedder, tmp_path: Path
) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(DEMO_SHOP, shop)
    for page in (shop / "articles").glob("*.md"):
        _, head, body = page.read_text(encoding="utf-8").split("---\n", 2)
        page.write_text(f"---\n{head.partition('questions:')[0]}---\n{body}", encoding="utf-8")
    knowledge = KnowledgeBase.open(shop, embedder, tmp_path / "chroma")
    knowledge.refresh()

    for question, section in (
        ("how many days do I have to return something", "returns#window"),
        ("do you wrap presents", "gift-wrap#add"),
        ("my voucher ran out, did it expire?", "gift-cards#expire"),
    ):
        assert section in {f"{p.article}#{p.anchor}" for p in knowledge.search(question).passages}, question
    assert not knowledge.search("who won the world cup in 1990?").answerable
    knowledge.close()


@pytest.mark.usefixtures("knowledge_base")
def test_pages_without_questions_are_found_by_what_any_shop_is_asked(embedder: Embedder) -> None:
    sections = [section for article in load_articles(TERSE_SHOP) for section in article.sections]
    usual = UsualQuestions.learn(sections, embedder)

    asked = {
        "do you deliver to Hawaii": "shipping#where",
        "do you take American Express": "payment#methods",
        "when will my card be charged": "payment#charged",
        "do you sell my data": "account#data",
    }
    vectors = embedder.encode(list(asked))
    found = [sections[int(usual.nearest(vector, len(sections)).argmax())].key for vector in vectors]
    told, untold = usual.told(embedder.encode(["do you gift wrap"])[0])

    assert found == list(asked.values())
    assert untold > told
