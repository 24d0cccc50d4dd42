"""`parley kpi`: a question about the shop's figures, asked as an analyst through the one entrance."""

import asyncio
from pathlib import Path

from rich.text import Text

from api.charts import ChartImage, ImageKind, draw
from api.cli.conversation import console, print_reply, reply_to
from api.cli.errors import WrongArgument
from bot.events import Reply
from tools.commerce.schema import Role
from tools.kpi_cards import ExplanationCard, KpiCard

KINDS = {f".{kind}": kind for kind in ImageKind}


def ask_figure(question: str, *, as_json: bool, chart: Path | None) -> None:
    """Raises WrongArgument for a chart that cannot be written."""
    if chart and chart.suffix.lower() not in KINDS:
        raise WrongArgument(f"{chart.name}: a chart is a file that ends in {' or '.join(KINDS)}.")
    reply = asyncio.run(reply_to(question, Role.ANALYST))
    print_reply(reply, as_json=as_json)
    if chart:
        _write(reply, chart, quietly=as_json)


def _write(reply: Reply, file: Path, *, quietly: bool) -> None:
    image = _drawn(reply, KINDS[file.suffix.lower()])
    if image is None:
        raise WrongArgument("There is nothing to draw in this answer.")
    try:
        file.write_bytes(image.data)
    except OSError as error:
        raise WrongArgument(f"{file}: {error.strerror}.") from None
    if not quietly:
        console.print(Text(f"{file}: {image.alt}", style="dim"))


def _drawn(reply: Reply, kind: ImageKind) -> ChartImage | None:
    cards = [card for message in reply.messages for card in message.cards]
    figures = [card for card in cards if isinstance(card, KpiCard | ExplanationCard)]
    images = (draw(card, image=kind) for card in figures)
    return next((image for image in images if image), None)
