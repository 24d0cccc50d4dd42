"""Names what a message wants: its pieces are classified and put together to wishes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.embedded.intents import CHANGES, PLEASANTRIES, Intent
from bot.embedded.reading.clauses import asks, clauses, depends, halves, turns_to_another
from bot.embedded.reading.references import refers_back
from bot.embedded.reading.texting import spelt_out
from bot.embedded.understanding.commands import as_ordered
from bot.embedded.understanding.examples import CONTEXT, Examples, examples
from bot.embedded.understanding.learning import MAX_CHARS, Floats, Weights, measured, weights
from bot.embedded.understanding.spelling import Speller
from bot.embedded.understanding.wish import UNSURE, Wish
from knowledge.embedding import Embedder

MAX_WISHES = 3
_STATED = 0.6
"""How sure a plain statement must be to count as a wish beside another."""
_BESIDE = 0.85
"""How sure each of several wishes must be, unless the person says that there is another ("also", "by the way"): a guess
beside a wish is mostly its reason."""
_PLAIN = 0.95
"""How sure two wishes must be that only an "and" or a comma parts, and what neither asks nor tells of an order."""
_ACTS = re.compile(r"\b(?:goes?|take|send|bring|give) back\b", re.IGNORECASE)
_ONE = 0.98
"""A sentence that is so surely one wish is not cut at its "and"s and commas: that would find the same and cost more."""
_CLEAR = 0.8
"""How sure a change must be to be another one than that before it."""

_ABOUT_AN_ORDER = CHANGES | {Intent.TRACK_ORDER, Intent.RETURN_STATUS, Intent.REPORT_PROBLEM}
_SETTLED_BY = _ABOUT_AN_ORDER | {Intent.TALK_TO_PERSON, Intent.CASE_STATUS, Intent.ORDER_DETAILS}
"""Wishes whose reason is often told before them: "It came broken. I want my money back."""
_ASIDES = frozenset({Intent.COMPLAINT, Intent.REPEAT, Intent.CAPABILITIES, Intent.AFFIRM, Intent.DENY})
"""What counts only in a message without another wish, as in "This is ridiculous! Where is it?"."""
_NEVER_STATED = frozenset({Intent.OUT_OF_SCOPE, Intent.NO_ORDER_NUMBER, Intent.SIGN_IN})
"""What must be asked for to be a wish beside others."""
_ASKED_ONE_BY_ONE = frozenset({Intent.POLICY_QUESTION, Intent.CHECK_STOCK, Intent.PRODUCT_QUESTION})


@dataclass(frozen=True)
class _Piece:
    text: str
    wish: Wish
    context: bool
    asks: bool
    turns: bool

    @property
    def bears(self) -> bool:
        """Whether this piece can be a wish of its own."""
        if self.context or self.wish.intent in PLEASANTRIES | _ASIDES or self.wish.confidence < UNSURE:
            return False
        least = _STATED if self.wish.intent in _ABOUT_AN_ORDER else _PLAIN
        return self.asks or (self.wish.intent not in _NEVER_STATED and self.wish.confidence >= least)


