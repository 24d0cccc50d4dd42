"""Whatever is sent as a photo, what is kept is a plain picture."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.pictures import bomb, phone_photo, picture
from tools.commerce.photos.encoding import LONGEST_SIDE, MOST_PIXELS, PhotoRefused, as_kept

SECRET = "40.7484 N 73.9857 W"


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_format_of_the_web_becomes_a_jpeg_that_looks_the_same(kind: str) -> None:
    kept = as_kept(picture(40, 20, kind))

    image = opened(kept.content)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (kept.width, kept.height))
    left, right = image.getpixel((5, 10)), image.getpixel((35, 10))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > 50 > left[2]
    assert right[2] > 200 > 50 > right[0]


def test_nothing_but_the_picture_is_left_and_it_stands_upright() -> None:
    sent = phone_photo(SECRET)
    assert SECRET.encode() in sent

    kept = as_kept(sent)

    image = opened(kept.content)
    assert SECRET.encode() not in kept.content
    assert not image.getexif()
    assert set(image.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    assert image.size == (20, 40)
    top = image.getpixel((10, 5))
    assert isinstance(top, tuple)
    assert top[0] > 200


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_way_of_writing_colors_is_read(mode: str) -> None:
    file = BytesIO()
    Image.new(mode, (30, 30)).save(file, "JPEG" if mode == "CMYK" else "PNG")

    assert opened(as_kept(file.getvalue()).content).size == (30, 30)


def test_what_is_transparent_is_white() -> None:
    clear = BytesIO()
    Image.new("RGBA", (30, 30), (0, 0, 0, 0)).save(clear, "PNG")

    assert opened(as_kept(clear.getvalue()).content).getpixel((5, 5)) == (255, 255, 255)


def test_a_large_picture_is_made_smaller_and_the_same_one_is_kept_alike() -> None:
    sent = picture(4000, 1000)

    first, second = as_kept(sent), as_kept(sent)

    assert (first.width, first.height) == (LONGEST_SIDE, LONGEST_SIDE // 4)
    assert first.sha256 == second.sha256


def test_a_small_file_that_unfolds_to_gigabytes_is_not_unfolded() -> None:
    for width, height in ((MOST_PIXELS, 2), (60_000, 60_000)):
        with pytest.raises(PhotoRefused):
            as_kept(bomb(width, height))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"%PDF-1.7",
        b"<!doctype html><script>alert(1)</script>",
        picture()[:-200],
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoRefused, match="not a JPEG, PNG or WebP"):
        as_kept(data)


@given(place=st.integers(0, 600), byte=st.integers(0, 255), kind=st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_a_broken_file_is_refused_or_made_a_sound_one(place: int, byte: int, kind: str) -> None:
    data = bytearray(picture(40, 20, kind))
    data[place % len(data)] = byte
    try:
        kept = as_kept(bytes(data))
    except PhotoRefused:
        return
    assert opened(kept.content).format == "JPEG"


def test_a_page_hidden_behind_a_picture_is_not_kept() -> None:
    page = b"<script>parent.harmed=1</script>"
    assert page not in as_kept(picture() + page).content
    assert page not in as_kept(picture(comment=page)).content
