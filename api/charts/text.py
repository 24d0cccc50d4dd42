"""Text in a picture: how wide it is, how it wraps, in which fonts."""

import warnings
from functools import cache

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

BUNDLED = "DejaVu Sans"
"""Comes with matplotlib; has Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian."""
_OTHERS = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans CJK KR",
    "Noto Sans JP",
    "Noto Sans SC",
    "Noto Sans KR",
    "Noto Sans Thai",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Emoji",
    "WenQuanYi Zen Hei",
    "PingFang HK",
    "Hiragino Sans",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "Arial Unicode MS",
)
"""Taken for what the first lacks, where the machine has them."""
ELLIPSIS = "…"
_ROUNDING = 0.01
"""What was measured to be that wide fits, however it was added up since."""


@cache
def families() -> list[str]:
    """Fonts in the order in which a glyph is looked for."""
    installed = set(font_manager.get_font_names())
    return [BUNDLED, *(name for name in _OTHERS if name in installed)]


def properties(size: float, *, is_bold: bool = False) -> FontProperties:
    return FontProperties(family=families(), size=size, weight="bold" if is_bold else "normal")


class Ruler:
    """Measures in the picture's own units, of which a font of size 12 is 12 high."""

    def __init__(self) -> None:
        # A name in a script that no font of this machine has becomes boxes; the log need not hear of each letter.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font")
        self._measure = TextToPath()
        self._known: dict[tuple[str, float, bool], float] = {}

    def width(self, text: str, size: float, *, is_bold: bool = False) -> float:
        if not text:
            return 0.0
        key = (text, size, is_bold)
        if key not in self._known:
            font = properties(size, is_bold=is_bold)
            self._known[key], _, _ = self._measure.get_text_width_height_descent(text, font, ismath=False)
        return self._known[key]

    def shortened(self, text: str, size: float, width: float, *, is_bold: bool = False) -> str:
        """As much of it as fits, with an ellipsis where that is not all."""
        if self.width(text, size, is_bold=is_bold) <= width + _ROUNDING:
            return text
        fits = self._fitting(text, size, width, ending=ELLIPSIS, is_bold=is_bold)
        return text[:fits].rstrip() + ELLIPSIS

    def wrapped(
        self, text: str, size: float, width: float, *, most_lines: int, is_bold: bool = False
    ) -> list[str]:
        """Lines no wider than `width`, broken between words where it can be; the last may end in an ellipsis."""
        lines: list[str] = []
        rest = text
        while rest and len(lines) < most_lines - 1 and self.width(rest, size, is_bold=is_bold) > width:
            fits = max(self._fitting(rest, size, width, is_bold=is_bold), 1)
            at = rest.rfind(" ", 0, fits + 1)
            # A word that would leave most of the line empty is broken itself.
            cut = at if at > fits // 2 else fits
            lines.append(rest[:cut].rstrip())
            rest = rest[cut:].lstrip()
        if rest:
            lines.append(self.shortened(rest, size, width, is_bold=is_bold))
        return lines

    def _fitting(
        self, text: str, size: float, width: float, *, ending: str = "", is_bold: bool = False
    ) -> int:
        """How many of the first characters fit, by halving: a name may be as long as it likes."""
        low, high = 0, min(len(text), int(width) + 1)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle] + ending, size, is_bold=is_bold) <= width:
                low = middle
            else:
                high = middle - 1
        return low
