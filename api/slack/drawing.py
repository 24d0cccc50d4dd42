"""Rich text of Block Kit, in which texts of the shop stay texts: Slack reads no mark-up, mention or link in them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from slack_sdk.models.blocks import (
    Block,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

MOST_ROWS = 15
WIDEST_CELL = 26
MOST_TEXT = 2900
"""Characters of one text; Slack refuses what is longer than 3,000."""

Part = RichTextElementParts.Text | RichTextElementParts.Link
_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+(.*)$")
_HEADING = re.compile(r"^#{1,6}\s+(.*)$")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")


def clipped(text: str, longest: int = MOST_TEXT) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def length_of(blocks: Iterable[Block]) -> int:
    """Characters of all that is to be read in them."""
    return sum(len(text) for block in blocks for text in _texts(block.to_dict()))


def words(text: str, *, bold: bool = False, italic: bool = False) -> RichTextElementParts.Text:
    style = RichTextElementParts.TextStyle(bold=bold or None, italic=italic or None)
    return RichTextElementParts.Text(text=clipped(text), style=style if bold or italic else None)


def link(url: str, text: str) -> Part:
    """A link, where the address leads somewhere outside of our own pages; else its words."""
    if not url.startswith(("https://", "http://")):
        return words(text)
    return RichTextElementParts.Link(url=url, text=clipped(text, 300))


def section(*parts: Part) -> RichTextSectionElement:
    return RichTextSectionElement(elements=[part for part in parts if not _is_empty(part)])


def rich(*elements: RichTextElement) -> RichTextBlock:
    return RichTextBlock(elements=list(elements))


def facts(title: str, rows: Iterable[tuple[str, str]] = (), notes: Iterable[str] = ()) -> RichTextBlock:
    """A title in bold, a line for each label with its value, and notes."""
    lines: list[list[Part]] = [[words(title, bold=True)]]
    lines += [[words(f"{label}: "), words(value, bold=True)] for label, value in rows if value]
    lines += [[words(note)] for note in notes if note]
    return rich(*_joined(lines))


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> RichTextPreformattedElement:
    """Columns of equal width; all but the first are set to the right. What is too much is counted."""
    cells = [[clipped(cell, WIDEST_CELL) for cell in row] for row in (header, *rows[:MOST_ROWS])]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    if len(rows) > MOST_ROWS:
        lines.append(f"and {len(rows) - MOST_ROWS} more")
    return RichTextPreformattedElement(elements=[words("\n".join(lines))])


def markdown(text: str) -> RichTextBlock:
    """The small part of Markdown that answers use: paragraphs, lists, quotes, bold."""
    elements: list[RichTextElement] = []
    items: list[RichTextElement] = []
    lines: list[list[Part]] = []

    def close() -> None:
        elements.extend(_joined(lines))
        if items:
            elements.append(RichTextListElement(elements=list(items), style="bullet", indent=0))
        lines.clear()
        items.clear()

    for line in text.splitlines():
        item, heading = _ITEM.match(line), _HEADING.match(line)
        if item:
            if lines:
                close()
            items.append(section(*_inline(item[1])))
            continue
        if items:
            close()
        if line.startswith(">"):
            close()
            elements.append(RichTextQuoteElement(elements=_inline(line.lstrip("> ") or " ")))
        elif heading:
            lines.append([words(heading[1], bold=True)])
        else:
            lines.append(_inline(line))
    close()
    return rich(*elements)


def _joined(lines: Sequence[list[Part]]) -> list[RichTextSectionElement]:
    """All lines in one section, for Slack sets sections too close to each other for an empty line between them."""
    parts: list[Part] = []
    for line in lines:
        if parts:
            parts.append(words("\n"))
        parts.extend(line)
    return [section(*parts)] if parts else []


def _inline(text: str) -> list[Part]:
    parts: list[Part] = []
    end = 0
    for bold in _BOLD.finditer(text):
        parts += [*_pieces(text[end : bold.start()]), *_pieces(bold[1], bold=True)]
        end = bold.end()
    return [*parts, *_pieces(text[end:])]


def _pieces(text: str, *, bold: bool = False) -> list[Part]:
    return [words(text[at : at + MOST_TEXT], bold=bold) for at in range(0, len(text), MOST_TEXT)]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _is_empty(part: Part) -> bool:
    return isinstance(part, RichTextElementParts.Text) and not part.text
