"""The way from the page of an angkatan to its certificates (courses.activities)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.activities import CohortLink

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort


def angkatan_links(_user: User, cohort: Cohort) -> Iterator[CohortLink]:
    """As soon as there is an edition; whether it promises a certificate is said there, and costs nothing here."""
    if cohort.edition_id:
        yield CohortLink(_("Certificates"), reverse("certificates:angkatan", args=[cohort.public_id]))
