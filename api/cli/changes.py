"""`parley approvals` and `parley receive`: what staff decide about changes, from the command line."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from api.bootstrap import build
from api.cli.conversation import identity_of
from api.cli.errors import WrongArgument
from api.parley import Parley
from api.settings import read_settings
from tools.cards import Refusal
from tools.commerce.changes import decisions, proposals, receiving, showing
from tools.commerce.changes.decisions import Decision
from tools.commerce.schema import ProposalStatus, Role
from tools.principal import Principal

console = Console()


class Refused(Exception):
    """What the shop's rules answer, as a sentence."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.code = refusal.code


class NotPossible(Exception):
    """What was approved could not be done any more, and was not."""

    code = "not_possible"

    def __init__(self, reason: str) -> None:
        super().__init__(f"It can't be done any more, so nothing was changed. {reason}")


def decide_approvals(approve: str | None, decline: str | None, who: str) -> None:
    """Lists what waits where neither is given. Raises WrongArgument, Refused and NotPossible."""
    if approve and decline:
        raise WrongArgument("Approve one or decline one, not both at once.")
    with _opened() as parley:
        if approve:
            _decide(parley, approve, who, Decision.CONFIRM)
        elif decline:
            _decide(parley, decline, who, Decision.DECLINE)
        else:
            _list(parley)


@contextmanager
def _opened() -> Iterator[Parley]:
    parley = build(read_settings())
    try:
        yield parley
    finally:
        parley.database.close()


def _list(parley: Parley) -> None:
    with parley.database.reading() as session:
        waiting = proposals.awaiting_approval(session)
    if not waiting:
        console.print("Nothing waits for approval.")
        return
    for proposal in waiting:
        card = showing.card(proposal, parley.now())
        confirmed = proposal.confirmed_at or proposal.created_at
        when = confirmed.astimezone(parley.shop.zone).strftime("%b %-d %H:%M")
        console.print(Text.assemble((proposal.id, "bold"), f"  confirmed {when}"))
        for said in (card.summary, card.notice, card.approval):
            if said:
                console.print(Padding(Text(said), (0, 0, 0, 2)))
    console.print(
        Text("Decide with --approve PROPOSAL or --decline PROPOSAL, and --as agent:EMAIL.", style="dim")
    )


def _decide(parley: Parley, proposal_id: str, who: str, decision: Decision) -> None:
    staff = _staff(parley, who)
    with parley.database.writing() as session:
        decided = decisions.approve(session, proposal_id, staff, decision, parley.rulebook())
        if isinstance(decided, Refusal):
            raise Refused(decided)
    if decided.status is ProposalStatus.FAILED:
        raise NotPossible(str((decided.outcome or {}).get("message") or "The order is not what it was."))
    parley.settlement.settle(decided.id)
    console.print(Text(f"{decided.status.value.capitalize()}: {decided.plan['summary']}"))


def receive_return(rma: str, who: str, *, is_accepted: bool) -> None:
    """Raises WrongArgument, and Refused with the reason when it cannot be."""
    with _opened() as parley:
        staff = _staff(parley, who)
        with parley.database.writing() as session:
            received = receiving.receive(session, rma, staff, parley.rulebook(), is_accepted=is_accepted)
            if isinstance(received, Refusal):
                raise Refused(received)
        parley.settlement.settle_due()
        console.print(Text(received))


def _staff(parley: Parley, who: str) -> Principal:
    identity = asyncio.run(identity_of(parley, who)) if who else None
    if identity is None or identity.role not in {Role.AGENT, Role.MANAGER} or not identity.email:
        raise WrongArgument("Say who decides with --as agent:EMAIL or --as manager:EMAIL.")
    return Principal(role=identity.role, staff_email=identity.email)
