"""Canned replies: numbers from the rules, fields from the case, and no field that does not exist."""

import re
from pathlib import Path

import pytest

from knowledge.replies import ReplyField, load_replies, open_fields
from knowledge.shop_files import ShopFileError
from knowledge.shop_profile import DEMO_SHOP


def shop_with(folder: Path, replies: str | None) -> Path:
    for name in ("shop.yaml", "policy.yaml"):
        (folder / name).write_bytes((DEMO_SHOP / name).read_bytes())
    if replies is not None:
        (folder / "replies.yaml").write_text(replies)
    return folder


def test_a_shop_needs_none(tmp_path: Path) -> None:
    assert load_replies(shop_with(tmp_path, None)) == ()


def test_numbers_come_from_the_rules_and_fields_from_the_case(tmp_path: Path) -> None:
    text = (
        "Hi {name}: within {{ policy.refunds.issue_within_days | business_days }}, for {order} and {order}."
    )
    (reply,) = load_replies(shop_with(tmp_path, f"replies: [{{name: Soon, text: '{text}'}}]"))

    filled = reply.filled({ReplyField.NAME: "Ada {total}"})
    assert filled == "Hi Ada {total}: within 3 business days, for {order} and {order}."
    assert open_fields(filled) == ("{total}", "{order}")
    assert open_fields("{json} {Name} {}") == ()


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        (
            "replies:\n  - {name: A, text: 'Order {oder}'}",
            "line 2: replies.0.text: {oder} is no field; did you mean",
        ),
        ("replies: [{name: A, text: '{zzz}'}]", "known are name, agent"),
        ("replies: [{name: A, text: '{{ policy.refunds.days }}'}]", "placeholder"),
        ("replies: [{name: A, text: x}, {name: A, text: y}]", "two replies have the name 'A'"),
        ("replies: [{name: A}]", "replies.0.text: is missing"),
    ],
)
def test_a_mistake_is_named_when_the_shop_is_loaded(tmp_path: Path, replies: str, told: str) -> None:
    with pytest.raises(ShopFileError, match=re.escape(told)):
        load_replies(shop_with(tmp_path, replies))


def test_the_demo_shops_own_have_no_number_that_was_typed() -> None:
    source = (DEMO_SHOP / "replies.yaml").read_text()
    assert load_replies(DEMO_SHOP)
    assert re.findall(r"\d", re.sub(r"\{\{.*?\}\}", "", source)) == []
