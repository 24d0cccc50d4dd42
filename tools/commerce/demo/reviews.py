"""What buyers say of what came, and of when it came."""

from datetime import timedelta
from functools import cache
from random import Random
from typing import Annotated

from pydantic import Field

from knowledge.shop_files import read_yaml
from knowledge.shop_profile import Part, Text
from tools.commerce.demo.catalog import DATA
from tools.commerce.demo.orders import Outcome
from tools.commerce.demo.shop import Shop
from tools.commerce.demo.weighted import Weighted
from tools.commerce.importing.records import ReviewRecord

Score = Annotated[int, Field(ge=1, le=5)]
Sentences = Annotated[tuple[Text, ...], Field(min_length=1)]


class ReviewFile(Part):
    titles: dict[Score, Sentences]
    bodies: dict[Score, Sentences]
    late: Sentences
    scores_in_time: dict[Score, Annotated[int, Field(gt=0)]]
    scores_late: dict[Score, Annotated[int, Field(gt=0)]]


class Reviewers:
    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._texts = _load()
        self._in_time = Weighted(self._texts.scores_in_time.items())
        self._late = Weighted(self._texts.scores_late.items())

    def draw(self, rng: Random, outcome: Outcome) -> ReviewRecord | None:
        """A review of one thing in a delivered order; None where nothing has been written yet."""
        if outcome.delivered is None or rng.random() >= self._shop.trade.shares.review:
            return None
        day = outcome.delivered + 2 + int(rng.random() ** 2 * 30)
        if day >= self._shop.days.today:
            return None
        texts = self._texts
        score = (self._late if outcome.late else self._in_time).draw(rng)
        body = rng.choice(texts.bodies[score])
        if outcome.late and score < 5:
            body = f"{body} {rng.choice(texts.late)}"
        lines = outcome.purchase.lines
        return ReviewRecord(
            id=f"RV-{outcome.purchase.number[3:]}",
            product=lines[int(rng.random() * len(lines))].sellable.product.id,
            order=outcome.purchase.number,
            score=score,
            title=rng.choice(texts.titles[score]),
            body=body,
            created_at=self._shop.days.at(day, 0) + timedelta(hours=7, seconds=int(rng.random() * 50_000)),
        )


@cache
def _load() -> ReviewFile:
    return read_yaml(DATA / "reviews.yaml").validated(ReviewFile)
