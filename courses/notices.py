"""What courses says to people through ``cms.messaging``; the words are content that editors may change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.messaging import Kind, Notice, notify_many

if TYPE_CHECKING:
    from courses.models import (
        Cohort,
        Enrolment,
        EnrolmentMove,
        Erratum,
        JoinRequest,
        LateClaim,
        LiveSession,
        Objection,
    )

_EXAMPLES = {"pelatihan": "Bimtek ATENSI", "angkatan": "Angkatan III 2026"}
ACCEPTED = Kind(
    slug="join-accepted",
    label=_("Enrolment accepted"),
    placeholders=_EXAMPLES,
    default_subject="Anda diterima di {angkatan}",
    default_text="{nama}, Anda diterima sebagai peserta {pelatihan}, {angkatan}. Buka untuk mulai belajar: {tautan}",
)
WAITING = Kind(
    slug="join-waiting",
    label=_("Enrolment agreed to, waiting for a place"),
    placeholders=_EXAMPLES,
    default_subject="Anda dalam daftar tunggu {angkatan}",
    default_text="{nama}, permintaan Anda untuk mengikuti {pelatihan} disetujui, tetapi {angkatan} sedang penuh. "
    "Begitu ada tempat, Anda diterima sesuai urutan.",
)
REFUSED = Kind(
    slug="join-refused",
    label=_("Enrolment refused"),
    placeholders=_EXAMPLES | {"alasan": "Angkatan ini khusus pendamping dari Banten."},
    default_subject="Permintaan Anda untuk {angkatan} tidak dapat diterima",
    default_text="{nama}, permintaan Anda untuk mengikuti {pelatihan}, {angkatan}, tidak dapat diterima. "
    "Alasan: {alasan}",
)
MOVED = Kind(
    slug="cohort-moved",
    label=_("Moved to another angkatan"),
    placeholders=_EXAMPLES | {"asal": "Angkatan I 2026"},
    default_subject="Anda dipindahkan ke {angkatan}",
    default_text="{nama}, Anda dipindahkan dari {asal} ke {angkatan}. Semua yang sudah Anda kerjakan tetap tercatat.",
)
ERRATUM = Kind(
    slug="erratum-published",
    label=_("Erratum in a module that was read"),
    placeholders={"pelatihan": "Bimtek ATENSI", "modul": "M2"},
    default_subject="Ada ralat di modul {modul}",
    default_text="{nama}, ada ralat di modul {modul} dari {pelatihan} yang sudah Anda baca. Silakan baca ralatnya: "
    "{tautan}",
)
_OF_SESSION = {"pelatihan": "Bimtek ATENSI", "sesi": "Pertemuan 2: Asesmen", "putusan": "diterima", "jawaban": "Baik."}
CLAIM_DECIDED = Kind(
    slug="claim-decided",
    label=_("Late claim decided"),
    placeholders=_OF_SESSION,
    default_subject="Susulan kehadiran Anda {putusan}: {sesi}",
    default_text="{nama}, susulan kehadiran Anda pada {sesi} ({pelatihan}) {putusan}. {jawaban}",
)
OBJECTION_ANSWERED = Kind(
    slug="objection-answered",
    label=_("Objection to attendance answered"),
    placeholders=_OF_SESSION,
    default_subject="Keberatan Anda {putusan}: {sesi}",
    default_text="{nama}, keberatan Anda tentang kehadiran pada {sesi} ({pelatihan}) {putusan}. {jawaban}",
)
KINDS = (ACCEPTED, WAITING, REFUSED, MOVED, ERRATUM, CLAIM_DECIDED, OBJECTION_ANSWERED)


def accepted(wish: JoinRequest, cohort: Cohort, *, at: datetime) -> None:
    """The person is on the list now."""
    _say([_about_wish(ACCEPTED, wish, cohort, reverse("courses:cohort_home", args=[cohort.public_id]))], at)


def waiting(wishes: Iterable[JoinRequest], cohort: Cohort, *, at: datetime) -> None:
    """A trainer agrees, but there is no place yet."""
    _say([_about_wish(WAITING, wish, cohort, reverse("courses:learn")) for wish in wishes], at)


def refused(wishes: Iterable[JoinRequest], cohort: Cohort, *, reason: str, at: datetime) -> None:
    """A trainer says no, and why."""
    _say([_about_wish(REFUSED, wish, cohort, reverse("courses:learn"), alasan=reason) for wish in wishes], at)


def moved(moves: Iterable[EnrolmentMove], *, at: datetime) -> None:
    """People belong to another angkatan now, or again."""
    notices = []
    for move in moves:
        there, here = (move.from_cohort, move.to_cohort) if move.undone_at else (move.to_cohort, move.from_cohort)
        key = f"{move.public_id}{':undone' if move.undone_at else ''}"
        context = {"pelatihan": there.title, "angkatan": there.name, "asal": here.name}
        url = reverse("courses:cohort_home", args=[there.public_id])
        notices.append(_notice(MOVED, move.enrolment, there, key, context, url))
    _say(notices, at)


def corrected(erratum: Erratum, readers: Iterable[Enrolment], *, at: datetime) -> None:
    """Whoever has read the module is told that something in it was put right."""
    notices = []
    for enrolment in readers:
        address = reverse("courses:module", args=[enrolment.cohort.public_id, erratum.module_key])
        context = {"pelatihan": enrolment.cohort.title, "modul": erratum.module_key}
        url = f"{address}#ralat-{erratum.public_id}"
        notices.append(_notice(ERRATUM, enrolment, enrolment.cohort, str(erratum.public_id), context, url))
    _say(notices, at)


def claim_decided(late: LateClaim, session: LiveSession, *, at: datetime) -> None:
    """A trainer has accepted a late claim, or said why not."""
    told = {"putusan": "diterima" if late.state == "accepted" else "tidak diterima", "jawaban": late.answer}
    _say([_of_session(CLAIM_DECIDED, late.enrolment, session, str(late.public_id), told)], at)


def objection_answered(objection: Objection, session: LiveSession, *, at: datetime) -> None:
    """A trainer has answered an objection."""
    told = {"putusan": "disetujui" if objection.state == "upheld" else "tidak disetujui", "jawaban": objection.answer}
    _say([_of_session(OBJECTION_ANSWERED, objection.enrolment, session, str(objection.public_id), told)], at)


def _of_session(kind: Kind, enrolment: Enrolment, session: LiveSession, key: str, told: dict[str, str]) -> Notice:
    context = {"pelatihan": session.cohort.title, "sesi": session.title, **told}
    return _notice(kind, enrolment, session.cohort, key, context, session.get_absolute_url())


def _notice(kind: Kind, enrolment: Enrolment, cohort: Cohort, key: str, context: dict[str, str], url: str) -> Notice:
    about = f"cohort:{cohort.public_id}"
    return Notice(kind.slug, enrolment.user, key, context, url, organization=cohort.organization, about=about)


def _about_wish(kind: Kind, wish: JoinRequest, cohort: Cohort, url: str, **more: str) -> Notice:
    context = {"pelatihan": cohort.title, "angkatan": cohort.name, **more}
    about = f"cohort:{cohort.public_id}"
    key = str(wish.public_id)
    return Notice(kind.slug, wish.user, key, context, url, organization=cohort.organization, about=about)


def _say(notices: list[Notice], at: datetime) -> None:
    if notices:
        notify_many(notices, at=at)
