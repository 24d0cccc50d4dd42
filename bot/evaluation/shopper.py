"""A simulated shopper by rules: answers what is asked from its facts, and says yes only to what it came for."""

from collections.abc import Callable, Sequence

from bot.evaluation.matching import is_change, money_of
from bot.evaluation.moves import Move, Press, Say
from bot.evaluation.questions import choices_of, facts_asked, picked, questions_in, text_of
from bot.evaluation.scenario import Change, Fact, Shopper
from bot.evaluation.wording import given, no, varied, yes
from bot.events import ProposalState, Reply
from tools.commerce.changes.decisions import Decision
from tools.commerce.schema import ProposalStatus

Inbox = Callable[[], str | None]
"""The newest one-time code that was e-mailed."""

OBJECTIONS = 2
REPEATS = 2
"""How often the same is asked, or said, before a person has had enough."""


class SimulatedShopper:
    """Judges as a person would, by the replies alone. The same trial says the same words."""

    def __init__(self, role: Shopper, changes: Sequence[Change], trial: int, inbox: Inbox) -> None:
        self._role = role
        self._wanted = list(changes)
        self._trial = trial
        self._inbox = inbox
        self._wishes = [role.wish, *role.then]
        self._current: Sequence[str] = role.wish
        self._turns = 0
        self._objections = 0
        self._seen: dict[str, int] = {}
        self._repeats = 0
        self.gave_up = False

    async def move(self, reply: Reply | None) -> Move | None:
        self._turns += 1
        if self._turns > self._role.patience:
            return self._leave()
        if reply is None:
            return self._next_wish()
        proposal = reply.proposal
        if proposal and proposal.status is ProposalStatus.OPEN:
            return self._decide(proposal)
        return self._answer(reply)

    def _decide(self, proposal: ProposalState) -> Move | None:
        if self._accepts(proposal):
            if match := self._match(proposal):
                self._wanted.remove(match)
            # Some press the button, others type.
            return Press(Decision.CONFIRM) if self._trial % 2 else Say(yes(self._trial))
        self._objections += 1
        if self._role.confirms == "nothing" or self._objections > OBJECTIONS:
            self._objections = 0
            return Say(no(self._trial))
        return Say(self._role.objects or f"No, that's not what I meant. {self._in_other_words()}")

    def _accepts(self, proposal: ProposalState) -> bool:
        if self._role.confirms != "expected":
            return self._role.confirms == "anything"
        return not self._is_refused(proposal) and self._match(proposal) is not None

    def _match(self, proposal: ProposalState) -> Change | None:
        return next((change for change in self._wanted if is_change(change, proposal)), None)

    def _is_refused(self, proposal: ProposalState) -> bool:
        to = proposal.money.to if proposal.money else ""
        words = f"{proposal.summary} {to}".casefold()
        most = self._role.pays_at_most
        is_too_much = most is not None and -money_of(proposal) > most
        return is_too_much or any(word.casefold() in words for word in self._role.refuses)

    def _answer(self, reply: Reply) -> Move | None:
        text = text_of(reply)
        choices = choices_of(reply)
        asks = choices or questions_in(text)
        self._seen[text] = self._seen.get(text, 0) + 1
        if not asks:
            return self._next_wish()
        if self._seen[text] > REPEATS:
            return self._leave()
        if choices and (choice := self._choice(choices, text)):
            return Say(choice)
        if known := self._from_facts(text):
            return Say(known)
        if self._seen[text] > 1 or not self._wanted:
            return self._next_wish()
        return Say(self._in_other_words())

    def _choice(self, choices: Sequence[str], text: str) -> str | None:
        """One of the answers offered: by what is asked, else by anything they know or want."""
        asked = [value for fact in facts_asked(text, self._role.knows) for value in self._role.knows[fact]]
        every = [value for values in self._role.knows.values() for value in values]
        refused = self._role.refuses
        return picked(choices, asked, refused) or picked(choices, [*every, *self._current], refused)

    def _from_facts(self, text: str) -> str | None:
        facts: list[Fact] = facts_asked(text, self._role.knows)
        values = []
        for fact in facts:
            wordings = self._role.knows[fact]
            value = wordings[(self._seen[text] - 1) % len(wordings)]
            if fact == "code":
                value = value.replace("{code}", self._inbox() or "")
            values.append(given(fact, value, self._trial))
        return ", ".join(values) or None

    def _in_other_words(self) -> str:
        """What they want at the moment, said otherwise where the scenario has other words."""
        self._repeats += 1
        return self._current[(self._trial - 1 + self._repeats) % len(self._current)]

    def _next_wish(self) -> Move | None:
        if not self._wishes:
            return None
        first = self._turns == 1
        self._current = self._wishes.pop(0)
        return Say(varied(self._current, self._trial, whole=first))

    def _leave(self) -> Move | None:
        self.gave_up = bool(self._wanted or self._wishes)
        return None
