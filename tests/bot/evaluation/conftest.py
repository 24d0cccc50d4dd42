"""Evaluations of a scripted model in the small shop."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.agent import build_agents
from bot.evaluation.files import read_cases
from bot.evaluation.report import CaseResult
from bot.evaluation.running import Evaluation
from bot.evaluation.stage import Stages
from bot.models import Models
from knowledge.search import KnowledgeBase
from knowledge.shop_profile import DEMO_SHOP
from tests.bot.conftest import NOW
from tests.bot.evaluation.stories import write
from tests.bot.scripted_model import Script, ScriptedModel
from tools.commerce.database import Database

Evaluate = Callable[..., Awaitable[list[CaseResult]]]


@pytest.fixture
def evaluate(tmp_path: Path, sqlite_url: str, knowledge_base: KnowledgeBase) -> Iterator[Evaluate]:
    """Plays scenarios, written as YAML, against a script."""
    own = Database(sqlite_url)

    async def run(
        script: Script, scenarios: str, *, trials: int = 1, in_own_shop: bool = False, now: datetime = NOW
    ) -> list[CaseResult]:
        model = ScriptedModel(script=script)
        stages = Stages(
            folder=tmp_path,
            agents=build_agents(Models(model, model)),
            open_pages=lambda _: knowledge_base,
            own=own,
            own_pages=DEMO_SHOP,
            now=now,
        )
        file = write(tmp_path, scenarios)
        if in_own_shop:
            file.write_text(file.read_text().replace("shop: ../shop.yaml\n", ""))
        return await Evaluation(stages, is_embedded=True, trials=trials).run(read_cases([file]))

    yield run
    own.close()
