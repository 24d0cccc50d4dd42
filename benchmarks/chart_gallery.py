"""Every form of chart, with usual, extreme and hostile figures: pictures to look at, and a page with all of them.

python -m benchmarks.chart_gallery OUT_DIR [--only NAME] [--widths 360 600] [--themes light dark shop-light shop-dark]
"""

import argparse
import html
import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from api.charts import DARK, LIGHT, ChartHint, ImageKind, draw
from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tests.api.charts import cards
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.facts import Dimension
from tools.kpi_cards import ExplanationCard, KpiCard

Cards = Mapping[str, KpiCard | ExplanationCard]
WIDTHS = (360, 600, 1200)
_LONG = "Reclaimed-oak extendable dining table with two leaves, hand-oiled, for eight to twelve, in natural finish"
_HOSTILE = {
    "<script>alert(1)</script> & $x^2$": 51_000_00,
    _LONG: 43_210_00,
    "מנורת שולחן": 30_120_00,
    "مصباح الطاولة": 21_000_00,
    "卓上ランプ 北欧デザイン": 15_500_00,
    "🎁 Gift \u202etfig\u202c\ncard": 9_900_00,
    "A" * 120: 5_000_00,
    None: 1_200_00,
}
_CATEGORIES = ("Lighting", "Furniture", "Kitchen", "Bedding", "Garden", "Camping", "Rugs", "Clothing")


def wave(count: int, middle: int, height: int, *, length: float = 7, drift: float = 0) -> list[int]:
    """A course with a rhythm that is the same each time."""
    return [
        round(
            middle
            + height * math.sin(2 * math.pi * at / length)
            + height / 3 * math.sin(at * 1.7)
            + drift * at
        )
        for at in range(count)
    ]


