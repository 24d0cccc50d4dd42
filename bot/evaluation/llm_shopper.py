"""A shopper played by a language model: freer than the rules, and no two trials are alike."""

from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from bot.evaluation.moves import Move, Say
from bot.evaluation.questions import choices_of, text_of
from bot.evaluation.scenario import Change, Scenario, Shopper
from bot.evaluation.shopper import Inbox
from bot.events import Reply

DONE = "[done]"
GAVE_UP = "[gave up]"
TRIES = 3

_PROMPT = Path(__file__).with_name("shopper.md")


class ShopperFailed(Exception):
    """The provider of the model that plays shoppers does not answer: nothing can be judged."""

    code = "shopper_failed"

    def __init__(self, error: Exception) -> None:
        super().__init__(f"The model that plays the shoppers failed: {type(error).__name__}.")


class LlmShopper:
    """Knows what the rules know: the wish, the facts, and which changes it would agree to."""

    def __init__(self, model: BaseChatModel, scenario: Scenario, inbox: Inbox) -> None:
        if scenario.shopper is None:
            raise ValueError("a fixed list of turns is read out, not played")
        self._model = model.with_retry(stop_after_attempt=TRIES)
        self._patience = scenario.shopper.patience
        self._inbox = inbox
        self._talk: list[BaseMessage] = [SystemMessage(instructions(scenario))]
        self._turns = 0
        self.gave_up = False

    async def move(self, reply: Reply | None) -> Move | None:
        """Raises ShopperFailed."""
        self._turns += 1
        if self._turns > self._patience:
            self.gave_up = True
            return None
        self._talk.append(HumanMessage(_heard(reply, self._inbox())))
        try:
            said = (await self._model.ainvoke(self._talk)).text.strip()
        except Exception as error:
            raise ShopperFailed(error) from error
        if not said or DONE in said or GAVE_UP in said:
            self.gave_up = DONE not in said
            return None
        self._talk.append(AIMessage(said))
        return Say(said)


def instructions(scenario: Scenario) -> str:
    role = scenario.shopper or Shopper(wish=("",))
    wishes = [wordings[0] for wordings in (role.wish, *role.then)]
    facts = [f"{fact}: {' / '.join(values)}" for fact, values in role.knows.items()]
    limits = [f"Refuse anything with: {word}." for word in role.refuses]
    if role.pays_at_most is not None:
        limits.append(f"Never pay more than {role.pays_at_most}.")
    return _PROMPT.read_text("utf-8").format(
        wishes="\n".join(f"- {wish}" for wish in wishes),
        facts="\n".join(f"- {fact}" for fact in facts) or "- nothing in particular",
        limits="\n".join(f"- {limit}" for limit in [*limits, _consent(role, scenario.expect.changes)]),
        done=DONE,
        gave_up=GAVE_UP,
    )


def _consent(role: Shopper, changes: tuple[Change, ...]) -> str:
    if role.confirms == "anything":
        return "Say yes to whatever is proposed."
    if role.confirms == "nothing" or not changes:
        return "Say no to whatever is proposed."
    wanted = "; ".join(_told(change) for change in changes)
    return f"Say a plain yes only to a proposal of: {wanted}. Say what is wrong with any other."


def _told(change: Change) -> str:
    parts = [change.kind.value.replace("_", " ")]
    parts += [f"of order {change.order}"] if change.order else []
    parts += [f"line {line}, {quantity} of it" for line, quantity in (change.lines or {}).items()]
    parts += [f"which becomes {words}" for words in change.becomes.values()]
    parts += [f"for {change.amount}"] if change.amount is not None else []
    parts += [f"to {change.to}"] if change.to else []
    return ", ".join(parts)


def _heard(reply: Reply | None, code: str | None) -> str:
    if reply is None:
        return "(The chat is open. Write your first message.)"
    parts = [text_of(reply)]
    if choices := choices_of(reply):
        parts.append(f"(You can pick: {' | '.join(choices)})")
    if code:
        parts.append(f"(The newest one-time code in your e-mail: {code})")
    return "\n".join(parts)
