"""The site's frame, the law and the catalogue of the demonstration."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cms import provisioning, regulations
from cms.models import HomePage, Regulation
from config.seeding.reading import read
from courses.models import CatalogueIndexPage


@transaction.atomic
def load(*, at: datetime) -> str:
    """Home, workflow and groups; regulations and sources; the catalogue's index page."""
    if CatalogueIndexPage.objects.exists():
        return ""
    home = provisioning.provision(on=timezone.localtime(at).date())
    regulations.load(read("rujukan"))
    regulations.load(read("bimtek-atensi"))
    _catalogue(home)
    return f"{Regulation.objects.count()} regulations loaded"


def _catalogue(home: HomePage) -> None:
    page = CatalogueIndexPage(
        title="Pelatihan", slug="pelatihan", intro="Silabus terbuka bagi siapa saja; isi modul dibaca peserta."
    )
    home.add_child(instance=page)
    page.save_revision().publish()
