"""What a fresh database needs before the first person signs in: language, site, home page, workflow, groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from cms import workflows
from cms.models import HomePage
from cms.permissions import sync_all_groups

# Content, not interface: what the home page says until somebody changes it.
HOME_TITLE = "Belajar, diuji, dan memegang sertifikat yang bisa diperiksa siapa saja"
HOME_LEDE = "Bimtek dan sertifikasi bagi pendamping rehabilitasi sosial: dari modul pertama sampai sertifikat yang sah."

Step = Callable[[HomePage], None]
_steps: list[Step] = []


def register_step(step: Step) -> None:
    """Let an upper app add its own pages below home; ``step(home)`` must be repeatable.  Called from ready()."""
    if step not in _steps:
        _steps.append(step)


@transaction.atomic
def provision(*, on: date) -> HomePage:
    """Make what is missing and touch nothing that is there; ``on`` is the day whose memberships count."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = _home()
    _site(home)
    workflows.provision()
    for step in _steps:
        step(home)
    sync_all_groups(on=on)
    return home


def _home() -> HomePage:
    home = HomePage.objects.order_by("path").first()
    if home is None:
        root = Page.get_first_root_node()
        home = root.add_child(instance=HomePage(title=HOME_TITLE, slug="beranda", lede=HOME_LEDE))
        home.save_revision().publish()
    found: HomePage = home
    return found


def _site(home: HomePage) -> None:
    """The default site shows our home; Wagtail's welcome page is removed when nothing hangs below it."""
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True, hostname="localhost")
    if site.root_page_id == home.pk:
        return
    welcome = site.root_page if site.root_page_id else None
    site.root_page, site.site_name = home, "Suluh"
    site.save()
    if welcome is not None and welcome.specific_class is Page and welcome.is_leaf() and not welcome.is_root():
        welcome.delete()
