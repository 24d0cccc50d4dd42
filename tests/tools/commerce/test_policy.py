"""policy.yaml as typed values."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.shop_files import ShopFileError
from knowledge.shop_profile import DEMO_SHOP
from tools.commerce.demo.catalog import load_catalog
from tools.commerce.policy import Policy
from tools.commerce.schema.customers import PaymentMethodKind
from tools.commerce.schema.returns import ReturnReason


def edited(tmp_path: Path, old: str, new: str, file: str = "policy.yaml") -> tuple[Path, int]:
    """A copy of the demo shop's files with one edit, and the line on which it stands."""
    for name in ("shop.yaml", "policy.yaml"):
        shutil.copy(DEMO_SHOP / name, tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path, text[: text.index(old)].count("\n") + 1


def test_values_are_typed() -> None:
    policy = Policy.load(DEMO_SHOP)

    assert policy.delivery.methods["standard"].fee == 595
    assert policy.delivery.methods["standard"].free_over == 7500
    assert policy.delivery.methods["express"].free_over is None
    assert policy.returns.window_days_by_reason[ReturnReason.WRONG_ITEM] == 60
    assert policy.refunds.days_to_appear[PaymentMethodKind.CARD].max == 7
    assert policy.returns.holiday is not None
    assert policy.returns.holiday.return_until.of(2027) == date(2027, 1, 31)


def test_the_categories_of_rules_are_those_of_the_products() -> None:
    policy = Policy.load(DEMO_SHOP)

    assert {known.category for known in load_catalog().categories} <= set(policy.categories)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("window_days: 30", "window_days: -1", "returns.window_days"),
        ("window_days: 30", "window_days: 30.5", "returns.window_days"),
        ("window_days: 30", 'window_days: "30"', "returns.window_days"),
        ("  label_fee:", "  #label_fee:", "returns.label_fee"),
        ('label_fee: "6.95"', "label_fee: 6.95", "returns.label_fee"),
        ('label_fee: "6.95"', 'label_fee: "6.955"', "returns.label_fee"),
        ('label_fee: "6.95"', 'label_fee: "-6.95"', "returns.label_fee"),
        ('label_fee: "6.95"', 'label_fee: "NaN"', "returns.label_fee"),
        ("wrong_item: 60", "wrong_thing: 60", "returns.window_days_by_reason.wrong_thing"),
        ("Furniture: 10}", "Furniture: 110}", "returns.restocking_percent_by_category.Furniture"),
        ("card: {min: 3, max: 7}", "card: {min: 9, max: 7}", "refunds.days_to_appear.card"),
        ('standard: "12-15"', 'standard: "12-45"', "holiday_shipping.standard"),
        ("po_box_methods: [standard", "po_box_methods: [rocket", "delivery.po_box_methods"),
        ("cutoff_hour: 14", "cutoff_hour: 25", "delivery.cutoff_hour"),
        ("window_days: 30", "window_days: [30]", "returns.window_days"),
        ("lines_separately: true", 'lines_separately: "maybe"', "cancellation.lines_separately"),
        ("statuses: [pending, processing]", "statuses: [pending, packed]", "cancellation.statuses.1"),
        ("reasons: [changed_mind,", "reasons: [changed_my_mind,", "cancellation.reasons.0"),
        ("methods: [original,", "methods: [orignal,", "refunds.methods.0"),
        ("methods: [card,", "methods: [credit_card,", "payments.methods.0"),
        ("card: {min: 3, max: 7}", "credit: {min: 3, max: 7}", "refunds.days_to_appear.credit"),
        ("price_difference: settle", "price_difference: half", "exchanges.price_difference"),
        ("order: [cancellation,", "order: [cancelation,", "permissions.order.0"),
        ("order: [cancellation,", "order: [cancellation, cancellation,", "permissions.order"),
        ('refund_max: "150.00"', 'refund_max: "-1.00"', "limits.refund_max"),
        ("proposal_minutes: 30", "proposal_minutes: 0", "limits.proposal_minutes"),
        ('ordered_from: "11-01"', 'ordered_from: "11-31"', "returns.holiday.ordered_from"),
        ("wrong_item: 60", "damaged: 60", "returns.window_days_by_reason"),
        ("sealed_categories: [Bedding]", "sealed_categories: [Beding]", "returns.sealed_categories"),
        ("Furniture: 10}", "Furnitur: 10}", "returns.restocking_percent_by_category"),
        ("methods: [card,", "methods: [invoice, card,", "payments.methods"),
    ],
)
def test_a_wrong_rule_is_named_by_file_path_and_line(tmp_path: Path, old: str, new: str, path: str) -> None:
    shop, line = edited(tmp_path, old, new)

    with pytest.raises(ShopFileError) as caught:
        Policy.load(shop)

    assert caught.value.path == path
    # A name that is missing is reported where its group starts.
    assert caught.value.line == line or "missing" in str(caught.value) or "required" in str(caught.value)
    assert str(shop / "policy.yaml") in str(caught.value)


