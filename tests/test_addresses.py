"""Every address of ours, walked as every role of two organizations, held against a table of expected answers.

The demonstration is the world walked: BBPPKS V (A) organizes, Polewali Mandar sends people, Banten (B) is the stranger.
A test that every address is in the table keeps new ones from escaping.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache, caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts import names
from accounts.models import Organization, User
from accounts.people_lists import checking
from accounts.people_lists.checking import Purpose
from accounts.spreadsheets import read_pasted
from assessments.accommodating import accommodate
from assessments.correcting import deciding
from assessments.deadlines import Allowance
from assessments.models import Attempt, MarkingTask, QuestionVersion, Submission
from certificates import replacing, revocations
from certificates.models import (
    Award,
    Certificate,
    CheckedList,
    Graduation,
    RecordedBatch,
    RecordedCertificate,
    TrustBundleIssue,
)
from certificates.recorded import entering
from certificates.recorded.entering import Paper
from certificates.verifying_lists import running
from certificates.verifying_lists.reading import Asked
from cms.messaging import notify, unsubscribing
from cms.models import PushSubscription, Regulation
from courses import bulk, calendars, correcting
from courses.attendance import claiming
from courses.bulk_kinds import NudgePeople
from courses.lists import purpose_of, purpose_of_wave
from courses.models import BulkAction, Cohort, CohortReport, CompetencyUnit, EditionPart, Enrolment, LiveSession, Wave
from courses.reporting import making
from tests.address_table import COLUMNS, TABLE, Row

WRITES = re.compile(r"^\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+\"?(\w+)", re.IGNORECASE)
# Keeping a session is not a change of what the product holds.
SESSIONS = {"django_session"}


class Writes(list[str]):
    """Tables that statements really changed."""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        found = WRITES.match(sql)
        if found and found[2] not in SESSIONS and context["cursor"].rowcount != 0:
            self.append(found[2])
        return result


@contextmanager
def watched() -> Iterator[Writes]:
    writes = Writes()
    with connection.execute_wrapper(writes):
        yield writes


def our_names() -> set[str]:
    """``app:name`` of every address in our own URL files (those of Wagtail and allauth have walks of their own)."""
    names: set[str] = set()

    def collect(patterns: list[URLPattern | URLResolver], space: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace in {"accounts", "cms", "courses", "assessments", "certificates"}:
                    collect(pattern.url_patterns, f"{pattern.namespace}:")
            elif pattern.name and (space or pattern.callback.__module__.startswith("config.")):
                names.add(space + pattern.name)

    collect(get_resolver().url_patterns, "")
    return names


def test_every_address_of_ours_is_in_the_table() -> None:
    assert our_names() == {row.name for row in TABLE}


@pytest.fixture
def world(loaded_demonstration: dict[str, str]) -> dict[str, Any]:
    """Public identifiers of what the addresses point at, all in organization A."""
    return make_world()


# Every request is taken back, so several columns walk one world: making it takes as long as half a column.
HANDS = 4


# Who may do what is asked in SQL: the walk meets the database of production, once.
@pytest.mark.postgres
@pytest.mark.parametrize("hand", range(HANDS))
def test_every_role_gets_what_the_table_says_and_a_refusal_changes_nothing(world: dict[str, Any], hand: int) -> None:
    wrong = []
    for column in list(COLUMNS)[hand::HANDS]:
        # Signed in once, outside the requests that are taken back: each of them finds the session unused.
        cache.clear()
        signed_in = Client(raise_request_exception=False)
        if COLUMNS[column]:
            signed_in.force_login(get_user_model().objects.get(participant_number=COLUMNS[column]))
        kept = Kept()
        for row in TABLE:
            for method in ("get", "post"):
                wrong += _walk(_fresh(signed_in), row, method, column, world)
                kept.put_back()
    assert not wrong, "\n".join(wrong)


class Kept:
    """What the cache holds after signing in: the session.  No request may find what another one left there."""

    def __init__(self) -> None:
        self._valkey: Any = caches["default"]._cache.get_client(write=True)  # type: ignore[attr-defined]
        self._entries = {key: self._valkey.dump(key) for key in self._valkey.scan_iter()}
        self._changes = self._count()

    def put_back(self) -> None:
        """The cache as it was, when the last request changed anything in it."""
        if self._count() == self._changes:
            return
        self._valkey.flushdb()
        for key, entry in self._entries.items():
            self._valkey.restore(key, 0, entry)
        self._changes = self._count()

    def _count(self) -> int:
        """The server's own count of what was changed, by whomever."""
        return int(self._valkey.info("persistence")["rdb_changes_since_last_save"])


