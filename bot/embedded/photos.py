"""What is said to a photo: the embedded model knows that one came, and nothing of what it shows."""

from bot.embedded.situation import Situation

THANKS = "Thank you for the photo."
KEPT = f"{THANKS} I can't look at it myself, but our team can: it stays with this conversation."
WHAT_ABOUT = "What is it about? Tell me what happened, and which order it is."


def without_words(situation: Situation) -> str:
    """After a photo alone, what was asked before is asked again."""
    if situation.memory.asked is None:
        return f"{KEPT} {WHAT_ABOUT}"
    # The open question comes last in an answer.
    question = situation.last_answer.rpartition("\n\n")[2]
    return f"{KEPT}\n\n{question}"
