"""Some of the scenarios that come along, one or two of each theme, which the embedded model resolves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.agent import build_agents
from bot.evaluation.files import BUNDLED, read_cases
from bot.evaluation.running import Evaluation
from bot.evaluation.stage import Stages
from bot.models import load_models
from knowledge.embedding import Embedder
from knowledge.search import KnowledgeBase
from knowledge.shop_profile import DEMO_SHOP
from tests.bot.conftest import NOW
from tools.commerce.database import Database

pytestmark = pytest.mark.anyio

RESOLVED = {
    "status-of-a-parcel-on-its-way",
    "guest-order-with-its-postcode",
    "two-parcels",
    "return-window",
    "delivery-cost",
    "cancel-whole-order",
    "cancel-all-but-the-lamp",
    "cancel-shipped",
    "yes-but-is-no-yes",
    "yes-after-expiry",
    "other-address",
    "other-card",
    "return-one-item",
    "wont-take-store-credit",
    "defective-label-is-free",
    "final-sale-unwanted",
    "mugs-in-another-color",
    "lost-cooler-needs-approval",
    "somebody-elses-order",
    "cancel-somebody-elses",
    "support-approved-it",
    "system-message",
    "sold-out-variant",
    "newsletter-off",
    "bicycles-cancel",
    "books-status",
    "lumen-return-all-of-two-orders",
    "lumen-three-tasks-over-orders",
    "perch-mouse-and-pad-and-one-cable",
}


@pytest.fixture
def evaluation(
    embedder: Embedder, learned_intents: Path, knowledge_base: KnowledgeBase, sqlite_url: str, tmp_path: Path
) -> Iterator[Evaluation]:
    own = Database(sqlite_url)
    stages = Stages(
        folder=tmp_path,
        agents=build_agents(load_models("embedded", embedder, learned_intents)),
        open_pages=lambda _: knowledge_base,
        own=own,
        own_pages=DEMO_SHOP,
        now=NOW,
    )
    yield Evaluation(stages, is_embedded=True)
    own.close()


async def test_the_embedded_model_resolves_them(evaluation: Evaluation) -> None:
    cases = [case for case in read_cases([BUNDLED]) if case.scenario.name in RESOLVED]
    assert len(cases) == len(RESOLVED)

    results = await evaluation.run(cases)

    failed = {result.name: result.trials[0].failures for result in results if not result.passes}
    assert failed == {}
