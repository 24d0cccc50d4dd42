"""What a shopper's words tell of a change: items, numbers, addresses, reasons, versions, details."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage

from bot.embedded.answers import Task
from bot.embedded.changes.address_parts import put_right
from bot.embedded.changes.addresses import address_in
from bot.embedded.changes.asking import answered
from bot.embedded.changes.becoming import in_part
from bot.embedded.changes.details import detail_named, name_in, newsletter_in, phone_in
from bot.embedded.changes.draft import Address, Draft, Item, Line, Question
from bot.embedded.changes.kinds import has_no_flow, kind_of
from bot.embedded.changes.lines import kept, meant, pieces_about
from bot.embedded.changes.matching import match, names_other
from bot.embedded.changes.naming import in_the_orders_words
from bot.embedded.changes.pricing import by_price
from bot.embedded.changes.quantities import part_of, wanted
from bot.embedded.changes.reading import told
from bot.embedded.changes.reasons import cancellation_reason, refund_cause, refund_to, return_reason
from bot.embedded.changes.unfound import unfound
from bot.embedded.intents import Intent
from bot.embedded.reading.entities import MAX_CHARS
from bot.embedded.situation import read_situation
from bot.embedded.versions.picking import pick
from bot.embedded.wishes.each import by_order
from tools.change_cards import Choice, VersionFacts
from tools.commerce.schema import ProposalKind
from tools.facts import Money

ORDER = (
    Line(line=1, name="Clay Bowl", options="Glaze: Blue", quantity=2),
    Line(line=2, name="Clay Bowl", options="Glaze: Rust"),
    Line(line=3, name="Duo 2 Reading Light", quantity=3),
    Line(line=4, name="Wool Scarf", options="Size: M, Color: Pine"),
)
PACKED = (
    *(
        Line(
            line=line,
            name="Cirrus Bottle",
            options=f"Capacity: {size}",
            category="Kitchen",
            comes_in={"Capacity": ("500 ml", "1500 ml")},
        )
        for line, size in enumerate(("500 ml", "1500 ml"), start=1)
    ),
    Line(line=3, name="Hollow Backpack", category="Bags"),
    Line(line=4, name="Crew T-Shirt", quantity=2),
    Line(line=5, name="Murmur Headphones"),
)
VERSIONS = tuple(
    VersionFacts(
        sku=f"SC-{size}-{color}",
        options={"Size": size, "Color": color},
        price=Money.of(4000, "USD"),
        available=True,
        own=(size, color) == ("M", "Pine"),
    )
    for size in ("S", "M", "L", "XL")
    for color in ("Pine", "Sand")
)
WAYS = tuple(Choice(value=word, label=word.capitalize()) for word in ("card", "paypal", "voucher"))


def items(found: Sequence[Item]) -> dict[int, int | None]:
    return {item.line: item.quantity for item in found}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the scarf", {4: None}),
        ("send the scarff back", {4: None}),
        ("the rust one", {2: None}),
        ("both blue bowls", {1: None}),
        ("one of the blue bowls", {1: 1}),
        ("the bowls", {1: None, 2: None}),
        ("the three bowls", {1: None, 2: None}),
        ("the reading lights then, all of them", {3: None}),
        ("I only want the scarf now. Take out the rest.", {1: None, 2: None, 3: None}),
        ("I only need one of the reading lights, cancel the others", {3: 2}),
        ("I shan't, no, I won't be keeping the scarf, nor two of the reading lights", {4: None, 3: 2}),
        ("I don't need three reading lights. One goes back", {3: 1}),
        ("I opened one reading light, the other two go back", {3: 2}),
        ("the scarf and two of the reading lights", {4: None, 3: 2}),
        ("the reading lights", {3: None}),
        ("all the Duo 2 lights", {3: None}),
        ("everything but the bowls", {3: None, 4: None}),
        ("everything bar the bowls", {3: None, 4: None}),
        ("send it back, bar the scarf", {1: None, 2: None, 3: None}),
        ("everything except one of the lights", {1: None, 2: None, 3: 2, 4: None}),
        ("keep the scarf and return the rest", {1: None, 2: None, 3: None}),
        ("keep one of the lights and return the others", {3: 2}),
        ("I only want one of the lights", {3: 2}),
        ("not the scarf but the lights", {3: None}),
        ("return the lights but keep the scarf and the rust bowl", {3: None}),
        ("of the three reading lights, take two off", {3: 2}),
        ("one reading light is plenty for me, the other ones can go back", {3: 2}),
        ("a rust one instead of the scarf", {4: None}),
        ("the rust bowl blue", {2: None}),
    ],
)
def test_items_that_are_meant(text: str, found: dict[int, int | None]) -> None:
    assert items(meant(text, ORDER).items) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("take the bigger of the two bottles off", {2}),
        ("the smaller one goes back", {1}),
        ("the small one goes back", {1}),
        ("the small bottle can go", {1}),
        ("the smaller bottle is fine, the other one goes back", {1, 2}),
        ("return the 1500-milliliter one", {2}),
        ("swap it for the bigger one", set()),
        ("return the bag", {3}),
        ("send the rucksack back", {3}),
        ("send it back, there's no room in my kitchen", set()),
        ("both tees", {4}),
        ("the headfones", {5}),
    ],
)
def test_items_told_by_comparison_by_their_kind_or_by_another_name(text: str, found: set[int]) -> None:
    assert set(items(meant(text, PACKED).items)) == found


def test_the_other_of_two_is_spoken_of_after_one_however_often_it_is_read() -> None:
    text = "the 7s in size 9, and the other pair waterproof, same size"
    for _ in range(2):
        pairs = [Line(line=9 - size, name="Trail Boots", options=f"Size: {size}") for size in (7, 8)]

        assert [
            [piece.strip() for piece in pieces_about(text, line, pairs).split(" , ")] for line in pairs
        ] == [
            ["the 7s in size 9"],
            ["the other pair waterproof", "same size"],
        ]


@pytest.mark.parametrize(
    ("text", "among"),
    [("one of the bowls", {1, 2}), ("the light", {3}), ("a bowl", {1, 2}), ("the blue bowl", {1})],
)
def test_where_nobody_can_tell_which_or_how_many_it_is_left_open(text: str, among: set[int]) -> None:
    found = meant(text, ORDER)
    assert not found.items
    assert {line.line for line in found.among} == among


@pytest.mark.parametrize(
    "text", ["", "my order", "something in blue", "the lampshade", "12", "I'm not happy"]
)
def test_words_that_name_no_item(text: str) -> None:
    assert not meant(text, ORDER)


def test_the_whole_order_is_meant_by_everything() -> None:
    assert meant("all of it", ORDER).whole
    assert meant("the entire order", ORDER).whole
    assert meant("every single item", ORDER).whole
    assert meant("the whole order with the scarf, but I don't have its number", ORDER).whole


def test_a_line_is_told_by_what_it_cost() -> None:
    priced = [
        line.model_copy(update={"price": price})
        for line, price in zip(ORDER, (2400, 900, 4000, 4000), strict=True)
    ]

    assert by_price("the cheaper one please", priced) == priced[1]
    assert by_price("the thing I paid $24 for", priced) == priced[0]
    assert by_price("the most expensive one", priced) is None, "two cost as much"
    assert by_price("the cheaper one please", ORDER) is None, "nobody knows what they cost"


def test_some_of_a_line_are_not_to_be_another_version() -> None:
    bowls = Line(
        line=1, name="Clay Bowl", options="Glaze: Blue", quantity=2, comes_in={"Glaze": ("Blue", "Rust")}
    )
    draft = Draft(change=ProposalKind.ITEM_CHANGE, lines=(bowls,), items=(Item(line=1),))

    assert in_part(draft.but(said=("one of the bowls should be rust",))) == bowls
    assert in_part(draft.but(said=("two of the bowls should be rust",))) is None
    assert in_part(draft.but(said=("make the bowls rust",))) is None
    assert in_part(draft.but(said=("one of the bowls in rust? no wait, both of them",))) is None


def test_the_whole_order_is_heard_beside_the_reason() -> None:
    one = Draft(change=ProposalKind.CANCELLATION, lines=ORDER, items=(Item(line=4),), asked=Question.REASON)

    assert told(one, "the whole thing, found it cheaper elsewhere").whole
    assert not told(one, "found it cheaper elsewhere").whole


def test_another_version_than_that_of_the_order_is_not_meant() -> None:
    scarf = Line(line=1, name="Wool Scarf", options="Color: Pine", comes_in={"Color": ("Pine", "Rust")})
    draft = Draft(change=ProposalKind.RETURN, lines=(scarf, ORDER[2]))

    assert told(draft, "send the rust scarf back").items == ()
    assert told(draft, "send the pine scarf back").items == (Item(line=1),)


def test_places_count_only_in_answer_to_a_list() -> None:
    assert items(meant("the second one", ORDER, asked=True).items) == {2: None}
    assert items(meant("4", ORDER, asked=True).items) == {4: None}
    assert not meant("the second one", ORDER)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "return everything in #1010 except the hat and the rug, and from #1011 just the mug",
            ["return everything in #1010 except the hat and the rug", "return and from #1011 just the mug"],
        ),
        (
            "return everything in #1010 save for the hat and the rug, and from #1011 just the mug",
            ["return everything in #1010 save for the hat and the rug", "return and from #1011 just the mug"],
        ),
        (
            "return the hat in #1010 and the mug in #1011",
            ["return the hat in #1010", "return and the mug in #1011"],
        ),
    ],
)
def test_what_stays_of_an_order_is_said_of_that_order(text: str, pieces: list[str]) -> None:
    situation = read_situation(
        [HumanMessage(text)], ["list_my_orders"], lambda _, known: [[0.0] * len(known)]
    )

    assert [task.text for task in by_order(Task(Intent.RETURN_ITEM, text), situation)] == pieces


def test_what_is_kept() -> None:
    assert items(kept("I'll keep the scarf", ORDER)) == {4: None}
    assert items(kept("return it without one of the lights", ORDER)) == {3: 1}
    assert kept("I do not like the scarf", ORDER) == ()


def draft(*chosen: Item, change: ProposalKind = ProposalKind.RETURN) -> Draft:
    return Draft(change=change, order="1", lines=ORDER, items=chosen, proposed=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("and the scarf too", {3: 2, 4: None}),
        ("actually the scarf as well", {3: 2, 4: None}),
        ("no, the scarf", {4: None}),
        ("the scarf instead", {4: None}),
        ("make that three", {3: 3}),
        ("no, one", {3: 1}),
        ("actually all of them", {3: 3}),
        ("I'll keep one", {3: 2}),
        ("I'll keep two of them", {3: 1}),
        ("yes please", {3: 2}),
    ],
)
def test_items_that_were_chosen_are_chosen_anew(text: str, found: dict[int, int | None]) -> None:
    assert items(told(draft(Item(line=3, quantity=2)), text).items) == found


def test_one_of_several_chosen_items_stays() -> None:
    both = draft(Item(line=3), Item(line=4))
    assert items(told(both, "but not the scarf").items) == {3: None}
    assert items(told(both, "keep one of the lights").items) == {3: 2, 4: None}


def test_the_other_one_is_asked_about_unless_there_is_but_one() -> None:
    two = draft(Item(line=1)).but(lines=ORDER[:2])
    assert items(told(two, "no, the other one").items) == {2: None}
    assert told(draft(Item(line=1)), "no, the other one").among == (2, 3, 4)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the lights I got, there are two of them, I want to return just one", 1),
        ("two of the cups", 2),
        ("2x cups", 2),
        ("just one", 1),
        ("one of them", 1),
        ("the blue one", None),
        ("which one", None),
        ("", None),
    ],
)
def test_how_many_of_them(text: str, number: int | None) -> None:
    assert part_of(text) == number


@pytest.mark.parametrize(
    ("text", "now", "number"),
    [
        ("three instead of two", 2, 3),
        ("from 2 to 5", 2, 5),
        ("one more", 2, 3),
        ("two fewer", 3, 1),
        ("set the quantity to 4", 1, 4),
        ("make it three", 1, 3),
        ("no, four", 3, 4),
        ("the red one", 2, None),
        ("if it costs no more than $40 extra", 1, None),
    ],
)
def test_how_many_there_should_be(text: str, now: int, number: int | None) -> None:
    assert wanted(text, now) == number


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "send it to 12 Oak Lane, Salem, OR 97301",
            {"line1": "12 Oak Lane", "city": "Salem", "region": "OR", "postcode": "97301", "country": "US"},
        ),
        (
            "my new place: 9 W Main St, Apt 3, Troy, NY 12180",
            {"line1": "9 W Main St", "line2": "Apt 3", "city": "Troy", "postcode": "12180"},
        ),
        (
            "make it a 9 and send it to 5 River Lane, Salem, OR 97301",
            {"line1": "5 River Lane", "city": "Salem", "postcode": "97301"},
        ),
        (
            "could it go to my office? 5 Market Street, Bend, OR 97701",
            {"recipient": None, "line1": "5 Market Street", "city": "Bend"},
        ),
        (
            "to my aunt: Vera Holt, 9 Elm St, Salem, OR 97301",
            {"recipient": "Vera Holt", "line1": "9 Elm St", "city": "Salem"},
        ),
        (
            "ship to Lindenstr. 5, 10115 Berlin, Germany",
            {"line1": "Lindenstr. 5", "city": "Berlin", "postcode": "10115", "country": "DE"},
        ),
        (
            "deliver it to 4 King Street, Leeds LS1 4AP, UK",
            {"line1": "4 King Street", "postcode": "LS1 4AP", "country": "GB"},
        ),
        (
            "to my workshop instead please: Unit 2, Dock Street, Bristol BS1 4QS.",
            {"line1": "Unit 2, Dock Street", "line2": None, "city": "Bristol", "postcode": "BS1 4QS"},
        ),
        (
            "send it to Rose Cottage, Mill Lane, Ashford TN23 1AA",
            {"line1": "Rose Cottage, Mill Lane", "city": "Ashford", "postcode": "TN23 1AA"},
        ),
        (
            "to 12 High Street, Clifton, Bristol BS8 1AA please",
            {"line1": "12 High Street", "line2": "Clifton", "city": "Bristol"},
        ),
        (
            "ship it to 5 Market Street, Bend, OR 97701. thanks, you're great",
            {"line1": "5 Market Street", "line2": None, "city": "Bend", "postcode": "97701"},
        ),
        (
            "ship it to 14 Elm Court, Dayton, OH 45409 and thanks for being so quick",
            {"line1": "14 Elm Court", "city": "Dayton", "region": "OH", "postcode": "45409"},
        ),
        (
            "Send it to 14 Elm Court, Moab, UT 84532, not to the address I gave at checkout. Thanks!",
            {"line1": "14 Elm Court", "city": "Moab", "region": "UT", "postcode": "84532"},
        ),
        (
            "I moved to Salem, please send it to 7 Hill Road, Salem OR 97302",
            {"line1": "7 Hill Road", "city": "Salem", "postcode": "97302"},
        ),
    ],
)
def test_an_address_in_a_sentence(text: str, parts: dict[str, str | None]) -> None:
    found = address_in(text)
    assert found is not None
    assert {name: getattr(found, name) for name in parts} == parts


@pytest.mark.parametrize(
    ("text", "line1"),
    [
        ("the studio one", "400 Fore Street"),
        ("400 Fore Street", "400 Fore Street"),
        ("14 Elm Court, Portland, ME 04101", "14 Elm Court"),
    ],
)
def test_an_address_typed_where_one_is_offered(text: str, line1: str) -> None:
    saved = "Lena Brandt, 400 Fore Street, Portland, ME 04102, US"
    offered = (Choice(value=saved, label=f"Studio: {saved}"),)
    asked = Draft(change=ProposalKind.ADDRESS_CHANGE, asked=Question.ADDRESS, choices=offered)

    address = answered(asked, text).address

    assert address is not None
    assert address.line1 == line1


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "ok",
        "cancel order 97301",
        "the lamp",
        "send it to another address",
        "the zip is wrong, it must be 55106 and not 55105. The rest of the address is right.",
        "I forgot the apartment number, it's Unit 12. Can you add it?",
        "I want 12 mugs",
        "",
        "next",
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert address_in(text) is None


def test_a_corrected_house_number_keeps_the_town_and_not_the_flat() -> None:
    first = told(Draft(change=ProposalKind.ADDRESS_CHANGE), "send it to 12 Oak Lane, Apt 4, Salem, OR 97301")
    found = told(first, "no wait it's 14 Oak Lane").address
    assert found is not None
    assert (found.line1, found.line2, found.city, found.postcode) == ("14 Oak Lane", None, "Salem", "97301")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("the zip must be 55106 and not 97301", {"postcode": "55106"}),
        ("wrong postcode, should be 97302", {"postcode": "97302"}),
        ("I forgot the apartment: it's unit 4b", {"line2": "Unit 4b"}),
        ("it's 14 not 12", {"line1": "14 Oak Lane"}),
        ("the house number should be 21", {"line1": "21 Oak Lane"}),
        ("the zip is wrong", {}),
        ("it's 14 not 99", {}),
        ("the postcode is BS1 4QS", {}),
    ],
)
def test_one_part_of_a_known_address_is_put_right(text: str, parts: dict[str, str]) -> None:
    known = Address(line1="12 Oak Lane", city="Salem", region="OR", postcode="97301", country="US")
    changed = put_right(text, known)
    assert changed == (known.model_copy(update=parts) if parts else None)


def test_a_word_or_two_are_no_town_unless_it_was_asked_for() -> None:
    first = told(Draft(change=ProposalKind.ADDRESS_CHANGE), "send it to 12 Oak Lane, Salem, OR 97301")
    assert told(first, "thanks a lot") == first


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("it arrived broken", "damaged"),
        ("the handle is cracked", "damaged"),
        ("it doesnt turn on", "defective"),
        ("stopped working after a day", "defective"),
        ("you sent the wrong one", "wrong_item"),
        ("I ordered the wrong one", "changed_mind"),
        ("we bought it by mistake", "changed_mind"),
        ("my own mistake", "changed_mind"),
        ("too tight", "wrong_size"),
        ("doesn't fit", "wrong_size"),
        ("it's bigger than I thought", "wrong_size"),
        ("not as described", "not_as_described"),
        ("it came too late", "arrived_late"),
        ("I no longer need it", "changed_mind"),
        ("already have one", "changed_mind"),
        ("nothing wrong with it, I don't like it", "changed_mind"),
        ("is it too late to return it", None),
        ("not what I expected", None),
        ("it isn't broken", None),
        ("", None),
    ],
)
def test_why_it_comes_back(text: str, reason: str | None) -> None:
    """Where it would decide who pays, no unclear word is taken for the shop's fault."""
    assert return_reason(text) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("found it cheaper", "found_cheaper"),
        ("ordered twice", "ordered_by_mistake"),
        ("it takes too long", "arrives_too_late"),
        ("changed my mind", "changed_mind"),
        ("is it too late to cancel", None),
        ("because", None),
    ],
)
def test_why_it_is_canceled(text: str, reason: str | None) -> None:
    assert cancellation_reason(text) == reason


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("you charged me twice", "double_charge"),
        ("my card was debited two times", "double_charge"),
        ("the parcel never arrived", "lost_parcel"),
        ("it was delivered days late", "late_delivery"),
        ("refund the express fee, it was late", "late_delivery"),
        ("I lost my patience, refund me", None),
        ("refund me", None),
    ],
)
def test_what_money_should_come_back_for(text: str, cause: str | None) -> None:
    assert refund_cause(text) == cause


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("refund it to my card", "original"),
        ("back to the original payment", "original"),
        ("make it store credit instead", "store_credit"),
        ("yes but to my gift card", "gift_card"),
        ("return it, not for me, store credit", "store_credit"),
        ("I paid by card", None),
        ("do you sell gift cards", None),
    ],
)
def test_where_the_money_should_go(text: str, way: str | None) -> None:
    assert refund_to(text) == way