def _fresh(signed_in: Client) -> Client:
    """Another browser with the same session: no cookie that an earlier answer set, or took away, is in it."""
    client = Client(raise_request_exception=False)
    client.handler = signed_in.handler  # the middleware is put together once
    for name, morsel in signed_in.cookies.items():
        client.cookies[name] = morsel.value
    return client


def _walk(client: Client, row: Row, method: str, column: str, world: dict[str, Any]) -> list[str]:
    expected = row.expected(method, column)
    address = reverse(row.name, args=[world[argument] for argument in row.arguments])
    # What one cell changes must not change the next: each request is taken back.
    with transaction.atomic(), watched() as writes:
        response = getattr(client, method)(address)
        for close in response._resource_closers:  # close() itself would end the database connection too
            close()
        transaction.set_rollback(True)
    place = f"{method.upper()} {row.name} as {column}"
    if response.status_code != expected:
        return [f"{place}: {response.status_code}, expected {expected}"]
    if expected in {403, 404, 405} and writes:
        return [f"{place}: refused, yet wrote {sorted(set(writes))}"]
    return []


def sent_list(purpose: Purpose, trainer: User) -> UUID:
    """A people list that was checked, one of its rows refused."""
    table = read_pasted("No. Peserta\tNama\nPST-1\tAni\nPST-2\t")
    return checking.receive(table, purpose, actor=trainer, at=timezone.now()).public_id


def nudged(enrolment: Enrolment, trainer: User) -> BulkAction:
    """An action on a selection of one."""
    words = {"text": "Mohon lanjutkan."}
    return bulk.act(
        NudgePeople(), enrolment.cohort, [enrolment], words, token=uuid4(), actor=trainer, at=timezone.now()
    )


def reported(cohort: Cohort, trainer: User) -> CohortReport:
    """A report with its files, as after closing."""
    report = making.freeze(cohort, actor=trainer, at=timezone.now())
    making.make(report.pk, at=timezone.now())
    return report


def graduated(cohort: Cohort, rule: EditionPart, actor: Any) -> Graduation:
    """A protocol as a decision leaves it, about nobody: what it says is tested beside the decision."""
    facts = {
        "number": "001/PK/UJI/XI/2026",
        "decided_at": "2026-11-22T03:00:00Z",
        "decided_on": "2026-11-22",
        "decided_by": "Kepala",
        "issuer": rule.json["issuer"],
        "place": "Serang",
        "result": "Lulus",
        "legal_basis": [],
        "angkatan": {"training": "Bimtek", "name": "I", "code": "I", "starts_on": "2026-11-02", "ends_on": ""},
        "approved": [],
        "excepted": [],
        "enrolled": 1,
    }
    return Graduation.objects.create(
        number=facts["number"],
        year=2026,
        sequence=1,
        issuer=cohort.organization,
        cohort=cohort,
        part=rule,
        text=json.dumps(facts),
        sha256="0" * 64,
        approved=1,
        excepted=0,
        decided_by=actor,
        decided_at=timezone.now(),
    )


def checked_list(organization: Organization) -> CheckedList:
    """A list that was checked; its minutes are not made."""
    head = get_user_model().objects.get(participant_number="KEP-01")
    asked = running.ask([Asked(1, "7/X", "Ani")], organization=organization, actor=head, at=timezone.now())
    running.run(asked.pk, at=timezone.now())
    return asked


def entered_papers(organization: Organization, trainer: User) -> tuple[RecordedBatch, RecordedCertificate]:
    """An entry that waits for a second person, and a paper with its scan that one has agreed to."""
    head, at = get_user_model().objects.get(participant_number="KEP-01"), timezone.now()
    batches = [
        entering.enter(
            [Paper(number, "Ani", at.date(), "", b"%PDF-1.4", "pdf")],
            organization=organization,
            source="Buku induk",
            actor=trainer,
            at=at,
        )
        for number in ("1/LAMA", "2/LAMA")
    ]
    entering.agree(batches[1], actor=head, at=at)
    return batches[0], batches[1].papers.get()


