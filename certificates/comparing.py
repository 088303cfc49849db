"""Pure.  The register's facts beside the file's, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.judging import Verdict
from certificates.judging_credentials import CredentialVerdict
from certificates.offline.token import shortened
from certificates.record import Record
from certificates.templatetags.certificate_facts import day


@dataclass(frozen=True)
class Row:
    """One fact as both say it; empty when one of them says nothing."""

    label: Promise
    register: str
    file: str

    @property
    def differs(self) -> bool:
        return bool(self.file and self.register) and self.file != self.register


_FACTS: tuple[tuple[Promise, Callable[[Record], str]], ...] = (
    (_("Training"), lambda record: record.scheme.title or record.course.title),
    (_("Certificate number"), lambda record: record.number),
    (_("Code"), lambda record: record.code),
    (_("Issued by"), lambda record: record.issuer.name),
    (_("Issued on"), lambda record: day(record.issued_on)),
    (_("Valid until"), lambda record: day(record.valid_until) or str(_("no end date"))),
    (_("Hours (JP)"), lambda record: record.jp.total),
    (_("Result"), lambda record: record.result),
)


def _issuer(record: Record) -> str:
    return record.issuer.name


def rows(verdict: Verdict) -> list[Row]:
    """Name first; nothing that the register keeps is shown unless the file or the register is trustworthy."""
    standing = verdict.standing
    register = standing.record if standing and standing.trustworthy else None
    held_by = (standing.holder_name or "") if standing and standing.trustworthy else ""
    first = Row(_("Holder"), held_by, verdict.file_name)
    return [first, *(Row(label, _said(register, of), _said(verdict.file_record, of)) for label, of in _FACTS)]


def _said(record: Record | None, of: Callable[[Record], str]) -> str:
    return of(record) if record else ""


def rows_of_credential(verdict: CredentialVerdict) -> list[Row]:
    """The same for a credential, a badge or a code's token."""
    standing, facts = verdict.standing, verdict.facts
    register = standing.record if standing and standing.trustworthy else None
    held_by = (standing.holder_name or "") if standing and standing.trustworthy else ""
    title = ""
    if register:
        title = register.course.code if facts.form == "token" else register.scheme.title or register.course.title
    issuer = shortened(register.issuer.name) if register and facts.form == "token" else _said(register, _issuer)
    return [
        Row(_("Holder"), held_by, facts.name),
        Row(_("Training"), title, facts.title),
        Row(_("Certificate number"), _said(register, lambda record: record.number), facts.number),
        Row(_("Code"), _said(register, lambda record: record.code), facts.code),
        Row(_("Issued by"), issuer, facts.issuer),
    ]
