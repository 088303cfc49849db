"""Pure.  Pictures for papers, prepared by Pillow: decoded within limits, made small, written anew without anything else
that the file carried (EXIF with its places and names, colour profiles, comments).

What comes in is hostile until it is a plain picture of a size that we chose.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

LARGEST_UPLOAD: Final = 5_000_000
MOST_DOTS: Final = 16_000_000
# What a picture may weigh inside the PDF, so that a usual certificate stays within 70 kB.
LARGEST_LOGO: Final = 4_500
LARGEST_BACKGROUND: Final = 11_000
# A4 at 96, 80, 64 and 48 dots an inch: a pale ground needs no more.
_GROUNDS: Final = ((794, 1123), (661, 936), (529, 749), (397, 561))
_QUALITIES: Final = (70, 50, 35)
_LOGO_HEIGHTS: Final = (136, 112, 96, 80)
_WIDEST_LOGO: Final = 4.7
_TEXT_AREA: Final = (0.12, 0.08, 0.88, 0.92)
# Below this shade (0 black to 255 white) secondary text has less contrast than 4.5 to 1.
DARKEST_GROUND: Final = 205
_A4: Final = 297 / 210


class RefusedPicture(Exception):
    """The file cannot be put on a paper; ``message`` says why and what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__()
        self.message = message


TOO_LARGE = _("The file is larger than 5 MB. Save the picture smaller and choose it again.")
NOT_A_PICTURE = _("This is not a PNG or JPEG picture that can be read. Save it as PNG or JPEG and choose it again.")
TOO_MANY_DOTS = _("The picture has more than 16 million dots. Save it smaller and choose it again.")
LOGO_TOO_SMALL = _("The logo is less than 80 dots high and would look coarse in print. Choose a larger one.")
LOGO_TOO_BUSY = _(
    "The logo has so many shades that the certificate would become larger than 70 kB. Choose a simpler version, "
    "without photographs and gradients."
)
GROUND_NOT_A4 = _("The background is not in the shape of an upright A4 page (210 x 297 mm). Cut it to that shape.")
GROUND_TOO_SMALL = _("The background is less than 397 dots wide and would look coarse in print. Choose a larger one.")
GROUND_TOO_DARK = _(
    "The background is too dark where the text stands, so the certificate could not be read in print. Make it paler."
)
GROUND_TOO_BUSY = _(
    "The background has so much detail that the certificate would become larger than 70 kB. Choose a calmer one, "
    "without photographs."
)


def prepare_logo(upload: bytes) -> bytes:
    """A PNG of at most 136 dots of height, its transparency kept.  Raises RefusedPicture."""
    picture = _decoded(upload).convert("RGBA")
    box = picture.getchannel("A").getbbox()
    picture = picture.crop(box) if box else picture
    if picture.height < _LOGO_HEIGHTS[-1]:
        raise RefusedPicture(LOGO_TOO_SMALL)
    for height in _LOGO_HEIGHTS:
        width = picture.width * height / picture.height
        scale = min(1.0, height * _WIDEST_LOGO / width)
        small = picture.resize((max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.LANCZOS)
        small = _in_few_colors(small)
        if _weight(small) <= LARGEST_LOGO:
            return _png(small)
    raise RefusedPicture(LOGO_TOO_BUSY)


def prepare_background(upload: bytes) -> bytes:
    """A JPEG of an upright A4 page of at most 96 dots an inch.  Raises RefusedPicture."""
    picture = _on_white(_decoded(upload))
    if abs(picture.height / picture.width / _A4 - 1) > 0.03:
        raise RefusedPicture(GROUND_NOT_A4)
    if picture.width < _GROUNDS[-1][0]:
        raise RefusedPicture(GROUND_TOO_SMALL)
    _check_shade(picture)
    for size in _GROUNDS:
        if size[0] > picture.width * 1.05:
            continue
        small = picture.resize(size, Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            out = BytesIO()
            small.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= LARGEST_BACKGROUND:
                return out.getvalue()
    raise RefusedPicture(GROUND_TOO_BUSY)


def _decoded(upload: bytes) -> Image.Image:
    """The picture, the right way up.  Its size is looked at before a single dot is decoded."""
    if len(upload) > LARGEST_UPLOAD:
        raise RefusedPicture(TOO_LARGE)
    try:
        picture = Image.open(BytesIO(upload), formats=("PNG", "JPEG"))
        if picture.width * picture.height > MOST_DOTS:
            raise RefusedPicture(TOO_MANY_DOTS)
        picture.draft("RGB", _GROUNDS[0])
        picture.load()
        return ImageOps.exif_transpose(picture)
    except RefusedPicture:
        raise
    except Image.DecompressionBombError as error:
        raise RefusedPicture(TOO_MANY_DOTS) from error
    # Pillow has no one name for "this file is damaged".
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError) as error:
        raise RefusedPicture(NOT_A_PICTURE) from error


def _on_white(picture: Image.Image) -> Image.Image:
    if "A" in picture.getbands() or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(ground, clear).convert("RGB")
    return picture.convert("RGB")


def _check_shade(picture: Image.Image) -> None:
    """One dot in fifty may be darker: a thin ornament does not hide a letter."""
    gray = picture.convert("L").resize((210, 297), Image.Resampling.BOX)
    left, top, right, bottom = _TEXT_AREA
    shades = gray.crop((int(210 * left), int(297 * top), int(210 * right), int(297 * bottom))).histogram()
    if sum(shades[:DARKEST_GROUND]) * 50 > sum(shades):
        raise RefusedPicture(GROUND_TOO_DARK)


def _in_few_colors(picture: Image.Image) -> Image.Image:
    """Flat colours and sixteen strengths of transparency: what a logo needs, and what packs well."""
    alpha = picture.getchannel("A").point(lambda strength: round(strength / 17) * 17)
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture.convert("RGB"), mask=alpha.point(lambda strength: 255 * (strength > 0)))
    few = flat.quantize(48, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    if alpha.getextrema() != (255, 255):
        few.putalpha(alpha)
    return few


def _weight(picture: Image.Image) -> int:
    """What the PDF will hold of it: colours and transparency, packed."""
    return sum(
        len(zlib.compress(part.tobytes(), 6))
        for part in (picture.convert("RGB"), *((picture.getchannel("A"),) if picture.mode == "RGBA" else ()))
    )


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
