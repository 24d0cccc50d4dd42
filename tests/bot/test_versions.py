"""Which version is meant, over catalogs whose options are called and counted in different ways."""

from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.embedded.versions.picking import Outcome, Picked, left_by, pick
from tools.change_cards import VersionFacts
from tools.facts import Money

Priced = Callable[[dict[str, str]], int]


def versions(
    own: str, *options: tuple[str, str], gone: Sequence[str] = (), price: Priced = lambda _: 4000
) -> list[VersionFacts]:
    """Every combination of the options' values; `own` and those that are `gone` by their values, joined by blanks."""
    found: list[VersionFacts] = []
    for values in product(*(values.split("/") for _, values in options)):
        told = dict(zip((name for name, _ in options), values, strict=True))
        called = " ".join(values)
        found.append(
            VersionFacts(
                sku=called,
                options=told,
                price=Money.of(price(told), "USD"),
                available=called not in gone,
                own=called == own,
            )
        )
    return found


def _by_storage(options: dict[str, str]) -> int:
    return {"64 GB": 19900, "128 GB": 24900, "256 GB": 32900}[options["Storage"]]


SCARF = versions("M Pine", ("Size", "S/M/L/XL"), ("Color", "Pine/Sand/Rust"), gone=("L Rust", "XL Pine"))
TABLET = versions(
    "64 GB Silver 8-inch",
    ("Storage", "64 GB/128 GB/256 GB"),
    ("Color", "Silver/Graphite"),
    ("Screen", "8-inch/10-inch"),
    gone=("256 GB Graphite 8-inch", "256 GB Graphite 10-inch"),
    price=_by_storage,
)
SHOES = versions("9 Black", ("Size", "8/8.5/9/9.5/10"), ("Shade", "Black/Light Gray/Dark Gray"))
BOOK = versions(
    "Hardcover", ("Binding", "Paperback/Hardcover/Audio CD"), price=lambda o: 900 + 100 * len(o["Binding"])
)
SHELF = versions("90 cm Oak", ("Length", "60 cm/90 cm/1.2 m"), ("Finish", "Oak/Smoked"))

PILLOW = versions(
    "Soft Down No", ("Firmness", "Soft/Medium/Firm"), ("Filling", "Down/Wool"), ("Cover", "Yes/No")
)
TENT = versions("2 people Green", ("Sleeps", "1 person/2 people/3 people"), ("Color", "Green/Orange"))
KEYS = versions("White 61", ("Light", "None/White/Red"), ("Keys", "49/61/88"))

LAMP = [
    one
    for one in versions(
        "White 400 lm Battery",
        ("Finish", "White/Brass/Black"),
        ("Brightness", "400 lm/800 lm"),
        ("Power", "Mains/Battery"),
    )
    if one.sku != "White 400 lm Mains"
]
DRILL = versions(
    "12 V Bare",
    ("Voltage", "12 V/18 V"),
    ("Kit", "Bare/Two batteries/Four batteries"),
    gone=("18 V Four batteries",),
)


BOTTLE = versions(
    "500 ml Steel Red",
    ("Capacity", "500 ml/750 ml/1000 ml"),
    ("Material", "Steel/Plastic"),
    ("Color", "Red/Blue"),
    price=lambda o: 3000 if o["Material"] == "Steel" else 1500 + 100 * (o["Color"] == "Red"),
)
PUZZLE = versions(
    "1000 Harbor Intermediate",
    ("Pieces", "500/1000/2000"),
    ("Theme", "Harbor/Forest"),
    ("Difficulty", "Beginner/Intermediate/Expert"),
)
SPEAKER = versions(
    "8 hours No White",
    ("Play time", "8 hours/24 hours"),
    ("Water resistance", "Yes/No"),
    ("Backlight", "None/White"),
)


def of(text: str, known: Sequence[VersionFacts], thing: str = "Thing") -> Picked:
    return pick(text, known, next(version for version in known if version.own), thing)


