"""The chat widget as pages load it: the modules of `api/web/widget` and their styles as small scripts.

`widget.js` is all that a page needs; `widget-more.js` is fetched when the chat is first opened, and adds what can wait
until then. Each has its own copy of what both are made of.
"""

import gzip
import json
import re
from enum import Enum
from functools import cache
from pathlib import Path

MODULES = Path(__file__).parent / "web" / "widget"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./\w+\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async |function |class |const )", re.MULTILINE)


class Script(Enum):
    """By its name, the modules that it is made of, each after those that it imports."""

    WIDGET = (
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
        "contact_card",
        "proposal_card",
        "cards",
        "log",
        "panel",
        "element",
        "main",
    )
    MORE = (
        "dom",
        "format",
        "card_parts",
        "return_card",
        "dispute_card",
        "upload",
        "photo_view",
        "unsent_photos",
        "photo_tray",
        "typing",
        "mail_link",
        "more",
    )


@cache
def widget_script(script: Script = Script.WIDGET) -> str:
    """All in one scope, with short names: one request, and nothing is built beforehand."""
    # Loading it starts threads that stay: not for commands that serve no page, nor before a process is forked.
    from minify import string as minified

    source = "\n".join((MODULES / f"{name}.js").read_text("utf-8") for name in script.value)
    modules = _EXPORT.sub("", _IMPORT.sub("", source))
    styles = json.dumps(minified("text/css", (MODULES / f"{script.name.lower()}.css").read_text("utf-8")))
    wrapped = f'(() => {{\n"use strict";\nconst STYLES = {styles};\n{modules}\n}})();'
    return str(minified("application/javascript", wrapped))


@cache
def widget_script_gzipped(script: Script = Script.WIDGET) -> bytes:
    return gzip.compress(widget_script(script).encode(), compresslevel=9, mtime=0)
