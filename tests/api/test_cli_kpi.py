"""`parley kpi`: figures in the terminal."""

import json
from pathlib import Path

import pytest

from tests.api.conftest import Run, RunOn


@pytest.fixture
def run(
    run_on: RunOn,
    tmp_path: Path,
    demo_database: Path,
    data_dir: Path,
    small_shop: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    copy = tmp_path / "parley.db"
    copy.write_bytes(demo_database.read_bytes())
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    monkeypatch.setenv("SHOP_DIR", str(small_shop))
    return run_on(f"sqlite:///{copy}")


def test_a_question_is_answered_with_its_card_and_drawn(run: Run, tmp_path: Path) -> None:
    chart = tmp_path / "sales.png"

    code, out, _ = run("kpi", "net sales of the last 12 months by month", "--json", "--chart", str(chart))

    (message,) = json.loads(out)["messages"]
    (card,) = message["cards"]
    assert code == 0
    assert (card["metrics"][0]["name"], card["grain"]) == ("net_sales", "month")
    assert card["total"][0]["text"] in message["text"]
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_what_must_be_asked_names_the_answers(run: Run) -> None:
    code, out, _ = run("kpi", "what is our NPS this year?")

    assert code == 0
    assert "I don't know" in out
    assert "Answer with:" in out


def test_a_chart_is_a_png_or_an_svg(run: Run, tmp_path: Path) -> None:
    code, _, err = run("kpi", "net sales", "--chart", str(tmp_path / "sales.pdf"))

    assert code == 2
    assert "sales.pdf" in err
