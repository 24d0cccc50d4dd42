"""A shop whose customers claim, and whose agents settle."""

from dataclasses import dataclass
from typing import Any

from tests.tools.builders import NOW, SHOP
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.cards import Refusal
from tools.commerce.changes.decisions import Decision, approve
from tools.commerce.changes.requests import DisputeOutcomeRequest, LineWish
from tools.commerce.disputes import lifecycle, outcomes
from tools.commerce.disputes.claims import Opened, open_dispute
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.disputes.stakes import BankCase, Claim
from tools.commerce.handoffs import lifecycle as handoffs
from tools.commerce.schema import Dispute, DisputeKind, OutcomeKind, Proposal, Role
from tools.principal import Principal

MAYA = Principal(role=Role.AGENT, staff_email="maya@shop.example")
BEN = Principal(role=Role.AGENT, staff_email="ben@shop.example")
NOOR = Principal(role=Role.MANAGER, staff_email="noor@shop.example")
OLA = Principal(role=Role.MANAGER, staff_email="ola@shop.example")


@dataclass
class DisputedShop(PaidShop):
    def claim(
        self,
        kind: DisputeKind = DisputeKind.DAMAGED,
        *items: tuple[int, int | None],
        number: str | None = "A-1",
        talk: str | None = None,
        bank: BankCase | None = None,
    ) -> Opened | Refusal:
        """Ada's; taken by nobody yet."""
        talk = talk or self.talk()
        named = tuple(LineWish(line=line, quantity=quantity) for line, quantity in items)
        claim = Claim(kind, "The lamp is in pieces.", number, named, bank)
        with self.database.writing() as session:
            by = Principal(customer_id=self.ada) if bank is None else MAYA
            return open_dispute(session, talk, claim, by, self.book, SHOP.people, self.now)

    def opened(
        self, kind: DisputeKind = DisputeKind.DAMAGED, *items: tuple[int, int | None], **named: Any
    ) -> str:
        """The id of a dispute whose conversation Maya has taken."""
        opened = self.claim(kind, *items, **named)
        assert isinstance(opened, Opened), opened
        with self.database.writing() as session:
            handoffs.take(session, opened.handoff.id, "maya@shop.example", self.now)
        return opened.dispute.id

    def decided(
        self,
        dispute_id: str,
        outcome: OutcomeKind,
        *,
        by: Principal = MAYA,
        seen: int | None = None,
        **wish: Any,
    ) -> Proposal:
        request = DisputeOutcomeRequest(dispute_id=dispute_id, outcome=outcome, **wish)
        with self.database.writing() as session:
            return outcomes.settle(session, request, by, self.book, seen_left_minor=seen)

    def not_settled(self, dispute_id: str, outcome: OutcomeKind, **wish: Any) -> str:
        """The code of why not."""
        try:
            self.decided(dispute_id, outcome, **wish)
        except DisputeError as error:
            return error.code
        raise AssertionError("it was settled")

    def approve(
        self, proposal_id: str, by: Principal, decision: Decision = Decision.CONFIRM
    ) -> Proposal | Refusal:
        with self.database.writing() as session:
            return approve(session, proposal_id, by, decision, self.book)

    def dispute(self, dispute_id: str) -> Dispute:
        found: Dispute = self.one(Dispute, dispute_id)
        return found

    def steps(self, dispute_id: str) -> list[tuple[str, str]]:
        with self.database.reading() as session:
            return [(event.step.value, event.actor) for event in lifecycle.trail(session, dispute_id)]


def from_the_bank(amount: int, reference: str = "CB-77") -> BankCase:
    return BankCase("Visa", "13.1", reference, amount, NOW)
