"""Reads the merchant's YAML files so that a mistake is named by its file, its path and its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from knowledge.plain_yaml import Loader

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
            first = _telling(error.errors())
            location = tuple(first["loc"])
            raise self.error(location, _reason(model, location, first)) from None

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
    loader = Loader(text)
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


def _telling(errors: Sequence[ErrorDetails]) -> ErrorDetails:
    """The first; where that is a missing name, the name next to it that is not known, which is most likely a slip."""
    first = errors[0]
    if first["type"] == "missing":
        group = first["loc"][:-1]
        for other in errors:
            if other["type"] == "extra_forbidden" and other["loc"][:-1] == group:
                return other
    return first


def _reason(model: type[BaseModel], location: Location, error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "is missing"
    if error["type"] != "extra_forbidden":
        return error["msg"].removeprefix("Value error, ")
    nearest = get_close_matches(str(location[-1]), _names(model, location[:-1]), n=1)
    return f"is not known; did you mean {nearest[0]}?" if nearest else "is not known"


def _names(annotation: Any, location: Location) -> tuple[str, ...]:
    """What the group at `location` can hold, by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not location:
            return tuple(annotation.model_fields)
        field = annotation.model_fields.get(str(location[0]))
        return _names(field.annotation, location[1:]) if field else ()
    rest = location[1:] if get_origin(annotation) in {dict, list, tuple} else location
    return next((names for inner in get_args(annotation) if (names := _names(inner, rest))), ())


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