def test_a_single_word_says_where_only_when_it_was_asked() -> None:
    assert refund_to("card", asked=True) == "original"
    assert refund_to("card") is None


def test_whether_something_else_is_wanted_than_another_version() -> None:
    assert names_other("swap the scarf for a pink one", "Wool Scarf")
    assert names_other("exchange it for a tent", "Wool Scarf")
    assert not names_other("swap the scarf for another size", "Wool Scarf")
    assert not names_other("I'd like another color for the scarf", "Wool Scarf")


@pytest.mark.parametrize(
    ("intent", "text", "kind"),
    [
        (Intent.CHANGE_ORDER, "pay with my other card", ProposalKind.PAYMENT_CHANGE),
        (Intent.CHANGE_ORDER, "send order X-1/2 to 5 Elm Street", ProposalKind.ADDRESS_CHANGE),
        (Intent.CHANGE_ORDER, "take two of the small blue cups off it", ProposalKind.CANCELLATION),
        (Intent.CHANGE_ORDER, "reduce the cups to one", ProposalKind.ITEM_CHANGE),
        (Intent.CHANGE_ORDER, "I need to alter it", None),
        (Intent.CHANGE_ORDER, "a large version. The difference can go to my card", ProposalKind.ITEM_CHANGE),
        (Intent.REQUEST_REFUND, "give me my money back", ProposalKind.REFUND),
        (Intent.REQUEST_REFUND, "take it back and refund me", ProposalKind.RETURN),
        (Intent.REQUEST_REFUND, "return my money", ProposalKind.REFUND),
        (Intent.CHANGE_PROFILE, "my order should go to another address", ProposalKind.ADDRESS_CHANGE),
        (Intent.CANCEL_ORDER, "cancel the newsletter", ProposalKind.PROFILE_CHANGE),
        (Intent.CANCEL_ORDER, "cancel my return", None),
    ],
)
def test_which_change_it_is(intent: Intent, text: str, kind: ProposalKind | None) -> None:
    assert kind_of(intent, text) == kind


