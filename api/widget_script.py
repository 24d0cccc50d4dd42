"""The chat widget as pages load it: the modules of `api/web/widget` and their styles as one small script."""

import gzip
import json
import re
from functools import cache
from pathlib import Path

from minify import string as minified

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
    "proposal_card",
    "cards",
    "log",
    "panel",
    "element",
    "main",
)
"""Each after those that it imports."""

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./\w+\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async |function |class |const )", re.MULTILINE)


@cache
def widget_script() -> str:
    """All in one scope, with short names: a page makes one request, and nothing is built beforehand."""
    source = "\n".join((MODULES / f"{name}.js").read_text("utf-8") for name in ORDER)
    modules = _EXPORT.sub("", _IMPORT.sub("", source))
    styles = json.dumps(minified("text/css", (MODULES / "styles.css").read_text("utf-8")))
    script = f'(() => {{\n"use strict";\nconst STYLES = {styles};\n{modules}\n}})();'
    return str(minified("application/javascript", script))


@cache
def widget_script_gzipped() -> bytes:
    return gzip.compress(widget_script().encode(), compresslevel=9, mtime=0)
