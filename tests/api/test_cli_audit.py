"""`parley audit`: what it tells a merchant, and how it ends for a script."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.cli.errors import WrongArgument
from tests.tools.commerce.changes.change_builders import cancel
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import wish
from tests.tools.commerce.changes.test_audit import around_the_database
from tools.commerce.changes.decisions import Decision, approve
from tools.commerce.changes.receiving import receive
from tools.commerce.database import Database
from tools.commerce.schema import ReturnReason, Role
from tools.principal import Principal

Run = Callable[..., Result]
SAM = Principal(role=Role.AGENT, staff_email="sam@example.com")


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    url = database.url.render_as_string(hide_password=False)

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, ["audit", *words], env={"DATABASE_URL": url, "COLUMNS": "300"})

    return command


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def story(result: Result) -> Sequence[str]:
    """Its lines without the time at their beginning."""
    return [line.split("  ", 1)[-1] for line in result.output.splitlines()]


def test_an_order_is_told_from_proposal_to_payment(run: Run, shop: PaidShop) -> None:
    shop.paid()
    shop.decide(shop.proposed(cancel((2, 1))).id, Decision.DECLINE)
    shop.done(cancel())

    result = run("--order", "#a-1")

    assert result.exit_code == 0
    assert story(result) == [
        "Order A-1",
        f"Under policy {shop.policy.fingerprint}:",
        "Parley proposed a cancellation: 1 of line 2, refund of $40.00 "
        "(by cancellation.statuses, cancellation.lines_separately, cancellation.refund_within_days).",
        "The shopper declined a cancellation.",
        "Parley proposed a cancellation: 2 of line 1, 1 of line 2, refund of $75.00 "
        "(by cancellation.statuses, cancellation.refund_within_days).",
        "The shopper confirmed a cancellation, and it was carried out: refund of $75.00.",
        "The payment gateway moved the money of a cancellation: refund of $75.00.",
        "The trail is whole: 5 rows.",
    ]


def test_what_staff_did_is_told_with_their_names(run: Run, shop: PaidShop) -> None:
    shop.delivered()
    damaged = shop.proposed(wish((2, 1), reason=ReturnReason.DAMAGED))
    shop.decide(damaged.id)
    with shop.database.writing() as session:
        approve(session, damaged.id, SAM, Decision.CONFIRM, shop.book)
    with shop.database.writing() as session:
        receive(session, "RMA-A-1-1", SAM, shop.book, is_accepted=False)

    told = story(run("--order", "A-1"))

    assert told[3:-1] == [
        "The shopper confirmed a return, which needs an agent's approval.",
        "Agent sam@example.com approved a return.",
        "A return was carried out: RMA-A-1-1.",
        "Agent sam@example.com recorded that the parcel of a return is back: RMA-A-1-1, not accepted.",
    ]


def test_what_came_to_nothing_says_why(run: Run, shop: PaidShop) -> None:
    shop.paid()
    first, second = shop.proposed(cancel()), shop.proposed(cancel())
    shop.decide(first.id)
    shop.decide(second.id)

    told = story(run("--order", "A-1"))

    assert told[-2].startswith(
        "A cancellation was confirmed, but could no longer be done; nothing was changed: "
    )


def test_without_an_order_the_whole_trail_is_checked(run: Run, shop: PaidShop) -> None:
    shop.paid()
    shop.proposed(cancel())

    result = run()

    assert (result.exit_code, result.output) == (0, "The trail is whole: 1 row.\n")


def test_an_order_without_a_trail_is_a_wrong_argument(run: Run) -> None:
    assert isinstance(run("--order", "A-404").exception, WrongArgument)


@pytest.mark.breaks_invariants
@pytest.mark.parametrize("words", [(), ("--order", "A-1")])
def test_a_broken_trail_is_told_and_fails_a_script(run: Run, shop: PaidShop, words: Sequence[str]) -> None:
    shop.paid()
    shop.done(cancel())
    around_the_database(shop.database, "UPDATE audit_trail SET actor = 'parley' WHERE number = 2")

    result = run(*words)

    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == "The trail is broken at row 2: it was altered."
