"""Charts of figures, for every channel: one place draws them.

    card ─▶ form ─▶ heading, alternative text ─▶ lines, bars, panels, heat map ─▶ PNG or SVG

matplotlib is loaded with the first chart, not before.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from api.charts.alternative import alternative
from api.charts.colors import DARK, LIGHT, Colors
from api.charts.form import ChartForm, ChartHint, form_of
from api.charts.wording import Heading
from knowledge.shop_profile import Palette
from tools.kpi_cards import ExplanationCard, KpiCard

__all__ = [
    "DARK",
    "LIGHT",
    "ChartForm",
    "ChartHint",
    "ChartImage",
    "ImageKind",
    "alternative_of",
    "draw",
    "draw_aside",
]

WIDTH = 600
"""In CSS pixels; a PNG has two for each, so 1200 by 675 for a course of time."""
NARROWEST, WIDEST = 280, 1600
_ASIDE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")
"""One chart at a time, so that many of them leave the other core to the conversations."""


class ImageKind(StrEnum):
    PNG = "png"
    SVG = "svg"


_MEDIA_TYPES = {ImageKind.PNG: "image/png", ImageKind.SVG: "image/svg+xml"}


@dataclass(frozen=True)
class ChartImage:
    """`title` is the answer, which the picture has on it too; `alt` says what it shows. Sizes in CSS pixels."""

    title: str
    alt: str
    data: bytes
    media_type: str
    width: int
    height: float


def alternative_of(card: KpiCard | ExplanationCard) -> str | None:
    """What its chart will show, in words, without drawing it; None where it has none."""
    form = form_of(card)
    return None if form is ChartForm.NONE else alternative(card, form, Heading.of(card, form))


def draw(
    card: KpiCard | ExplanationCard,
    *,
    theme: Palette = LIGHT,
    width: int = WIDTH,
    image: ImageKind = ImageKind.PNG,
    hint: ChartHint | None = None,
) -> ChartImage | None:
    """The chart that answers the card's question; None where it has nothing to show. Takes a moment: `draw_aside`.

    The shop's own colors are `shop.theme.light` and `shop.theme.dark`. Raises ValueError for a width out of bounds.
    """
    if not NARROWEST <= width <= WIDEST:
        raise ValueError(f"a chart is {NARROWEST} to {WIDEST} wide")
    form = form_of(card, hint)
    if form is ChartForm.NONE:
        return None
    from api.charts.drawing import drawn  # loads matplotlib, which takes a second

    heading = Heading.of(card, form)
    canvas = drawn(card, form, heading, width, Colors.of(theme))
    return ChartImage(
        title=heading.title,
        alt=alternative(card, form, heading),
        data=canvas.png() if image is ImageKind.PNG else canvas.svg(heading.title),
        media_type=_MEDIA_TYPES[image],
        width=width,
        height=canvas.height,
    )


async def draw_aside(
    card: KpiCard | ExplanationCard,
    *,
    theme: Palette = LIGHT,
    width: int = WIDTH,
    image: ImageKind = ImageKind.PNG,
    hint: ChartHint | None = None,
) -> ChartImage | None:
    """`draw`, in a thread of its own."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(
        _ASIDE, lambda: draw(card, theme=theme, width=width, image=image, hint=hint)
    )
