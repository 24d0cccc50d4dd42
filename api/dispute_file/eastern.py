"""Chinese, Japanese and Korean text: set in the fonts that every PDF reader brings along or asks its system for.

Adobe's Asian fonts are named in the file and not embedded, so that it stays small whatever was written (a font with
their signs has some sixteen megabytes). The text itself is Unicode: it can be searched and copied anywhere.
"""

import re
from functools import cache

from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont

CHINESE, JAPANESE, KOREAN = "STSong-Light", "HeiseiMin-W3", "HYSMyeongJo-Medium"

_KANA = "\u3040-\u30ff\u31f0-\u31ff\uff65-\uff9f"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
_HAN_AND_SIGNS = "\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6"
RUN = re.compile(f"[{_KANA}{_HANGUL}{_HAN_AND_SIGNS}]+")
_IS_JAPANESE, _IS_KOREAN = re.compile(f"[{_KANA}]"), re.compile(f"[{_HANGUL}]")


def font_for(text: str) -> str:
    """By the letters that only one of the three languages has: Han signs alone are taken for Chinese."""
    _register()
    if _IS_JAPANESE.search(text):
        return JAPANESE
    return KOREAN if _IS_KOREAN.search(text) else CHINESE


@cache
def _register() -> None:
    for name in (CHINESE, JAPANESE, KOREAN):
        registerFont(UnicodeCIDFont(name))
