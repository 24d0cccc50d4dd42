"""A message with what was understood of it crossed out, so that no word is read twice."""

from bot.embedded.kpis.tokens import Token, readable, tokens


class Sheet:
    """The text with what was read crossed out."""

    def __init__(self, text: str) -> None:
        self.said = readable(text)
        self.low = self.said.lower() if len(self.said.lower()) == len(self.said) else self.said
        self.tokens = tokens(self.said)
        self.crossed = [False] * len(self.said)
        self.metrics_at: list[int] = []
        """Where the names of metrics begin."""
        self.related: frozenset[str] = frozenset()
        """Words that belong to how these metrics are spoken of."""

    def cross(self, start: int, end: int) -> None:
        self.crossed[start:end] = [True] * (end - start)

    def is_free(self, token: Token) -> bool:
        return not any(self.crossed[token.start : token.end])

    @property
    def free(self) -> list[int]:
        return [place for place, token in enumerate(self.tokens) if self.is_free(token)]

    @property
    def open_text(self) -> str:
        """The text with blanks for what was read."""
        return "".join(
            " " if crossed else letter for letter, crossed in zip(self.low, self.crossed, strict=True)
        )
