"""docs/evaluating.md tells all that a scenario file may say, and what it shows can be read."""

import re
from pathlib import Path
from textwrap import dedent
from typing import get_args

import pytest
from pydantic import BaseModel

from bot.evaluation.files import ScenarioFile, ShopFile
from bot.evaluation.scenario import Change, Expected, Fact, Replies, Scenario, Shopper, Step
from knowledge.shop_files import parse_yaml

DOCS = Path(__file__).parents[3] / "docs" / "evaluating.md"
TEXT = DOCS.read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(
    "model", [ScenarioFile, Scenario, Shopper, Step, Expected, Change, Replies, ShopFile]
)
def test_every_field_is_told(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if not re.search(rf"\b{name}\b", TEXT)] == []


def test_every_fact_that_a_shopper_may_know_is_told() -> None:
    assert [fact for fact in get_args(Fact) if f"`{fact}`" not in TEXT] == []


def test_the_examples_can_be_read() -> None:
    scenarios, turns, shop = EXAMPLES

    assert parse_yaml(scenarios, DOCS).validated(ScenarioFile).scenarios[0].hard
    assert len(parse_yaml(f"name: some\n{dedent(turns)}", DOCS).validated(Scenario).turns) == 3
    assert parse_yaml(shop, DOCS).validated(ShopFile).folder == "../export"
