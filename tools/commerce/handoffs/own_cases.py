"""Where a shopper's own cases stand: what they claimed, and conversations with people in which nothing is claimed.

Every query starts from the principal. What belongs to this conversation may be heard in it whoever writes there; of an
order that they have not shown to be theirs, only that there is a case.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from tools.cards import Refusal
from tools.commerce.changes.ledger import entries_of
from tools.commerce.changes.sentences import refused_by_gateway
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.disputes import lifecycle as disputes
from tools.commerce.disputes.claims import answer_day, reference_of
from tools.commerce.handoffs import own_case_wording as wording
from tools.commerce.handoffs.lifecycle import OPEN
from tools.commerce.orders import find_order, item, visible_orders
from tools.commerce.schema import (
    Conversation,
    Dispute,
    DisputeLine,
    DisputeState,
    Handoff,
    HandoffState,
    Order,
    OrderLine,
    Proposal,
    Role,
    StaffAccount,
)
from tools.my_case_facts import CaseStage, CaseStanding, MyCases
from tools.principal import IdentityLevel, Principal

MOST = 5
SHORTEST_REFERENCE = 6

NOT_FOR_ROLE = Refusal(code="not_for_role", message="This is for shoppers. The cases are at the desk.")
IDENTITY_NEEDED = Refusal(
    code="identity_needed",
    message="To look that up I need to know who you are. Give me the order number and the e-mail or postcode on it, "
    "or sign in with a code that I send to your e-mail.",
)
NO_CASE = Refusal(
    code="no_case",
    message="I can't find a case of yours with our team. If something is wrong, tell me what, or ask for a person.",
)

_OVER = {
    DisputeState.SETTLED: CaseStage.SETTLED,
    DisputeState.REFUSED: CaseStage.REFUSED,
    DisputeState.WITHDRAWN: CaseStage.WITHDRAWN,
}


@dataclass(frozen=True)
class Wanted:
    """Which of them; all, where nothing is said."""

    order_number: str | None = None
    reference: str | None = None


def own_cases(
    session: ReadSession, principal: Principal, conversation_id: str, wanted: Wanted, when: LocalTime
) -> MyCases | Refusal:
    """Those that are not over first, then the newest. Of an unknown order or reference as of somebody else's."""
    if principal.role is not Role.SHOPPER:
        return NOT_FOR_ROLE
    return _OwnCases(session, principal, conversation_id, when).read(wanted)


