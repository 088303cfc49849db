"""The links of the frame: what a person's roles let them open, in the order in which they need it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.requests import roles_held
from accounts.roles import Role


@dataclass(frozen=True)
class Link:
    """One entry of the navigation.  ``apart`` pushes it (and what follows) to the far end of the bar; ``waiting`` is
    how many things there wait for this person."""

    label: Any
    url: str
    current: bool = False
    apart: bool = False
    waiting: int = 0


Entry = tuple[Any, str]

# Where each entry leads: an address by name, or a page of the site by its path.
LEARN = (_("Learn"), "courses:learn")
CERTIFICATES = (_("Certificates"), "certificates:mine")
COHORTS = (_("Cohorts"), "courses:cohorts")
WAVES = (_("Waves"), "courses:waves")
TEACHING = (_("Teaching"), "courses:teaching")
ASSESS = (_("Assessment"), "assessments:assess")
TEAM = (_("Team"), "certificates:team")
PRACTICE = (_("Practice evidence"), "assessments:evidence_queue")
CORRECTIONS = (_("Corrections"), "certificates:replacements")
REGISTER = (_("Register of certificates"), "certificates:register")
STAFF = (_("Content"), "wagtailadmin_home")
CATALOGUE = (_("Courses"), "/pelatihan/")
VERIFY = (_("Check a certificate"), "certificates:verify")
REGULATIONS = (_("Regulations"), "cms:regulations")
ACCOUNT = (_("Account"), "/akun/")
SIGN_OUT = (_("Sign out"), "/keluar/")
SIGN_IN = (_("Sign in"), "/masuk/")


# Who needs which entry, in the order of the bar.  What a page really lets a person do is asked of accounts.roles there.
AUDIENCES: list[tuple[Entry, frozenset[Role]]] = [
    (LEARN, frozenset({Role.PARTICIPANT})),
    (CERTIFICATES, frozenset({Role.PARTICIPANT})),
    (COHORTS, frozenset({Role.TRAINER, Role.ADMINISTRATOR})),
    (WAVES, frozenset({Role.TRAINER, Role.ADMINISTRATOR})),
    (ASSESS, frozenset({Role.ASSESSOR})),
    (TEAM, frozenset({Role.PIMPINAN, Role.SUPERVISOR, Role.ADMINISTRATOR})),
    (PRACTICE, frozenset({Role.SUPERVISOR})),
    (CORRECTIONS, frozenset({Role.TRAINER, Role.PIMPINAN, Role.ADMINISTRATOR})),
    (REGISTER, frozenset({Role.PIMPINAN, Role.ADMINISTRATOR})),
    (TEACHING, frozenset({Role.TRAINER})),
    (STAFF, frozenset({Role.TRAINER, Role.PUBLISHER, Role.ADMINISTRATOR})),
    (VERIFY, frozenset({Role.PIMPINAN})),
]


# How many things wait behind an entry, by its address's name; an upper app adds its own.  One statement each.
_waiting: dict[str, Callable[[Any], int]] = {}


def register_waiting(target: str, count: Callable[[Any], int]) -> None:
    """Show ``count(user)`` beside the entry that leads to ``target`` ("certificates:replacements")."""
    _waiting[target] = count


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: ``navigation`` and ``footer_links``, evaluated only when shown, and ``demo``."""
    return {
        "navigation": SimpleLazyObject(lambda: _links(request, *_entries(request))),
        "footer_links": SimpleLazyObject(lambda: _links(request, [CATALOGUE, VERIFY, REGULATIONS], [])),
        "demo": settings.SULUH_DEMO,
    }


def _entries(request: HttpRequest) -> tuple[list[Entry], list[Entry]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return [CATALOGUE, VERIFY], [SIGN_IN]
    return entries_for(roles_held(request)), [ACCOUNT, SIGN_OUT]


def entries_for(roles: frozenset[Role]) -> list[Entry]:
    """Pure.  What somebody with ``roles`` finds in the navigation; who has no staff role comes to learn."""
    shown = [entry for entry, audience in AUDIENCES if roles & audience]
    return shown or [LEARN, CERTIFICATES]


def _links(request: HttpRequest, near: Iterable[Any], far: Iterable[Any]) -> list[Link]:
    links = []
    for entries, apart in ((near, False), (far, True)):
        first = True
        for label, target in entries:
            url = _address(target)
            if url:
                waiting = _waiting[target](request.user) if target in _waiting else 0
                links.append(Link(label, url, apart=apart and first, waiting=waiting))
                first = False
    return _with_current(links, request.path)


def _with_current(links: list[Link], here: str) -> list[Link]:
    """Of entries one below the other (/sertifikat/, /sertifikat/perbaikan/) the nearest is where one is."""
    nearest = max((link.url for link in links if _covers(link.url, here)), key=len, default="")
    return [replace(link, current=link.url == nearest) for link in links]


def _address(target: str) -> str | None:
    return target if target.startswith("/") else _reversed(target, get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=64)
def _reversed(name: str, urlconf: str) -> str | None:
    """Every page shows the same few addresses, and they stay while the process runs."""
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return None


def _covers(url: str, here: str) -> bool:
    return here == url or (url != "/" and here.startswith(url))
