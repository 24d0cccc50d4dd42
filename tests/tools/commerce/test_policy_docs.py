"""docs/policy.md explains every rule, and names a page that tells it."""

import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.articles import load_articles
from knowledge.shop_profile import DEMO_SHOP, Part
from tools.commerce.policy import Policy

DOCUMENT = (Path(__file__).parents[3] / "docs" / "policy.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([a-z_.]+)` \|.*\| ([a-z-]+#[a-z-]+) \|$", DOCUMENT, re.MULTILINE))


def rules() -> Iterator[str]:
    for name, field in Policy.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Part):
            yield from (f"{name}.{rule}" for rule in field.annotation.model_fields)
        else:
            yield name


def test_every_rule_is_explained_and_no_other() -> None:
    explained_above = {"version", "categories"}
    assert all(f"`{name}`" in DOCUMENT for name in explained_above)
    assert set(rules()) - explained_above == ROWS.keys()


def test_the_page_of_each_rule_tells_it() -> None:
    told = {
        section.key: section.rules for article in load_articles(DEMO_SHOP) for section in article.sections
    }
    wrong = {
        rule: page
        for rule, page in ROWS.items()
        if not any(f"{path}.".startswith(f"{rule}.") for path in told.get(page, ()))
    }
    assert wrong == {}
