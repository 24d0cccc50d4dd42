"""Scenarios made from a shop's own data: the same for a seed, plain to a stranger, and settled by the shop's rules."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from bot.evaluation.files import BUNDLED, Case, read_cases, read_shops
from bot.evaluation.generated.buyers import Item
from bot.evaluation.generated.cases import generated_cases, write_failed
from bot.evaluation.generated.naming import head_noun, item_names
from bot.evaluation.generated.wording import filled, needs
from bot.evaluation.report import CaseResult
from bot.evaluation.stage import Stages
from knowledge.search import KnowledgeBase
from knowledge.shop_profile import DEMO_SHOP
from tests.bot.conftest import NOW
from tools.commerce.database import Database
from tools.commerce.schema import AuditRow, Conversation, LedgerEntry, Proposal

SHOPS = [BUNDLED / "shops" / name for name in ("halide.yaml", "perch.yaml")]
COUNT = 16


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    folder = tmp_path_factory.mktemp("shops")
    with closing(Database(f"sqlite:///{folder}/own.db")) as own:
        yield Stages(folder=folder, agents={}, open_pages=_no_pages, own=own, own_pages=DEMO_SHOP, now=NOW)


def _no_pages(pages: Path) -> KnowledgeBase:
    """The articles aren't read to make scenarios."""
    return KnowledgeBase.__new__(KnowledgeBase)


@pytest.fixture(scope="module")
def cases(stages: Stages) -> list[Case]:
    return generated_cases(stages, read_shops(SHOPS), COUNT, seed=1)


def test_a_seed_makes_the_same_scenarios_and_another_makes_others(stages: Stages, cases: list[Case]) -> None:
    assert len(cases) == COUNT
    assert generated_cases(stages, read_shops(SHOPS), COUNT, seed=1) == cases
    assert generated_cases(stages, read_shops(SHOPS), 4, seed=2)[0].scenario != cases[0].scenario


def test_what_is_expected_is_of_the_orders_of_who_asks(cases: list[Case]) -> None:
    for case in cases:
        assert case.shop is not None
        customer = next(c for c in case.shop.shop.customers if f"shopper:{c.email}" == case.scenario.who)
        own = {order.number: order for order in case.shop.shop.orders if order.customer == customer.id}
        for change in case.scenario.expect.changes:
            assert change.order is None or change.order in own
            if change.order and change.lines:
                bought = {number: line.quantity for number, line in enumerate(own[change.order].lines, 1)}
                assert all(0 < count <= bought[line] for line, count in change.lines.items())


def test_nothing_is_kept_of_what_was_foretold(stages: Stages, cases: list[Case]) -> None:
    """What a scenario expects was carried out once to know it: the shop it is played in must not show that."""
    template = f"sqlite:///{stages.of(cases[0].shop).template}"
    kept = (Proposal, Conversation, AuditRow, LedgerEntry)
    with closing(Database(template)) as database, database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(model)) for model in kept]
    assert counts == [0, 0, 0, 0]


def test_what_failed_is_written_as_scenarios_that_can_be_read(cases: list[Case], tmp_path: Path) -> None:
    results = [CaseResult.of(case.theme, case.scenario, [], []) for case in cases]
    failed = [result.model_copy(update={"trials": (_Failed(),)}) for result in results]

    write_failed(tmp_path, cases, failed)

    read = {case.scenario.name: case.scenario for case in read_cases([tmp_path])}
    assert read == {case.scenario.name: case.scenario for case in cases}


class _Failed:
    passed = False


def _item(line: int, name: str, quantity: int = 1, **options: str) -> Item:
    return Item("A-1", line, name, None, options, f"SKU-{line}", quantity, quantity, ())


def test_an_item_is_named_only_so_that_it_is_told_from_the_others() -> None:
    black, brown = _item(1, "Sling Bag", Color="Black"), _item(2, "Sling Bag", Color="Brown")
    cups = _item(3, "Tin Cup", 2, Color="Black")

    named = {one.way: one.text for one in item_names(black, [black, brown, cups], Random(1))}

    assert named.keys() == {"name with options", "option and noun"}
    assert named["option and noun"] == "the black bag"
    assert "the tin cups" in {one.text.lower() for one in item_names(cups, [black, cups], Random(1))}


@pytest.mark.parametrize(
    ("name", "noun"),
    [("Plume Electric Kettle, 1.7 L", "kettle"), ("Case for Flutes", "case"), ("Model 300", None)],
)
def test_the_noun_of_a_name(name: str, noun: str | None) -> None:
    assert head_noun(name) == noun


def test_parts_in_brackets_fall_away_where_nothing_is_told() -> None:
    template = "Return {items}[ from {order}].[ {Reason}.]"

    assert filled(template, {"items": "the cup", "reason": "it leaks"}) == "Return the cup. It leaks."
    assert needs(template) == {"items"}
