"""Pictures as phones and screens make them."""

import zlib
from io import BytesIO

from PIL import Image

GPS = 0x8825
ORIENTATION = 0x0112
HELD_UPRIGHT = 6
"""The camera was turned: the picture is to be turned by a quarter when it is shown."""


def picture(
    width: int = 40, height: int = 20, kind: str = "JPEG", mode: str = "RGB", **saving: object
) -> bytes:
    """Its left half is red, its right half is blue."""
    image = Image.new(mode, (width, height), "red")
    image.paste(Image.new(mode, (width - width // 2, height), "blue"), (width // 2, 0))
    file = BytesIO()
    image.save(file, kind, **saving)
    return file.getvalue()


def phone_photo(note: str) -> bytes:
    """Taken upright, with `note` in everything that a file can say beside its pixels."""
    exif = Image.Exif()
    exif[ORIENTATION] = HELD_UPRIGHT
    exif[0x010E] = note
    exif.get_ifd(GPS)[29] = note
    return picture(exif=exif.tobytes(), comment=note.encode(), quality=95)


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says to be of that size."""
    header = bytearray(picture(1, 1, "PNG"))
    header[16:24] = width.to_bytes(4) + height.to_bytes(4)
    header[29:33] = zlib.crc32(bytes(header[12:29])).to_bytes(4)
    return bytes(header)