def courses() -> Cards:
    days = wave(31, 270_000, 60_000)
    days_before = wave(31, 310_000, 50_000, drift=400)
    gap: list[cards.Value] = [*days[:10], None, None, days[12], None, *days[14:]]
    return {
        "line": cards.over_time(days, days_before),
        "line_alone": cards.over_time(days, filters=("channel: web", "not country: US")),
        "line_gaps": cards.over_time(gap, days_before),
        "line_two_points": cards.over_time([8_421_000, 7_400_000], grain=Grain.MONTH),
        "line_400_days": cards.over_time(wave(400, 270_000, 60_000, drift=300), first=date(2025, 9, 22)),
        "line_so_far": cards.over_time(
            wave(9, 1_900_000, 200_000), grain=Grain.MONTH, first=date(2026, 3, 1), last=date(2026, 11, 26)
        ),
        "line_weeks_cut": cards.over_time(
            wave(5, 900_000, 200_000), grain=Grain.WEEK, last=date(2026, 10, 31)
        ),
        "line_zero": cards.over_time([0] * 31, [0] * 31),
        "line_negative": cards.over_time(wave(31, -10_000, 60_000), metric="net_sales"),
        "line_huge_jpy": cards.over_time(
            wave(24, 9_870_000_000, 900_000_000), grain=Grain.MONTH, first=date(2024, 11, 1), currency="JPY"
        ),
        "line_eur": cards.over_time(
            wave(8, 45_000, 9_000), grain=Grain.QUARTER, first=date(2025, 1, 1), currency="EUR"
        ),
        "line_chf": cards.over_time(
            wave(5, 4_500_000, 900_000), grain=Grain.YEAR, first=date(2022, 1, 1), currency="CHF"
        ),
        "line_rate": cards.over_time(
            [f"{value / 10_000:.4f}" for value in wave(12, 745, 60)],
            [f"{value / 10_000:.4f}" for value in wave(12, 705, 60)],
            metric="return_rate",
            grain=Grain.MONTH,
            first=date(2025, 11, 1),
            total=("0.0752", "0.0689"),
        ),
        "line_score": cards.over_time(
            [f"{value / 100:.2f}" for value in wave(12, 431, 12)],
            metric="review_score",
            grain=Grain.MONTH,
            first=date(2025, 11, 1),
            total=("4.31", "4.31"),
        ),
        "line_orders_few": cards.over_time([0, 1, 0, 2, 1, 0, 1], metric="orders"),
        "line_target": cards.with_targets(
            cards.over_time(wave(12, 1_900_000, 200_000), grain=Grain.MONTH, first=date(2025, 11, 1)),
            24_000_000,
            2_000_000,
        ),
        "line_running": cards.with_running(cards.over_time(days)),
        "lines_shares": cards.with_shares(
            cards.members_over_time(
                {"web": wave(13, 520_000, 60_000), "app": wave(13, 310_000, 60_000, length=5)}
            )
        ),
        "cohorts": cards.metrics_over_time(
            {
                f"retention_{days}d": [
                    f"{value / 1000:.3f}" if at < 13 - days / 30 else None
                    for at, value in enumerate(wave(13, 90 + days, 20))
                ]
                for days in (30, 90, 180, 365)
            },
            grain=Grain.MONTH,
        ),
        "lines": cards.members_over_time(
            {
                "web": wave(13, 520_000, 60_000),
                "app": wave(13, 310_000, 60_000, length=5),
                "store": wave(13, 300_000, 20_000),
            }
        ),
        "lines_so_far": cards.members_over_time(
            {
                "web": wave(13, 520_000, 60_000),
                _LONG: wave(13, 510_000, 60_000, length=5),
                "מנורת שולחן": wave(13, 500_000, 20_000),
                None: wave(13, 490_000, 20_000),
            },
            last=date(2026, 10, 28),
        ),
        "panels": cards.members_over_time(
            {
                name: wave(13, 500_000 - 55_000 * at, 50_000, length=4 + at)
                for at, name in enumerate(_CATEGORIES)
            },
            dimension=Dimension.CATEGORY,
        ),
        "panels_hostile": cards.members_over_time(
            {
                name: wave(26, (value or 0) // 100, 50_000)
                for name, value in (_HOSTILE | {"b": 500, "c": 400}).items()
            },
            dimension=Dimension.PRODUCT,
        ),
        "panels_metrics": cards.metrics_over_time(
            {
                "net_sales": wave(13, 500_000, 50_000),
                "orders": wave(13, 61, 9),
                "return_rate": [f"{value / 1000:.3f}" for value in wave(13, 75, 9)],
                "average_order_value": [None] * 13,
            }
        ),
    }


def comparisons() -> Cards:
    many: dict[str | None, int] = {f"Category {at + 1}": 100_000_00 // (at + 1) for at in range(30)}
    return {
        "bars": cards.by_member(
            {
                name: (3_120_000 - 330_000 * at, 3_400_000 - 390_000 * at)
                for at, name in enumerate(_CATEGORIES)
            }
        ),
        "bars_alone": cards.by_member(
            {"web": 52_000_00, "app": 31_000_00, "store": 1_210_00}, dimension=Dimension.CHANNEL
        ),
        "bars_30": cards.by_member(dict(many)),
        "bars_top5": cards.by_member(
            dict(list(many.items())[:5]), total=(sum(many.values()), None), left_out=25
        ),
        "bars_rate": cards.by_member(
            {
                "Lighting": ("0.121", "0.090"),
                "Kitchen": ("0.08", "0.081"),
                "Rugs": ("0", "0.01"),
                "Camping": (None, None),
            },
            metric="return_rate",
            total=("0.073", "0.071"),
        ),
        "bars_target": cards.with_targets(
            cards.by_member(
                {"Lighting": "0.121", "Kitchen": "0.08", "Rugs": "0.02"},
                metric="return_rate",
                total=("0.073", None),
            ),
            "0.08",
            "0.08",
            "return_rate",
        ),
        "bars_shares": cards.with_shares(
            cards.by_member(
                {name: (3_120_000 - 330_000 * at, 3_400_000) for at, name in enumerate(_CATEGORIES)}
            )
        ),
        "bars_negative": cards.by_member(
            {
                "Lighting": 31_000_00,
                "Kitchen": 8_000_00,
                "Rugs": 0,
                "Camping": -4_500_00,
                "Bedding": -11_000_00,
            }
        ),
        "bars_hostile": cards.by_member(_HOSTILE, dimension=Dimension.PRODUCT),
        "bars_zero": cards.by_member({"web": 0, "app": 0}, dimension=Dimension.CHANNEL),
        "bars_huge": cards.by_member(
            {"web": 9 * 10**15, "app": 12_00}, dimension=Dimension.CHANNEL, currency="EUR"
        ),
        "bars_metrics": cards.metrics_by_member(
            {
                "net_sales": {"web": 52_000_00, "app": 31_000_00, "store": 1_210_00},
                "orders": {"web": 610, "app": 402, "store": 12},
                "return_rate": {"web": "0.08", "app": "0.071", "store": None},
                "units": {"web": 900, "app": 702, "store": 18},
            }
        ),
        "heat_map": cards.crossed(
            {
                name: {
                    "web": 900_000 - 80_000 * at,
                    "app": 600_000 - 75_000 * at,
                    "store": None if at % 3 else 40_000,
                }
                for at, name in enumerate(_CATEGORIES)
            }
        ),
        "heat_map_large": cards.crossed(
            {
                f"Product {a}": {f"Region {b}": (a * 7919 + b * 104_729) % 400_000 for b in range(20)}
                for a in range(30)
            },
            dimensions=(Dimension.PRODUCT, Dimension.REGION),
        ),
        "contributions": cards.explanation(
            {
                "Lighting": (22_100_00, 31_200_00),
                "Kitchen": (12_000_00, 14_500_00),
                "Rugs": (9_000_00, 7_200_00),
                "Bedding": (15_100_00, 16_300_00),
                "Garden": (4_000_00, 4_900_00),
                "Camping": (6_000_00, 5_700_00),
            },
            others=-420_00,
        ),
        "contributions_rate": cards.explanation(
            {"DHL": (31, 52), "UPS": (14, 9), None: (3, 3)},
            metric="return_rate",
            dimension=Dimension.CHANNEL,
            scale=Decimal("0.001"),
        ),
        "contributions_hostile": cards.explanation(
            {name: ((value or 0) // 2, value or 0) for name, value in _HOSTILE.items()},
            dimension=Dimension.PRODUCT,
        ),
    }


HINTS = {"line_so_far": ChartHint.BAR, "line": ChartHint.BAR, "line_negative": ChartHint.BAR}
"""Drawn once more as what somebody may ask for."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="charts with this in their name")
    parser.add_argument("--widths", type=int, nargs="+", default=WIDTHS)
    parser.add_argument("--themes", nargs="+", default=("light", "dark"))
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    shop = ShopProfile.load(DEMO_SHOP).theme
    themes = {"light": LIGHT, "dark": DARK, "shop-light": shop.light, "shop-dark": shop.dark}
    page = ["<!doctype html><meta charset=utf-8><body style='margin:0;background:#888'>"]
    wanted: list[tuple[str, KpiCard | ExplanationCard, ChartHint | None]] = [
        (name, card, None) for name, card in ({**courses(), **comparisons()}).items()
    ]
    wanted += [(f"{name}_as_columns", courses()[name], hint) for name, hint in HINTS.items()]
    for name, card, hint in wanted:
        if arguments.only not in name:
            continue
        for theme in arguments.themes:
            for width in arguments.widths:
                for kind in ImageKind:
                    image = draw(card, theme=themes[theme], width=width, image=kind, hint=hint)
                    if image is None:
                        continue
                    file = folder / f"{name}-{theme}-{width}.{kind}"
                    file.write_bytes(image.data)
                    if kind is ImageKind.SVG:
                        alt = html.escape(image.alt)
                        page.append(f"<img src='{file.name}' alt='{alt}' title='{alt}' style='margin:4px'>")
    (folder / "index.html").write_text("\n".join(page))


if __name__ == "__main__":
    main()
