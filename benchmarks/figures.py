"""How every benchmark shows what it measured: a small table on the screen, and JSON in a file."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"

Figures = Mapping[str, float | int | str]


def parser(description: str, name: str) -> argparse.ArgumentParser:
    """With the option that all have: `--json PATH`, by default `benchmarks/results/NAME.json`."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--json", type=Path, default=RESULTS / f"{name}.json")
    return arguments


def publish(title: str, figures: Figures, path: Path) -> None:
    table = Table("figure", "value", title=title)
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, float | int) else value)
    Console().print(table)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(figures), indent=2) + "\n")
