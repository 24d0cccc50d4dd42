"""Charts that need no explanation: what is on them, and what is said of them."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from api.charts import DARK, LIGHT, ChartHint, draw, draw_aside
from api.charts.colors import Colors
from api.charts.names import clean
from api.charts.text import Ruler
from knowledge.shop_profile import DEMO_SHOP, ShopProfile, contrast
from tests.api.charts import cards
from tests.api.charts.drawn import Drawn, drawn
from tools.commerce.metrics.calendar import Grain
from tools.kpi_cards import ExplanationCard, KpiCard

BLUE = LIGHT.accent
MARCH = date(2026, 3, 1)


def test_the_title_is_the_answer_and_the_subtitle_what_exactly_it_is() -> None:
    chart = drawn(
        cards.over_time(
            [3_000_000, 5_421_000], [4_000_000, 5_580_200], filters=("channel: web", "not country: US")
        )
    )

    assert chart.image.title == "Net sales fell 12.1% to $84,210 from Oct 1 to 2"
    assert chart.texts[:2] == [
        chart.image.title,
        "Net sales by day · Oct 1–2, 2026 · only channel: web · not country: US · compared with",
    ]
    assert "September 2026 (gray)" in chart.texts


@pytest.mark.parametrize(
    ("metric", "now", "then", "title"),
    [
        ("net_sales", 8_421_000, 9_580_200, "Net sales fell 12.1% to $84,210 in October"),
        ("orders", 12, 12, "Orders held at 12 in October"),
        ("orders", 12, 0, "Orders rose from 0 to 12 in October"),
        ("orders", 4000, 3, "Orders rose from 3 to 4,000 in October"),
        ("return_rate", "0.073", "0.083", "Return rate (units) fell from 8.3% to 7.3% in October"),
        ("review_score", "4.31", "4.2", "Review score rose from 4.20 to 4.31 in October"),
        ("conversion_rate", None, "0.02", "Conversion rate: not known in October"),
        ("net_sales", 8_421_000, None, "Net sales: $84,210 in October"),
        ("net_sales", -4_210, None, "Net sales: -$42.10 in October"),
    ],
)
def test_the_answer_says_which_way_it_went(
    metric: str, now: cards.Value, then: cards.Value, title: str
) -> None:
    card = cards.over_time([1] * 31, [1] * 31, metric=metric, total=(now, then))

    assert drawn(card).image.title == title


@pytest.mark.parametrize(
    ("parts", "ending"),
    [
        ({"Lighting": (20, 90), "Rugs": (50, 60)}, "mostly from Lighting"),
        ({"Lighting": (50, 90), "Rugs": (25, 60), "Beds": (10, 45)}, "led by Lighting"),
        (
            {"Oak table " * 8: (20, 90), "Rugs": (50, 60)},
            "mostly from Oak table Oak table Oak table Oak table Oak…",
        ),
        (
            {"Lighting": (20, 90), "Rugs": (99, 10), "Beds": (0, 60)},
            "mostly from Lighting, despite Rugs (+$0.89)",
        ),
        (
            {"Lighting": (130, 90), "Rugs": (20, 60), "Beds": (10, 5)},
            "mostly from Lighting, despite Rugs (-$0.40)",
        ),
    ],
)
def test_why_names_who_moved_it_in_the_direction_it_went(
    parts: dict[str | None, tuple[int, int]], ending: str
) -> None:
    assert drawn(cards.explanation(parts)).image.title.endswith(f" in October, {ending}")


def test_contributions_and_the_rest_make_the_change() -> None:
    chart = drawn(
        cards.explanation({"Lighting": (2_210_000, 3_120_000), "Rugs": (900_000, 720_000)}, others=-42_000)
    )

    assert [text for text in chart.texts if text[0] in "+-"] == ["-$9,100", "+$1,800", "-$420", "-$7,720"]
    assert {"Lighting", "Rugs", "all others", "Change in all"} <= set(chart.texts)
    colors = Colors.of(LIGHT)
    assert len(chart.marks(colors.bad)) == 3
    assert len(chart.marks(colors.good)) == 1
    assert "Lighting -$9,100; Rugs +$1,800; all others -$420." in chart.image.alt


def test_what_is_not_known_is_a_gap_and_never_zero() -> None:
    chart = drawn(cards.over_time([400_000, 300_000, None, None, 200_000, 500_000]))

    lines = [path for path in chart.marks(BLUE) if path.count("L") >= 1 and "C" not in path]
    assert [path.count("M") for path in lines] == [2], "one line, lifted once"
    assert "not known for 2 of 6" in chart.image.alt
    members = drawn(cards.by_member({"web": 500, "app": None, "store": 0}))
    assert "not known" in members.texts
    assert len(members.marks(BLUE)) == 2


def test_a_unit_that_is_not_over_is_dotted_and_said_to_be_so_far() -> None:
    def months(last: date | None, first: date) -> Drawn:
        return drawn(cards.over_time([100, 200, 150], last=last, grain=Grain.MONTH, first=first))

    september = date(2026, 9, 1)
    still = months(cards.NOW.date(), september)
    assert "Nov 1–26 so far" in still.texts
    assert "last $1.50 (Nov 1–26 so far)" in still.image.alt
    assert b"stroke-dasharray" in still.image.data
    assert "May 1–12" in months(date(2026, 5, 12), MARCH).texts, "it was only asked for until then"
    assert b"stroke-dasharray" not in months(None, MARCH).image.data


def test_bars_begin_at_zero_and_the_rest_is_one_of_them() -> None:
    many: dict[str | None, cards.Value | tuple[cards.Value, cards.Value]] = {
        f"Category {at + 1}": 1_000_000 // (at + 1) for at in range(30)
    }
    chart = drawn(cards.by_member(many))

    bars = [box(path) for path in chart.marks(BLUE)]
    assert len(bars) == 12
    assert len({left for left, _ in bars}) == 1
    lengths = [right - left for left, right in bars]
    assert lengths[11] / lengths[0] == pytest.approx(1 / 12, abs=0.01)
    rest = sum(1_000_000 // (at + 1) for at in range(12, 30))
    assert f"${rest / 100:,.0f}" in chart.texts[chart.texts.index("18 others") :]


def test_the_rest_of_a_rate_is_only_shown_where_the_card_can_tell_it() -> None:
    card = cards.by_member({"Rugs": "0.1", "Beds": "0.08"}, metric="return_rate", left_out=7)

    assert "7 others" in drawn(card).texts
    assert "not shown" in drawn(card).texts
    told = card.model_copy(update={"others": (cards.figure("return_rate", "0.055"),)})
    assert drawn(told).texts[-2:] == ["7 others", "5.5%"]


def test_others_that_would_dwarf_the_bars_are_told_below() -> None:
    chart = drawn(cards.by_member({"Rugs": 50_000, "Beds": 40_000}, total=(900_000, None), left_out=40))

    assert "Not shown: 40 others, in all $8,100." in chart.texts
    assert len(chart.marks(BLUE)) == 2


def test_negative_values_go_the_other_way() -> None:
    chart = drawn(cards.by_member({"Rugs": 40_000, "Beds": -20_000}))

    (_, beds_end), (rugs_start, _) = sorted(box(path) for path in chart.marks(BLUE))
    assert beds_end == pytest.approx(rugs_start, abs=0.1)


def test_lines_are_named_at_their_ends_and_not_by_a_legend() -> None:
    chart = drawn(cards.members_over_time({"web": [5, 6, 7], "app": [5, 6, 7], None: [1, 1, 1]}))

    for name in ("web", "app", "(no channel)"):
        assert chart.texts.count(name) == 1
    heights = [float(one.get("y", "0")) for one in chart.root.iter() if one.text in {"web", "app"}]
    assert abs(heights[0] - heights[1]) > 20, "though both end at the same figure"


def test_what_has_no_room_is_said_not_to_be_shown() -> None:
    panels = drawn(cards.members_over_time({f"Member {at}": [at, 1, 2] for at in range(12)}))
    assert "Not shown: 3 more." in panels.texts
    table = drawn(cards.crossed({f"a{x}": {f"b{y}": 100_000 * x * y for y in range(30)} for x in range(20)}))
    assert re.search(r"Not shown: 6 more rows and \d+ more columns\.", table.words)
    bars = drawn(
        cards.metrics_by_member(
            {name: {"web": 5, "app": 3} for name in ("orders", "units", "visits", "reviews")}
        )
    )
    assert "Not shown: Reviews." in bars.texts


def test_a_target_is_a_dashed_line_and_part_of_the_answer() -> None:
    sales = cards.over_time([4_000_000, 4_421_000], grain=Grain.MONTH, first=MARCH)
    chart = drawn(cards.with_targets(sales, 9_580_200, 4_790_100))

    assert chart.image.title == "Net sales: $84,210, 12.1% below the target of $95,802 in March–April"
    assert "target" in chart.texts
    assert b"stroke-dasharray" in chart.image.data
    rates = cards.by_member({"Rugs": "0.1", "Beds": "0.06"}, metric="return_rate", total=("0.073", None))
    bars = drawn(cards.with_targets(rates, "0.08", "0.08", "return_rate"))
    assert bars.image.title.startswith("Return rate (units): 7.3%, below the target of 8.0% in October")
    assert "the mark is the target" in bars.words


def test_shares_are_bars_with_percentages_or_lines() -> None:
    bars = drawn(cards.with_shares(cards.by_member({"web": 75_000, "app": 25_000})))
    assert [text for text in bars.texts if text in {"75.0%", "$750"}] == ["75.0%", "$750"]
    lines = drawn(cards.with_shares(cards.members_over_time({"web": [60, 75], "app": [40, 25]})))
    assert {"75.0%", "25.0%", "0%"} <= set(lines.texts)
    assert "Share of net sales by week and channel" in lines.words


def test_a_running_total_goes_up_to_the_whole() -> None:
    chart = drawn(cards.with_running(cards.over_time([100_000, 200_000, 300_000], [1, 1, 1])))

    assert chart.texts[1] == "Running total of net sales by day · Oct 1–3, 2026"
    assert "$6,000" in chart.texts


def test_cohorts_are_a_table_by_month_with_blanks_where_it_is_too_early() -> None:
    chart = drawn(
        cards.metrics_over_time(
            {"retention_30d": ["0.1", "0.12", "0.11"], "retention_90d": ["0.2", None, None]},
            grain=Grain.MONTH,
        )
    )

    assert [one for one in chart.texts if re.fullmatch(r"\w+ 2026", one)] == [
        "Aug 2026",
        "Sep 2026",
        "Oct 2026",
    ]
    assert chart.texts.count("–") == 2
    assert "20.0%" in chart.texts


def test_of_several_figures_of_several_members_over_time_the_first_is_drawn() -> None:
    two = cards.members_over_time({"web": [5, 6, 7], "app": [2, 3, 4]})
    more = tuple(row.model_copy(update={"figures": (*row.figures, *row.figures)}) for row in two.rows)
    orders = cards.metric_facts("orders")
    card = two.model_copy(
        update={"metrics": (*two.metrics, orders), "rows": more, "total": (*two.total, *two.total)}
    )

    chart = drawn(card)

    assert chart.image.title.startswith("Net sales: $0.27 from Aug 3 to 23, led by web")
    assert "Not shown: Orders." in chart.texts


HOSTILE = "<script>alert(1)</script> & $x^2$ \x00\u202egnp.exe"


@pytest.mark.parametrize(
    "card",
    [
        cards.by_member({HOSTILE: 5, "A" * 500: 3, "מנורת שולחן": 2, None: 1}),
        cards.members_over_time({HOSTILE: [1, 2], "A" * 500: [2, 3], "مصباح": [1, 1]}),
        cards.members_over_time({HOSTILE: [1, 2], **{f"{at}" * 200: [2, 3] for at in range(7)}}),
        cards.crossed({HOSTILE: {HOSTILE: 1, "b": 2}, "a" * 300: {HOSTILE: 1, "b" * 300: 2}}),
        cards.explanation({HOSTILE: (1, 9), "A" * 300: (2, 3)}),
    ],
    ids=["bars", "lines", "panels", "heat map", "contributions"],
)
@pytest.mark.parametrize("width", [280, 360])
def test_hostile_names_stay_names_and_on_the_sheet(card: KpiCard | ExplanationCard, width: int) -> None:
    chart = drawn(card, width=width)

    tags = {element.tag.rpartition("}")[2] for element in chart.root.iter()}
    assert not tags & {"script", "foreignObject", "image", "a"}
    assert "<script>" in chart.words
    assert "$x^2$" in chart.words.replace(" ", "") or "…" in chart.words
    assert "\u202e" not in chart.image.data.decode()
    assert len(chart.image.alt) <= 1000


def test_a_script_without_a_font_here_is_left_to_the_readers_own() -> None:
    assert "卓上ランプ" in drawn(cards.by_member({"卓上ランプ": 5, "Lamp": 3})).texts


@pytest.mark.parametrize(
    ("currency", "tick"),
    [("USD", "$100k"), ("EUR", "€100k"), ("JPY", "¥7.5M"), ("CHF", "100k CHF"), ("KWD", "7.5k KWD")],
)
def test_the_axis_is_in_the_shops_currency_and_short(currency: str, tick: str) -> None:
    assert (
        tick
        in drawn(cards.over_time([0, 10_000_000], currency=currency, grain=Grain.MONTH, first=MARCH)).texts
    )


@pytest.mark.parametrize(
    ("count", "grain", "first", "expected"),
    [
        (31, Grain.DAY, date(2026, 10, 1), ["Oct 1", "Oct 8", "Oct 15", "Oct 22", "Oct 29"]),
        (12, Grain.MONTH, date(2025, 11, 1), ["Nov", "2025", "Dec", "Jan", "2026", "Feb"]),
        (8, Grain.QUARTER, date(2025, 1, 1), ["2025", "2026"]),
        (4, Grain.YEAR, date(2023, 1, 1), ["2023", "2024", "2025", "2026"]),
    ],
)
def test_dates_are_as_people_write_them(count: int, grain: Grain, first: date, expected: list[str]) -> None:
    texts = drawn(cards.over_time([5] * count, grain=grain, first=first)).texts

    places = [texts.index(label) for label in expected]
    assert places == sorted(places)


def test_the_alternative_text_says_what_the_picture_shows() -> None:
    chart = drawn(cards.over_time([20_000, 50_000, 10_000, 40_000], [1, 1, 1, 1]))

    assert chart.image.alt == (
        "Net sales rose from $0.04 to $1,200 from Oct 1 to 4. "
        "Line chart: Net sales by day · Oct 1–4, 2026 · compared with September 2026 (gray). "
        "Net sales: highest $500 (Oct 2), lowest $100 (Oct 3), last $400 (Oct 4)."
    )


@settings(deadline=None, max_examples=12)
@given(st.lists(st.none() | st.integers(-(10**12), 10**16), min_size=2, max_size=40))
def test_any_course_is_drawn_within_its_axis(values: list[int | None]) -> None:
    card = cards.over_time(values)

    image = draw(card)

    assert (image is None) == all(value is None for value in values)


def test_charts_drawn_at_once_do_not_meet() -> None:
    wanted = [cards.over_time([at, 5, 3]) for at in range(4)] + [
        cards.by_member({"web": at, "app": 9}) for at in range(4)
    ]
    alone = [draw(card) for card in wanted]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw, wanted)) == alone


def test_loading_what_draws_waits_for_the_first_chart() -> None:
    program = "import sys, api.charts; sys.exit('matplotlib' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=120), st.integers(30, 200), st.integers(1, 3))
def test_any_text_wraps_within_its_width(text: str, width: int, most_lines: int) -> None:
    ruler, told = Ruler(), clean(text)

    lines = ruler.wrapped(told, 12, width, most_lines=most_lines)

    assert len(lines) <= most_lines
    assert all(ruler.width(line, 12) <= width + 0.1 for line in lines)
    whole = "".join(lines).replace(" ", "")
    rest = told.replace(" ", "")
    assert whole == rest or rest.startswith(whole.removesuffix("…"))


@pytest.mark.parametrize("hint", [None, ChartHint.BAR])
def test_the_same_card_is_the_same_picture(hint: ChartHint | None) -> None:
    card = cards.over_time([1, 5, 3], [2, 2, 2])

    first, second = drawn(card, hint=hint).image, drawn(card, hint=hint).image

    assert first == second
    assert b"<dc:date>" not in first.data
    assert draw(card, hint=hint) == draw(card, hint=hint)


@pytest.mark.anyio
async def test_a_picture_for_slack_has_two_pixels_for_each_of_the_layout() -> None:
    image = await draw_aside(cards.over_time([1, 5, 3], [2, 2, 2]))

    assert image is not None
    assert Image.open(BytesIO(image.data)).size == (1200, 675)
    assert (image.width, image.media_type) == (600, "image/png")


SHOP = ShopProfile.load(DEMO_SHOP).theme


@pytest.mark.parametrize(
    "palette", [LIGHT, DARK, SHOP.light, SHOP.dark], ids=["light", "dark", "shop", "shop dark"]
)
def test_everybody_can_see_and_tell_apart_the_colors(palette: object) -> None:
    assert isinstance(palette, type(LIGHT))
    colors = Colors.of(palette)
    for written in (colors.text, colors.muted, colors.accent, *colors.members):
        assert contrast(written, colors.background) >= 4.5
    for drawn_color in (colors.before, colors.good, colors.bad):
        assert contrast(drawn_color, colors.background) >= 3
    for eyes in (FULL, DEUTERANOPIA, PROTANOPIA):
        seen = [as_seen(color, eyes) for color in colors.members]
        apart = [distance(a, b) for at, a in enumerate(seen) for b in seen[:at]]
        assert min(apart) > 60
        assert distance(as_seen(colors.good, eyes), as_seen(colors.bad, eyes)) > 60


Matrix = tuple[tuple[float, float, float], ...]
FULL: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
# Machado, Oliveira and Fernandes (2009), severity 1.0.
DEUTERANOPIA: Matrix = ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969))
PROTANOPIA: Matrix = ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052))


def as_seen(color: str, eyes: Matrix) -> tuple[float, ...]:
    rgb = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    return tuple(sum(part * one for part, one in zip(row, rgb, strict=True)) for row in eyes)


def distance(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    return dist(first, second)


def box(path: str) -> tuple[float, float]:
    """The leftmost and the rightmost point of an outline."""
    xs = [float(x) for x in re.findall(r"(-?[\d.]+) -?[\d.]+", path)]
    return min(xs), max(xs)
