"""Cards of every kind, as full or as empty as they can be."""

from datetime import UTC, date, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from tools.cards import Card
from tools.facts import Facts

AT = datetime(2026, 3, 10, 15, tzinfo=UTC)
KINDS: tuple[type[Facts], ...] = get_args(get_args(Card)[0])


def filled(annotation: Any, text: str, items: int = 30) -> Any:
    """A value of that type in which each text is `text` and each list has so many items.

    Without items it is the emptiest: what may be None is.
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return filled(inner[0], text, items)
    if origin is Literal:
        return inner[0]
    if origin in {Union, UnionType}:
        return None if not items and type(None) in inner else filled(inner[0], text, items)
    if origin is tuple:
        return [filled(inner[0], text, items)] * items
    if origin is dict:
        return {filled(inner[0], text, items): filled(inner[1], text, items)} if items else {}
    if issubclass(annotation, Facts):
        return annotation.model_validate(
            {
                name: "an-id" if name == "id" else filled(field.annotation, text, items)
                for name, field in annotation.model_fields.items()
            }
        )
    if issubclass(annotation, Enum):
        return next(iter(annotation))
    return {str: text, int: 3, float: 4.5, bool: True, date: AT.date(), datetime: AT}[annotation]