def test_what_only_people_change() -> None:
    assert has_no_flow("upgrade it to express")
    assert has_no_flow("another delivery day")
    assert not has_no_flow("another size")


def test_details_of_a_person() -> None:
    assert phone_in("my number is 503 555 0199 now") == "503 555 0199"
    assert phone_in("call me at +44 20 7946 0958") == "+44 20 7946 0958"
    assert phone_in("order 503555 is late") is None
    assert name_in("please change my name to Jo van Dyke") == "Jo van Dyke"
    assert name_in("Jo van Dyke", asked=True) == "Jo van Dyke"
    assert name_in("my name") is None
    assert newsletter_in("no newsletter any more") is False
    assert newsletter_in("send me the newsletter") is True
    assert newsletter_in("what is in the newsletter") is None
    assert detail_named("my phone number has changed") == "phone"
    assert detail_named("my name and my phone") is None


def read_all(text: str) -> list[object]:
    """Every reader once; what they find, to be compared."""
    drafts = [
        Draft(
            change=kind, order="1", lines=ORDER, items=(Item(line=3, quantity=2),), versions=VERSIONS, about=4
        )
        for kind in ProposalKind
        if not kind.is_of_staff
    ]
    return [
        meant(text, ORDER),
        meant(text, ORDER, asked=True),
        kept(text, ORDER),
        address_in(text, asked=True),
        match(text, WAYS, asked=True),
        pick(text, VERSIONS, VERSIONS[2], "Wool Scarf"),
        pieces_about(text, ORDER[3], ORDER),
        names_other(text, "Wool Scarf"),
        *(told(one, text) for one in drafts),
        *(kind_of(intent, text) for intent in Intent),
        detail_named(text),
        name_in(text, asked=True),
        phone_in(text, asked=True),
        newsletter_in(text, asked=True),
    ]


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_text_is_too_odd(text: str) -> None:
    read_all(text)


