"""What an SVG chart has on it."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, fromstring

from api.charts import ChartHint, ChartImage, ImageKind, draw
from api.charts.colors import LIGHT
from knowledge.shop_profile import Palette
from tools.kpi_cards import ExplanationCard, KpiCard

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Drawn:
    image: ChartImage
    root: Element

    @property
    def texts(self) -> list[str]:
        return ["".join(one.itertext()) for one in self.root.iter(f"{SVG}text")]

    @property
    def words(self) -> str:
        return " ".join(self.texts)

    def marks(self, color: str) -> list[str]:
        """The outlines of what is filled with, or drawn in, that color."""
        return [
            path.get("d", "")
            for path in self.root.iter(f"{SVG}path")
            if re.search(rf"(fill|stroke): {color}\b", path.get("style", ""))
        ]


def drawn(
    card: KpiCard | ExplanationCard,
    *,
    theme: Palette = LIGHT,
    width: int = 600,
    hint: ChartHint | None = None,
) -> Drawn:
    image = draw(card, theme=theme, width=width, image=ImageKind.SVG, hint=hint)
    assert image is not None
    assert image.media_type == "image/svg+xml"
    return Drawn(image, fromstring(image.data))  # noqa: S314 - it is our own
