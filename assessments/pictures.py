"""Images of published questions, as pages show them to whoever has the question on a paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from assessments.models.images import QuestionImage

if TYPE_CHECKING:
    from assessments.models import Attempt

Address = Callable[[str], str]
"""Gives the address of an image by its SHA-256."""


@dataclass(frozen=True)
class Picture:
    url: str
    alt: str
    width: int
    height: int


def addresses_for(attempt: Attempt) -> Address:
    """Images of this attempt's paper have addresses below the attempt."""
    start = reverse("assessments:image", args=[attempt.public_id, "0" * 64])[: -len("0" * 64)]
    return lambda sha256: start + sha256


def pictures_at(body: Mapping[str, Any], place: str, address: Address) -> list[Picture]:
    """The images of one place of a body."""
    return by_place(body, address).get(place, [])


def by_place(body: Mapping[str, Any], address: Address) -> dict[str, list[Picture]]:
    """Every image of a body by its place."""
    found: dict[str, list[Picture]] = defaultdict(list)
    for image in body.get("images", ()):
        picture = Picture(address(image["sha256"]), image["alt"], image["width"], image["height"])
        found[image["place"]].append(picture)
    return found


def on_paper(attempt: Attempt, sha256: str) -> QuestionImage | None:
    """The stored image, if a question of this attempt's paper shows it; two statements."""
    from assessments.marking import versions_of  # forms of models need this module, and marking needs the models

    bodies = (version.body for version in versions_of(attempt.paper).values())
    if not any(image["sha256"] == sha256 for body in bodies for image in body.get("images", ())):
        return None
    return QuestionImage.objects.filter(sha256=sha256).first()
