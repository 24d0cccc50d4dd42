"""The report of an evaluation in the terminal: scores by theme, then what failed, then what it took."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.evaluation.report import Report, Score

console = Console()


def print_report(report: Report) -> None:
    table = Table(title=f"Evaluation of {report.model}", title_justify="left")
    table.add_column("Theme")
    for name in ("Scenarios", *(f"pass^{k}" for k in report.overall.pass_k), "Wrong changes"):
        table.add_column(name, justify="right")
    for theme, score in report.by_theme.items():
        table.add_row(Text(theme), *_cells(score))
    table.add_section()
    table.add_row("hard ones", *_cells(report.hard, len(report.overall.pass_k)))
    table.add_row("all", *_cells(report.overall), style="bold")
    console.print(table)
    for result in report.results:
        for number, trial in enumerate(result.trials, start=1):
            for failure in trial.failures:
                place = f"{result.name}, trial {number}" if report.trials > 1 else result.name
                turn = f" in turn {failure.turn}" if failure.turn else ""
                console.print(
                    Text(f"{place}{turn}: {failure.kind.value.replace('_', ' ')}: {failure.detail}"),
                    soft_wrap=True,
                )
    if report.failures:
        kinds = (f"{kind.value.replace('_', ' ')} {count}" for kind, count in report.failures.items())
        console.print(Text(f"Trials that failed, by kind: {', '.join(kinds)}"), soft_wrap=True)
    times, tokens = report.times, report.tokens
    told = f"{times.turns:,} turns: median {1000 * times.median:.0f} ms, p99 {1000 * times.p99:.0f} ms"
    if tokens.input:
        told += f"; {tokens.input:,} tokens read, {tokens.output:,} written"
    if tokens.cost is not None:
        told += f", {tokens.cost:.2f} in all"
    console.print(Text(told), soft_wrap=True)


def _cells(score: Score, columns: int | None = None) -> list[str]:
    shares = [f"{100 * share:.1f} %" for share in score.pass_k.values()] if score.scenarios else []
    empty = ["-"] * ((columns or len(score.pass_k)) - len(shares))
    return [str(score.scenarios), *shares, *empty, str(score.wrong_changes)]
