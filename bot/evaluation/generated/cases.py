"""Generated scenarios over several shops, and those that failed as files to keep."""

import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import yaml

from bot.evaluation.files import Case, ShopPlace
from bot.evaluation.generated.making import generated
from bot.evaluation.report import CaseResult
from bot.evaluation.stage import Stages


def generated_cases(stages: Stages, shops: Sequence[ShopPlace], count: int, seed: int) -> list[Case]:
    """`count` scenarios in equal parts of each shop, or of the merchant's own where none is given."""
    places: Sequence[ShopPlace | None] = shops or [None]
    shares = [count // len(places) + (number < count % len(places)) for number in range(len(places))]
    return [
        case
        for place, share in zip(places, shares, strict=True)
        if share
        for case in generated(stages.of(place), place, share, seed)
    ]


def write_failed(folder: Path, cases: Sequence[Case], results: Sequence[CaseResult]) -> None:
    """One scenario file for each shop that something failed in."""
    failed = {result.name for result in results if result.passes < len(result.trials)}
    folder.mkdir(parents=True, exist_ok=True)
    kept = [case for case in cases if case.scenario.name in failed]
    for place, together in groupby(kept, key=lambda case: case.shop):
        found = list(together)
        scenarios = [case.scenario.model_dump(mode="json", exclude_defaults=True) for case in found]
        shop = {"shop": os.path.relpath(place.file, folder.resolve())} if place else {}
        text = yaml.safe_dump(
            {"theme": "Generated", **shop, "scenarios": scenarios}, sort_keys=False, allow_unicode=True
        )
        (folder / f"{place.file.stem if place else 'own'}.yaml").write_text(text, "utf-8")
