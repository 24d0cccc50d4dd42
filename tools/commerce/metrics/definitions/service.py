"""What customers say of what they bought."""

from tools.commerce.metrics import facts
from tools.commerce.metrics.metric import Better, Measure, Metric, Ratio, Total, Unit, rows
from tools.commerce.schema import Review

METRICS: tuple[Metric, ...] = (
    Metric(
        name="review_score",
        title="Review score",
        definition="Average of the stars that reviews gave, 1 to 5.",
        time_basis="by the day the review was written",
        unit=Unit.SCORE,
        better=Better.UP,
        formula=Ratio(Measure(facts.REVIEWS, Review.score.expression), rows(facts.REVIEWS)),
        synonyms=("rating", "average rating", "stars", "review rating", "customer rating"),
    ),
    Metric(
        name="reviews",
        title="Reviews",
        definition="Reviews written.",
        time_basis="by the day the review was written",
        unit=Unit.COUNT,
        better=Better.UP,
        formula=Total(rows(facts.REVIEWS)),
        synonyms=("number of reviews", "review count"),
    ),
)
