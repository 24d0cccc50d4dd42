"""Colors of a chart, from the shop's palette, that everybody can tell apart."""

from dataclasses import dataclass

from knowledge.shop_profile import Palette, contrast

LIGHT = Palette(
    background="#ffffff",
    surface="#f4f5f7",
    text="#1d2430",
    muted="#566070",
    border="#d7dbe2",
    accent="#0b5cad",
    on_accent="#ffffff",
)
DARK = Palette(
    background="#14181f",
    surface="#1f242d",
    text="#e9ecf1",
    muted="#a8b1bf",
    border="#39414e",
    accent="#7db8f2",
    on_accent="#0b1624",
)
_OF_MEMBERS = ("#0072b2", "#d55e00", "#009e73")
"""From the palette of Okabe and Ito, which holds for color-blind eyes; the color of text is the fourth."""
_FELL, _ROSE = "#d55e00", "#0072b2"
"""Not red and green, which are one color to one man in twelve."""
_READABLE = 4.5
"""WCAG AA for text, for the names of lines are written in their colors."""
_STEPS = 20


@dataclass(frozen=True)
class Colors:
    """`before` is for what a figure is compared to, `good` and `bad` for parts of a change."""

    background: str
    text: str
    muted: str
    grid: str
    accent: str
    before: str
    good: str
    bad: str
    members: tuple[str, ...]

    @classmethod
    def of(cls, palette: Palette) -> "Colors":
        def readable(color: str) -> str:
            return _readable(color, palette)

        return cls(
            background=palette.background,
            text=palette.text,
            muted=palette.muted,
            grid=palette.border,
            accent=palette.accent,
            before=mixed(palette.muted, palette.background, 0.25),
            good=readable(_ROSE),
            bad=readable(_FELL),
            members=(*map(readable, _OF_MEMBERS), palette.text),
        )


def mixed(color: str, other: str, share: float) -> str:
    """`color` with so much of `other` in it, both given as `#rrggbb`."""
    parts = ((int(color[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one * (1 - share) + two * share):02x}" for one, two in parts)


def _readable(color: str, palette: Palette) -> str:
    """As much nearer to the color of the text as it takes."""
    steps = (mixed(color, palette.text, step / _STEPS) for step in range(_STEPS))
    return next((one for one in steps if contrast(one, palette.background) >= _READABLE), palette.text)
