"""Where a case stands, in sentences for the shopper whose it is."""

from collections.abc import Sequence
from datetime import date

from tools.commerce.disputes.claims import about
from tools.my_case_facts import CaseStage, CaseStanding

NOT_SHOWN = "How, I can tell once you have shown me that the order is yours."
NO_PERSON = "Someone from our team"


def of_claim(case: CaseStanding, outcome: Sequence[str] | None) -> str:
    """`outcome` are the sentences of a decision; None where it may not be told in this conversation."""
    if case.claim is None:
        raise ValueError("a case of a claim has its kind")
    what = about(case.claim, case.order_number, case.items)
    begin = f"Case {case.reference}, opened {_day(case.opened_on)} ({what}):"
    if not case.stage.is_over:
        return f"{begin} {_who_has_it(case)} {_until(case)}".rstrip()
    on = f" on {_day(case.closed_on)}" if case.closed_on else ""
    if case.stage is CaseStage.WITHDRAWN:
        return f"{begin} it was closed{on} without a decision."
    decided = "our team decided" if case.stage is CaseStage.SETTLED else "our team decided against the claim"
    told = NOT_SHOWN if outcome is None else " ".join(outcome)
    return f"{begin} {decided}{on}. {told}".rstrip()


def of_conversation(case: CaseStanding) -> str:
    """Of a conversation with a person in which nothing was claimed."""
    begin = f"Your conversation with our team of {_day(case.opened_on)}:"
    if case.stage is CaseStage.WITH_PERSON:
        return f"{begin} {case.person or NO_PERSON} has it, and answers you there."
    if case.stage is CaseStage.WAITING:
        late = " It takes longer than it should: I'm sorry. Our team has been reminded." if case.late else ""
        return f"{begin} it waits for the next of our people who is free.{late}"
    on = f" on {_day(case.closed_on)}" if case.closed_on else ""
    return f"{begin} it was closed{on}, and nothing of it is open."


def _who_has_it(case: CaseStanding) -> str:
    match case.stage:
        case CaseStage.WITH_PERSON:
            return f"{case.person or NO_PERSON} has it."
        case CaseStage.WITH_MANAGER:
            return "a manager is to decide about it."
        case CaseStage.WITH_BANK:
            return "your bank has our answer, and rules on it."
        case CaseStage.AWAITS_SECOND_PERSON:
            return (
                "someone has looked into it and decided, and a second person on our team has to agree first."
            )
        case CaseStage.WAITING:
            return "nobody has taken it yet; it waits for the next of our people who is free."
        case _:
            return "our team has not decided yet."


def _until(case: CaseStanding) -> str:
    if case.answer_by is None:
        return ""
    if case.late:
        return f"You should have had the decision by {_day(case.answer_by)}, and I'm sorry that you haven't."
    return f"You'll have the decision by {_day(case.answer_by)}."


def _day(day: date) -> str:
    return f"{day:%A, %B} {day.day}"
