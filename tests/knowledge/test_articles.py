"""The demo shop's pages, and what happens to a merchant's page that is wrong."""

import copy
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from knowledge.articles import Article, Section, load_articles, render_articles
from knowledge.sentences import plain
from knowledge.shop_files import ShopFileError, read_yaml
from knowledge.shop_profile import DEMO_SHOP

UNTOLD = re.compile(
    r"""version|categories\.\d+
    |delivery\.methods\.\w+\.(name|free_over|countries\.0)  # the text names the methods; most are never free
    |refunds\.days_to_appear\.(gift_card|store_credit)\.min  # told as "within"
    |delivery\.ship_weekdays\.\d|business\.discounts\.\d\.\w+  # told by their first and last, and in a loop
    """,
    re.VERBOSE,
)


@pytest.fixture(scope="module")
def articles() -> tuple[Article, ...]:
    return load_articles(DEMO_SHOP)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop of one page."""
    for name in ("shop.yaml", "policy.yaml"):
        shutil.copy(DEMO_SHOP / name, tmp_path)
    (tmp_path / "articles").mkdir()
    write(tmp_path, "## How long? {#window}\n\nYou have {{ policy.returns.window_days | days }}.\n")
    return tmp_path


def write(shop: Path, body: str, questions: str = "{window: ['How long do I have?']}") -> None:
    head = f"---\ntitle: Returns\nsummary: How returns work.\nquestions: {questions}\n---\n"
    (shop / "articles" / "returns.md").write_text(head + body, encoding="utf-8")


def test_the_demo_shop_has_the_pages_of_a_real_one(articles: tuple[Article, ...]) -> None:
    assert len(articles) >= 32
    for article in articles:
        assert article.summary
        for section in article.sections:
            words = len(plain(section.text).split())
            assert 30 <= words <= 130, f"{section.key} has {words} words"
            assert 4 <= len(section.questions) <= 30, section.key


def test_no_question_leads_to_two_sections(articles: tuple[Article, ...]) -> None:
    asked: dict[str, str] = {}
    for article in articles:
        for section in article.sections:
            for question in section.questions:
                assert asked.setdefault(question.lower(), section.key) == section.key, question


def test_no_number_is_typed_into_a_page_by_hand() -> None:
    number = r"two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty|ninety"
    unit = r"(business )?(day|hour|minute|week|month|year|dollar|percent)s?"
    for file in (DEMO_SHOP / "articles").glob("*.md"):
        body = file.read_text(encoding="utf-8").split("---\n", 2)[2]
        typed = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?\}|\]\(.*?\)", "", body)
        assert not re.search(r"\d", typed), f"{file.name}: {re.findall('.*[0-9].*', typed)}"
        assert not re.search(rf"\b({number}) {unit}\b", typed, re.IGNORECASE), file.name


def test_every_rule_is_told_by_a_page(articles: tuple[Article, ...]) -> None:
    policy = read_yaml(DEMO_SHOP / "policy.yaml")
    told = {rule for article in articles for section in article.sections for rule in section.rules}
    written = {".".join(map(str, location)) for location in policy.lines}
    rules = {path for path in written if not any(other.startswith(f"{path}.") for other in written)}

    untold = {rule for rule in rules if not any(rule == path or rule.startswith(f"{path}.") for path in told)}

    assert {rule for rule in untold if not UNTOLD.fullmatch(rule)} == set()


def test_pages_follow_the_policy() -> None:
    policy = read_yaml(DEMO_SHOP / "policy.yaml").values
    before = sections_by_key(policy)

    after = sections_by_key(changed(copy.deepcopy(policy)))

    telling = [key for key, section in before.items() if section.rules]
    assert len(telling) > 80
    assert [key for key in telling if after[key].text == before[key].text] == []


@pytest.mark.parametrize(
    ("rule", "nothing"),
    [
        ("returns.window_days", None),
        ("returns.window_days_by_category", {}),
        ("returns.holiday", None),
        ("returns.free_label_reasons", []),
        ("returns.free_label_outcomes", []),
        ("returns.restocking_percent_by_category", {}),
        ("returns.excluded_categories", []),
        ("returns.sealed_categories", []),
        ("exchanges.window_days", None),
        ("changes.window_minutes", None),
        ("damage.photos", 0),
        ("late_parcels.fee_refund_methods", []),
    ],
)
def test_a_rule_that_the_shop_does_not_have_leaves_no_hole_in_its_page(rule: str, nothing: object) -> None:
    values = read_yaml(DEMO_SHOP / "policy.yaml").values
    part, name = rule.split(".")
    values[part][name] = nothing

    texts = {key: section.text for key, section in sections_by_key(values).items()}

    assert {key: text for key, text in texts.items() if re.search(r"None|[:,] *[.,]| {2}", text)} == {}


def changed(value: Any, name: str = "") -> Any:
    """The policy with another value for every number, amount, date and name."""
    if isinstance(value, dict):
        return {key: changed(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [changed(inner, name) for inner in value]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return 9 if name == "cutoff_hour" else value + 24
    if not isinstance(value, str) or re.fullmatch(r"\d+\.\d\d", value):
        return value if not isinstance(value, str) else f"1{value}"
    return "07-04" if re.fullmatch(r"\d\d-\d\d", value) else f"{value} and more"


def sections_by_key(policy: dict[str, Any]) -> dict[str, Section]:
    articles = render_articles(DEMO_SHOP, policy)
    return {section.key: section for article in articles for section in article.sections}


def test_a_section_knows_which_rules_it_tells(shop: Path) -> None:
    section = load_articles(shop)[0].sections[0]

    assert section.text == "You have 30 days."
    assert section.rules == {"returns.window_days"}
    assert section.url == "/help/returns#window"


def test_html_in_a_page_is_shown_as_text(shop: Path) -> None:
    write(shop, "## How long? {#window}\n\nLong <script>alert(1)</script> and **bold**.\n")

    html = load_articles(shop)[0].sections[0].html

    assert "<script>" not in html
    assert "<strong>bold</strong>" in html


@pytest.mark.parametrize(
    ("body", "questions", "complaint"),
    [
        ("## A {#a}\n\n{{ policy.returns.windows }}\n", "{a: ['A?']}", "windows"),
        ("## A {#a}\n\n{{ ''.__class__.__mro__ }}\n", "{a: ['A?']}", "unsafe"),
        ("## A {#a}\n\n{{ policy.returns. }}\n", "{a: ['A?']}", "placeholder"),
        ("## A {#a}\n\nText\n", "{a: ['A?'], b: ['B?']}", "no section with this anchor"),
        ("## A {#a}\n\nText\n## B {#a}\n\nText\n", "{a: ['A?']}", "stands twice"),
        ("Text\n## A {#a}\n\nText\n", "{a: ['A?']}", "under a heading"),
        ("## A {#a}\n\nSee [this](refunds#when).\n", "{a: ['A?']}", "refunds#when, which is no section"),
        ("## A {#a}\n\n{{ policy.returns.label_fee | days }}\n", "{a: ['A?']}", "does not suit"),
    ],
)
def test_a_wrong_page_is_named(shop: Path, body: str, questions: str, complaint: str) -> None:
    write(shop, body, questions)

    with pytest.raises(ShopFileError, match=re.escape(complaint)) as caught:
        load_articles(shop)

    assert caught.value.file.name == "returns.md"
