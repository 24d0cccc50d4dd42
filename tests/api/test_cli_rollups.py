"""`parley rollups`: whether the daily sums are right, told to a person and to a script."""

from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from api.cli import app
from tests.tools.builders import Shop
from tools.commerce.database import Database
from tools.commerce.schema import DailySum


@pytest.mark.breaks_invariants
def test_wrong_sums_fail_a_script_until_they_are_built_anew(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = Database(sqlite_url)
    Shop(database).order("A-1")

    def run(verb: str) -> Result:
        return CliRunner().invoke(app, ["rollups", verb], env={"DATABASE_URL": sqlite_url})

    right = run("check")
    with database.writing() as session:
        session.execute(update(DailySum).where(DailySum.grouping == 0).values(sum_1=5))
    wrong = run("check")
    run("rebuild")

    assert (right.exit_code, right.output) == (0, "The daily sums are what their facts come to.\n")
    assert wrong.exit_code == 1
    assert wrong.output.splitlines()[-1] == "Daily sums that are wrong: 1. Run parley rollups rebuild."
    assert "orders of 2026-03-05 by channel" in wrong.output
    assert run("check").exit_code == 0
    database.close()
