"""What `parley.load` opens, with a scripted model and without articles."""

from typing import cast

from api.parley import Parley
from bot.agent import build_agents
from bot.conversation import Conversations
from bot.desk import Desk
from bot.models import Models
from knowledge.search import KnowledgeBase
from tests.bot.scripted_model import Script, ScriptedModel
from tests.tools.builders import NoArticles


def scripted_conversations(parley: Parley, script: Script) -> Conversations:
    model = ScriptedModel(script=script)
    desk = Desk(
        database=parley.database,
        knowledge=cast(KnowledgeBase, NoArticles()),
        shop=parley.shop,
        policy=parley.policy,
        agents=build_agents(Models(model, model)),
        order_numbers=(),
        settlement=parley.settlement,
        now=parley.now,
    )
    return Conversations(desk)
