"""docs/metrics.md says what the definitions say."""

from pathlib import Path

import pytest

from tools.commerce.metrics.definitions import BY_NAME, METRICS
from tools.commerce.metrics.metric import Metric

PAGE = (Path(__file__).parents[4] / "docs" / "metrics.md").read_text("utf-8")


def test_every_name_is_given_once() -> None:
    assert len(BY_NAME) == len(METRICS)
    said = [word.lower() for metric in METRICS for word in (metric.title, *metric.synonyms)]
    assert len(set(said)) == len(said), "one word for two figures would be ambiguous"


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_each_metric_is_described(metric: Metric) -> None:
    splits = ", ".join(sorted(dimension.replace("_", " ") for dimension in metric.dimensions))
    row = f"| `{metric.name}` | {metric.title} | {metric.definition} | {metric.time_basis} | {splits} |"

    assert row in PAGE
