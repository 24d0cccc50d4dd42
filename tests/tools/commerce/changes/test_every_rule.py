"""Every rule that changes rest on has its check in code, and its sentence on a page that takes the value from it."""

import copy
from collections.abc import Iterator

import pytest

from knowledge.search import KnowledgeBase
from knowledge.shop_files import read_yaml
from knowledge.shop_profile import DEMO_SHOP
from tests.knowledge.test_articles import changed, sections_by_key
from tests.tools.commerce.changes.returns_builders import policy_with
from tests.tools.commerce.changes.rule_case import CitingShop, Outcome
from tests.tools.commerce.changes.rule_cases import CASES
from tools.cards import Refusal
from tools.change_cards import ProposalCard
from tools.commerce.database import Database
from tools.commerce.policy import Policy

CHECKED_WHOLLY = (
    "returns",
    "refunds",
    "exchanges",
    "cancellation",
    "changes",
    "damage",
    "late_parcels",
    "permissions",
    "limits",
)
"""Sections of which every rule has a case, or is told as information."""

INFORMATION = {
    "refunds.days_to_appear": "refunds#when",
    "changes.redirect_fee": "change-order#on-the-way",
    "changes.hold_days": "change-order#delivery",
    "damage.keep_packaging_days": "damaged-items#proof",
    "damage.missing_report_within_days": "wrong-or-missing-items#missing",
    "late_parcels.search_days": "late-parcels#late",
}
"""Rules of what people and carriers do, and where a shopper reads them."""


def rules_of(*sections: str) -> Iterator[str]:
    for section in sections:
        part = Policy.model_fields[section].annotation
        assert part is not None
        yield from (f"{section}.{name}" for name in part.model_fields)


def test_no_rule_is_forgotten() -> None:
    """A rule that is added to these sections needs a case, or a page that tells it as information."""
    known = {*CASES, *INFORMATION}
    assert set(rules_of(*CHECKED_WHOLLY)) - known == set()
    assert (
        known - set(rules_of(*Policy.model_fields.keys() - {"version", "categories", "holiday_shipping"}))
        == set()
    )
    assert CASES.keys() & INFORMATION.keys() == set()


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_decides_and_is_cited(rule: str, database: Database, knowledge_base: KnowledgeBase) -> None:
    case = CASES[rule]
    shop = CitingShop(database, knowledge=knowledge_base)
    request = case.asks(shop)
    outcomes = []
    for value in (case.inside, case.outside):
        shop.policy = policy_with({**case.beside, rule: value})
        outcomes.append(shop.propose(request, shop.asker))
    inside, outside = outcomes
    assert case.view(inside) == case.then, inside
    assert case.view(outside) == (rule if case.otherwise is None else case.otherwise), outside
    named = rule if case.named is None else case.named
    if named:
        section = knowledge_base.section_on(named)
        assert section is not None
        assert (named, section.url) in {*cited(inside), *cited(outside)}


def cited(outcome: Outcome) -> Iterator[tuple[str, str | None]]:
    """The rules that a shopper is told, with the address of the section that explains each."""
    if isinstance(outcome, ProposalCard):
        yield from ((rule.path, rule.url) for rule in outcome.rules)
    elif isinstance(outcome, Refusal) and outcome.rule:
        yield outcome.rule, outcome.section.url if outcome.section else None


def test_the_page_of_each_rule_takes_its_value(knowledge_base: KnowledgeBase) -> None:
    told: dict[str, list[str]] = {}
    for rule in (*CASES, *INFORMATION):
        section = knowledge_base.section_on(rule)
        assert section is not None, rule
        told.setdefault(section.key, []).append(rule)
    values = read_yaml(DEMO_SHOP / "policy.yaml").values
    before = sections_by_key(values)
    # One rule of each section at a time: whatever changes there is that rule's doing.
    for turn in range(max(map(len, told.values()))):
        other = copy.deepcopy(values)
        at_once = {key: rules[turn] for key, rules in told.items() if turn < len(rules)}
        for rule in at_once.values():
            part, name = rule.split(".")
            other[part][name] = changed(values[part][name], name)
        after = sections_by_key(other)
        assert [rule for key, rule in at_once.items() if after[key].text == before[key].text] == []


@pytest.mark.parametrize(("rule", "page"), INFORMATION.items())
def test_what_is_information_stands_on_its_page(rule: str, page: str, knowledge_base: KnowledgeBase) -> None:
    section = knowledge_base.section_on(rule)
    assert section is not None
    assert section.key == page
