"""The page of one case: the conversation on one side, live, and what the records say on the other."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from api.chat import Services
from api.desk.access import AtDesk, SignedIn, TurnedAway
from api.desk.dispute_facts import GIVING, disputes_of
from api.desk.facts import facts_of
from api.desk.messages import said
from api.desk.outcome_facts import PlannedOutcome
from api.desk.outcome_form import MOST_CHARS
from api.desk.page import desk_page
from api.desk.presence import at_case
from api.desk.talks import read_talk, side_chat
from api.desk.wording import DISPUTES, OUTCOMES
from api.following import WITH_PEOPLE
from api.parley import Parley
from tools import crossing
from tools.commerce.days import LocalTime
from tools.commerce.handoffs import routing
from tools.commerce.handoffs.case import Case, read_case
from tools.commerce.schema import Handoff, HandoffState

_ID = re.compile(r"[0-9a-f-]{36}")

router = APIRouter(prefix="/desk/cases/{handoff_id}", include_in_schema=False)


@dataclass(frozen=True)
class Unsent:
    """What was typed and is still to be sent, why it was not, and what is still to be confirmed."""

    problem: str | None = None
    answer: str = ""
    note: str = ""
    planned: PlannedOutcome | None = None
    question: str = ""


@router.get("")
async def case_page(parley: Services, at_desk: SignedIn, handoff_id: str) -> Response:
    return await draw_case(parley, at_desk, handoff_id)


async def find_case(parley: Parley, at_desk: AtDesk, handoff_id: str) -> Case:
    """Raises TurnedAway when there is no such case."""
    when = LocalTime(parley.now(), parley.shop.zone)
    case = None
    if _ID.fullmatch(handoff_id):
        case = await crossing.read(
            parley.database, lambda s: read_case(s, handoff_id, when, parley.policy.refunds)
        )
    if case is None:
        values = {"title": "No such case", **at_desk.frame}
        raise TurnedAway(desk_page("no_case.html", parley.shop, values, HTTPStatus.NOT_FOUND))
    return case


async def draw_case(
    parley: Parley,
    at_desk: AtDesk,
    handoff_id: str,
    unsent: Unsent | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    """Raises TurnedAway."""
    case = await find_case(parley, at_desk, handoff_id)
    view = await parley.register.view(case.handoff.conversation_id)
    now = parley.now()
    facts = facts_of(case, now, parley.shop.zone)
    messages = [said(message, handoff_id, parley.shop, now) for message in view.messages]
    others = [
        one for one in parley.presence.at(case.handoff.conversation_id) if one.who != at_desk.account.email
    ]
    asked_in = await side_chat(parley, at_desk, handoff_id)
    values: dict[str, object] = {
        "title": f"{facts.reason}: {facts.who}",
        **at_desk.frame,
        "facts": facts,
        "asks_for": routing.asks_for(case.handoff, parley.shop.language, case.colleagues),
        "messages": messages,
        "asked": await read_talk(parley, asked_in) if asked_in else None,
        "last_id": messages[-1].id if messages else 0,
        "unsent": unsent or Unsent(),
        "form_id": str(uuid4()),
        "most_chars": MOST_CHARS,
        "replies": [reply.name for reply in parley.replies],
        "at_case": at_case(others, case.channel) if view.status in WITH_PEOPLE else None,
        "disputes": await crossing.read(
            parley.database, lambda s: disputes_of(s, case, at_desk.principal, parley)
        ),
        "kinds": list(DISPUTES.items()),
        "today": LocalTime(now, parley.shop.zone).today.isoformat(),
        "outcomes": [(kind, OUTCOMES[kind]) for kind in GIVING],
        "is_waiting": case.handoff.state is HandoffState.WAITING,
        "is_mine": is_of(case.handoff, at_desk),
    }
    return desk_page("case.html", parley.shop, values, status)


def is_of(handoff: Handoff, at_desk: AtDesk) -> bool:
    return handoff.state is HandoffState.TAKEN and handoff.taken_by == at_desk.account.email
