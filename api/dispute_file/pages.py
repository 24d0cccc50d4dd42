"""The frame of the pages: their styles, a header, and "Page 2 of 5"."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, SimpleDocTemplate

from api.dispute_file.text import BOLD, FONT

INK, MUTED, LINE = HexColor("#1a1a1a"), HexColor("#595959"), HexColor("#c8c8c8")
MARGIN = 20 * mm
_INNER = 6
"""Points that ReportLab's frames leave free within the margins."""

BODY = ParagraphStyle("body", fontName=FONT, fontSize=9.5, leading=14, textColor=INK, spaceAfter=4)
SMALL = ParagraphStyle("small", BODY, fontSize=8, leading=11, textColor=MUTED, spaceAfter=2)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=18, leading=23, spaceAfter=8)
HEADING = ParagraphStyle(
    "heading", BODY, fontName=BOLD, fontSize=12.5, leading=17, spaceBefore=14, spaceAfter=5, keepWithNext=1
)
LABEL = ParagraphStyle("label", SMALL, keepWithNext=1, spaceBefore=5, spaceAfter=1)
BESIDE = ParagraphStyle("beside", SMALL, leading=BODY.leading)
AMOUNT = ParagraphStyle("amount", BODY, alignment=TA_RIGHT)
QUOTE = ParagraphStyle("quote", BODY, leftIndent=4 * mm, spaceAfter=3)


class _Numbered(Canvas):
    """Holds the pages back until it is known how many there are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the base class's name
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # the stubs leave it out

    def save(self) -> None:
        for page in self._pages:
            self.__dict__.update(page)
            self.setFont(FONT, 8)
            self.setFillColor(MUTED)
            width = page["_pagesize"][0]
            self.drawRightString(
                width - MARGIN - _INNER, 11 * mm, f"Page {self.getPageNumber()} of {len(self._pages)}"
            )
            super().showPage()
        super().save()


def bound(story: list[Flowable], title: str, author: str, *, is_american: bool) -> bytes:
    """The pages as a PDF: the same story is the same bytes."""
    file = BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=LETTER if is_american else A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=22 * mm,
        bottomMargin=20 * mm,
        title=title,
        author=author,
        invariant=1,
    )
    head = _header(f"{author}: {title}")
    document.build(story, onFirstPage=head, onLaterPages=head, canvasmaker=_Numbered)
    return file.getvalue()


def _header(words: str) -> Callable[[Canvas, SimpleDocTemplate], None]:
    def draw(canvas: Canvas, document: SimpleDocTemplate) -> None:
        width, height = document.pagesize
        canvas.saveState()
        canvas.setFont(FONT, 8)
        canvas.setFillColor(MUTED)
        canvas.drawString(MARGIN + _INNER, height - 13 * mm, words)
        canvas.setStrokeColor(LINE)
        canvas.line(MARGIN + _INNER, height - 15.5 * mm, width - MARGIN - _INNER, height - 15.5 * mm)
        canvas.restoreState()

    return draw
