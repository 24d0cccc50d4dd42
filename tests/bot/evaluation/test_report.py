"""The figures of a report, and the page that shows them."""

from datetime import UTC, datetime

import pytest

from bot.evaluation.page import as_page
from bot.evaluation.report import CaseResult, Prices, Report
from bot.evaluation.scoring import Failure, FailureKind
from tests.bot.evaluation.stories import played, proposal, reply, scenario

MISSING = (Failure(kind=FailureKind.MISSING_CHANGE, detail="a return"),)
WRONG = (Failure(kind=FailureKind.WRONG_CHANGE, detail="a cancellation"),)


def result(name: str, *trials: tuple[Failure, ...], theme: str = "Returns", hard: bool = False) -> CaseResult:
    return CaseResult.of(theme, scenario(name=name, hard=hard), [played()] * len(trials), trials)


def report(*results: CaseResult, prices: Prices | None = None) -> Report:
    return Report(
        model="embedded",
        shopper="rules",
        trials=len(results[0].trials),
        started_at=datetime(2026, 3, 10, tzinfo=UTC),
        seconds=1,
        prices=prices,
        results=results,
    )


def test_pass_k_falls_where_trials_differ() -> None:
    made = report(result("sure", (), (), (), ()), result("unsure", (), (), (), MISSING))

    shares = made.overall.pass_k

    assert shares[1] == pytest.approx((1 + 3 / 4) / 2)
    assert shares[2] == pytest.approx((1 + 3 / 6) / 2)
    assert shares[4] == pytest.approx(1 / 2)


def test_one_wrong_change_bars_a_release_however_many_pass() -> None:
    good, bad = result("good", ()), result("bad", WRONG)

    assert report(good).is_good_enough(100)
    assert not report(good, result("unresolved", MISSING)).is_good_enough(95)
    assert report(good, result("unresolved", MISSING)).is_good_enough(50)
    assert not report(good, bad).is_good_enough(0)
    assert report(good, bad).overall.wrong_changes == 1


def test_scores_are_given_by_theme_and_for_the_hard_ones() -> None:
    made = report(result("a", ()), result("b", MISSING, theme="Orders", hard=True))

    assert made.by_theme["Returns"].pass_k == {1: 1.0}
    assert made.by_theme["Orders"].pass_k == {1: 0.0}
    assert made.hard.scenarios == 1
    assert made.failures == {FailureKind.MISSING_CHANGE: 1}


def test_tokens_are_priced_by_the_million() -> None:
    spent = played(reply()).model_copy(
        update={
            "turns": (
                played().turns[0].model_copy(update={"input_tokens": 500_000, "output_tokens": 100_000}),
            )
        }
    )
    priced = CaseResult.of("Returns", scenario(), [spent], [()])

    assert report(priced, prices=Prices(input=2, output=10)).tokens.cost == pytest.approx(2.0)
    assert report(priced).tokens.cost is None


def test_json_has_the_figures_and_every_transcript() -> None:
    text = report(result("unsure", (), MISSING)).model_dump_json()

    for part in ('"pass_k":{"1":0.5,"2":0.0}', '"said":"Hello"', '"wrong_changes":0', '"missing_change":1'):
        assert part in text


def test_the_page_shows_what_failed_and_lets_no_text_act_as_html() -> None:
    evil = played(reply("<script>alert(1)</script>"), changes=(proposal(to="<b>me</b>"),))
    page = as_page(report(CaseResult.of("Returns", scenario(name="evil"), [evil], [WRONG])))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>me</b>" not in page
    assert "wrong change: a cancellation" in page
    assert 'src="http' not in page
