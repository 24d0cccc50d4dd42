"""Quotes from the shop's articles. These searches go by words alone, for there is no embedding model here."""

from pathlib import Path

import pytest

from knowledge.embedding import Embedder
from knowledge.search import KnowledgeBase
from knowledge.shop_profile import DEMO_SHOP
from tests.tools.builders import Shop, message_of
from tools.cards import ArticlesCard
from tools.knowledge import search_knowledge

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop_with_articles(shop: Shop, tmp_path: Path) -> Shop:
    embedder = Embedder(str(tmp_path / "no-such-model"))
    shop.knowledge = KnowledgeBase.open(DEMO_SHOP, embedder, tmp_path / "chroma")
    return shop


async def test_an_answer_quotes_its_sections_and_cites_them(shop_with_articles: Shop) -> None:
    message = await message_of(
        search_knowledge,
        shop_with_articles.context("no-such-conversation"),
        question="How long do I have to return something?",
    )

    card = ArticlesCard.model_validate_json(str(message.content))
    assert card.answerable
    assert "/help/returns#window" in {passage.url for passage in card.passages}
    assert shop_with_articles.knowledge is not None
    for passage in card.passages:
        article, _, anchor = passage.url.removeprefix("/help/").partition("#")
        page = shop_with_articles.knowledge.article(article)
        assert page is not None
        section = next(one for one in page.sections if one.anchor == anchor)
        quoted = [sentence for sentence in section.sentences if sentence in passage.quote]
        assert passage.quote == " ".join(quoted) != ""
    assert [cited["url"] for cited in message.artifact["citations"]] == [one.url for one in card.passages]
    assert "cards" not in message.artifact


@pytest.mark.parametrize("question", ["Who won the football world cup?", "zzz qqq xxx", "?"])
async def test_what_the_articles_do_not_cover_gets_no_quote_and_no_citation(
    shop_with_articles: Shop, question: str
) -> None:
    message = await message_of(
        search_knowledge, shop_with_articles.context("no-such-conversation"), question=question
    )

    assert ArticlesCard.model_validate_json(str(message.content)) == ArticlesCard(answerable=False)
    assert message.artifact == {}
