"""shop.yaml: what it gives, and that a mistake is named by its line."""

import shutil
from pathlib import Path

import pytest

from knowledge.shop_files import ShopFileError
from knowledge.shop_profile import DEMO_SHOP, ShopProfile, Weekday, contrast


def edited(tmp_path: Path, old: str, new: str) -> Path:
    shutil.copy(DEMO_SHOP / "shop.yaml", tmp_path)
    file = tmp_path / "shop.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path


def test_the_demo_shop_loads() -> None:
    shop = ShopProfile.load(DEMO_SHOP)

    assert shop.name == "Fernway"
    assert shop.contact.hours[Weekday.SUNDAY] is None
    assert shop.url("returns", "window") == "/help/returns#window"
    assert str(shop.zone) == "America/New_York"


@pytest.mark.parametrize(
    ("old", "new", "path", "line"),
    [
        ("currency: USD", "currency: dollars", "currency", 4),
        ("time_zone: America/New_York", "time_zone: Mars/Olympus", "time_zone", 6),
        ("fiscal_year_starts: 1", "fiscal_year_starts: 13", "fiscal_year_starts", 9),
        ('phone: "+1', 'fone: "+1', "contact.fone", 14),
        ("sunday: null", "someday: null", "contact.hours.someday", 22),
        ("name: Fernway", "name: Fernway\nname: Again", "name", 3),
    ],
)
def test_a_mistake_is_named_by_its_path_and_line(
    tmp_path: Path, old: str, new: str, path: str, line: int
) -> None:
    with pytest.raises(ShopFileError) as caught:
        ShopProfile.load(edited(tmp_path, old, new))

    assert (caught.value.path, caught.value.line) == (path, line)
    assert "shop.yaml" in str(caught.value)


def test_colors_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ShopFileError, match="muted on background has a contrast of"):
        ShopProfile.load(edited(tmp_path, 'muted: "#55645a"', 'muted: "#b5c4ba"'))


def test_contrast_follows_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ShopFileError, match=r"shop\.yaml: cannot be read"):
        ShopProfile.load(tmp_path)