@dataclass(frozen=True)
class _OwnCases:
    session: ReadSession
    principal: Principal
    conversation_id: str
    when: LocalTime

    def read(self, wanted: Wanted) -> MyCases | Refusal:
        order = None
        if wanted.order_number:
            named = find_order(self.session, self.principal, wanted.order_number)
            if isinstance(named, Refusal):
                return named
            order = named
        found = [self._of_dispute(dispute) for dispute in self._disputes(order, wanted.reference)]
        if order is None and not wanted.reference:
            found += [self._of_handoff(one) for one in self._without_claim()]
        found.sort(key=lambda one: (not one.stage.is_over, one.opened_on), reverse=True)
        if found:
            return MyCases(cases=tuple(found[:MOST]))
        is_known = self.principal.level is not IdentityLevel.ANONYMOUS
        return NO_CASE if is_known or wanted.reference else IDENTITY_NEEDED

    def _disputes(self, order: Order | None, reference: str | None) -> Sequence[Dispute]:
        theirs = [self._in_own_conversation(Dispute.conversation_id)]
        if self.principal.customer_id is not None:
            theirs.append(Dispute.customer_id == self.principal.customer_id)
        if self.principal.proved_orders:
            theirs.append(Dispute.order_id.in_(sorted(self.principal.proved_orders)))
        query = select(Dispute).where(or_(*theirs))
        if order is not None:
            query = query.where(Dispute.order_id == order.id)
        if reference:
            said = reference.strip().lower()
            if len(said) < SHORTEST_REFERENCE:
                return ()
            query = query.where(Dispute.id.startswith(said, autoescape=True))
        undecided_first = Dispute.state != DisputeState.OPEN, Dispute.opened_at.desc(), Dispute.id
        return self.session.scalars(query.order_by(*undecided_first).limit(MOST)).all()

    def _without_claim(self) -> Sequence[Handoff]:
        """Conversations with people in which nothing was to be decided, each by its newest handoff."""
        disputed = select(Dispute.id).where(Dispute.conversation_id == Handoff.conversation_id).exists()
        query = (
            select(Handoff)
            .where(self._in_own_conversation(Handoff.conversation_id), ~disputed)
            .where(Handoff.state != HandoffState.WITHDRAWN)
            .order_by(Handoff.state.not_in(OPEN), Handoff.opened_at.desc())
            .limit(2 * MOST)
        )
        newest: dict[str, Handoff] = {}
        for handoff in self.session.scalars(query):
            newest.setdefault(handoff.conversation_id, handoff)
        return [*newest.values()]

    def _in_own_conversation(self, column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        this = column == self.conversation_id
        if self.principal.customer_id is None:
            return this
        own = select(Conversation.id).where(Conversation.customer_id == self.principal.customer_id)
        return or_(this, column.in_(own))

    def _of_dispute(self, dispute: Dispute) -> CaseStanding:
        mine = visible_orders(self.principal).where(Order.id == dispute.order_id)
        order = self.session.scalars(mine).one_or_none()
        handoff = self._open_handoff(dispute.conversation_id)
        stage = self._stage(dispute, handoff)
        # What the card network gives the shop to answer a bank is no promise to the shopper.
        is_promised = not stage.is_over and dispute.network is None
        standing = CaseStanding(
            stage=stage,
            reference=reference_of(dispute),
            claim=dispute.kind,
            order_number=order.number if order else None,
            items=tuple(self._items(dispute)) if order else (),
            opened_on=self.when.day(dispute.opened_at),
            person=self._name_of(handoff),
            answer_by=answer_day(dispute, self.when) if is_promised else None,
            late=is_promised and dispute.respond_by <= self.when.now,
            closed_on=self.when.day(dispute.closed_at),
            message="",
        )
        told = self._outcome(dispute) if order or dispute.order_id is None else None
        return standing.model_copy(update={"message": wording.of_claim(standing, told)})

    def _of_handoff(self, handoff: Handoff) -> CaseStanding:
        is_taken = handoff.state is HandoffState.TAKEN
        stage = CaseStage.ENDED if handoff.state is HandoffState.CLOSED else CaseStage.WAITING
        standing = CaseStanding(
            stage=CaseStage.WITH_PERSON if is_taken else stage,
            opened_on=self.when.day(handoff.opened_at),
            person=self._name_of(handoff),
            late=handoff.state is HandoffState.WAITING
            and (handoff.escalations > 0 or handoff.answer_by <= self.when.now),
            closed_on=self.when.day(handoff.closed_at),
            message="",
        )
        return standing.model_copy(update={"message": wording.of_conversation(standing)})

    def _stage(self, dispute: Dispute, handoff: Handoff | None) -> CaseStage:
        if over := _OVER.get(dispute.state):
            return over
        if disputes.awaits_approval(self.session, dispute):
            return CaseStage.AWAITS_SECOND_PERSON
        if dispute.contested_at is not None:
            return CaseStage.WITH_BANK
        if dispute.manager_since is not None:
            return CaseStage.WITH_MANAGER
        if handoff is None:
            return CaseStage.WITH_TEAM
        return CaseStage.WITH_PERSON if handoff.state is HandoffState.TAKEN else CaseStage.WAITING

    def _open_handoff(self, conversation_id: str) -> Handoff | None:
        query = select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.state.in_(OPEN))
        return self.session.scalars(query).one_or_none()

    def _name_of(self, handoff: Handoff | None) -> str | None:
        """Of who has it, where that was told in a conversation that is theirs."""
        if handoff is None or handoff.taken_by is None or handoff.state is not HandoffState.TAKEN:
            return None
        theirs = select(Handoff.id).where(
            Handoff.id == handoff.id, self._in_own_conversation(Handoff.conversation_id)
        )
        if self.session.scalar(theirs) is None:
            return None
        return self.session.scalar(select(StaffAccount.name).where(StaffAccount.email == handoff.taken_by))

    def _items(self, dispute: Dispute) -> Iterator[str]:
        lines = (
            select(OrderLine, DisputeLine.quantity)
            .join(DisputeLine, DisputeLine.order_line_id == OrderLine.id)
            .where(DisputeLine.dispute_id == dispute.id)
            .order_by(OrderLine.line_no)
        )
        return (item(line, quantity) for line, quantity in self.session.execute(lines))

    def _outcome(self, dispute: Dispute) -> Sequence[str]:
        """What was told of it when it was decided, and what the payment gateway has refused since."""
        if dispute.proposal_id is None or dispute.state is DisputeState.OPEN:
            return ()
        proposal = self.session.get_one(Proposal, dispute.proposal_id)
        outcome = proposal.outcome or {}
        told = [*outcome.get("done", ()), *outcome.get("next_steps", ())]
        return told + refused_by_gateway(entries_of(self.session, proposal.id))
