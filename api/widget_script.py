"""The chat widget as pages load it: the modules of `api/web/widget` and their styles as one small script."""

import gzip
import json
import re
from functools import cache
from pathlib import Path

from rjsmin import jsmin

MODULES = Path(__file__).parent / "web" / "widget"
ORDER = (
    "dom",
    "format",
    "record",
    "transport",
    "transcript",
    "conversation",
    "markdown",
    "card_parts",
    "order_cards",
    "parcel_cards",
    "product_cards",
    "return_card",
    "contact_card",
    "cards",
    "log",
    "panel",
    "element",
    "main",
)
"""Each after those that it imports."""

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./\w+\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async |function |class |const )", re.MULTILINE)
_LAST_COMMA = re.compile(r",(?=\n\s*[)\]}])")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s*([{};>])\s*|(?<=[:,])\s+")


@cache
def widget_script() -> str:
    """All in one scope and without comments: a page makes one request, and nothing is built beforehand."""
    source = "\n".join((MODULES / f"{name}.js").read_text("utf-8") for name in ORDER)
    modules = _LAST_COMMA.sub("", _EXPORT.sub("", _IMPORT.sub("", source)))
    styles = json.dumps(_styles())
    return str(jsmin(f'(() => {{\n"use strict";\nconst STYLES = {styles};\n{modules}\n}})();'))


def _styles() -> str:
    styles = _COMMENT.sub("", (MODULES / "styles.css").read_text("utf-8"))
    return _SPACE.sub(r"\1", styles).replace(";}", "}")


@cache
def widget_script_gzipped() -> bytes:
    return gzip.compress(widget_script().encode(), compresslevel=9, mtime=0)
