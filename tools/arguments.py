"""What every tool's arguments share."""

import unicodedata
from datetime import date
from typing import Annotated, Any

from langchain.tools import ToolRuntime
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tools.context import ToolContext

Runtime = ToolRuntime[ToolContext, Any]

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)


class Arguments(BaseModel):
    """Arguments that a model gives; one that the tool doesn't know is refused, not dropped.

    `extra="forbid"` would refuse the `runtime` too, which LangChain puts among them and takes out again.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_unknown(cls, given: Any) -> Any:
        if isinstance(given, dict):
            unknown = sorted(
                str(name) for name in given if name not in cls.model_fields and name != "runtime"
            )
            if unknown:
                raise ValueError(f"there is no argument {unknown[0]!r}")
        return given


def _printable(text: str) -> str:
    """Control and invisible signs have no part in a search; databases refuse some of them."""
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).strip()


Printable = AfterValidator(_printable)

OrderNumber = Annotated[
    str,
    Field(
        min_length=1,
        max_length=120,
        description="The order number as the person gave it, for example `A-104233` or `104233`.",
        examples=["A-104233", "104233"],
    ),
    Printable,
]
ProductName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        description="The product's id, SKU or name; slips of the pen are fine. For example `enamel mug`.",
        examples=["enamel mug", "MUG-BLU"],
    ),
    Printable,
]
OptionText = Annotated[str, Field(min_length=1, max_length=120), Printable]
Options = Annotated[dict[OptionText, OptionText], Field(max_length=10)]
OPTIONS_WANTED = 'Options it must have, by name: `{"color": "blue", "size": "M"}`. Leave out if any will do.'
Email = Annotated[
    str,
    Field(
        min_length=3,
        max_length=254,
        description="An e-mail address as the person gave it, for example `ada@example.com`.",
        examples=["ada@example.com"],
    ),
    Printable,
]
Price = Annotated[str, Field(max_length=12, pattern=r"^\d{1,8}(\.\d{1,3})?$")]
"""A decimal amount in the shop's currency."""
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
