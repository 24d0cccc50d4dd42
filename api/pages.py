"""Server-rendered pages: the templates in `api/web`, in the shop's name and colors."""

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path

from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge.articles import Article, load_articles, section_on
from knowledge.shop_profile import Palette, ShopProfile
from tools.cards import Citation

WEB = Path(__file__).parent / "web"


class Library:
    """The shop's articles by name, rendered when the first of them is asked for."""

    def __init__(self, shop_dir: Path) -> None:
        self._shop_dir = shop_dir

    @cached_property
    def articles(self) -> dict[str, Article]:
        return {article.slug: article for article in load_articles(self._shop_dir)}

    def cite(self, rule: str) -> Citation | None:
        """The section that tells a rule of the policy."""
        sections = [section for article in self.articles.values() for section in article.sections]
        found = section_on(rule, sections)
        return Citation(title=f"{found.title}: {found.heading}", url=found.url) if found else None


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(WEB), autoescape=True, undefined=StrictUndefined)


def page(template: str, shop: ShopProfile, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """`template` with `shop` and `values`; everything in them is escaped unless it is marked as HTML."""
    html = fragment(template, {"shop": shop, **values})
    return HTMLResponse(html, status, headers={"Cache-Control": "no-cache"})


def fragment(template: str, values: Mapping[str, object]) -> str:
    """A piece of a page; everything in `values` is escaped unless it is marked as HTML."""
    return _templates().get_template(template).render(values)


def theme_css(shop: ShopProfile) -> Response:
    """The shop's colors as custom properties: `--background`, `--surface`, `--on-accent`…, light and dark."""
    light, dark = _properties(shop.theme.light), _properties(shop.theme.dark)
    css = (
        f":root {{ color-scheme: light dark; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )
    return PlainTextResponse(css, media_type="text/css", headers={"Cache-Control": "no-cache"})


def _properties(palette: Palette) -> str:
    colors: dict[str, str] = palette.model_dump()
    return " ".join(f"--{name.replace('_', '-')}: {color};" for name, color in colors.items())
