"""Pictures for tests: what an organization uploads for its papers."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def as_file(picture: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def a_logo() -> bytes:
    picture = Image.new("RGBA", (600, 300), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((10, 10, 290, 290), fill=(15, 92, 77, 255))
    draw.rectangle((320, 90, 590, 200), fill=(125, 34, 49, 255))
    return as_file(picture)


def a_ground(shade: int = 246, size: tuple[int, int] = (1240, 1754)) -> bytes:
    picture = Image.new("RGB", size, (shade, shade, shade - 6))
    ImageDraw.Draw(picture).rectangle((0, 0, size[0], 60), fill=(15, 92, 77))
    exif = Image.Exif()
    exif[0x010E] = "rumah saya di Serang"
    return as_file(picture, "JPEG", exif=exif)
