"""The shop's articles as pages to read: what citations link to."""

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from api.chat import Services
from api.pages import page
from knowledge.articles import Article
from knowledge.shop_profile import ShopProfile

router = APIRouter(prefix="/help", include_in_schema=False)


@router.get("")
async def contents(parley: Services) -> HTMLResponse:
    articles = await run_in_threadpool(lambda: parley.library.articles)
    return _contents(parley.shop, articles.values(), "Help", 200)


@router.get("/{slug}")
async def article(parley: Services, slug: str) -> HTMLResponse:
    articles = await run_in_threadpool(lambda: parley.library.articles)
    found = articles.get(slug)
    if found is None:
        return _contents(parley.shop, articles.values(), "Page not found", 404)
    # The renderer escapes whatever HTML an article holds, so its output is safe as it stands.
    sections = [(section, Markup(section.html)) for section in found.sections]  # noqa: S704
    values: dict[str, object] = {"title": found.title, "article": found, "sections": sections}
    return page("help.html", parley.shop, values)


def _contents(shop: ShopProfile, articles: Iterable[Article], title: str, status: int) -> HTMLResponse:
    values: dict[str, object] = {"title": title, "article": None, "articles": list(articles)}
    return page("help.html", shop, values, status)