@pytest.mark.parametrize(
    ("known", "text", "version"),
    [
        (SCARF, "a large", "L Pine"),
        (LAMP, "one that runs on mains, in the same color", "White 800 lm Mains"),
        (SCARF, "too small, can I get an L", "L Pine"),
        (PILLOW, "one step firmer, with the same filling", "Medium Down No"),
        (PILLOW, "they are too soft, so I'd like the firmest", "Firm Down No"),
        (TENT, "a three person tent", "3 people Green"),
        (KEYS, "the one without a light", "None 61"),
        (KEYS, "the one with the most keys", "White 88"),
        (DRILL, "18V with 2 batteries", "18 V Two batteries"),
        (DRILL, "18V with 4 batteries, or with 2 if that's gone", "18 V Two batteries"),
        (SCARF, "the scarf in sand", "M Sand"),
        (SCARF, "the L in sand please", "L Sand"),
        (SCARF, "sand instead of pine", "M Sand"),
        (SCARF, "the same but in sand", "M Sand"),
        (SCARF, "the same one but in sand", "M Sand"),
        (SCARF, "XL, in pine. If pine is sold out then sand is fine too", "XL Sand"),
        (SCARF, "not pine, sand", "M Sand"),
        (SCARF, "I ordered M but I need S", "S Pine"),
        (SCARF, "one size down", "S Pine"),
        (SCARF, "extra large in sand", "XL Sand"),
        (SCARF, "any color but pine or rust", "M Sand"),
        (SCARF, "L in rust, and if there is none then sand", "L Sand"),
        (SCARF, "if there's no L in rust take the L in sand", "L Sand"),
        (SCARF, "rust, otherwise sand", "M Rust"),
        (SCARF, "the L one, or the rust one if that is out of stock", "L Pine"),
        (SCARF, "XL, if not available L", "L Pine"),
        (SCARF, "I'd prefer XL but L is fine too", "L Pine"),
        (SCARF, "purple or else rust", "M Rust"),
        (TABLET, "256GB, silver, the 10-inch one", "256 GB Silver 10-inch"),
        (TABLET, '128 gig with the 10" screen', "128 GB Silver 10-inch"),
        (TABLET, "next capacity up", "128 GB Silver 8-inch"),
        (TABLET, "the one with the most storage", "256 GB Silver 8-inch"),
        (TABLET, "the bigger screen", "64 GB Silver 10-inch"),
        (TABLET, "the most expensive one", "256 GB Silver 8-inch"),
        (SHOES, "size ten", "10 Black"),
        (SHOES, "half a size up", "9.5 Black"),
        (SHOES, "8 1/2 please", "8.5 Black"),
        (SHOES, "dark grey", "9 Dark Gray"),
        (BOOK, "the soft cover instead", "Paperback"),
        (BOOK, "paper back", "Paperback"),
        (BOOK, "whatever is cheapest", "Audio CD"),
        (SHELF, "the longest", "1.2 m Oak"),
        (LAMP, "a brighter one. The other isn't so bright", "White 800 lm Battery"),
        (BOTTLE, "a full liter one", "1000 ml Steel Red"),
        (BOTTLE, "three quarters of a liter, in plastic", "750 ml Plastic Red"),
        (BOTTLE, "plastic instead of steel, same volume, any color but red", "500 ml Plastic Blue"),
        (BOTTLE, "the largest, in whichever color is cheapest", "1000 ml Plastic Blue"),
        (SHOES, "the same in an eight", "8 Black"),
        (PUZZLE, "the biggest you have", "2000 Harbor Intermediate"),
        (PUZZLE, "fewer pieces", "500 Harbor Intermediate"),
        (PUZZLE, "the easiest one", "1000 Harbor Beginner"),
        (PUZZLE, "a forest one with just as many pieces, and less difficult", "1000 Forest Beginner"),
        (SPEAKER, "a waterproof one", "8 hours Yes White"),
        (SPEAKER, "the one that lasts longest", "24 hours No White"),
        (SPEAKER, "the same without lights", "8 hours No None"),
        (SPEAKER, "one that isn't backlit", "8 hours No None"),
        (SHELF, "120 cm", "1.2 m Oak"),
        (SHELF, "a shorter one in smoked", "60 cm Smoked"),
    ],
)
def test_the_version_that_is_meant(known: Sequence[VersionFacts], text: str, version: str) -> None:
    found = of(text, known)
    assert (found.outcome, [one.sku for one in found.versions]) == (Outcome.ONE, [version])


def test_an_answer_leaves_what_was_said_before_as_it_was() -> None:
    own = next(version for version in TENT if version.own)

    left = left_by("a three person tent in the same color", "orange is fine", TENT, own, "Tent")

    assert {version.sku for version in left} == {"3 people Green", "3 people Orange"}