@given(
    st.lists(
        st.sampled_from(
            "the a one two both all but keep not bowl bowls scarf light lights blue rust of and to my card instead "
            "no yes 12 Oak Lane Salem 97301 size up broken".split()
        ),
        max_size=12,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_more_is_meant_than_there_is(words: list[str]) -> None:
    found = meant(" ".join(words), ORDER)
    held = {line.line: line.quantity for line in ORDER}
    assert all(item.quantity is None or 0 < item.quantity <= held[item.line] for item in found.items)
    assert len({item.line for item in found.items}) == len(found.items)
    assert not {item.line for item in found.items} & {line.line for line in found.among}


@pytest.mark.parametrize(
    "hostile",
    ["a ", "to ", "send it to ", "1 ", "12 Oak Lane, ", "keep the ", "not the bowl ", "and ", "too small ",
     "from a to ", "\u00ad", ", ", "? ", "instead of ", "size ", "one of the ", "my name is A ",
     "+1 ", "a.", "everything but "],
)  # fmt: skip
def test_of_a_very_long_text_only_the_beginning_is_read(hostile: str) -> None:
    """A hundred thousand characters: a reader that goes back and forth over them would not come to an end."""
    endless = hostile * (100_000 // len(hostile))
    assert read_all(endless) == read_all(endless[:MAX_CHARS])


@pytest.mark.parametrize(
    ("text", "is_unfound"),
    [
        ("return the scarf and my gramophone from A-12", True),
        ("send back the gramophone, the scarf and both bowls", True),
        ("return the scarf and one of the kettles, too small", True),
        ("return the scarf and the rust bowl, the color is off", False),
        ("return the scarf, my reason is that it itches, and the money goes to my card", False),
        ("return the scarf and the rest of the order", False),
        ("return the scarf, thanks, and the label please", False),
        ("my sister and I don't like the scarf", False),
    ],
)
def test_what_is_listed_beside_found_things_and_is_none_of_them_is_noticed(
    text: str, is_unfound: bool
) -> None:
    assert unfound(text, ORDER) is is_unfound


@pytest.mark.parametrize(
    ("text", "is_meant"),
    [("I'm writing from the train. Cancel A-12.", False), ("Cancel the writing from A-12.", True)],
)
def test_what_somebody_does_is_no_thing_of_the_order(text: str, is_meant: bool) -> None:
    def likeness(texts: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        return [[0.9 * (one == "writing" and label == "Clay Bowl") for label in others] for one in texts]

    assert ("Clay Bowl" in in_the_orders_words(text, ORDER, likeness)) is is_meant
