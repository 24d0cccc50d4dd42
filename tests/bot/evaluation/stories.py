"""Trials as they could have been played, and a small shop to play others in."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.evaluation.played import EndState, TrialPlayed, TurnPlayed
from bot.evaluation.scenario import Scenario
from bot.events import ProposalState, PublicMessage, Reply
from tools.cards import Citation, ContactCard
from tools.change_cards import ProposalLine, ProposalMoney
from tools.commerce.schema import ConversationStatus, ProposalKind, ProposalStatus

SHOP = """
now: 2026-03-10T15:00:00Z
products:
  - {id: mug, name: Tin Mug, variants: [{sku: MUG, price: "12.00"}]}
customers:
  - {id: ada, email: ada@shop.example, payment_methods: [{id: ada-visa, kind: card, brand: Visa, last4: "4242"}]}
orders:
  - number: A-100
    customer: ada
    email: ada@shop.example
    status: processing
    placed_at: 2026-03-10T14:00:00Z
    address: {line1: 1 Elm Street, city: Salem, region: OR, postcode: "97301", country: US}
    lines: [{sku: MUG, quantity: 2, unit_price: "12.00"}]
    payments: [{method: card, payment_method: ada-visa, label: Visa ending in 4242, amount: "24.00"}]
"""


def write(folder: Path, scenarios: str, name: str = "some.yaml") -> Path:
    """A scenario file beside the small shop's."""
    (folder / "shop.yaml").write_text(SHOP, "utf-8")
    file = folder / "scenarios" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"theme: Some\nshop: ../shop.yaml\nscenarios:\n{scenarios}", "utf-8")
    return file


def scenario(**fields: Any) -> Scenario:
    return Scenario.model_validate({"name": "some", "turns": [{"say": "Hello"}], **fields})


def proposal(
    kind: ProposalKind = ProposalKind.RETURN,
    *,
    order: str | None = "A-100",
    lines: Mapping[int, int] | None = None,
    becomes: Mapping[int, str] | None = None,
    amount: int | None = 2400,
    to: str = "Visa ending in 4242",
    status: ProposalStatus = ProposalStatus.OPEN,
    summary: str = "Send it back.",
) -> ProposalState:
    """`amount` is in cents."""
    return ProposalState(
        id="p-1",
        kind=kind,
        status=status,
        order_number=order,
        summary=summary,
        lines=tuple(
            ProposalLine(line=line, name="Tin Mug", quantity=quantity, becomes=(becomes or {}).get(line))
            for line, quantity in (lines or {1: 1}).items()
        ),
        parts=(),
        money=None if amount is None else ProposalMoney(amount=amount, currency="USD", to=to, text="$24.00"),
        payouts=(),
        rules=(),
        next_steps=(),
        notice=None,
        approval=None,
        expires_at=datetime(2026, 3, 10, 16, tzinfo=UTC),
    )


def reply(
    text: str = "All right.",
    *,
    choices: tuple[str, ...] = (),
    cites: str | None = None,
    contact: bool = False,
    proposed: ProposalState | None = None,
) -> Reply:
    message = PublicMessage(
        id=1,
        role="assistant",
        text=text,
        choices=choices,
        citations=(Citation(title="Returns", url=cites),) if cites else (),
        cards=(ContactCard(email="care@shop.example", hours="8 to 5", open_now=True),) if contact else (),
        created_at="2026-03-10T15:00:00.000",
    )
    return Reply(messages=(message,), proposal=proposed, status=ConversationStatus.BOT)


def played(*replies: Reply, changes: tuple[ProposalState, ...] = (), **fields: Any) -> TrialPlayed:
    turns = tuple(TurnPlayed(said="Hello", reply=one, seconds=0.1) for one in replies or (reply(),))
    end = EndState(changes=changes, **fields.pop("end", {}))
    return TrialPlayed(turns=turns, end=end, **fields)
