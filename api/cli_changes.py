"""`parley approvals` and `parley receive`: what staff decide about changes, from the command line."""

import asyncio

from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.bootstrap import Parley, build
from api.cli_conversation import identity_of
from api.cli_errors import WrongArgument
from api.settings import read_settings
from tools.cards import Refusal
from tools.commerce.changes import decisions, proposals, receiving, showing
from tools.commerce.changes.decisions import Decision
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.days import LocalTime
from tools.commerce.money import format_money
from tools.commerce.schema import Role
from tools.principal import Principal

console = Console()


class Refused(Exception):
    """What the shop's rules answer, as a sentence."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.code = refusal.code


def decide_approvals(approve: str | None, decline: str | None, who: str) -> None:
    """Lists what waits where neither is given. Raises WrongArgument and Refused."""
    if approve and decline:
        raise WrongArgument("Approve one or decline one, not both at once.")
    parley = build(read_settings())
    if approve:
        _decide(parley, approve, who, Decision.CONFIRM)
    elif decline:
        _decide(parley, decline, who, Decision.DECLINE)
    else:
        _list(parley)


def _list(parley: Parley) -> None:
    with parley.database.reading() as session:
        waiting = proposals.awaiting_approval(session)
    if not waiting:
        console.print("Nothing waits for approval.")
        return
    table = Table("Proposal", "Confirmed", "Amount", "What", "Why it waits")
    for proposal in waiting:
        card = showing.card(proposal, parley.now())
        confirmed = proposal.confirmed_at or proposal.created_at
        amount = format_money(proposal.amount_minor, proposal.currency) if proposal.currency else ""
        when = confirmed.astimezone(parley.shop.zone).strftime("%b %-d %H:%M")
        table.add_row(
            *(Text(cell) for cell in (proposal.id, when, amount, card.summary, card.approval or ""))
        )
    console.print(table)


def _decide(parley: Parley, proposal_id: str, who: str, decision: Decision) -> None:
    staff = _staff(parley, who)
    with parley.database.writing() as session:
        decided = decisions.approve(session, proposal_id, staff, decision, _rulebook(parley))
        if isinstance(decided, Refusal):
            raise Refused(decided)
    parley.settlement.settle(decided.id)
    console.print(Text(f"{decided.status.value.replace('_', ' ').capitalize()}: {decided.plan['summary']}"))


def receive_return(rma: str, who: str, *, is_accepted: bool) -> None:
    """Raises WrongArgument, and Refused with the reason when it cannot be."""
    parley = build(read_settings())
    staff = _staff(parley, who)
    with parley.database.writing() as session:
        received = receiving.receive(session, rma, staff, _rulebook(parley), is_accepted=is_accepted)
        if isinstance(received, Refusal):
            raise Refused(received)
    parley.settlement.settle_due()
    console.print(Text(received))


def _staff(parley: Parley, who: str) -> Principal:
    identity = asyncio.run(identity_of(parley, who))
    if identity is None or identity.role not in {Role.AGENT, Role.MANAGER} or not identity.email:
        raise WrongArgument("Say who decides with --as agent:EMAIL or --as manager:EMAIL.")
    return Principal(role=identity.role, staff_email=identity.email)


def _rulebook(parley: Parley) -> Rulebook:
    return Rulebook(parley.policy, parley.shop.currency, LocalTime(parley.now(), parley.shop.zone))
