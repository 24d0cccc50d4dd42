"""What waits on the demo shop's desk: a dispute with its evidence, one that is overdue, one in another language."""

from datetime import UTC, datetime

from api.demo_cases import open_demo_cases
from api.parley import Parley
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.days import LocalTime
from tools.commerce.disputes.gathering import read_evidence
from tools.commerce.handoffs import queue
from tools.commerce.handoffs.queue import Show, Sought
from tools.commerce.schema import DisputeKind, HandoffState


def test_the_demo_shops_desk_shows_what_a_case_is_and_made_anew_shows_it_once(parley: Parley) -> None:
    now = datetime.now(UTC)
    for _ in range(2):
        assert open_demo_cases(parley.database, parley.shop, parley.policy, now) == 3

    with parley.database.reading() as session:
        found = queue.find_cases(session, Show.ALL, Sought("maya@fernway.example"), now, limit=9)
        assert {case.handoff.state for case in found} == {HandoffState.WAITING}
        assert sorted(case.handoff.language or "" for case in found) == ["de", "en", "en"]
        overdue = queue.find_cases(session, Show.OVERDUE, Sought("maya@fernway.example"), now, limit=9)
        assert [case.customer for case in overdue] == ["Daniel Okafor"]
        [dispute] = [dispute for case in found for dispute in case.disputes]
        assert (dispute.kind, dispute.opened_by) == (DisputeKind.DAMAGED, "shopper")
        book = Rulebook(parley.policy, parley.shop.currency, LocalTime(now, parley.shop.zone))
        evidence = read_evidence(session, dispute.id, book)
        assert evidence is not None
        assert len(evidence.timeline) > 3
