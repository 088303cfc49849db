"""The front page's QR survives what offices do to paper: photographed, copied, recompressed, tilted, in shadow."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2
import pytest
from PIL import Image, ImageFilter

from tests.issued_papers import World
from tests.qr_codes import qr_texts

pytestmark = pytest.mark.once
TWO_MEGAPIXELS = (1190, 1682)


@pytest.fixture(scope="module")
def photograph(issued: World) -> Image.Image:
    """The front page of an issued specimen (the hardest one: CONTOH runs across it) as a cheap camera holds
    it: two megapixels."""
    page: Image.Image = pypdfium2.PdfDocument(issued.specimen.pdf)[0].render(scale=3).to_pil().convert("L")
    return page.resize(TWO_MEGAPIXELS, Image.Resampling.BILINEAR)


def as_it_is(page: Image.Image) -> Image.Image:
    return page


def recompressed(page: Image.Image) -> Image.Image:
    for quality in (40, 30, 25):
        out = io.BytesIO()
        page.save(out, "JPEG", quality=quality)
        page = Image.open(out)
    return page


def blurred(page: Image.Image) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(1.2))


def tilted(page: Image.Image) -> Image.Image:
    return page.rotate(7, Image.Resampling.BILINEAR, fillcolor=205)


def in_shadow(page: Image.Image) -> Image.Image:
    shade = Image.linear_gradient("L").rotate(90).resize(page.size).point(lambda level: 90 + level * 165 // 255)
    dark = Image.new("L", page.size)
    return Image.composite(page, dark, shade)


def photocopied(page: Image.Image) -> Image.Image:
    """Black and white, twice, with the spread of toner."""
    for threshold in (150, 120):
        page = page.filter(ImageFilter.GaussianBlur(0.8)).point(
            lambda level, edge=threshold: 255 if level > edge else 0
        )
    return page


def faded(page: Image.Image) -> Image.Image:
    """A cartridge at its end: black is grey."""
    return page.point(lambda level: 110 + level * 145 // 255)


def half_the_dots(page: Image.Image) -> Image.Image:
    """Sent through a messenger, which halves every picture."""
    small = page.resize((page.width * 2 // 3, page.height * 2 // 3), Image.Resampling.BILINEAR)
    return small.resize(page.size, Image.Resampling.BILINEAR)


def grainy(page: Image.Image) -> Image.Image:
    """Little light: the camera's own noise."""
    noise = Image.effect_noise(page.size, 60)
    return Image.blend(page, noise, 0.25)


def leaning(page: Image.Image) -> Image.Image:
    """Held at an angle: the far edge is narrower."""
    wide, high = page.size
    corners = (-wide * 0.06, 0, 0, high, wide, high, wide * 1.06, 0)
    return page.transform(page.size, Image.Transform.QUAD, corners, Image.Resampling.BILINEAR, fillcolor=205)


def upside_down(page: Image.Image) -> Image.Image:
    return page.rotate(180)


@pytest.mark.parametrize(
    "treatments",
    [
        (as_it_is,),
        (recompressed,),
        (blurred,),
        (tilted,),
        (in_shadow,),
        (photocopied,),
        (upside_down, tilted),
        (blurred, tilted, in_shadow, recompressed),
        (photocopied, tilted, recompressed),
        (faded,),
        (half_the_dots,),
        (grainy,),
        (leaning,),
        (faded, blurred, tilted),
        (half_the_dots, recompressed),
        (grainy, in_shadow, recompressed),
        (leaning, in_shadow, blurred),
        (photocopied, leaning),
        (photocopied, faded, tilted),
        (upside_down, leaning, grainy, recompressed),
    ],
    ids=lambda treatments: "-".join(treatment.__name__ for treatment in treatments),
)
def test_the_qr_still_says_the_address(
    treatments: tuple[Callable[[Image.Image], Image.Image], ...], photograph: Image.Image, issued: World
) -> None:
    page = photograph
    for treatment in treatments:
        page = treatment(page)
    assert qr_texts(page) == [issued.specimen.address]
