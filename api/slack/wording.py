"""What we say in Slack outside of conversations."""

from tools.commerce.schema import Role
from tools.principal import Principal

REFUSED = (
    "I can only answer people on this shop's staff list. "
    "If you should be on it, please ask whoever looks after this app in your workspace."
)
GIVEN_UP = "I couldn't answer that now, and have stopped trying. Please ask again in a while."
SOMEBODY_ELSES = (
    "That answer was for somebody else, or for a role that you had before. Please ask me yourself."
)
NO_FIGURES_HERE = "There are no figures for your role here. Ask me about an order in a message."
NOT_FOR_ROLE = "Only support agents and managers can take conversations over."
NO_EMAIL = (
    "Your profile shows no e-mail, by which the desk knows you. Please ask whoever looks after this app."
)
DECIDED_ALREADY = "That is decided already, or its time ran out. Its message shows how it stands."
NOT_DONE = "It can't be done any more, so nothing was changed."
CSV_IS_DIRECT = "The file is in our direct messages."
THINKING = "is looking that up…"

FIGURE_PROMPTS = (
    ("How did last week go?", "Net sales last week compared with the week before"),
    ("What sells where", "Net sales by channel this month compared with last year"),
    ("Why it changed", "Why did the return rate change last month?"),
    ("Is delivery on time?", "On-time delivery by carrier over the last 28 days"),
)
ORDER_PROMPTS = (
    ("How we handle returns", "How long can customers return an item?"),
    ("What is in stock", "What is out of stock?"),
)


def prompts(role: Role) -> tuple[tuple[str, str], ...]:
    """A title and a message for each: what one can ask in that role."""
    return FIGURE_PROMPTS if Principal(role=role).sees_figures else ORDER_PROMPTS


def welcome(role: Role) -> str:
    if Principal(role=role).sees_figures:
        return "Ask me about the shop's figures, in your own words. Each answer says what it counts."
    return "Ask me about an order by its number, about products, or about the shop's policies."


def hint(role: Role) -> str:
    return f"{welcome(role)} For example: {prompts(role)[0][1]}."
