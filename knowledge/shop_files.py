"""Reads the merchant's YAML files so that a mistake is named by its file, its path and its line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Location = tuple[str | int, ...]
ModelT = TypeVar("ModelT", bound=BaseModel)


class ShopFileError(Exception):
    """A file of the shop is missing or wrong; `path` is dotted (`returns.window_days`), lines start at 1."""

    code = "shop_file_invalid"

    def __init__(self, file: Path, reason: str, path: str = "", line: int | None = None) -> None:
        self.file, self.reason, self.path, self.line = file, reason, path, line
        place = f"{file}, line {line}" if line else str(file)
        super().__init__(f"{place}: {path}: {reason}" if path else f"{place}: {reason}")


@dataclass(frozen=True)
class YamlFile:
    """Plain values of a YAML file, and the line on which each of them stands."""

    file: Path
    values: dict[str, Any]
    lines: dict[Location, int]

    def validated(self, model: type[ModelT], context: dict[str, Any] | None = None) -> ModelT:
        """The values as `model`. Raises ShopFileError for the first mistake."""
        try:
            return model.model_validate(self.values, context=context)
        except ValidationError as error:
            first = error.errors()[0]
            raise self.error(tuple(first["loc"]), first["msg"].removeprefix("Value error, ")) from None

    def error(self, location: Location, reason: str) -> ShopFileError:
        known = location
        while known and known not in self.lines:
            known = known[:-1]
        # Pydantic adds markers such as "[key]", which are no part of the file.
        path = ".".join(str(part) for part in location if part != "[key]")
        return ShopFileError(self.file, reason, path, self.lines.get(known))


def read_yaml(file: Path) -> YamlFile:
    """Raises ShopFileError when the file is missing, is not YAML, repeats a key, or is no mapping."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ShopFileError(file, f"cannot be read ({error})") from error
    return parse_yaml(text, file)


def parse_yaml(text: str, file: Path, first_line: int = 1) -> YamlFile:
    """Like `read_yaml`, for a part of `file` that starts on `first_line`."""
    loader = yaml.SafeLoader(text)
    lines: dict[Location, int] = {}
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise ShopFileError(file, "must hold a mapping of names to values", line=first_line)
        _note_lines(node, (), lines, file, first_line)
        values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + first_line if error.problem_mark else None
        raise ShopFileError(file, f"is not valid YAML: {error.problem}", line=line) from error
    finally:
        loader.dispose()
    return YamlFile(file, values, lines)


def _note_lines(
    node: yaml.Node, location: Location, lines: dict[Location, int], file: Path, first_line: int
) -> None:
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            lines[(*location, position)] = item.start_mark.line + first_line
            _note_lines(item, (*location, position), lines, file, first_line)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*location, key.value)
            line = key.start_mark.line + first_line
            if inner in lines:
                raise ShopFileError(file, "stands twice", ".".join(map(str, inner)), line)
            lines[inner] = line
            _note_lines(value, inner, lines, file, first_line)
