"""`parley eval`: its exit codes, its reports, and a model at a provider on trial."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Run, RunOn
from tests.bot.evaluation.stories import SHOP
from tests.llm_server import CallTool, Fail, LlmServer, Say, serving_llm

RIGHT = '  - {name: cost, turns: [{say: "What does delivery cost?", expect: {cites: delivery#cost}}]}'
WRONG = '  - {name: fee, turns: [{say: "What does delivery cost?", expect: {says: a hundred dollars}}]}'
CANCEL = """
  - name: cancel
    who: shopper:ada@shop.example
    shopper: {wish: Please cancel A-100., confirms: CONFIRMS}
    expect: {changes: [{kind: cancellation, order: A-100}]}"""


@pytest.fixture
def run(
    run_on: RunOn, data_dir: Path, small_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    (tmp_path / "shop.yaml").write_text(f"pages: {small_shop}\n{SHOP}")
    return run_on(f"sqlite:///{tmp_path / 'own.db'}")


def scenarios(folder: Path, *written: str) -> str:
    file = folder / "some.yaml"
    file.write_text("theme: Some\nshop: shop.yaml\nscenarios:\n" + "\n".join(written))
    return str(file)


def test_all_that_pass_let_a_release_through_and_leave_their_reports(run: Run, tmp_path: Path) -> None:
    file = scenarios(tmp_path, RIGHT)

    code, out, _ = run("eval", file, "--trials", "2", "--json", "out.json", "--html", "out.html")

    report = json.loads((tmp_path / "out.json").read_text())
    assert code == 0
    assert "pass^2" in out
    assert report["overall"] == {"scenarios": 1, "pass_k": {"1": 1.0, "2": 1.0}, "wrong_changes": 0}
    assert report["results"][0]["trials"][0]["played"]["turns"][0]["tools"] == ["search_knowledge"]
    assert "Standard delivery costs five dollars" in (tmp_path / "out.html").read_text()
    assert not (tmp_path / "own.db").exists()


def test_too_few_that_pass_bar_it(run: Run, tmp_path: Path) -> None:
    file = scenarios(tmp_path, RIGHT, WRONG)

    assert run("eval", file)[0] == 1
    code, out, _ = run("eval", file, "--require", "50")
    assert code == 0
    assert "fee in turn 1: not said: a hundred dollars" in out
    assert run("eval", file, "--only", "cost")[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["eval", "bad.yaml"], "bad.yaml, line 3: scenarios.0.turn: is not known; did you mean turns?"),
        (["eval", "none.yaml"], "none.yaml: cannot be read"),
        (["eval", "good.yaml", "--only", "nothing"], "No scenario has 'nothing'"),
        (["eval", "good.yaml", "--price", "cheap"], "--price cheap"),
        (["eval", "good.yaml", "--model", "gpt"], "--model gpt: must be embedded, or provider:name"),
        (["eval", "stranger.yaml"], "no customer with the e-mail bob@shop.example"),
    ],
)
def test_what_cannot_be_played_is_named(run: Run, tmp_path: Path, words: list[str], told: str) -> None:
    (tmp_path / "bad.yaml").write_text("theme: Bad\nscenarios:\n  - {name: one, turn: [{say: Hello}]}")
    Path(scenarios(tmp_path, RIGHT)).rename(tmp_path / "good.yaml")
    stranger = '  - {name: one, who: "shopper:bob@shop.example", turns: [{say: Hello}]}'
    Path(scenarios(tmp_path, stranger)).rename(tmp_path / "stranger.yaml")

    code, _, err = run(*words)

    assert code == 2
    assert told in err
    assert "Traceback" not in err


def answers(messages: list[dict[str, Any]]) -> CallTool | Say:
    """Both sides: the shopper says what it wants and then yes, the bot cancels whatever is said."""
    said = [message for message in messages if message["role"] == "assistant"]
    if messages[0]["content"].startswith("You play a customer"):
        return Say(["Please cancel A-100.", "yes", "[done]"][min(len(said), 2)])
    if messages[-1]["role"] == "tool":
        return Say("See for yourself.")
    return CallTool("propose_cancellation", {"order_number": "A-100", "reason": "changed_mind"})


@pytest.fixture
def llm(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    with serving_llm(answers) as llm:
        monkeypatch.setenv("OPENAI_API_KEY", "key-of-nobody")
        monkeypatch.setenv("MODEL_BASE_URL", llm.url)
        yield llm


def test_a_provider_is_on_trial_with_a_shopper_of_its_own(run: Run, llm: LlmServer, tmp_path: Path) -> None:
    file = scenarios(tmp_path, CANCEL.replace("CONFIRMS", "expected"))
    model = "openai:gpt-test"

    code, out, err = run(
        "eval", file, "--model", model, "--shopper", model, "--price", "1/2", "--json", "out.json"
    )

    assert code == 0, out + err
    report = json.loads((tmp_path / "out.json").read_text())
    assert report["model"] == model
    # Two calls of the bot, of one token in and out each; those of the shopper are not the bot's.
    assert report["tokens"] == {"input": 2, "output": 2, "cost": 6e-6}
    system = next(r["messages"][0] for r in llm.requests if "play a customer" in r["messages"][0]["content"])
    assert "cancellation, of order A-100" in system["content"]


def test_a_provider_that_fails_is_not_judged_by_the_embedded_models_answers(
    run: Run, llm: LlmServer, tmp_path: Path
) -> None:
    llm.script = lambda _: Fail(400)

    code, out, _ = run("eval", scenarios(tmp_path, RIGHT), "--model", "openai:gpt-test")

    assert code == 1
    assert "provider failed" in out


def test_a_shoppers_provider_that_fails_ends_it_with_a_sentence(
    run: Run, llm: LlmServer, tmp_path: Path
) -> None:
    llm.script = lambda _: Fail(401)
    file = scenarios(tmp_path, CANCEL.replace("CONFIRMS", "expected"))

    code, _, err = run("eval", file, "--shopper", "openai:gpt-test")

    assert code == 1
    assert "The model that plays the shoppers failed: " in err
    assert "Traceback" not in err