class IntentClassifier:
    """Safe to share between threads."""

    def __init__(self, embedder: Embedder, learned: Weights, speller: Speller) -> None:
        self._embedder = embedder
        self._weights = learned
        self.speller = speller
        self._columns = [column for column, label in enumerate(learned.labels) if label != CONTEXT]
        self._intents = [Intent(learned.labels[column]) for column in self._columns]
        self._context = learned.labels.index(CONTEXT)

    @classmethod
    def open(
        cls, embedder: Embedder, cache_dir: Path | None, taught: Examples | None = None
    ) -> "IntentClassifier":
        """Loads the weights kept in `cache_dir`, else learns them (some seconds) and keeps them there.

        `taught` are other examples than those that come along. Raises EmbeddingError when the embedding model
        cannot be used.
        """
        taught = taught or examples()
        speller = Speller(taught.well_spelt, embedder.knows)
        return cls(embedder, weights(taught, embedder, speller, cache_dir), speller)

    def classify(self, text: str) -> Wish:
        """The one wish that the whole text is likeliest to hold."""
        return self.classify_each((text,))[0]

    def classify_each(self, texts: tuple[str, ...]) -> tuple[Wish, ...]:
        """The same of several texts, in one go: that takes much less time than one by one."""
        rows = self._probabilities(texts)
        return tuple(self._wish(text, row) for text, row in zip(texts, rows, strict=True))

    def is_ours(self, text: str) -> float:
        """How likely a text is the shop's business, 0 to 1."""
        row = self._probabilities([text])[0][self._columns]
        return 1 - float(row[self._intents.index(Intent.OUT_OF_SCOPE)] / max(float(row.sum()), 1e-9))

    def wishes(self, message: str) -> tuple[Wish, ...]:
        """One to three wishes in the order they stand; a story belongs to its wish, "hi" and "thanks" to none."""
        if self.speller.is_gibberish(message):
            return (replace(self.classify(message), confidence=0.0, text=""),)
        pieces = clauses(message[:MAX_CHARS])
        if len(pieces) < 2:
            whole = self.classify(message)
            return self._halved(message, whole) or (whole,)
        row, *others = self._probabilities([message, *pieces])
        whole = self._wish(message, row)
        read = [self._piece(text, row) for text, row in zip(pieces, others, strict=True)]
        if found := _several(read, whole):
            return found[:MAX_WISHES]
        telling = _telling(read)
        if not any(telling):
            return (whole,)
        told = self._wish(message, np.stack(others)[telling].mean(axis=0))
        return (told if _is_courteous(read, telling) else _surest(whole, told),)

    def _halved(self, sentence: str, whole: Wish) -> tuple[Wish, ...]:
        """The two wishes of a sentence that holds two beside each other; else ()."""
        cuts = halves(sentence) if whole.confidence < _ONE else ()
        if not cuts:
            return ()
        texts = list(dict.fromkeys(text for cut in cuts for text in cut))
        read = dict(zip(texts, map(self._piece, texts, self._probabilities(texts)), strict=True))
        return _plainly_two([(read[first], read[second]) for first, second in cuts])

    def _piece(self, text: str, row: Floats) -> _Piece:
        read = self._wish(text, row)
        wish = as_ordered(read)
        context = int(row.argmax()) == self._context and wish is read
        return _Piece(text, wish, context, asks(text), turns_to_another(text))

    def _wish(self, text: str, row: Floats) -> Wish:
        chances = row[self._columns] / max(float(row[self._columns].sum()), 1e-9)
        best, second = (int(index) for index in np.argsort(-chances)[:2])
        return Wish(
            intent=self._intents[best],
            confidence=float(chances[best]),
            text=text,
            runner_up=self._intents[second],
            runner_up_confidence=float(chances[second]),
        )

    def _probabilities(self, texts: Sequence[str]) -> Floats:
        repaired = [self.speller.repair(spelt_out(text)) for text in texts]
        return self._weights.probabilities(measured(self._embedder, repaired))


def _telling(pieces: Sequence[_Piece]) -> list[bool]:
    """Which pieces a message with one wish is read by, beside the whole of it: those that bear it, or else all that
    tell something, anger only where there is nothing but that."""
    bearing = [piece.bears for piece in pieces]
    if any(bearing):
        return bearing
    told = [not piece.context and piece.wish.intent not in PLEASANTRIES for piece in pieces]
    plainly = [tells and piece.wish.intent not in _ASIDES for tells, piece in zip(told, pieces, strict=True)]
    return plainly if any(plainly) else told


def _surest(whole: Wish, told: Wish) -> Wish:
    """What the pieces tell is as sure as they are, however long a story makes the whole less so; and it is believed
    where the whole is but a guess."""
    agrees = told.intent is whole.intent or whole.confidence < UNSURE
    return told if agrees and told.confidence > whole.confidence else whole


def _is_courteous(pieces: Sequence[_Piece], telling: Sequence[bool]) -> bool:
    """Whether all else is greetings, thanks and the like, so many that they drown what is wished."""
    rest = [piece for piece, tells in zip(pieces, telling, strict=True) if not tells]
    return len(rest) > 1 and all(piece.wish.intent in PLEASANTRIES for piece in rest)