def test_unknown_rules_are_refused(tmp_path: Path) -> None:
    shop, line = edited(tmp_path, "  send_within_days: 14", "  send_within_weeks: 2\n  send_within_days: 14")

    with pytest.raises(ShopFileError) as caught:
        Policy.load(shop)

    assert (caught.value.path, caught.value.line) == ("returns.send_within_weeks", line)
    assert "did you mean send_within_days?" in str(caught.value)


def test_an_account_may_do_what_an_orders_number_may(tmp_path: Path) -> None:
    shop, _ = edited(tmp_path, "    - item_change", "    # - item_change")

    with pytest.raises(ShopFileError, match="account may not do what order may: item_change") as caught:
        Policy.load(shop)

    assert caught.value.path == "permissions"


@pytest.mark.parametrize(
    ("old", "new", "path", "suggested"),
    [
        ("  label_fee:", "  lable_fee:", "returns.lable_fee", "did you mean label_fee?"),
        ("limits:", "limit:", "limit", "did you mean limits?"),
        ("free_over: null", "free_ovr: null", "delivery.methods.express.free_ovr", "did you mean free_over?"),
        (
            'ordered_from: "11-01"',
            'order_from: "11-01"',
            "returns.holiday.order_from",
            "did you mean ordered_from?",
        ),
        ("  photos: 2", "  photos: 2\n  selfies: 1", "damage.selfies", "is not known"),
    ],
)
def test_a_slip_in_a_name_is_named_with_the_nearest_one(
    tmp_path: Path, old: str, new: str, path: str, suggested: str
) -> None:
    shop, line = edited(tmp_path, old, new)

    with pytest.raises(ShopFileError) as caught:
        Policy.load(shop)

    assert caught.value.path == path
    assert caught.value.line == line + new.count("\n")
    assert str(caught.value).endswith(suggested)


def test_broken_yaml_is_named_by_line(tmp_path: Path) -> None:
    shop, line = edited(tmp_path, "  send_within_days: 14", "  send_within_days: [14")

    with pytest.raises(ShopFileError, match="is not valid YAML") as caught:
        Policy.load(shop)

    assert caught.value.line is not None
    assert caught.value.line >= line


def test_an_impossible_date_is_named_by_line(tmp_path: Path) -> None:
    shop, line = edited(tmp_path, "  send_within_days: 14", "  send_within_days: 2026-04-31")

    with pytest.raises(ShopFileError, match="2026-04-31 is no date") as caught:
        Policy.load(shop)

    assert caught.value.line == line


def test_amounts_follow_the_shops_currency(tmp_path: Path) -> None:
    shop, _ = edited(tmp_path, "currency: USD", "currency: JPY", file="shop.yaml")

    with pytest.raises(ShopFileError, match="more decimal places than JPY"):
        Policy.load(shop)
