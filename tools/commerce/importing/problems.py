"""What is wrong with an import, told so that somebody can mend the file.

    ImportRejected      nothing was imported; carries up to 20 problems

A problem never repeats a value of the file: it may be personal data.
"""

from dataclasses import dataclass
from typing import NamedTuple

MOST_PROBLEMS = 20


class Place(NamedTuple):
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Reads `orders.jsonl:17: lines[0].unit_price: has more than 2 decimals (USD)`."""

    file: str
    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class ImportRejected(Exception):
    """The import was stopped and left nothing behind."""

    code = "import_rejected"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        more = " (the first of them)" if len(problems) >= MOST_PROBLEMS else ""
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"Nothing was imported. Problems{more}:\n{listed}")
        self.problems = problems


class Problems:
    """Collects problems; the twentieth ends the import at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, place: Place, field: str, message: str) -> None:
        self._found.append(Problem(place.file, place.line, field, message))
        if len(self._found) >= MOST_PROBLEMS:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        if self._found:
            raise ImportRejected(tuple(self._found))
