"""Cards as plain tables in HTML. What is in each is told by `api.cards_as_tables`; here it only changes its form."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from api.cards_as_tables import as_table
from tools.cards import Card


@dataclass(frozen=True)
class Cell:
    text: str
    is_number: bool


@dataclass(frozen=True)
class Block:
    """A heading, a table or a line of a card."""

    title: str = ""
    columns: tuple[Cell, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    line: str = ""


def blocks_of(card: Card) -> list[Block]:
    return [*_blocks(as_table(card))]


def _blocks(drawn: RenderableType) -> Iterator[Block]:
    match drawn:
        case Group():
            for part in drawn.renderables:
                yield from _blocks(part)
        case Panel():
            yield Block(title=str(drawn.title or ""))
            yield from _blocks(drawn.renderable)
        case Table():
            yield _table(drawn)
        case Text() | str():
            if str(drawn).strip():
                yield Block(line=str(drawn))


def _table(drawn: Table) -> Block:
    numbers = [column.justify == "right" for column in drawn.columns]
    columns = [
        Cell(str(column.header), number) for column, number in zip(drawn.columns, numbers, strict=True)
    ]
    rows = zip(*(column.cells for column in drawn.columns), strict=True)
    return Block(
        title=str(drawn.title or ""),
        columns=tuple(columns) if drawn.show_header else (),
        rows=tuple(
            tuple(Cell(str(cell), number) for cell, number in zip(row, numbers, strict=True)) for row in rows
        ),
    )
