"""The report of an evaluation: as values, which the terminal, JSON and the page all show."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from math import comb
from typing import Self

from pydantic import BaseModel, ConfigDict, computed_field

from bot.evaluation.played import TrialPlayed, TurnPlayed
from bot.evaluation.scenario import Scenario
from bot.evaluation.scoring import Failure, FailureKind


class Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class TrialResult(Row):
    passed: bool
    failures: tuple[Failure, ...]
    played: TrialPlayed


class CaseResult(Row):
    theme: str
    name: str
    hard: bool
    who: str
    trials: tuple[TrialResult, ...]

    @classmethod
    def of(
        cls,
        theme: str,
        scenario: Scenario,
        played: Sequence[TrialPlayed],
        failures: Sequence[tuple[Failure, ...]],
    ) -> Self:
        trials = tuple(
            TrialResult(passed=not found, failures=found, played=trial)
            for trial, found in zip(played, failures, strict=True)
        )
        return cls(theme=theme, name=scenario.name, hard=scenario.hard, who=scenario.who, trials=trials)

    @property
    def passes(self) -> int:
        return sum(trial.passed for trial in self.trials)

    @property
    def wrong_changes(self) -> int:
        return sum(
            failure.kind is FailureKind.WRONG_CHANGE for trial in self.trials for failure in trial.failures
        )


class Score(Row):
    """Of some scenarios: how many there are, and by k the share in which k of k trials would pass."""

    scenarios: int
    pass_k: dict[int, float]
    wrong_changes: int


class Times(Row):
    """Seconds a turn."""

    turns: int
    median: float
    p99: float
    longest: float


class Tokens(Row):
    """`cost` is in the currency of the prices that were given, which are for a million tokens."""

    input: int
    output: int
    cost: float | None = None


class Prices(Row):
    input: float
    output: float


class Report(Row):
    model: str
    shopper: str
    trials: int
    started_at: datetime
    seconds: float
    prices: Prices | None = None
    results: tuple[CaseResult, ...]

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through two decorators
    @property
    def overall(self) -> Score:
        return score(self.results)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def hard(self) -> Score:
        return score([result for result in self.results if result.hard])

    @computed_field  # type: ignore[prop-decorator]
    @property
    def by_theme(self) -> dict[str, Score]:
        themes = dict.fromkeys(result.theme for result in self.results)
        return {theme: score([r for r in self.results if r.theme == theme]) for theme in themes}

    @computed_field  # type: ignore[prop-decorator]
    @property
    def failures(self) -> dict[FailureKind, int]:
        """By kind, the number of trials that have one; the commonest first."""
        trials = [trial for result in self.results for trial in result.trials]
        counted = Counter(kind for trial in trials for kind in {failure.kind for failure in trial.failures})
        return dict(counted.most_common())

    @computed_field  # type: ignore[prop-decorator]
    @property
    def times(self) -> Times:
        seconds = sorted(turn.seconds for turn in self._turns())
        last = len(seconds) - 1
        return Times(
            turns=len(seconds),
            median=seconds[last // 2] if seconds else 0,
            p99=seconds[min(last, round(last * 0.99))] if seconds else 0,
            longest=seconds[-1] if seconds else 0,
        )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def tokens(self) -> Tokens:
        turns = self._turns()
        asked, said = sum(t.input_tokens for t in turns), sum(t.output_tokens for t in turns)
        prices = self.prices
        cost = (asked * prices.input + said * prices.output) / 1_000_000 if prices else None
        return Tokens(input=asked, output=said, cost=cost)

    def is_good_enough(self, required_percent: float) -> bool:
        """What may guard a release: enough pass, and nothing was changed wrongly."""
        return self.overall.wrong_changes == 0 and 100 * self.overall.pass_k[1] >= required_percent

    def _turns(self) -> list[TurnPlayed]:
        return [turn for result in self.results for trial in result.trials for turn in trial.played.turns]


def score(results: Sequence[CaseResult]) -> Score:
    trials = min((len(result.trials) for result in results), default=1)
    return Score(
        scenarios=len(results),
        pass_k={k: _pass_k(results, k) for k in range(1, trials + 1)},
        wrong_changes=sum(result.wrong_changes for result in results),
    )


def _pass_k(results: Sequence[CaseResult], k: int) -> float:
    """The mean over scenarios of C(passes, k) / C(trials, k): the chance that k drawn trials all pass."""
    if not results:
        return 0.0
    return sum(comb(result.passes, k) / comb(len(result.trials), k) for result in results) / len(results)
