"""A participant report becomes evidence: read and shown first, counted when a trainer says so, taken back likewise.

The same file twice is the same report.  Counting it again with the same choices changes nothing; with other choices the
new ones replace the old, because only the evidence of the last commit counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise

from accounts.models import User
from courses.attendance import matching, reports
from courses.attendance.intervals import Interval, is_enough, union_minutes
from courses.attendance.reports import ReportRow
from courses.attendance.settling import hold, kin, settle
from courses.attendance.ticking import record, require_may_record
from courses.models import Enrolment, LiveSession, Presence, SessionReport

State = SessionReport.State


@dataclass(frozen=True)
class Options:
    """Who can be chosen for a row: pairs of public id and name, all by name; the likely ones apart."""

    all: list[tuple[str, str]]
    suggested: list[str]

    @property
    def likely(self) -> list[tuple[str, str]]:
        names = dict(self.all)
        return [(key, names[key]) for key in self.suggested]

    @property
    def others(self) -> list[tuple[str, str]]:
        return [pair for pair in self.all if pair[0] not in self.suggested]


@dataclass(frozen=True)
class Proposal:
    """One row of the dry run: who it is taken for, how many minutes that gives, whether that would be enough."""

    index: int
    row: ReportRow
    why: matching.Why
    chosen: str
    minutes: int
    enough: bool
    options: Options

    @property
    def notes(self) -> list[str | Promise]:
        return reports.words(self.row.notes)

    @property
    def is_sure(self) -> bool:
        return self.why in (matching.Why.EMAIL, matching.Why.NUMBER, matching.Why.NAME)


@dataclass(frozen=True)
class Preview:
    """The dry run of a report."""

    proposals: list[Proposal]

    @property
    def sure(self) -> list[Proposal]:
        return [one for one in self.proposals if one.is_sure]

    @property
    def unclear(self) -> list[Proposal]:
        return [one for one in self.proposals if not one.is_sure]

    @property
    def counted(self) -> int:
        """People who get evidence from it."""
        return len({one.chosen for one in self.proposals if one.chosen and one.row.intervals})


@transaction.atomic
def upload(session: LiveSession, data: bytes, filename: str, *, zone: str, actor: User, at: datetime) -> SessionReport:
    """Read and keep a report without counting it.  The same file for the same session is the report it was.

    Raises as ``ticking.require_may_record``, and ReportRefused.
    """
    require_may_record(session, actor, at=at)
    sha256 = hashlib.sha256(zone.encode() + b"\0" + data).hexdigest()
    known = SessionReport.objects.filter(session=session, sha256=sha256).first()
    if known is not None:
        return known
    report = reports.read(data, filename, session=session, zone=zone)
    made, created = SessionReport.objects.get_or_create(
        session=session,
        sha256=sha256,
        defaults={
            "filename": filename[-200:],
            "provider": report.provider,
            "rows": [row.as_json() for row in report.rows],
            "uploaded_by": actor,
            "uploaded_at": at,
        },
    )
    if created:
        record("report.uploaded", session, actor=actor, at=at, details={"rows": len(report.rows)})
    return made


def preview(report: SessionReport) -> Preview:
    """What counting the report would do; two statements."""
    enrolments = _people(report.session)
    found = matching.match([ReportRow.from_json(row) for row in report.rows], [_person(one) for one in enrolments])
    everybody = [(str(one.public_id), one.user.full_name) for one in enrolments]
    known = {key for key, _name in everybody}
    within = Interval(report.session.starts_at, report.session.ends_at)
    proposals = []
    for index, (one, kept) in enumerate(zip(found, report.rows, strict=True)):
        row = ReportRow.from_json(kept)
        chosen = report.choices.get(str(index), one.enrolment_id or "")
        minutes = union_minutes(row.intervals, within=within)
        enough = is_enough(minutes, of=report.session.minutes, percent=report.session.threshold_percent)
        chosen = chosen if chosen in known else ""
        options = Options(everybody, one.suggestions)
        proposals.append(Proposal(index, row, one.why, chosen, minutes, enough, options))
    return Preview(proposals)


@transaction.atomic
def commit(report: SessionReport, choices: Mapping[str, str], *, actor: User, at: datetime) -> int:
    """Count the report; ``choices`` (row index to public id, "" for nobody) win over what was matched.

    Answers how many people it gives evidence to.  Safe to repeat.  Raises as ``ticking.require_may_record``.
    """
    session = report.session
    require_may_record(session, actor, at=at)
    before = set(report.presences.values_list("enrolment_id", flat=True))
    everybody = {str(one.public_id): one.pk for one in _people(session)}
    hold(kin(session, before | set(everybody.values())))
    report.refresh_from_db()
    report.session = session
    wanted = _choices(report, choices, everybody)
    people = {everybody[chosen] for index, chosen in wanted.items() if chosen and report.rows[int(index)]["intervals"]}
    if report.state == State.COMMITTED and report.choices == wanted:
        return len(people)
    report.batch += 1
    report.choices, report.state, report.committed_at = wanted, State.COMMITTED, at
    report.save(update_fields=["batch", "choices", "state", "committed_at"])
    Presence.objects.bulk_create(_evidence(report, wanted, everybody, actor, at))
    settle(session, before | people, at=at)
    record("report.counted", session, actor=actor, at=at, details={"people": len(people), "batch": report.batch})
    return len(people)


@transaction.atomic
def withdraw(report: SessionReport, *, actor: User, at: datetime) -> None:
    """Take a counted report back; its evidence stays as a trace and counts nothing.  Safe to repeat."""
    session = report.session
    require_may_record(session, actor, at=at)
    people = set(report.presences.values_list("enrolment_id", flat=True))
    hold(kin(session, people))
    won = SessionReport.objects.filter(pk=report.pk, state=State.COMMITTED).update(state=State.WITHDRAWN)
    if won:
        settle(session, people, at=at)
        record("report.withdrawn", session, actor=actor, at=at)


def _choices(report: SessionReport, given: Mapping[str, str], everybody: Mapping[str, int]) -> dict[str, str]:
    """A choice for every row: the one given if it names somebody of the angkatan, else what stands in the dry run."""
    found = {}
    for proposal in preview(report).proposals:
        index = str(proposal.index)
        chosen = given.get(index, proposal.chosen)
        found[index] = chosen if chosen in everybody else ""
    return found


def _evidence(
    report: SessionReport, wanted: Mapping[str, str], everybody: Mapping[str, int], actor: User, at: datetime
) -> Sequence[Presence]:
    return [
        Presence(
            session_id=report.session_id,
            enrolment_id=everybody[wanted[str(index)]],
            source=Presence.Source.REPORT,
            starts_at=interval.start,
            ends_at=interval.end,
            report=report,
            batch=report.batch,
            recorded_by=actor,
            recorded_at=at,
            evidence={"provider": report.provider, "line": kept["line"], "name": kept["name"]},
        )
        for index, kept in enumerate(report.rows)
        if wanted[str(index)]
        for interval in ReportRow.from_json(kept).intervals
    ]


def _people(session: LiveSession) -> list[Enrolment]:
    return list(session.cohort.enrolments.counting().select_related("user").order_by("user__full_name", "pk"))


def _person(enrolment: Enrolment) -> matching.Person:
    user = enrolment.user
    return matching.Person(str(enrolment.public_id), user.full_name, user.participant_number, user.email or "")