def _several(pieces: Sequence[_Piece], whole: Wish) -> tuple[Wish, ...]:
    """The wishes of a message that holds more than one, each of them announced, or sure, or surer than the whole of it
    is; else ()."""
    listed = _gathered(pieces, _STATED)
    if len(listed) > 2:
        return listed
    announced = any(piece.turns or depends(piece.text) for piece in pieces)
    found = _gathered(pieces, UNSURE if announced else min(_BESIDE, max(whole.confidence, _STATED)))
    return found if len(found) > 1 else ()


def _plainly_two(cuts: Sequence[tuple[_Piece, _Piece]]) -> tuple[Wish, ...]:
    """The two wishes of a sentence that can be cut so that nobody could mistake either half; else ()."""
    found = [(_sureness(cut), _gathered(cut, _PLAIN)) for cut in cuts if not refers_back(cut[1].text)]
    clear = [
        (sure, wishes)
        for sure, wishes in found
        if len(wishes) > 1
        and not _NEVER_STATED & {wish.intent for wish in wishes}
        and wishes[0].intent is not wishes[1].intent
        # "Return the lamp, refund to my card" is one change.
        and not {wish.intent for wish in wishes} <= _ABOUT_AN_ORDER
    ]
    return max(clear, key=lambda one: one[0])[1] if clear else ()


def _sureness(pieces: Sequence[_Piece]) -> float:
    return min(piece.wish.confidence for piece in pieces)


def _gathered(pieces: Sequence[_Piece], least: float) -> tuple[Wish, ...]:
    """The wishes of the pieces; what bears none, or is less sure than `least`, is joined to the wish after it, or else
    to the last."""
    found: list[Wish] = []
    told: list[str] = []
    last: _Piece | None = None
    for piece in pieces:
        if not piece.bears or piece.wish.confidence < least:
            if piece.context or piece.wish.intent not in PLEASANTRIES:
                told.append(piece.text)
            continue
        if last is not None and _same(last, piece):
            best = max(found[-1], piece.wish, key=lambda wish: wish.confidence)
            if _settles(last, piece):
                best = piece.wish
            found[-1] = replace(best, text=" ".join([found[-1].text, *told, piece.text]))
        else:
            found.append(replace(piece.wish, text=" ".join([*told, piece.text])))
        told, last = [], piece
    if found and told:
        found[-1] = replace(found[-1], text=" ".join([found[-1].text, *told]))
    return tuple(found)


def _same(before: _Piece, piece: _Piece) -> bool:
    """Whether a piece only goes on with the wish before it."""
    if piece.turns or _is_another_change(before, piece):
        return False
    if _settles(before, piece):
        return True
    if before.wish.intent != piece.wish.intent:
        return not piece.asks and not _is_plainly_another(before, piece)
    one_by_one = piece.wish.intent in _ASKED_ONE_BY_ONE and before.asks and piece.asks
    return not one_by_one or refers_back(piece.text)


def _is_plainly_another(before: _Piece, piece: _Piece) -> bool:
    """Whether a statement, sure as it is, can't be the reason of the wish before it."""
    about_orders = {before.wish.intent, piece.wish.intent} <= _ABOUT_AN_ORDER
    return _sureness((before, piece)) >= _PLAIN and not about_orders and not refers_back(piece.text)


def _is_another_change(before: _Piece, piece: _Piece) -> bool:
    """Whether each names a change of its own: "The shirt goes back. And the belt I'd like to exchange."."""
    intents = {before.wish.intent, piece.wish.intent}
    are_changes = len(intents) == 2 and intents <= CHANGES - {Intent.REQUEST_REFUND}
    sure = piece.wish.confidence >= _CLEAR and before.wish.confidence >= _STATED
    # What else is told after a wish is mostly why: "I changed my mind.", "Wrong size."
    acts = piece.asks or piece.wish.intent is Intent.CHANGE_PROFILE or bool(_ACTS.search(piece.text))
    return are_changes and sure and acts and not refers_back(piece.text)


def _settles(before: _Piece, piece: _Piece) -> bool:
    """Whether a statement is but the reason of the wish that follows."""
    return (
        not before.asks
        and before.wish.intent in _ABOUT_AN_ORDER
        and piece.asks
        and piece.wish.intent in _SETTLED_BY
    )
