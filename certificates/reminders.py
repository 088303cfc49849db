"""What certificates say by the clock: ready, and about to expire.  Found by the state of the register at any tick."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User
from certificates import coverage
from certificates.models import Certificate, StatusChange
from cms.messaging import Kind, Reminder
from cms.models import Message

READY = Kind(
    slug="certificate-ready",
    label=_("Certificate ready"),
    placeholders={"pelatihan": "Bimtek ATENSI", "tanggal": "22 November 2026"},
    default_subject="Sertifikat Anda sudah terbit",
    default_text="{nama}, sertifikat Anda untuk {pelatihan} terbit pada {tanggal}. Buka untuk melihatnya.",
)
#: Days before the end, most first: at any tick the nearest one that has been reached is said.
STEPS = (90, 30, 7, 0)
TODAY = _("Certificate expires today")
EXPIRES = {
    days: Kind(
        slug=f"certificate-expires-{days}",
        label=format_lazy(_("Certificate expires in {days} days"), days=days)
        if days
        else _("Certificate expires today"),
        placeholders={"pelatihan": "Bimtek ATENSI", "tanggal": "22 November 2026"},
        default_subject="Sertifikat Anda berlaku sampai {tanggal}",
        default_text="{nama}, sertifikat Anda untuk {pelatihan} berlaku sampai {tanggal}. Tanyakan kepada "
        "penyelenggara tentang perpanjangan.",
    )
    for days in STEPS
}
TEAM_EXPIRES = Kind(
    slug="team-certificates-expire",
    label=_("Certificates of the team expire soon"),
    placeholders={"jumlah": "3"},
    default_subject="{jumlah} sertifikat di tim Anda segera berakhir",
    default_text="{nama}, {jumlah} orang di tim Anda memegang sertifikat yang berakhir dalam 90 hari. Buka untuk "
    "melihat siapa saja, lalu daftarkan mereka tepat waktu.",
)
#: What was issued longer ago is no news any more, also after beat was away for weeks.
NEWS = timedelta(days=60)


def ready(at: datetime) -> Iterable[Reminder]:
    """Every certificate with a file that was issued lately and not replaced by another."""
    issued = _valid(at).filter(issued_at__gt=at - NEWS, issued_at__lte=at).exclude(file_sha256="")
    for certificate in issued:
        yield _reminder(READY, certificate, certificate.issued_on)


def expiring(at: datetime) -> Iterable[Reminder]:
    """Every certificate whose end comes in 90, 30 or 7 days: the nearest step it has reached, in the issuer's zone."""
    # A day more on both sides: which day it is depends on the zone of each certificate.
    first, last = at.date() - timedelta(days=1), at.date() + timedelta(days=STEPS[0] + 1)
    for certificate in _valid(at).filter(valid_until__range=(first, last)):
        end = certificate.valid_until
        assert end is not None  # noqa: S101  # the range leaves no null
        days = step_of(end, today=at.astimezone(ZoneInfo(certificate.time_zone)).date(), issued=certificate.issued_on)
        if days is not None:
            yield _reminder(EXPIRES[days], certificate, end)


def team_expiring(at: datetime) -> Iterable[Reminder]:
    """Once a month every pimpinan reads how many people of the team hold a certificate that ends within 90 days."""
    today = timezone.localdate(at)
    key = f"{today:%Y-%m}"
    told = Message.objects.filter(kind=TEAM_EXPIRES.slug, key=key).values("user")
    leading = Membership.objects.current(today).filter(role=Role.PIMPINAN).values("user")
    for leader in User.objects.filter(pk__in=leading, is_active=True).exclude(pk__in=told).order_by("pk"):
        count = coverage.filtered(coverage.people_in_scope(leader), coverage.Filter.LAPSING, on=today).count()
        if count:
            url = f"{reverse('certificates:team')}?saring={coverage.Filter.LAPSING}"
            yield Reminder(kind=TEAM_EXPIRES.slug, user=leader, key=key, context={"jumlah": str(count)}, url=url)


def step_of(end: date, *, today: date, issued: date) -> int | None:
    """Pure.  The step (90, 30, 7, 0) that the end has come within on ``today``; None before, after, and for a
    certificate that was issued within that step: it was never farther from its end."""
    left = (end - today).days
    reached = [days for days in STEPS if 0 <= left <= days]
    if not reached or (end - issued).days <= reached[-1]:
        return None
    return reached[-1]


def _valid(at: datetime) -> QuerySet[Certificate]:
    """Neither revoked nor suspended nor replaced, and somebody's."""
    rows = Certificate.objects.with_status().filter(user__isnull=False, user__is_active=True)
    standing = rows.filter(Q(last_status=None) | Q(last_status=StatusChange.Status.VALID))
    return standing.select_related("user", "issuer").order_by("pk")


def _reminder(kind: Kind, certificate: Certificate, day: date) -> Reminder:
    user = certificate.user
    assert user is not None  # noqa: S101  # ``_valid`` asks for it
    return Reminder(
        kind=kind.slug,
        user=user,
        key=str(certificate.public_id),
        context={"pelatihan": certificate.training, "tanggal": date_format(day, "j F Y")},
        url=reverse("certificates:mine"),
        organization=certificate.issuer,
    )
