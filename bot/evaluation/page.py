"""The report as one HTML page that needs nothing else: figures first, then every transcript to unfold."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from bot.evaluation.matching import described
from bot.evaluation.report import Report


def as_page(report: Report) -> str:
    return _template().render(report=report, described=described)


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.1f} %"
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment.from_string(Path(__file__).with_name("page.html").read_text("utf-8"))
