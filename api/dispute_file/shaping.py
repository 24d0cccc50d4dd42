"""Text that runs from right to left: its letters joined and set in the order in which they are read.

ReportLab sets letter after letter. Matplotlib, which brings the font, lays such text out (libraqm) and gives its
outlines, which are drawn. Beneath lies the text itself, invisible, so that it can be searched and copied.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.textpath import text_to_path
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable

from api.dispute_file.text import FONT, font_file

RIGHT_TO_LEFT = frozenset({"R", "AL"})
INVISIBLE: Final = 3
_MOST_KEPT = 2000


def runs_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in RIGHT_TO_LEFT for sign in text)


@dataclass(frozen=True)
class Shape:
    """One line's outlines at a size of one point, and how wide it is."""

    outline: Outline
    width: float


@lru_cache(_MOST_KEPT)
def shaped(text: str, font_name: str = FONT) -> Shape:
    scale = text_to_path.FONT_SCALE
    font = FontProperties(fname=font_file(font_name), size=scale)
    vertices, codes = text_to_path.get_text_path(font, text)
    advance, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return Shape(Outline([(x / scale, y / scale) for x, y in vertices], codes), advance / scale)


class RightToLeft(Flowable):
    """A paragraph with text in it that runs from right to left; it can be broken between its lines."""

    def __init__(self, text: str, style: ParagraphStyle, lines: Sequence[str] | None = None) -> None:
        super().__init__()
        self._text, self._style, self._lines = text, style, lines
        self.keepWithNext = getattr(style, "keepWithNext", 0)

    def getSpaceBefore(self) -> float:  # noqa: N802 - the base class's name
        return self._style.spaceBefore

    def getSpaceAfter(self) -> float:  # noqa: N802 - the base class's name
        return self._style.spaceAfter

    def wrap(self, available_width: float, _: float) -> tuple[float, float]:
        self.width = available_width
        if self._lines is None:
            self._lines = tuple(
                self._broken(available_width - self._style.leftIndent - self._style.rightIndent)
            )
        self.height = len(self._lines) * self._style.leading
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        self.wrap(available_width, available_height)
        lines = self._lines or ()
        fit = int(available_height // self._style.leading)
        if not 0 < fit < len(lines):
            return []
        return [RightToLeft("", self._style, part) for part in (lines[:fit], lines[fit:])]

    def draw(self) -> None:
        style = self._style
        for number, line in enumerate(self._lines or (), start=1):
            shape = shaped(line, style.fontName)
            x = style.leftIndent
            if _begins_right(line):
                x = self.width - style.rightIndent - shape.width * style.fontSize
            y = self.height - number * style.leading + (style.leading - style.fontSize)
            self._draw_line(line, shape, x, y)

    def _draw_line(self, line: str, shape: Shape, x: float, y: float) -> None:
        canvas, size = self.canv, self._style.fontSize
        beneath = canvas.beginText(x, y)
        beneath.setFont(self._style.fontName, size)
        beneath.setTextRenderMode(INVISIBLE)
        beneath.textOut(line)
        beneath.setTextRenderMode(0)
        canvas.drawText(beneath)
        canvas.saveState()
        canvas.setFillColor(self._style.textColor)
        path, here = canvas.beginPath(), (0.0, 0.0)
        for points, code in shape.outline.iter_segments(curves=True, simplify=False):
            at = [(x + px * size, y + py * size) for px, py in zip(points[::2], points[1::2], strict=True)]
            match code:
                case Outline.MOVETO:
                    path.moveTo(*at[0])
                case Outline.LINETO:
                    path.lineTo(*at[0])
                case Outline.CURVE3:
                    path.curveTo(*_cubic(here, at[0], at[1]))
                case Outline.CURVE4:
                    path.curveTo(*at[0], *at[1], *at[2])
                case Outline.CLOSEPOLY:
                    path.close()
            here = at[-1] if code != Outline.CLOSEPOLY else here
        canvas.drawPath(path, stroke=0, fill=1, fillMode=1)
        canvas.restoreState()

    def _broken(self, width: float) -> Iterator[str]:
        """Into lines of at most `width` points, between words; a word that is longer is cut."""
        for typed in self._text.split("\n"):
            line = ""
            for word in typed.split():
                longer = f"{line} {word}".strip()
                if self._measured(longer) <= width:
                    line = longer
                    continue
                if line:
                    yield line
                line = word
                while self._measured(line) > width and len(line) > 1:
                    most = max(1, int(len(line) * width / self._measured(line)))
                    yield line[:most]
                    line = line[most:]
            yield line

    def _measured(self, text: str) -> float:
        return shaped(text, self._style.fontName).width * self._style.fontSize


def _begins_right(line: str) -> bool:
    """By its first letter, as bidirectional text has its direction."""
    strong = (unicodedata.bidirectional(sign) for sign in line)
    return next((one for one in strong if one in {"L", *RIGHT_TO_LEFT}), "L") != "L"


def _cubic(
    start: tuple[float, float], control: tuple[float, float], end: tuple[float, float]
) -> tuple[float, float, float, float, float, float]:
    """A curve with one control point as one with two."""
    (ax, ay), (bx, by), (cx, cy) = start, control, end
    return (
        *(ax + (bx - ax) * 2 / 3, ay + (by - ay) * 2 / 3),
        *(cx + (bx - cx) * 2 / 3, cy + (by - cy) * 2 / 3),
        *(cx, cy),
    )