def make_world() -> dict[str, Any]:
    """What the demonstration holds, and a name correction and a correction of a certificate that wait."""
    owner = get_user_model().objects.get(participant_number="PDP-002")
    trainer = get_user_model().objects.get(participant_number="WID-01")
    enrolment = Enrolment.objects.get(user=owner)
    attempt = Attempt.objects.filter(enrolment=enrolment).latest("pk")
    certificate = Certificate.objects.get(user=owner)
    at = timezone.now()
    correction = names.propose_correction(owner, "Syu'aib Ma'ruf, S.Sos.", "Gelar belum tercantum.", at)
    asked = replacing.request(
        certificate,
        proposed_name="Syu'aib Ma'ruf, S.Sos.",
        reason="Gelar belum tercantum.",
        actor=trainer,
        at=at,
        uploads=[SimpleUploadedFile("ijazah.pdf", b"%PDF-1.7 %%EOF")],
    )
    cohort = enrolment.cohort
    wave = Wave.objects.create(
        organization=cohort.organization,
        course=cohort.course,
        name="Gelombang dengan daftar",
        code="GEL-DAFTAR",
        starts_on=cohort.starts_on,
        time_zone=cohort.time_zone,
        created_by=trainer,
        created_at=at,
    )
    edition = enrolment.cohort.edition
    assert edition is not None
    proposal = correcting.propose(edition, module_key="M1", block="", text="Seharusnya tujuh.", actor=trainer, at=at)
    asked_by = QuestionVersion.objects.get(public_id=attempt.paper["slots"][0]["version"])
    spoilt = deciding.propose_for_question(
        asked_by, {"do": "full"}, quiz=None, reason="Gambar tidak tampil.", actor=trainer, at=at
    )
    entered, paper = entered_papers(cohort.organization, trainer)
    answer = MarkingTask.objects.create(attempt=attempt, slot=1, text_sha256="0" * 64, place=1, waits_since=at)
    return {
        "answer": answer.public_id,
        "person": owner.public_id,
        "house": cohort.organization.public_id,
        "proposal": proposal.public_id,
        "cohort": enrolment.cohort.public_id,
        "action": nudged(enrolment, trainer).public_id,
        "closing": reported(enrolment.cohort, trainer).public_id,
        "teacher": trainer.public_id,
        "enrolment": enrolment.public_id,
        "accommodation": accommodate(
            cohort, Allowance(extra_percent=25), enrolment=enrolment, reason="Pembaca layar", actor=trainer, at=at
        ).public_id,
        "list": sent_list(purpose_of(enrolment.cohort), trainer),
        "listed_wave": wave.public_id,
        "wave_list": sent_list(purpose_of_wave(wave), trainer),
        "session": (session := LiveSession.objects.planned().latest("starts_at")).public_id,
        "past": (past := LiveSession.objects.planned().earliest("starts_at")).public_id,
        "claimed": past.claims.get().public_id,
        "objection": claiming.object_(past, enrolment, text="Menit saya kurang.", at=at).public_id,
        "report": past.reports.get().public_id,
        "year": 2026,
        "token": calendars.renew_for_cohort(session.cohort, actor=trainer, at=at),
        "module": "M1",
        "unit": CompetencyUnit.objects.order_by("code").values_list("code", flat=True)[0],
        "quiz": attempt.part.key,
        "series": asked_by.series,
        "mark_correction": spoilt.public_id,
        "act": "hitung",
        "task": (
            waiting := Submission.objects.get(state=Submission.State.WAITING, work__part__kind="assignment")
        ).work.part.key,
        "handed_in": waiting.public_id,
        "evidence": Submission.objects.get(state=Submission.State.WAITING, work__part__kind="practice").public_id,
        "handed_in_file": waiting.files.get().public_id,
        "attempt": attempt.public_id,
        "certificate": certificate.public_id,
        "bundle": TrustBundleIssue.objects.create(
            made_at=timezone.now(), sha256="ab" * 32, contents_sha256="cd" * 32, text="{}"
        ).sha256,
        "code": certificate.code,
        "tile": "0/000.p/1",
        "award": Award.objects.get(enrolment__user__participant_number="PDP-006", kind="training").public_id,
        "asked": asked.public_id,
        "scan": asked.evidence.get().public_id,
        "rule": (rule := EditionPart.objects.get(edition=edition, kind="award", json__kind="training")).key,
        "protocol": graduated(cohort, rule, trainer).public_id,
        "checked": checked_list(cohort.organization).public_id,
        "sheet": "lembar",
        "entered": entered.public_id,
        "paper": paper.public_id,
        "correction": correction.public_id,
        "status_list": "1",
        "purpose": "revocation",
        "step": "tangguhkan",
        "revocation": revocations.request(
            certificate, reason="Terdaftar dua kali.", actor=User.objects.get(participant_number="ADM-01"), at=at
        ).public_id,
        "regulation": Regulation.objects.order_by("pk").values_list("slug", flat=True)[0],
        "media": "0" * 64,
        "image": "none.png",
        "notice": notify(
            "certificate-ready", owner, key="walk", context={"pelatihan": "Contoh", "tanggal": "hari ini"}, at=at
        ).public_id,
        "device": PushSubscription.objects.create(
            user=owner, endpoint="https://push.contoh.id/1", device="Chrome, Android", created_at=at
        ).public_id,
        "stop": unsubscribing.path(owner, "digest", "email").split("/")[2],
    }
