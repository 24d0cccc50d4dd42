"""`parley staff`: accounts for the desk are added, listed and disabled."""

import io

import pytest

from tests.api.conftest import Run, RunOn


@pytest.fixture
def run(run_on: RunOn, sqlite_url: str) -> Run:
    return run_on(sqlite_url)


def test_an_account_is_added_listed_replaced_and_disabled(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def add(role: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
        return run("staff", "add", "Kim@shop.example", "--name", "Kim", "--role", role, "--password-stdin")

    assert "no staff accounts" in run("staff", "list")[1]
    assert add("agent")[:2] == (0, "Added kim@shop.example: Kim, agent. Sign in at /desk.\n")
    assert add("manager")[1].startswith("Replaced kim@shop.example: Kim, manager.")
    listed = run("staff", "list", COLUMNS="100")[1]
    assert [word in listed for word in ("kim@shop.example", "manager", "enabled", "horse", "argon")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert (
        run("staff", "add", "lee@shop.example", "--name", "Lee", "--role", "agent", "--no-password")[0] == 0
    )
    assert "no password" in run("staff", "list", COLUMNS="100")[1]
    assert run("staff", "disable", "kim@shop.example")[0] == 0
    assert "disabled" in run("staff", "list", COLUMNS="100")[1]


def test_what_is_wrong_is_said_in_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    short = run("staff", "add", "kim@shop.example", "--name", "Kim", "--role", "agent", "--password-stdin")
    shopper = run("staff", "add", "kim@shop.example", "--name", "Kim", "--role", "shopper")

    assert (short[0], short[2]) == (1, "parley: A password has at least 12 characters.\n")
    assert (shopper[0], "choose agent, manager or analyst" in shopper[2]) == (2, True)
    assert (
        run("staff", "disable", "nobody@shop.example")[2]
        == "parley: There is no account nobody@shop.example.\n"
    )


def test_what_somebody_knows_and_writes_is_kept_until_it_is_said_anew(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(*more: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
        own = ("--name", "Kim", "--role", "agent", "--password-stdin")
        return run("staff", "add", "kim@shop.example", *own, *more)

    assert add("--skill", "fraud", "--skill", "legal", "--language", "es")[0] == 0
    assert add()[0] == 0
    assert "fraud, legal, es" in run("staff", "list", COLUMNS="100")[1]
    told = run("staff", "skills", "kim@shop.example", "--skill", "privacy")[1]
    assert told == "kim@shop.example knows about privacy, and writes Spanish.\n"
    assert "No handoff needs the skill 'frud'" in add("--skill", "frud")[2]
    assert "There is no language 'xx'" in run("staff", "skills", "kim@shop.example", "--language", "xx")[2]