def test_how_a_thing_is_described_that_is_given_away_is_not_what_is_wanted() -> None:
    pair = versions(
        "Wireless Black", ("Kind", "Wireless/Wired"), ("Color", "Black"), price=lambda o: len(o["Kind"])
    )

    assert of("swap the wireless pair for the cheapest you have", pair).versions[0].sku == "Wired Black"


@pytest.mark.parametrize(
    ("known", "text", "among"),
    [
        (SCARF, "a bigger one", {"L Pine"}),
        (SCARF, "it's too tight", {"L Pine"}),
        (SCARF, "rust or sand", {"M Rust", "M Sand"}),
        (SCARF, "not pine", {"M Rust", "M Sand"}),
        (SCARF, "another color", {"M Rust", "M Sand"}),
        (TABLET, "more storage", {"128 GB Silver 8-inch", "256 GB Silver 8-inch"}),
        (SHOES, "gray", {"9 Light Gray", "9 Dark Gray"}),
        (SHOES, "one size up", {"9.5 Black", "10 Black"}),
    ],
)
def test_what_several_satisfy_is_asked(known: Sequence[VersionFacts], text: str, among: set[str]) -> None:
    found = of(text, known)
    assert {one.sku for one in found.versions} == among
    assert found.outcome is Outcome.SEVERAL or (found.outcome is Outcome.ONE and len(among) == 1)


@pytest.mark.parametrize(
    ("known", "text", "missing", "sold_out"),
    [
        (SCARF, "XL", "XL", True),
        (SCARF, "L in rust", "L, Rust", True),
        (SCARF, "XXL please", "XXL", False),
        (SCARF, "can I have purple", "purple", False),
        (TABLET, "512 GB", "512", False),
        (TABLET, "256 GB in graphite", "256 GB, Graphite", True),
        (SHOES, "size 12", "12", False),
        (BOOK, "cheaper than the cheapest, the cheapest", "", False),
    ],
)
def test_what_can_not_be_had_is_said_and_never_replaced(
    known: Sequence[VersionFacts], text: str, missing: str, sold_out: bool
) -> None:
    found = of(text, known)
    if missing:
        assert (found.outcome, found.missing, found.sold_out) == (Outcome.NONE, missing, sold_out)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pine",
        "the M",
        "send it back",
        "make it two",
        "I don't mind",
        "never mind",
        "I changed my mind about the sand",
    ],
)
def test_words_that_tell_no_version(text: str) -> None:
    assert of(text, SCARF, "Wool Scarf").outcome is Outcome.SILENT


WORDS = (
    "the a not but or and in if there is no otherwise instead of rather than from to size color pine sand rust s m l "
    "xl xxl small large too one up down two bigger smallest cheapest any purple gray size 9 10 half please"
).split()


@given(words=st.lists(st.sampled_from(WORDS), max_size=9), order=st.permutations(SCARF))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_versions_changes_nothing(words: list[str], order: list[VersionFacts]) -> None:
    straight, mixed = of(" ".join(words), SCARF), of(" ".join(words), order)
    assert straight.outcome is mixed.outcome
    assert {one.sku for one in straight.versions} == {one.sku for one in mixed.versions}


@given(
    wanted=st.fixed_dictionaries(
        {},
        optional={
            "Size": st.sampled_from(["S", "M", "L", "XL"]),
            "Color": st.sampled_from(["Pine", "Sand", "Rust"]),
        },
    ),
    own=st.sampled_from(SCARF),
    gone=st.sets(st.sampled_from([one.sku for one in SCARF])),
)
@settings(max_examples=100, deadline=None)
def test_what_is_picked_is_as_it_was_named_and_keeps_the_rest(
    wanted: dict[str, str], own: VersionFacts, gone: set[str]
) -> None:
    """Whatever is in stock: one that is there, has every value that was named, and else is as it was."""
    known = [
        one.model_copy(update={"own": one.sku == own.sku, "available": one.sku not in gone}) for one in SCARF
    ]
    found = of(" ".join(wanted.values()), known)
    assert all(one.available and one.sku != own.sku for one in found.versions)
    whole = own.options | wanted
    if found.outcome is Outcome.ONE:
        assert found.versions[0].options == whole
    elif found.outcome is Outcome.NONE:
        assert next(one for one in known if one.options == whole).sku in gone
