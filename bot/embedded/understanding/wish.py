"""One thing that somebody wants, and how sure that is."""

from dataclasses import dataclass

from bot.embedded.intents import Intent

UNSURE = 0.4
"""Below this confidence a wish is a guess."""
SURE = 0.75
"""From here on a new wish is believed even where an answer to our question was expected."""


@dataclass(frozen=True)
class Wish:
    """One thing wanted. `text` holds the pieces of the message that say so, its story included; "" if nobody can
    tell what the message says."""

    intent: Intent
    confidence: float
    """Calibrated, 0 to 1; under UNSURE it is a guess."""
    text: str
    runner_up: Intent
    runner_up_confidence: float
