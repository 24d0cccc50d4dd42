"""Importing a folder of JSON Lines files."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from tools.commerce.database import Database
from tools.commerce.importing.loader import (
    RECORD_TYPES,
    ImportReport,
    Loader,
    Progress,
    collections_between_chunks,
    no_progress,
)
from tools.commerce.importing.problems import ImportRejected, Place, Problem, Problems
from tools.commerce.importing.records import Record
from tools.commerce.importing.target import ShopDefaults

LONGEST_NAME = 60


def import_folder(
    database: Database,
    folder: Path,
    shop_currency: str,
    time_zone: ZoneInfo,
    on_progress: Progress = no_progress,
) -> ImportReport:
    """Import the `*.jsonl` files of `folder` in one transaction; matched by the shop's ids, so repeatable.

    `shop_currency` (ISO 4217) and `time_zone` hold where a record does not say. Raises ImportRejected, with
    nothing changed, when anything in the files is wrong.
    """
    files = _files(folder)
    with collections_between_chunks(), database.writing() as session:
        loader = Loader(session, ShopDefaults(shop_currency, time_zone), on_progress)
        for kind, path in files.items():
            for place, record in _read(path, RECORD_TYPES[kind], loader.target.problems):
                loader.add(record, place)
            # What is wrong with one file makes the next one's references wrong; those would only be noise.
            loader.flush()
            loader.target.problems.raise_if_any()
        return loader.finish()


def _files(folder: Path) -> dict[str, Path]:
    """The files of `folder` by kind, in the order in which they must be read."""
    if not folder.is_dir():
        raise ImportRejected((Problem(str(folder), None, "", "is not a folder"),))
    names = {path.name: path for path in sorted(folder.glob("*.jsonl"))}
    expected = [f"{kind}.jsonl" for kind in RECORD_TYPES]
    unknown = tuple(
        Problem(name, None, "", f"is not one of {', '.join(expected)}")
        for name in names
        if name not in expected
    )
    if unknown:
        raise ImportRejected(unknown)
    if not names:
        raise ImportRejected((Problem(str(folder), None, "", f"has none of {', '.join(expected)}"),))
    return {kind: names[f"{kind}.jsonl"] for kind in RECORD_TYPES if f"{kind}.jsonl" in names}


def _read(path: Path, record_type: type[Record], problems: Problems) -> Iterator[tuple[Place, Record]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            json = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if not json.strip():
                continue
            place = Place(path.name, number)
            try:
                record = record_type.model_validate_json(json)
            except ValidationError as error:
                report_invalid(problems, place, error)
            else:
                yield place, record


def report_invalid(problems: Problems, place: Place, error: ValidationError) -> None:
    """Add each finding of pydantic, whose messages have no values in them, by its field."""
    for found in error.errors(include_url=False, include_input=False, include_context=False):
        message = found["msg"].removeprefix("Value error, ")
        problems.add(place, _field_name(found["loc"]), message[:1].lower() + message[1:])


def _field_name(location: tuple[int | str, ...]) -> str:
    name = ""
    for step in location:
        if isinstance(step, int):
            name += f"[{step}]"
        else:
            name += f".{step[:LONGEST_NAME]}" if name else step[:LONGEST_NAME]
    return name
