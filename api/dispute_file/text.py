"""Words on the pages: one font with most of the world's alphabets, and a plain sign for what it lacks.

DejaVu has Latin, Cyrillic, Greek, Armenian, Georgian, Hebrew and Arabic letters; Chinese, Japanese and Korean ones are
set in fonts of the reader's (`eastern`). What neither has (Indic letters, emoji) would be an empty box. It is written
as its Unicode number instead, and a note at the end says so: who reads the file sees that something stood there, and
can look up what.
"""

import unicodedata
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from matplotlib import get_data_path
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont

from api.dispute_file import eastern

FONT = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
NOT_DRAWN = "Signs that this file's font lacks are written as their Unicode numbers in brackets."

EASTERN = (
    "Chinese, Japanese and Korean text is set in the PDF reader's own fonts. Where those are missing, it can still be "
    "copied."
)


def font_file(name: str) -> Path:
    return Path(get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"


@cache
def fonts() -> TTFont:
    """Registers both weights, which matplotlib brings along; the regular one."""
    regular = TTFont(FONT, font_file(FONT))
    registerFont(regular)
    registerFont(TTFont(BOLD, font_file(BOLD)))
    registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)
    return regular


class Script:
    """Writes texts as mark-up of the pages, and remembers what could not be written as it is."""

    def __init__(self) -> None:
        self._glyphs = fonts().face.charToGlyph
        self._notes: set[str] = set()

    def plain(self, text: str) -> str:
        """`text` with nothing in it that the font lacks, or that is no sign at all."""
        return "".join(map(self._sign, unicodedata.normalize("NFC", text)))

    def markup(self, text: str) -> str:
        """The same for a paragraph: whatever somebody wrote is text there, never a tag."""
        text, parts, there = unicodedata.normalize("NFC", text), [], 0
        for run in eastern.RUN.finditer(text):
            self._notes.add(EASTERN)
            named = f'<font name="{eastern.font_for(text)}">{escape(run.group())}</font>'
            parts += [self._western(text[there : run.start()]), named]
            there = run.end()
        return "".join((*parts, self._western(text[there:])))

    def _western(self, text: str) -> str:
        return escape(self.plain(text)).replace("\n", "<br/>")

    @property
    def notes(self) -> list[str]:
        return sorted(self._notes)

    def _sign(self, sign: str) -> str:
        if sign == "\n":
            return sign
        if sign.isspace():
            return " "
        if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co"}:
            return ""
        if ord(sign) in self._glyphs:
            return sign
        self._notes.add(NOT_DRAWN)
        return f"[U+{ord(sign):04X}]"
