"""Certificates of an angkatan as columns (courses.columns)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.holding import TONES
from certificates.models import Award, AwardKind, Certificate, StatusChange
from certificates.verifying import status_on
from courses.columns import Column, ColumnSet, Value
from courses.models import EditionPart, Enrolment


def certificate_columns(enrolments: Sequence[Enrolment]) -> ColumnSet:
    """Per promised kind the number and the state of the newest paper; four statements, however many enrolments."""
    editions = {one.cohort.edition_id for one in enrolments if one.cohort.edition_id}
    parts = EditionPart.objects.filter(edition__in=editions, kind="award").order_by("key")
    kinds = sorted({part.json["kind"] for part in parts}, key=AwardKind.values.index)
    values: dict[tuple[int, str], Value] = {}
    if kinds:
        values |= _awards(enrolments)
        values |= _papers(enrolments)
    return ColumnSet([column for kind in kinds for column in _columns(kind, len(kinds))], values)


def _columns(kind: str, of: int) -> list[Column]:
    name = AwardKind(kind).label if of > 1 else _("Certificate")
    number = _("Number: %(kind)s") % {"kind": name} if of > 1 else _("Certificate number")
    return [Column(f"certificate-{kind}", name, "state"), Column(f"number-{kind}", number, "text", wide=True)]


def _awards(enrolments: Sequence[Enrolment]) -> dict[tuple[int, str], Value]:
    rows = Award.objects.filter(enrolment__in=enrolments, replaces=None).exclude(state=Award.State.ISSUED)
    found = rows.values_list("enrolment", "kind", "state")
    return {(enrolment, f"certificate-{kind}"): Award.State(state).label for enrolment, kind, state in found}


def _papers(enrolments: Sequence[Enrolment]) -> dict[tuple[int, str], Value]:
    papers = Certificate.objects.filter(enrolment__in=enrolments, replaced_by=None).order_by("issued_at")
    last = {change.certificate_id: change.status for change in _changes(enrolments)}
    today = timezone.localdate()
    values: dict[tuple[int, str], Value] = {}
    for pk, enrolment, kind, number, until in papers.values_list("pk", "enrolment", "kind", "number", "valid_until"):
        values[enrolment, f"certificate-{kind}"] = TONES[status_on(last.get(pk), until, today)][1]
        values[enrolment, f"number-{kind}"] = number
    return values


def _changes(enrolments: Sequence[Enrolment]) -> list[StatusChange]:
    return list(StatusChange.objects.filter(certificate__enrolment__in=enrolments).order_by("pk"))
