"""The command line: what it prints, and what it says when it cannot."""

import io
import json
from pathlib import Path

import pytest

from tests.api.conftest import SECRET, Run, RunOn
from tools.commerce.demo import named_customers

NINA = "shopper:nina.kowalski@fernway.example"


@pytest.fixture
def run(run_on: RunOn, tmp_path: Path, demo_database: Path) -> Run:
    """Over a demo shop."""
    copy = tmp_path / "parley.db"
    copy.write_bytes(demo_database.read_bytes())
    return run_on(f"sqlite:///{copy}")


@pytest.fixture
def run_loaded(run: Run, data_dir: Path, small_shop: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """With what the embedded model has learned."""
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    monkeypatch.setenv("SHOP_DIR", str(small_shop))
    return run


def test_help_lists_the_commands(run: Run) -> None:
    code, out, _ = run("--help")

    assert code == 0
    assert all(
        f"  {name} " in out for name in ("serve", "demo", "import", "index", "ask", "chat", "kpi", "token")
    )


def test_wrong_settings_end_it_with_a_sentence_each(run: Run) -> None:
    code, out, err = run("serve", PORT="many", MODEL="gpt")

    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2
    assert "Traceback" not in err
    assert "PORT" in err
    assert "MODEL" in err


def test_a_missing_shop_folder_is_named(run: Run) -> None:
    code, _, err = run("index", SHOP_DIR="/nowhere")

    assert code == 2
    assert "SHOP_DIR" in err


def test_a_token_is_all_that_is_printed(run: Run) -> None:
    code, out, _ = run("token", named_customers()[0].email, IDENTITY_SECRET=SECRET)

    assert code == 0
    assert out.count(".") == 2
    assert len(out.split()) == 1


def test_a_token_needs_a_secret_a_customer_and_a_role(run: Run) -> None:
    email = named_customers()[0].email
    assert "IDENTITY_SECRET" in run("token", email)[2]
    assert run("token", "nobody@else.example", IDENTITY_SECRET=SECRET)[0] == 2
    assert "owner" in run("token", email, "--role", "owner", IDENTITY_SECRET=SECRET)[2]


def test_demo_leaves_a_shop_that_is_there_and_introduces_its_customers(run: Run) -> None:
    code, out, _ = run("demo")

    assert code == 0
    assert "--reset" in out
    assert all(person.email in out for person in named_customers())
    assert run("demo", "--orders", "500")[0] == 1


def test_an_import_names_what_is_wrong_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "orders.jsonl").write_text(json.dumps({"id": 7}) + "\n")

    code, _, err = run("import", str(tmp_path))

    assert code == 1
    assert "orders.jsonl" in err
    assert run("import", str(tmp_path), "--format", "csv")[0] == 2


def test_a_question_as_json_comes_with_its_proposal(run_loaded: Run) -> None:
    code, out, _ = run_loaded("ask", "Cancel my order, I changed my mind", "--as", NINA, "--json")

    reply = json.loads(out)
    assert code == 0
    assert (reply["proposal"]["kind"], reply["proposal"]["status"]) == ("cancellation", "open")


def test_a_typed_yes_confirms_in_the_terminal(run_loaded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Cancel my order, I changed my mind\nyes\n"))

    code, out, _ = run_loaded("chat", "--as", NINA)

    said = " ".join(out.split())
    assert code == 0
    assert "Proposal: say yes or no" in said
    assert "Done. Order FW-172984 is canceled." in said
    assert "Cancellation of order FW-172984: done" in said


@pytest.mark.parametrize(
    "who", ["bob", "shopper", "shopper:nobody@else.example", "agent", "owner:a@b.example"]
)
def test_whoever_is_asking_must_be_somebody(run: Run, who: str) -> None:
    code, out, err = run("ask", "hello", "--as", who)

    assert (code, out) == (2, "")
    assert err.startswith("parley: ")
