"""Scenario files: what they may say, and how a mistake in one is named."""

from pathlib import Path

import pytest

from bot.evaluation.files import BUNDLED, read_cases
from knowledge.shop_files import ShopFileError
from tests.bot.evaluation.stories import write

GOOD = "  - {name: one, turns: [{say: Hello}]}\n"


def test_a_file_names_its_theme_its_shop_and_its_scenarios(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)

    (case,) = read_cases([file])

    assert case.theme == "Some"
    assert case.scenario.name == "one"
    assert case.shop is not None
    assert case.shop.file == tmp_path / "shop.yaml"


def test_a_folder_stands_for_its_files_and_a_part_of_a_name_picks(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.yaml")
    folder = write(tmp_path, GOOD.replace("one", "two"), "b.yaml").parent

    assert [case.scenario.name for case in read_cases([folder])] == ["one", "two"]
    assert [case.scenario.name for case in read_cases([folder], "TWO")] == ["two"]
    assert len(read_cases([folder], "some")) == 2


@pytest.mark.parametrize(
    ("scenario", "line", "told"),
    [
        ("  - {name: one, turn: [{say: Hello}]}", 4, "scenarios.0.turn: is not known; did you mean turns?"),
        ("  - {name: One, turns: [{say: Hello}]}", 4, "scenarios.0.name"),
        ("  - {name: one}", 4, "either turns or a shopper"),
        ("  - name: one\n    turns:\n      - {say: Hi, press: confirm}", 6, "says something or presses"),
        ("  - name: one\n    who: nobody\n    turns: [{say: Hi}]", 5, "scenarios.0.who"),
        (
            "  - name: one\n    shopper:\n      wish: Hi\n      knows: {shoe_size: 9}",
            7,
            "scenarios.0.shopper.knows",
        ),
        (
            "  - name: one\n    turns: [{say: Hi}]\n    expect:\n      orders: {A-100: {state: x}}",
            7,
            "is no column of orders",
        ),
        ("  - name: one\n    turns: [{say: Hi}]\n    expect:\n      changes: [{kind: gift}]", 7, "kind"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_field(
    tmp_path: Path, scenario: str, line: int, told: str
) -> None:
    file = write(tmp_path, scenario)

    with pytest.raises(ShopFileError) as error:
        read_cases([file])

    assert str(error.value).startswith(f"{file}, line {line}: ")
    assert told in str(error.value)


def test_no_two_scenarios_have_one_name(tmp_path: Path) -> None:
    with pytest.raises(ShopFileError, match=r"line 5: scenarios\.1\.name: 'one' is the name"):
        read_cases([write(tmp_path, GOOD + GOOD)])


def test_a_shop_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    (tmp_path / "shop.yaml").unlink()

    with pytest.raises(ShopFileError, match=r"shop\.yaml: cannot be read"):
        read_cases([file])


def test_the_scenarios_that_come_along_are_many_and_a_third_is_hard() -> None:
    cases = read_cases([BUNDLED])

    assert len(cases) >= 250
    assert sum(case.scenario.hard for case in cases) >= len(cases) / 3
    assert len({case.theme for case in cases}) >= 15
    assert len({case.shop.file for case in cases if case.shop}) >= 7
    assert len({case.shop.pages for case in cases if case.shop}) >= 2
