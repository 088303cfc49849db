"""Images of a draft: described for the checks, shown in its preview, frozen by hash when it is published."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from assessments import composing
from assessments.composing import Field, identified
from assessments.errors import QuestionIncomplete
from assessments.models.images import QuestionImage
from assessments.pictures import Address
from courses.models.editions import edition_storage

# Wide enough to read a diagram on a phone held across; small enough for a bad network.
SPECIFICATIONS = ("max-800x800|format-webp|webpquality-75", "max-640x640|format-webp|webpquality-50")
MAX_BYTES = 120_000


def images_of(kind: str, field: Field) -> list[tuple[str, Any, str]]:
    """The draft's images: place, image of the collection (None where it has been deleted since), description."""
    found = [("stem", block.value["image"], block.value["alt"]) for block in field("images") or ()]
    if "options" in composing.FIELDS[kind]:
        found += _of_options("", field("options"))
    for one, part in identified(field("parts")) if kind == "case" else ():
        found += _of_options(f"{one}/", part.value.get("options"))
    return [(place, image, (alt or "").strip()) for place, image, alt in found]


def _of_options(within: str, options: Any) -> list[tuple[str, Any, str]]:
    return [
        (f"{within}{one}", block.value["image"], block.value["alt"])
        for one, block in identified(options)
        if block.value.get("image")
    ]


def described(kind: str, field: Field) -> list[dict[str, Any]]:
    """The member ``images`` of a draft's body as far as it concerns what may be asked; nothing is stored."""
    return [{"sha256": "", "alt": alt, "place": place} for place, _image, alt in images_of(kind, field)]


def preview(kind: str, field: Field) -> tuple[list[dict[str, Any]], Address]:
    """The same for a page that shows the draft: images are named by their number, and have their live address."""
    live = [(place, image, alt) for place, image, alt in images_of(kind, field) if image is not None]
    shown = [(place, image.get_rendition(SPECIFICATIONS[0]), alt) for place, image, alt in live]
    named = [
        {"sha256": str(number), "alt": alt, "place": place, "width": one.width, "height": one.height}
        for number, (place, one, alt) in enumerate(shown)
    ]
    return named, lambda number: str(shown[int(number)][1].url)


def freeze(kind: str, field: Field) -> list[dict[str, Any]]:
    """The member ``images`` of a body; the bytes are stored under their hash.  Safe to repeat: the same image is the
    same bytes.  Raises QuestionIncomplete for an image that is gone or too heavy."""
    frozen = []
    for place, image, alt in images_of(kind, field):
        data, width, height = _bytes_of(image)
        sha256 = hashlib.sha256(data).hexdigest()
        _keep(sha256, data, width, height)
        frozen.append({"sha256": sha256, "alt": alt, "place": place, "width": width, "height": height})
    return frozen


def _bytes_of(image: Any) -> tuple[bytes, int, int]:
    if image is None:
        raise QuestionIncomplete(problems=_("One image has been deleted. Choose another one."))
    for specification in SPECIFICATIONS:
        rendition = image.get_rendition(specification)
        with rendition.file.storage.open(rendition.file.name, "rb") as stored:
            data: bytes = stored.read()
        if len(data) <= MAX_BYTES:
            return data, rendition.width, rendition.height
    raise QuestionIncomplete(problems=_("One image is too heavy for a bad network. Cut it or choose a simpler one."))


def _keep(sha256: str, data: bytes, width: int, height: int) -> None:
    storage, name = edition_storage(), f"{sha256[:2]}/{sha256}"
    if not storage.exists(name):
        name = storage.save(name, ContentFile(data))
    fields = {"file": name, "width": width, "height": height, "size": len(data)}
    QuestionImage.objects.get_or_create(sha256=sha256, defaults=fields)
