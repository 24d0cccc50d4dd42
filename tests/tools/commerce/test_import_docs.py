"""`docs/importing.md` describes the records as they are."""

import re
from enum import StrEnum
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from tools.commerce.database import Database
from tools.commerce.importing import import_folder, records
from tools.commerce.importing.olist import COLUMNS
from tools.commerce.importing.olist_records import METHODS, STATUSES

PAGE = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
MODELS = [
    model
    for model in vars(records).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and model.model_fields
]


def documented(model: type[BaseModel]) -> dict[str, list[str]]:
    """The cells of each field's row, in the section that is named like the record."""
    words = re.findall(r"[A-Z][a-z]*", model.__name__.removesuffix("Record"))
    title = " ".join(words).capitalize()
    section = re.search(rf"^### {title}$(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section, f"docs/importing.md has no section {title}"
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", section[1], re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in rows}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_documented_and_nothing_else(model: type[BaseModel]) -> None:
    rows = documented(model)
    assert list(rows) == list(model.model_fields)
    for name, field in model.model_fields.items():
        assert (rows[name][1] == "required") == field.is_required(), name


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_values_of_every_closed_set_are_listed(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, StrEnum):
                assert ", ".join(f"`{value}`" for value in kind) in PAGE, name


def test_the_examples_can_be_imported(database: Database, tmp_path: Path) -> None:
    examples = re.findall(r"^```json (\w+\.jsonl)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for name, lines in examples:
        (tmp_path / name).write_text(lines, encoding="utf-8")
    report = import_folder(database, tmp_path, "USD", ZoneInfo("America/New_York"))
    assert all(report.counts.values())


def test_the_olist_values_are_documented() -> None:
    section = PAGE.partition("## The Olist data set")[2]
    assert all(f"`{value}`" in section for value in (*STATUSES, *METHODS))
    assert len(COLUMNS) == 8
