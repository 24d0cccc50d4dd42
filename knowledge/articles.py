"""The shop's pages: Markdown with a YAML head, numbers from the shop's rules, a section for each heading."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from markdown_it import MarkdownIt
from pydantic import Field

from knowledge.press import Press
from knowledge.sentences import sentences
from knowledge.shop_files import ShopFileError, parse_yaml, read_yaml
from knowledge.shop_profile import Part, ShopProfile, Text

_HEADING = re.compile(r"^## +(?P<heading>.+?) +\{#(?P<anchor>[a-z][a-z0-9-]*)\} *$", re.MULTILINE)
_LINK = re.compile(r"\]\((?P<article>[a-z0-9-]+)#(?P<anchor>[a-z0-9-]+)\)")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Section:
    """A heading of an article with its text in Markdown. `rules` are paths in policy.yaml that it tells."""

    article: str
    title: str
    anchor: str
    heading: str
    text: str
    url: str
    questions: tuple[str, ...]
    rules: frozenset[str]

    @property
    def key(self) -> str:
        return f"{self.article}#{self.anchor}"

    @property
    def sentences(self) -> tuple[str, ...]:
        return sentences(self.text)

    @property
    def html(self) -> str:
        return str(_MARKDOWN.render(self.text))


@dataclass(frozen=True)
class Article:
    slug: str
    title: str
    summary: str
    sections: tuple[Section, ...]


class _Head(Part):
    title: Text
    summary: Text
    questions: dict[str, Annotated[tuple[Text, ...], Field(min_length=1)]] = Field(default_factory=dict)


def section_on(rule: str, sections: Sequence[Section]) -> Section | None:
    """The section to link when a rule (`returns.window_days`) decides: the one that tells the fewest others.

    Where none tells the rule as a whole, one that tells a part of it (`returns.holiday.return_until`) does.
    """
    telling = [section for section in sections if rule in section.rules] or [
        section for section in sections if any(told.startswith(f"{rule}.") for told in section.rules)
    ]
    return min(telling, key=lambda section: len(section.rules), default=None)


def load_articles(shop_dir: Path) -> tuple[Article, ...]:
    """Every page in `shop_dir`/articles, by slug. Raises ShopFileError, also for a link to nowhere."""
    return render_articles(shop_dir, read_yaml(shop_dir / "policy.yaml").values)


def render_articles(shop_dir: Path, policy: dict[str, Any]) -> tuple[Article, ...]:
    """Like `load_articles`, with `policy` for the contents of policy.yaml."""
    profile = ShopProfile.load(shop_dir)
    pages = _Pages(profile, policy)
    articles = tuple(pages.article(file) for file in sorted((shop_dir / "articles").glob("*.md")))
    if not articles:
        raise ShopFileError(shop_dir / "articles", "holds no article")
    _check_links(articles, shop_dir)
    return tuple(_with_links(article, profile) for article in articles)


class _Pages:
    """Puts articles together from their files."""

    def __init__(self, profile: ShopProfile, policy: dict[str, Any]) -> None:
        self._press = Press(profile, policy)
        self._profile = profile

    def article(self, file: Path) -> Article:
        try:
            _, head, body = file.read_text(encoding="utf-8").split("---\n", 2)
        except ValueError:
            raise ShopFileError(file, "must start with a head between two lines of ---") from None
        meta = parse_yaml(self._press.text(head, file), file, first_line=2).validated(_Head)
        parts = _HEADING.split(body)
        if parts[0].strip():
            raise ShopFileError(file, 'text must stand under a heading such as "## When? {#when}"')
        sections = [
            self._section(file, meta, *parts[i : i + 3])  # heading, anchor, text
            for i in range(1, len(parts), 3)
        ]
        _check_anchors(file, meta, [section.anchor for section in sections])
        return Article(file.stem, meta.title, meta.summary, tuple(sections))

    def _section(self, file: Path, meta: _Head, heading: str, anchor: str, text: str) -> Section:
        return Section(
            article=file.stem,
            title=meta.title,
            anchor=anchor,
            heading=self._press.text(heading, file),
            text=self._press.text(text, file).strip(),
            url=self._profile.url(file.stem, anchor),
            questions=meta.questions.get(anchor, ()),
            rules=self._press.rules(heading + text),
        )


def _check_anchors(file: Path, meta: _Head, anchors: list[str]) -> None:
    for anchor in anchors:
        if anchors.count(anchor) > 1:
            raise ShopFileError(file, f"the anchor #{anchor} stands twice")
    for anchor in meta.questions:
        if anchor not in anchors:
            raise ShopFileError(file, "there is no section with this anchor", f"questions.{anchor}")


def _check_links(articles: tuple[Article, ...], shop_dir: Path) -> None:
    known = {section.key for article in articles for section in article.sections}
    for article in articles:
        for section in article.sections:
            for link in _LINK.finditer(section.text):
                if f"{link['article']}#{link['anchor']}" not in known:
                    file = shop_dir / "articles" / f"{article.slug}.md"
                    raise ShopFileError(
                        file, f"links to {link['article']}#{link['anchor']}, which is no section"
                    )


def _with_links(article: Article, profile: ShopProfile) -> Article:
    def address(link: re.Match[str]) -> str:
        return f"]({profile.url(link['article'], link['anchor'])})"

    sections = tuple(
        Section(**{**vars(section), "text": _LINK.sub(address, section.text)}) for section in article.sections
    )
    return Article(article.slug, article.title, article.summary, sections)
