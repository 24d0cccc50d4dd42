"""What happened in one trial: every turn, and how the shop's database stands at the end."""

from pydantic import BaseModel, ConfigDict

from bot.evaluation.scenario import Cell
from bot.events import ProposalState, Reply


class Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class TurnPlayed(Record):
    said: str
    pressed: bool = False
    reply: Reply
    tools: tuple[str, ...] = ()
    seconds: float
    input_tokens: int = 0
    output_tokens: int = 0
    fell_back: bool = False
    """Another model answered than the one that is evaluated, because its provider failed."""


class EndState(Record):
    """`changes` are those that the shopper has confirmed; `rows` what the scenario asks about."""

    changes: tuple[ProposalState, ...] = ()
    unexplained: tuple[str, ...] = ()
    """Tables of the shop that were written to although no change was confirmed."""
    orders: dict[str, dict[str, Cell]] = {}
    customers: dict[str, dict[str, Cell]] = {}


class TrialPlayed(Record):
    turns: tuple[TurnPlayed, ...]
    end: EndState
    gave_up: bool = False
    error: str | None = None
    """Why it broke off: what the channel was told."""
