import pytest

from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.change_cards import Need
from tools.commerce.changes.requests import PostalAddress, ProfileChangeRequest
from tools.commerce.database import Database
from tools.commerce.schema import Address, AuditRow, Customer, Order, OrderProof

OAK = PostalAddress(line1="22 Oak Ave", city="Boston", region="MA", postcode="02108", country="US")


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def ada(shop: PaidShop) -> Customer:
    found = shop.one(Customer, shop.ada)
    assert isinstance(found, Customer)
    return found


def test_name_phone_and_newsletter_change_together(shop: PaidShop) -> None:
    wanted = ProfileChangeRequest(name="  Ada  Lovelace ", phone="+1 802 555 0100", newsletter=True)
    card = shop.proposed(wanted)
    assert card.summary == (
        "Change your account: name from Ada to Ada Lovelace; phone number to +1 802 555 0100; "
        "subscribe to the newsletter."
    )
    shop.done(wanted)
    found = ada(shop)
    assert (found.name, found.phone, found.newsletter, found.email) == (
        "Ada Lovelace",
        "+1 802 555 0100",
        True,
        "ada@example.com",
    )
    assert not any("Lovelace" in str(row.details) for row in shop.all(AuditRow))


def test_a_new_address_becomes_the_only_default_and_orders_keep_theirs(shop: PaidShop) -> None:
    order_id = shop.paid(line1="1 Elm St")
    shop.done(ProfileChangeRequest(address=OAK))
    assert [(one.label, one.line1, one.is_default) for one in shop.all(Address)] == [
        ("Home", None, False),
        ("Home 2", "22 Oak Ave", True),
    ]
    assert shop.one(Order, order_id).line1 == "1 Elm St"
    assert shop.refused(ProfileChangeRequest(address=OAK)).code == "nothing_changes"


def test_an_address_of_the_book_becomes_the_default_without_a_copy(shop: PaidShop) -> None:
    shop.done(ProfileChangeRequest(address=OAK))
    shop.done(ProfileChangeRequest(address=OAK.model_copy(update={"line1": "3 Fir Ct"})))
    shop.done(ProfileChangeRequest(address=OAK))
    assert [one.line1 for one in shop.all(Address) if one.is_default] == ["22 Oak Ave"]
    assert len(shop.all(Address)) == 3


@pytest.mark.parametrize(
    "wanted",
    [
        ProfileChangeRequest(),
        ProfileChangeRequest(name=""),
        ProfileChangeRequest(name="x" * 201),
        ProfileChangeRequest(phone="call me"),
        ProfileChangeRequest(phone="1" * 41),
    ],
)
def test_what_is_missing_or_cannot_be_is_asked_for(shop: PaidShop, wanted: ProfileChangeRequest) -> None:
    assert shop.needed(wanted).what is Need.DETAILS


def test_what_is_so_already_changes_nothing(shop: PaidShop) -> None:
    assert shop.refused(ProfileChangeRequest(name="Ada", newsletter=False)).code == "nothing_changes"


def test_an_order_number_is_not_enough_and_the_e_mail_is_no_wish_at_all(shop: PaidShop) -> None:
    guest = shop.talk(signed_in=False)
    shop.add(OrderProof(conversation_id=guest, order_id=shop.paid(), proved_at=shop.now))
    refused = shop.refused(ProfileChangeRequest(name="Eve"), guest)
    assert (refused.code, refused.rule) == ("sign_in_needed", "permissions.order")
    assert "email" not in ProfileChangeRequest.model_fields


def test_an_account_that_changed_in_between_is_not_overwritten(shop: PaidShop) -> None:
    card = shop.proposed(ProfileChangeRequest(name="Ada Lovelace"))
    with shop.database.writing() as session:
        session.get_one(Customer, shop.ada).name = "Ada Lovelace"
    assert shop.decide(card.id).status == "failed"
