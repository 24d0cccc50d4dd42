"""How long a chart takes to draw, by form, and how long loading matplotlib takes with the first one.

python -m benchmarks.charts [--times N] [--json PATH]
"""

from statistics import median, quantiles
from time import perf_counter

from api.charts import ImageKind, draw
from benchmarks import chart_gallery
from benchmarks.figures import parser, publish

TIMES = 10
MEASURED = (
    "line",
    "line_400_days",
    "lines",
    "panels",
    "bars",
    "bars_30",
    "heat_map_large",
    "cohorts",
    "contributions",
)


def milliseconds(name: str, image: ImageKind) -> float:
    card = CARDS[name]
    started = perf_counter()
    assert draw(card, image=image) is not None
    return (perf_counter() - started) * 1000


CARDS = {**chart_gallery.courses(), **chart_gallery.comparisons()}


def main() -> None:
    options = parser(__doc__, "charts")
    options.add_argument("--times", type=int, default=TIMES)
    arguments = options.parse_args()
    figures: dict[str, float | int | str] = {
        "first_chart_with_loading_ms": round(milliseconds("line", ImageKind.PNG))
    }
    taken: list[float] = []
    for name in MEASURED:
        for image in ImageKind:
            times = [milliseconds(name, image) for _ in range(arguments.times)]
            figures[f"{name}_{image}_median_ms"] = round(median(times))
            taken += times
    figures["all_p95_ms"] = round(quantiles(taken, n=20)[-1])
    publish("Drawing a chart", figures, arguments.json)


if __name__ == "__main__":
    main()
