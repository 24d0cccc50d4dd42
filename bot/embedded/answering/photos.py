"""What is said to a photo: the embedded model knows that one came, and nothing of what it shows."""

from bot.embedded.situation import Situation

KEPT = "I can't look at photos myself, but our team can: what you send stays with this conversation."
WHAT_ABOUT = "What is it about? Tell me what happened, and which order it is."


def thanks(count: int) -> str:
    return "Thank you for the photo." if count == 1 else f"Thank you for the {count} photos."


def without_words(situation: Situation) -> str:
    """After a photo alone, what was asked before is asked again."""
    kept = f"{thanks(situation.photos)} {KEPT}"
    if situation.memory.asked is None:
        return f"{kept} {WHAT_ABOUT}"
    # The open question comes last in an answer.
    question = situation.last_answer.rpartition("\n\n")[2]
    return f"{kept}\n\n{question}"
