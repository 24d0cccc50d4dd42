"""Which lines of an order are meant by a person's words. Where several fit, none is taken: it is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.embedded.changes.draft import Item, Line
from bot.embedded.changes.fitting import WORD, fitting_lines
from bot.embedded.changes.naming import names, tokens_of
from bot.embedded.changes.quantities import NUMBER, number, part_of
from bot.embedded.reading.named_items import without_told_order
from bot.embedded.reading.plain import plain
from bot.embedded.reading.references import Pick, selection

_ALL = re.compile(
    r"\b(?:everything|every (?:single )?(?:item|thing|product|one)|"
    r"all of (?:it|them|those|these)|all (?:the |my )?(?:items?|things|products)|"
    r"(?:the |my )?(?:whole|entire|full|complete) (?:order|thing|lot|purchase|parcel)|the lot)\b|^\W*all\W*$",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?:both|all (?:of )?(?:the|my|those|these)|each|every)\b", re.IGNORECASE)
_REST = re.compile(
    r"\b(?:the rest|the others?(?: ones?| items?)?|everything else|all the other)\b", re.IGNORECASE
)
EXCEPT = r"(?:except(?: for)?|(?:apart|aside) from|other than|excluding|save for|bar(?= (?:the|my)\b))"
_ALL_EXCEPT = re.compile(
    r"\b(?:everything|all|the lot|whole order|entire order)\b[^.;]{0,40}?\b(?:but(?! (?:i|it|you|we|they)\b)|"
    rf"{EXCEPT}|besides|minus|without)\b(.+)",
    re.IGNORECASE,
)
_KEEP = re.compile(
    r"\b(?:(?<!not )(?<!n't )(?<!never )(?:keep|(?<!not be )(?<!n't be )keeping)|"
    r"leave|hold on to|not(?= (?:the|my|both|all|those|these|this|that)\b)|without|"
    rf"don't (?:want to )?(?:return|cancel|send back|touch)|{EXCEPT})\b"
    r"((?: (?!and\b|but\b|return\b|cancel\b|send\b|exchange\b|after\b|as\b|though\b)[\w'()-]+){1,6}"
    r"(?: and (?:the|my)(?: [\w'-]+){1,3}(?=\W*$|[.,;!]))?)",
    re.IGNORECASE,
)
_STAYS = re.compile(
    r"\b((?:the|my) (?:[\w'-]+ ){1,4})(?:stays?|remains?|(?:can|should|may) (?:stay|remain))\b", re.IGNORECASE
)
_ONLY = re.compile(
    r"\b(?:only|just) (?:want|need|keep|like|take)(?:ed|ing)?\b((?: (?!and\b|but\b|to\b)[\w'()-]+){1,6})",
    re.IGNORECASE,
)
"""What stays, where the rest is spoken of after it: "I only want the vase. Take out the rest."."""
_APART = re.compile(rf"\b{EXCEPT}\b", re.IGNORECASE)
_KEEPS_SOME = re.compile(
    r"\b(?:(?:only|just) (?:want|need|wanted|needed)|(?:want|need|wanted|needed) (?:only|just))\b"
    r"(?! to\b)(?!.*\b(?:back|returned|refunded|cancell?ed)\b)",
    re.IGNORECASE,
)
"""Before a number: so many stay, and the others go."""
_STAY = re.compile(
    rf"\b(?:only|just) (?:want|need)(?:ed)? {NUMBER}\b(?!.*\b(?:back|returned|refunded|cancell?ed)\b)|"
    rf"\b{NUMBER}(?: [\w'-]+){{0,3}} (?:is|are|was|were|would be|will be) (?:enough|plenty)\b|"
    rf"\b(?:opened|used|started|tried|ate|drank|wore) (?:only |just )?{NUMBER}\b",
    re.IGNORECASE,
)
"""How many of a thing that was named before are to be kept: "I got three mugs, only need two"."""
_GO = re.compile(
    rf"\b(?:take|cancel|return|send|drop|remove|give) (?:back )?{NUMBER}(?: of (?:them|those|these))?"
    r"(?: (?:off|out|back|away))?(?=\W*$|[,.;])",
    re.IGNORECASE,
)
"""How many of a thing that was named before are meant: "of the five packs, take two off"."""
_OTHERS = re.compile(r"\bthe others?\b(?! items?| things?| products?)", re.IGNORECASE)
_OTHER_ONE = re.compile(r"\bthe other(?: (?:one|pair)\b|(?=\W*$| [\w'-]+))", re.IGNORECASE)
_SEGMENT = re.compile(r"[,;&+]|\b(?:and|nor|plus|as well as|also)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Meant:
    """`items` are certain. `among` are lines of which some are meant, and nobody can tell which or how many."""

    items: tuple[Item, ...] = ()
    among: tuple[Line, ...] = ()
    whole: bool = False

    def __bool__(self) -> bool:
        return bool(self.items or self.among or self.whole)


def meant(text: str, lines: Sequence[Line], *, asked: bool = False) -> Meant:
    """`asked` where the text answers the question which of these `lines`, shown in this order."""
    text = without_told_order(plain(text))
    if excepted := _ALL_EXCEPT.search(text):
        return _all_but(excepted[1], lines)
    only = _ONLY.search(text)
    if only and _REST.search(text[only.end() :]) and (stays := _by_name(only[1], lines, asked=True).items):
        # Of a thing that stays in part, the rest is more of it.
        left = _rest_of_lines(stays, lines)
        return Meant(left) if left else _all_but(only[1], lines)
    held = " ".join(match[1] for pattern in (_KEEP, _STAYS) for match in pattern.finditer(text))
    rest = _STAYS.sub(" , ", _KEEP.sub(" , ", text)) if held and _named(held, lines) else text
    if rest is not text and _OTHERS.search(rest) and (left := _rest_of_lines(kept(text, lines), lines)):
        return Meant(left)
    if rest is not text and (_REST.search(rest) or _ALL.search(rest)):
        return _all_but(held, lines)
    if rest is not text and _APART.search(text) and not _by_name(rest, lines, asked=False):
        return _all_but(held, lines)  # "send it back apart from the can"
    if asked and (placed := _placed(rest, lines)):
        return placed
    if _ALL.search(rest):
        named = _by_name(_ALL.sub(" , ", rest), lines, asked=False)
        every = {item.line for item in named.items} | {line.line for line in named.among}
        # "The gloves then, all of them" is no whole order.
        return Meant(tuple(Item(line=line) for line in every)) if every else Meant(whole=True)
    found = _by_name(rest, lines, asked=asked)
    if found or not asked:
        return found
    return _all_of(rest, lines)


def means_all(text: str) -> bool:
    """Whether it names all of an order: "the whole thing"."""
    return bool(_ALL.search(plain(text)))


def pieces_of(text: str) -> list[str]:
    """Parted at commas and "and"."""
    return [piece for piece in _SEGMENT.split(plain(text)) if piece.strip()]


def pieces_about(text: str, line: Line, lines: Sequence[Line]) -> str:
    """The pieces of the text that are about this line, where it speaks of several: "the hat in L, the gloves in M".

    Nothing where none is.
    """
    return _pieces_about(without_told_order(plain(text)), line, lines)


def _pieces_about(text: str, line: Line, lines: Sequence[Line]) -> str:
    pieces = pieces_of(text)
    named = _each_about(pieces, lines)
    if len({one.line for some in named for one in some}) < 2:
        return text
    return " , ".join(piece for piece, some in zip(pieces, named, strict=True) if line in some)


def speaks_of_several(text: str, lines: Sequence[Line]) -> bool:
    """Whether it says something of more than one of these lines, of each apart."""
    named = [some for some in _each_about(pieces_of(text), lines) if len(some) == 1]
    return len({some[0].line for some in named}) > 1


def _each_about(pieces: Sequence[str], lines: Sequence[Line]) -> list[list[Line]]:
    """The lines that each piece is about: those that it names, else those of the piece before."""
    named: list[list[Line]] = []
    for some in _named_by(pieces, lines, asked=False):
        named.append(some or (named[-1] if named else []))
    return named


def _named_by(pieces: Sequence[str], lines: Sequence[Line], *, asked: bool) -> list[list[Line]]:
    """The lines that each piece names; "the other one" is what is left of two of the same, after one was named."""
    named: list[list[Line]] = []
    last: Line | None = None
    for piece in pieces:
        found = fitting_lines(piece, lines, asked=asked)
        alike = [line for line in lines if last and line.name == last.name]
        if last and len(alike) == 2 and found in ([], alike) and _OTHER_ONE.search(piece):
            found = [line for line in alike if line != last]
        last = found[0] if len(found) == 1 else last
        named.append(found)
    return named


def pieces_from(text: str, line: Line, lines: Sequence[Line]) -> str:
    """Those from the first that is about this line: in "the hat and the gloves in M" the last is said of both."""
    text = without_told_order(plain(text))
    first = _pieces_about(text, line, lines).split(" , ")[0]
    return text[text.index(first) :] if first else ""


def kept(text: str, lines: Sequence[Line]) -> tuple[Item, ...]:
    """What the text says is to stay as it is: "keep the hat", "but not the gloves"."""
    held = " ".join(match[1] for pattern in (_KEEP, _STAYS) for match in pattern.finditer(plain(text)))
    return _by_name(held, lines, asked=True).items if held else ()


def _rest_of_lines(held: Sequence[Item], lines: Sequence[Line]) -> tuple[Item, ...]:
    """Of lines that are kept in part, the other part: "keep one of the cups and take the other"."""
    whole = {line.line: line.quantity for line in lines}
    return tuple(
        Item(line=item.line, quantity=whole[item.line] - item.quantity) for item in held if item.quantity
    )


def _placed(text: str, lines: Sequence[Line]) -> Meant | None:
    """ "The second one", "2": a place in the list that was shown; a lone number of one line is how many."""
    chosen = selection(text)
    if chosen is None or len(lines) < 2:
        return None
    if chosen.pick is Pick.NTH and chosen.place <= len(lines):
        return Meant((Item(line=lines[chosen.place - 1].line),))
    if chosen.pick is Pick.LAST:
        return Meant((Item(line=lines[-1].line),))
    if chosen.pick is Pick.ALL and (len(lines) == 2 or "both" not in text.lower()):
        return Meant(tuple(Item(line=line.line) for line in lines))
    return None


def _all_of(text: str, lines: Sequence[Line]) -> Meant:
    """ "Both", "two of them", said of the only line that it can be."""
    if len(lines) != 1:
        return Meant()
    if _BOTH.search(text):
        return Meant((Item(line=lines[0].line),))
    count = part_of(text)
    return Meant((Item(line=lines[0].line, quantity=count),)) if count else Meant()


def _all_but(text: str, lines: Sequence[Line]) -> Meant:
    excepted = _by_name(text, lines, asked=True)
    if excepted.among or not excepted.items:
        return Meant(among=tuple(lines)) if not excepted.items else Meant(among=excepted.among)
    left: list[Item] = []
    for line in lines:
        item = next((item for item in excepted.items if item.line == line.line), None)
        if item is None:
            left.append(Item(line=line.line))
        elif item.quantity and item.quantity < line.quantity:
            left.append(Item(line=line.line, quantity=line.quantity - item.quantity))
    return Meant(tuple(left))


def _by_name(text: str, lines: Sequence[Line], *, asked: bool) -> Meant:
    items: dict[int, Item] = {}
    among: dict[int, Line] = {}
    segments = _SEGMENT.split(text)
    for segment, fitting in zip(segments, _named_by(segments, lines, asked=asked), strict=True):
        if len(fitting) > 1 and not _takes_all(segment, fitting):
            among.update({line.line: line for line in fitting})
            continue
        for line in fitting:
            quantity = _quantity(segment, line, len(fitting))
            if quantity is None and _leaves_number_open(segment, line, len(fitting)):
                among[line.line] = line
            else:
                items[line.line] = Item(line=line.line, quantity=quantity)
    if len(items) == 1 and not among and (stays := _STAY.search(text)):
        line = next(line for line in lines if line.line in items)
        left = line.quantity - number(stays[1] or stays[2] or stays[3])
        if 0 < left < line.quantity:
            items[line.line] = Item(line=line.line, quantity=left)
    if len(items) == 1 and (goes := _GO.search(text)):
        line = next(line for line in lines if line.line in items)
        if items[line.line].quantity is None and number(goes[1]) < line.quantity:
            items[line.line] = Item(line=line.line, quantity=number(goes[1]))
    # A later "and both mugs" settles an earlier "the mugs".
    return Meant(tuple(items.values()), tuple(line for place, line in among.items() if place not in items))


def _takes_all(segment: str, fitting: Sequence[Line]) -> bool:
    """ "Both mugs", "all the mugs", "the mugs", "the two mugs" of two: every one of the lines that fit."""
    if "both" in segment.lower():
        return len(fitting) == 2
    every = {None, sum(line.quantity for line in fitting)}
    return bool(_BOTH.search(segment)) or (_is_plural(segment, fitting) and part_of(segment) in every)


def _is_plural(segment: str, fitting: Sequence[Line]) -> bool:
    """Whether the word that names the lines is a plural which their names don't have."""
    words = {word.lower() for word in WORD.findall(segment)}
    for line in fitting:
        own = {word.lower() for word in WORD.findall(line.name)}
        plural = {w for w in words if w.endswith("s") and w not in own and names(w, frozenset(own))}
        if not plural:
            return False
    return True


def _quantity(segment: str, line: Line, fitting: int) -> int | None:
    if fitting > 1 or line.quantity == 1:
        return None
    count = part_of(_without_name(segment, line))
    if count is None or count >= line.quantity:
        return None
    return line.quantity - count if _KEEPS_SOME.search(segment) else count


def _leaves_number_open(segment: str, line: Line, fitting: int) -> bool:
    """Whether "the mug" may be one of the two or both."""
    if fitting > 1 or line.quantity == 1 or _BOTH.search(segment) or part_of(_without_name(segment, line)):
        return False
    words = {word.lower() for word in WORD.findall(segment)}
    return not any(word.endswith("s") and names(word, tokens_of(line.name)) for word in words)


def _without_name(segment: str, line: Line) -> str:
    """Without a number that belongs to the name: "the Duo 2 lamp"."""
    for digits in re.findall(r"\d+", f"{line.name} {line.options or ''}"):
        segment = re.sub(rf"\b{digits}\b", " ", segment)
    return segment


def _named(text: str, lines: Sequence[Line]) -> bool:
    return bool(fitting_lines(text, lines, asked=True))
