"""A picture as it came in, made into what is kept: a JPEG of bounded size that has nothing but its pixels.

Nothing of what was sent is stored as it was: what a camera wrote beside the picture (where, when, by whom), and
whatever somebody hid in the file, ends here.
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""More than any phone takes by default; an image of so many takes 200 MB while it is decoded."""
LONGEST_SIDE = 2048
"""Pixels. A label or a crack is still seen, and the file has about half a megabyte."""
QUALITY = 85
MEDIA_TYPE = "image/jpeg"
_DECODED_AS_IT_IS = {"RGB", "RGBA", "L"}


@dataclass(frozen=True)
class Picture:
    """A JPEG, `width` by `height` pixels."""

    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


class PhotoRefused(Exception):
    """Its message may be shown to the sender."""

    code = "photo_refused"


def as_kept(data: bytes) -> Picture:
    """Blocking; a fraction of a second. Raises PhotoRefused for what is no picture, or too large a one."""
    try:
        return _as_kept(data)
    except PhotoRefused:
        raise
    except Exception as error:
        # Decoders of bytes that somebody made up raise all kinds of errors; each means the same.
        raise PhotoRefused("This is not a JPEG, PNG or WebP picture, or it is damaged.") from error


def _as_kept(data: bytes) -> Picture:
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        # Known from the header: a small file that unfolds to gigabytes is never unfolded.
        if image.width * image.height > MOST_PIXELS:
            raise PhotoRefused(f"A photo has at most {MOST_PIXELS // 1_000_000} million pixels.")
        # A JPEG is decoded at a fraction of its size, where that is enough.
        image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        known = image if image.mode in _DECODED_AS_IT_IS else image.convert("RGBA")
        known.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        upright = _upright(known)
        # On a new ground: what the file says beside its pixels stays with the old one.
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    kept = BytesIO()
    ground.save(kept, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(kept.getvalue(), *ground.size)


def _upright(image: Image.Image) -> Image.Image:
    """`image` as the camera was held; where it does not say so readably, as it is."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - what is written beside the picture may be anything
        return image
