"""The sheet that a chart is drawn on: its heading, its axes, and its image.

All lengths are CSS pixels, counted from the top left; a font of size 12 is 12 high.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from api.charts.colors import Colors
from api.charts.text import Ruler, properties
from api.charts.wording import Heading

# Once for the process, which draws nothing else: what a person's own settings say must not change a chart.
matplotlib.rcdefaults()
matplotlib.rcParams.update(
    {
        "text.parse_math": False,  # `$` is money
        "svg.fonttype": "none",  # text stays text
        "svg.hashsalt": "parley",  # the same chart is the same bytes
    }
)

POINTS_PER_INCH = 72
PIXELS_PER_UNIT = 2
"""Of a PNG, for sharp text on today's screens."""
TITLE, BODY, SMALL = 17.0, 12.0, 11.0
LINE = 1.32
"""The height of a line of text, as a multiple of its size."""
NARROW = 480
_GAP_UNDER_HEADING = 14

HorizontalAlignment = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Sheet:
    """The measures of a chart before its height is known."""

    width: int
    colors: Colors
    ruler: Ruler
    title: tuple[str, ...]
    subtitle: tuple[str, ...]
    notes: str

    @classmethod
    def of(cls, heading: Heading, width: int, colors: Colors) -> "Sheet":
        ruler = Ruler()
        inner = width - 2 * _margin(width)
        return cls(
            width,
            colors,
            ruler,
            tuple(ruler.wrapped(heading.title, _title_size(width), inner, most_lines=4, is_bold=True)),
            tuple(ruler.wrapped(heading.subtitle, BODY, inner, most_lines=4)),
            heading.notes,
        )

    @property
    def margin(self) -> int:
        return _margin(self.width)

    @property
    def is_narrow(self) -> bool:
        return self.width < NARROW

    @property
    def top(self) -> float:
        """Where the plot may begin."""
        title = len(self.title) * _title_size(self.width) * LINE
        return self.margin + title + 4 + len(self.subtitle) * BODY * LINE + _GAP_UNDER_HEADING

    def canvas(self, height: float, *, note: str = "") -> "Canvas":
        """`note` stands below the plot, after the sheet's own, and adds to the height."""
        return Canvas(self, round(height * PIXELS_PER_UNIT) / PIXELS_PER_UNIT, note)


class Canvas:
    """The heading is drawn; the rest is up to the form."""

    def __init__(self, sheet: Sheet, height: float, note: str = "") -> None:
        self.sheet = sheet
        told = f"{sheet.notes} {note}".strip()
        notes = sheet.ruler.wrapped(told, SMALL, sheet.width - 2 * sheet.margin, most_lines=3)
        self.height = height + round(len(notes) * SMALL * LINE)
        self.figure = Figure(
            figsize=(sheet.width / POINTS_PER_INCH, height / POINTS_PER_INCH),
            dpi=POINTS_PER_INCH,
            facecolor=sheet.colors.background,
        )
        size = _title_size(sheet.width)
        bottom = self._lines(sheet.title, sheet.margin, size, sheet.colors.text, is_bold=True)
        self._lines(sheet.subtitle, bottom + 4, BODY, sheet.colors.muted)
        self._lines(notes, height - sheet.margin / 2, SMALL, sheet.colors.muted)

    def text(
        self,
        x: float,
        middle: float,
        text: str,
        *,
        color: str,
        size: float = BODY,
        is_bold: bool = False,
        align: HorizontalAlignment = "left",
    ) -> None:
        """One line whose letters stand around the height `middle`, whichever letters they are."""
        baseline = middle + size * 0.36
        self.figure.text(
            x / self.sheet.width,
            1 - baseline / self.height,
            text,
            color=color,
            ha=align,
            va="baseline",
            fontproperties=properties(size, is_bold=is_bold),
        )

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Without a frame, ticks or labels."""
        axes = self.figure.add_axes(
            (
                left / self.sheet.width,
                1 - (top + height) / self.height,
                width / self.sheet.width,
                height / self.height,
            )
        )
        axes.set_facecolor("none")
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_visible(False)
        return axes

    def ground(self) -> Axes:
        """Axes over the whole sheet, in its own units."""
        axes = self.axes(0, 0, self.sheet.width, self.height)
        axes.set_xlim(0, self.sheet.width)
        axes.set_ylim(self.height, 0)
        axes.set_autoscale_on(False)
        return axes

    def box(self, ground: Axes, left: float, middle: float, width: float, height: float, color: str) -> None:
        """On the ground; to the left of `left` where the width is negative."""
        at = (left, middle - height / 2)
        ground.add_artist(Rectangle(at, width, height, facecolor=color, linewidth=0, zorder=3))

    def png(self) -> bytes:
        target = io.BytesIO()
        dpi = POINTS_PER_INCH * PIXELS_PER_UNIT
        self.figure.savefig(target, format="png", dpi=dpi, metadata={"Software": None})
        return target.getvalue()

    def svg(self, title: str) -> bytes:
        target = io.BytesIO()
        metadata = {"Title": title, "Date": None, "Creator": None}
        self.figure.savefig(target, format="svg", metadata=metadata)
        # Its points are CSS pixels here.
        width, height = self.sheet.width, self.height
        return target.getvalue().replace(
            f'width="{width:g}pt" height="{height:g}pt"'.encode(),
            f'width="{width:g}" height="{height:g}"'.encode(),
            1,
        )

    def _lines(
        self, lines: Iterable[str], top: float, size: float, color: str, *, is_bold: bool = False
    ) -> float:
        for line in lines:
            middle = top + size * LINE / 2
            self.text(self.sheet.margin, middle, line, color=color, size=size, is_bold=is_bold)
            top += size * LINE
        return top


def _margin(width: int) -> int:
    return 14 if width < NARROW else 20


def _title_size(width: int) -> float:
    return TITLE - 1 if width < NARROW else TITLE
