"""What a shopper does next, and who can play one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.evaluation.scenario import Step
from bot.evaluation.wording import varied
from bot.events import Reply
from tools.commerce.changes.decisions import Decision


@dataclass(frozen=True)
class Say:
    text: str
    after: timedelta = timedelta(0)


@dataclass(frozen=True)
class Press:
    """A button of the proposal that was shown last."""

    decision: Decision
    after: timedelta = timedelta(0)


Move = Say | Press


class Player(Protocol):
    async def move(self, reply: Reply | None) -> Move | None:
        """What comes next, after `reply` (None: they begin); None when they have no more to say."""

    @property
    def gave_up(self) -> bool:
        """Whether they left without what they came for."""


class Reader:
    """Reads out a fixed list of turns, each trial in other words where the scenario has some."""

    gave_up = False

    def __init__(self, steps: tuple[Step, ...], trial: int) -> None:
        self._steps = iter(steps)
        self._trial = trial

    async def move(self, reply: Reply | None) -> Move | None:
        step = next(self._steps, None)
        if step is None:
            return None
        after = timedelta(minutes=step.after_minutes)
        if step.press:
            return Press(Decision(step.press), after)
        wordings = step.say or ()
        return Say(varied(wordings, self._trial, whole=reply is None), after)
