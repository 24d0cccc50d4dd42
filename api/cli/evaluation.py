"""`parley eval`: plays scenarios against a model, and shows how it did."""

import asyncio
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.text import Text

from api.cli.errors import WrongArgument
from api.cli.evaluation_tables import print_report
from api.cli.progress import progress_bar
from api.logs import configure_logging
from api.opening import open_knowledge, utc_now
from api.settings import Settings, read_settings
from bot.agent import build_agents
from bot.evaluation.files import BUNDLED, Case, read_cases, read_shops
from bot.evaluation.generated.cases import generated_cases, write_failed
from bot.evaluation.page import as_page
from bot.evaluation.report import CaseResult, Prices, Report
from bot.evaluation.running import Evaluation, UnknownShopper
from bot.evaluation.stage import Stages
from bot.models import Models, load_models
from knowledge.embedding import Embedder
from knowledge.index import IndexUnavailableError
from knowledge.search import KnowledgeBase
from knowledge.shop_files import ShopFileError
from tools.commerce.database import Database
from tools.commerce.importing import ImportRejected

AT_ONCE_ON_A_PROVIDER = 8
"""Conversations. The embedded model takes one after the other, so that its times are its own."""

RULES = "rules"

errors = Console(stderr=True)


class Options(BaseModel):
    """What the command line says; `price` is INPUT/OUTPUT for a million tokens."""

    files: tuple[Path, ...]
    trials: int
    only: str
    model: str | None
    shopper: str
    json_file: Path | None
    html_file: Path | None
    require: float
    price: str | None
    generated: int | None
    """How many scenarios are made; `files` are then shops to make them from, else it is one's own."""
    seed: int
    write: Path | None
    """A folder for the generated scenarios that failed."""


def evaluate(options: Options) -> None:
    """Prints, writes the reports, and exits: 1 below what is required, 2 for a scenario file that is wrong."""
    settings = _settings(options.model)
    prices = _prices(options.price)
    try:
        configure_logging("error")
        started_at, start = utc_now(), perf_counter()
        results = _played(settings, options)
    except (ShopFileError, ImportRejected, UnknownShopper) as error:
        errors.print(Text(f"parley: {error}"), soft_wrap=True)
        sys.exit(2)
    report = Report(
        model=settings.model,
        shopper=options.shopper,
        trials=options.trials,
        started_at=started_at,
        seconds=perf_counter() - start,
        prices=prices,
        results=tuple(results),
    )
    if options.json_file:
        options.json_file.write_text(report.model_dump_json(indent=2), "utf-8")
    if options.html_file:
        options.html_file.write_text(as_page(report), "utf-8")
    print_report(report)
    sys.exit(0 if report.is_good_enough(options.require) else 1)


def _settings(model: str | None) -> Settings:
    """With `model` on trial, if there is one. Raises SettingsError, WrongArgument."""
    settings = read_settings()
    if model is None:
        return settings
    try:
        return Settings.model_validate({**dict(settings), "model": model})
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise WrongArgument(f"--model {model}: {reason}.") from None


def _cases(stages: Stages, options: Options) -> list[Case]:
    if options.generated is None:
        cases = read_cases(options.files or (BUNDLED,), options.only)
    else:
        cases = generated_cases(stages, read_shops(options.files), options.generated, options.seed)
        cases = [case for case in cases if options.only.casefold() in case.scenario.name]
    if not cases:
        raise WrongArgument(f"No scenario has {options.only!r} in its name or theme.")
    return cases


def _played(settings: Settings, options: Options) -> list[CaseResult]:
    embedder = Embedder(settings.embedding_model)
    models = _models(settings, settings.model, embedder)
    shopper = None if options.shopper == RULES else _models(settings, options.shopper, embedder).chosen
    with (
        TemporaryDirectory(prefix="parley-eval-") as folder,
        closing(Database(settings.database_url.get_secret_value())) as own,
        closing(
            Stages(
                folder=Path(folder),
                agents=build_agents(models),
                open_pages=lambda pages: _open_pages(settings, pages, embedder),
                own=own,
                own_pages=settings.shop_dir,
                now=utc_now(),
            )
        ) as stages,
    ):
        cases = _cases(stages, options)
        evaluation = Evaluation(
            stages=stages,
            is_embedded=models.is_embedded,
            trials=options.trials,
            at_once=1 if models.is_embedded else AT_ONCE_ON_A_PROVIDER,
            shopper_model=shopper,
        )
        with progress_bar("Playing scenarios", len(cases)) as advance:
            results = asyncio.run(evaluation.run(cases, advance))
    if options.write:
        write_failed(options.write, cases, results)
    return results


def _models(settings: Settings, name: str, embedder: Embedder) -> Models:
    return load_models(
        name,
        embedder,
        settings.classifier_dir,
        base_url=settings.model_base_url,
        timeout_seconds=settings.model_timeout_seconds,
    )


def _open_pages(settings: Settings, pages: Path, embedder: Embedder) -> KnowledgeBase:
    """The merchant's own index where these are the merchant's own pages, else one beside it."""
    if pages.resolve() == settings.shop_dir.resolve():
        knowledge = open_knowledge(settings, embedder)
    else:
        # Each shop's rows in a folder of their own: those of one would push out those of another.
        place = sha256(str(pages.resolve()).encode()).hexdigest()[:12]
        knowledge = KnowledgeBase.open(
            pages, embedder, settings.data_dir / "evaluation" / place, settings.classifier_dir
        )
    try:
        knowledge.refresh()
    except IndexUnavailableError as error:
        errors.print(Text(f"The index of articles is not available: {error}"))
    return knowledge


def _prices(text: str | None) -> Prices | None:
    """Raises WrongArgument."""
    if text is None:
        return None
    asked, slash, said = text.partition("/")
    try:
        return Prices(input=float(asked), output=float(said if slash else "none"))
    except ValueError:
        raise WrongArgument(f"--price {text}: give both, for a million tokens, as in 0.25/2.00.") from None
