"""Random orders, policies and sequences of steps: money is never created or lost, nothing comes back twice."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.invariants import assert_invariants
from tests.tools.builders import days
from tests.tools.commerce.changes.always_true import Watch
from tests.tools.commerce.changes.change_builders import ScriptedGateway, sums
from tests.tools.commerce.changes.random_shop import RandomShop
from tests.tools.commerce.changes.random_wishes import (
    CANCELLATIONS,
    CLAIMS,
    EXCHANGES,
    ITEM_CHANGES,
    PAYMENT_CHANGES,
    RETURNS,
    WISHES,
    WORLDS,
    World,
    fitted,
)
from tests.tools.commerce.changes.test_receiving import STAFF
from tools.change_cards import ProposalCard
from tools.commerce.changes import proposals
from tools.commerce.changes.decisions import Decision, approve
from tools.commerce.changes.receiving import receive
from tools.commerce.changes.requests import ChangeRequest
from tools.commerce.database import Database
from tools.commerce.schema import OrderLine, Proposal, ProposalKind, ProposalStatus, Return, ReturnStatus

_WHICH = st.sampled_from([0, 0, 1, 2])
_ANSWER = st.sampled_from([Decision.CONFIRM, Decision.CONFIRM, Decision.CONFIRM, None])


class ShopAndItsPeople(RuleBasedStateMachine):
    """Shoppers, agents, the warehouse, the carrier, the clock and the payment gateway, in any order."""

    database: Database
    folder: Path
    template: bytes

    @initialize(world=WORLDS)
    def open(self, world: World) -> None:
        # The same engine for every example: it remembers how its statements are compiled.
        self.database.close()
        for left_over in self.folder.iterdir():
            left_over.unlink()
        (self.folder / "shop.db").write_bytes(self.template)
        self.shop = RandomShop(self.database, world)
        self.shop.gateway = self.gateway = ScriptedGateway()
        self.watch = Watch(self.shop, self.gateway)
        if world.has_come:
            self.shop.pack_all()
            self.shop.ship()
            self.shop.deliver()

    @precondition(lambda self: self.watch.can_be_changed)
    @rule(wish=CANCELLATIONS, which=_WHICH, answer=_ANSWER)
    def cancel(self, wish: ChangeRequest, which: int, answer: Decision | None) -> None:
        self._ask(self._fitted(wish), which, answer)

    @precondition(lambda self: self.watch.can_be_changed)
    @rule(wish=ITEM_CHANGES, which=_WHICH, answer=_ANSWER)
    def change_items(self, wish: ChangeRequest, which: int, answer: Decision | None) -> None:
        self._ask(self._fitted(wish), which, answer)

    @precondition(lambda self: self.watch.can_be_changed)
    @rule(wish=PAYMENT_CHANGES, which=_WHICH, answer=_ANSWER)
    def change_payment(self, wish: ChangeRequest, which: int, answer: Decision | None) -> None:
        self._ask(self._fitted(wish), which, answer)

    @precondition(lambda self: self.watch.has_arrivals)
    @rule(wish=RETURNS, which=_WHICH, answer=_ANSWER)
    def send_back(self, wish: ChangeRequest, which: int, answer: Decision | None) -> None:
        self._ask(self._fitted(wish), which, answer)

    @precondition(lambda self: self.watch.has_arrivals)
    @rule(wish=EXCHANGES, which=_WHICH, answer=_ANSWER)
    def exchange(self, wish: ChangeRequest, which: int, answer: Decision | None) -> None:
        self._ask(self._fitted(wish), which, answer)

    @rule(wish=CLAIMS, which=_WHICH, answer=_ANSWER)
    def claim(self, wish: ChangeRequest, which: int, answer: Decision | None) -> None:
        self._ask(self._fitted(wish), which, answer)

    @rule(wish=WISHES, which=_WHICH, answer=_ANSWER)
    def ask_for_anything(self, wish: ChangeRequest, which: int, answer: Decision | None) -> None:
        self._ask(wish, which, answer)

    @rule(which=_WHICH, decision=st.sampled_from(Decision))
    def decide(self, which: int, decision: Decision) -> None:
        for proposal in self._in_state(ProposalStatus.OPEN)[: which + 1]:
            self.shop.decide(proposal.id, decision)

    @rule(decision=st.sampled_from(Decision))
    def decide_again(self, decision: Decision) -> None:
        for proposal in self.shop.all(Proposal):
            if proposal.status is not ProposalStatus.OPEN:
                assert self.shop.decide(proposal.id, decision).status is proposal.status

    @precondition(lambda self: self._in_state(ProposalStatus.NEEDS_APPROVAL))
    @rule(decision=st.sampled_from(Decision))
    def approve(self, decision: Decision) -> None:
        first = self._in_state(ProposalStatus.NEEDS_APPROVAL)[0]
        with self.database.writing() as session:
            approve(session, first.id, STAFF, decision, self.shop.book)
        self.watch.approved.add(first.id)

    @rule(refuses=st.booleans(), is_down=st.booleans())
    def settle(self, refuses: bool, is_down: bool) -> None:
        self.gateway.refuses, self.gateway.is_down = refuses, is_down
        for proposal in self._in_state(ProposalStatus.ACCEPTED):
            self.shop.settle(proposal.id)

    @rule(hours=st.sampled_from([0.4, 2, 24, 200]))
    def let_time_pass(self, hours: float) -> None:
        self.shop.now += days(hours / 24)
        with self.database.writing() as session:
            proposals.expire_due(session, self.shop.book)

    @rule(wanted=st.tuples(*[st.integers(0, 4)] * 3))
    def pack(self, wanted: tuple[int, int, int]) -> None:
        self.shop.pack(Counter(dict(enumerate(wanted, start=1))))

    @precondition(lambda self: not self.watch.is_being_paid)
    @rule(everything=st.booleans())
    def ship(self, everything: bool) -> None:
        if everything:
            self.shop.pack_all()
        self.shop.ship()

    @rule()
    def deliver(self) -> None:
        self.shop.deliver()

    @precondition(lambda self: self._returns())
    @rule(which=_WHICH, is_accepted=st.sampled_from([True, True, False]))
    def receive(self, which: int, is_accepted: bool) -> None:
        waiting = self._returns()
        with self.database.writing() as session:
            receive(
                session, waiting[which % len(waiting)].rma, STAFF, self.shop.book, is_accepted=is_accepted
            )

    @invariant()
    def it_adds_up(self) -> None:
        self.watch.look()

    def teardown(self) -> None:
        assert_invariants(self.database)

    def _fitted(self, wish: ChangeRequest) -> ChangeRequest:
        quantities = {one.line_no: one.quantity for one in self.shop.all(OrderLine)}
        return fitted(wish, quantities, self.shop.policy.refunds.methods)

    def _ask(self, wish: ChangeRequest, which: int, answer: Decision | None) -> None:
        """What is shown adds up; the answer comes at once, or is None for now."""
        card = self.shop.propose(wish, self.shop.conversations[which])
        if not isinstance(card, ProposalCard):
            assert card.message
            return
        self.watch.shown[card.id] = self.shop.one(Proposal, card.id).plan
        sums(card)
        sign = {"back": 1, "pay": -1}
        paid = sum(sign[one.direction] * one.amount.amount for one in card.payouts)
        assert paid == (card.money.amount if card.money else 0)
        if card.change is ProposalKind.EXCHANGE:
            assert paid <= self._cost(card)
        if answer is not None:
            self.shop.decide(card.id, answer)

    def _cost(self, card: ProposalCard) -> int:
        """What was paid for the card's lines at most, in minor units."""
        lines = {one.line_no: one for one in self.shop.all(OrderLine)}
        known = [(lines[one.line], one.quantity) for one in card.lines]
        return sum(-(-line.total_minor * quantity // line.quantity) for line, quantity in known)

    def _in_state(self, status: ProposalStatus) -> list[Proposal]:
        return [one for one in self.shop.all(Proposal) if one.status is status]

    def _returns(self) -> list[Return]:
        return [one for one in self.shop.all(Return) if one.status is ReturnStatus.APPROVED]


@pytest.mark.timeout(600)
def test_whatever_happens_it_adds_up(sqlite_template: Path, tmp_path: Path) -> None:
    ShopAndItsPeople.template = sqlite_template.read_bytes()
    ShopAndItsPeople.folder = tmp_path
    ShopAndItsPeople.database = Database(f"sqlite:///{tmp_path / 'shop.db'}")
    run_state_machine_as_test(
        ShopAndItsPeople,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
