"""Where a shopper's case stands that the shop's people have to settle."""

import re

from bot.embedded.answering.handing_over import offers
from bot.embedded.answering.orders import see
from bot.embedded.answers import Answer, Task
from bot.embedded.meant.identity import ask_who
from bot.embedded.meant.order import named_numbers
from bot.embedded.situation import Situation
from tools.cards import Refusal, ToolResult
from tools.my_case_facts import CaseStanding, MyCases

TOOL = "list_my_cases"
AT_THE_DESK = "Shoppers' cases are at the desk."
_REFERENCE = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8}\b", re.IGNORECASE)
"""As `reference_of` makes it."""


def case_status(task: Task, situation: Situation) -> Answer:
    """All of theirs, or those of the order or reference that is named. Raises Asks for who they are."""
    if TOOL not in situation.tools:
        return Answer(AT_THE_DESK)
    found = _found(task, situation)
    if isinstance(found, MyCases):
        order = found.cases[0].order_number if len(found.cases) == 1 else None
        is_open = any(not case.stage.is_over for case in found.cases)
        return Answer(_told(found.cases), order=order, offers=offers(situation) if is_open else ())
    said = found.message if isinstance(found, Refusal) else "I couldn't look that up just now."
    return Answer(said, offers=offers(situation))


def _found(task: Task, situation: Situation) -> ToolResult:
    if reference := _REFERENCE.search(task.text):
        found = situation.ask(TOOL, reference=reference[0])
        if isinstance(found, MyCases) or situation.signed_in:
            return found
    numbers = [] if reference else named_numbers(task, situation)
    if numbers:
        return see(task, situation, TOOL, numbers[0])
    found = situation.ask(TOOL)
    if isinstance(found, Refusal) and found.code == "identity_needed":
        raise ask_who(task, situation)
    return found


def _told(cases: tuple[CaseStanding, ...]) -> str:
    if len(cases) == 1:
        return cases[0].message
    return "\n".join(f"- {case.message}" for case in cases)
