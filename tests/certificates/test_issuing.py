"""Issuing: exactly once, gapless, on facts that are frozen."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import Event, User
from certificates import accompanying, awarding, errors, filing, issuing, sweeping
from certificates.looking_up import look_up
from certificates.models import Award, Certificate
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import (
    make_award,
    make_certificate,
    make_cohort,
    make_edition,
    make_enrolment,
    make_part,
    signing_keys,
)

CONTROL = re.compile(r"BEGIN|COMMIT|SAVEPOINT|RELEASE", re.IGNORECASE)
TEACHING = re.compile(r'"(manifest|provenance|html|references|objectives)"|"courses_editionmodule"."json"')
# One more where a checkpoint of the log is kept outside.
STATEMENTS = 26

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_a_ready_award_becomes_one_registered_certificate() -> None:
    award = make_award()
    assert award.state == Award.State.READY
    certificate = issuing.issue(award.pk, keys=signing_keys(), at=AT)
    assert certificate is not None
    record = json.loads(certificate.record_text)
    assert record["number"] == certificate.number
    assert certificate.number == f"0001/SP/{award.issuer.code}/XI/2026"
    assert certificate.user == award.enrolment.user
    assert Event.objects.about(certificate).get().verb == "certificate_issued"
    award.refresh_from_db()
    assert award.state == Award.State.ISSUED


def test_issuing_twice_gives_one_certificate_and_one_number() -> None:
    award = make_award()
    first = issuing.issue(award.pk, keys=signing_keys(), at=AT)
    assert first is not None
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    assert Certificate.objects.count() == 1


def test_a_course_of_the_longest_title_is_issued_and_believed() -> None:
    home, title = make_organization(name="Balai"), f"Bimtek {'Pendampingan ' * 20}"[:255]
    cohort = make_cohort(home, edition=make_edition(home, title=title))
    assert cohort.edition is not None
    make_part(cohort.edition, issuer=home)
    [award] = awarding.evaluate(make_enrolment(make_person(), cohort).pk, at=AT)
    certificate = issuing.issue(award.pk, keys=signing_keys(), at=AT)
    assert certificate is not None
    standing = look_up(certificate.code, at=AT)
    assert standing is not None
    assert standing.record is not None
    assert (standing.holds, standing.record.course.title) == (True, title)


def test_the_record_holds_no_name_and_no_personal_number() -> None:
    person = make_person(name="Ani Lestari, S.Tr.Sos.", nip="198501012010012001")
    certificate = make_certificate(person=person)
    # In full: three letters or four digits stand by chance in salts, keys and hashes.
    assert "Ani Lestari" not in certificate.record_text
    assert "198501012010012001" not in certificate.record_text
    assert json.loads(certificate.name_member)["name"] == "Ani Lestari, S.Tr.Sos."


def test_number_year_and_date_follow_the_issuers_zone() -> None:
    papua = make_organization(name="Dinas Papua", code="PAPUA", time_zone="Asia/Jayapura")
    late = datetime(2026, 12, 31, 14, 30, tzinfo=UTC)  # 31 December 23.30 WIT
    certificate = make_certificate(organization=papua, at=late)
    assert certificate.number == "0001/SP/PAPUA/XII/2026"
    assert certificate.issued_on.isoformat() == "2026-12-31"
    new_year = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)  # 1 January 00.30 WIT, still 2026 in UTC
    assert make_certificate(organization=papua, at=new_year).number == "0001/SP/PAPUA/I/2027"


def test_numbers_are_gapless_also_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_organization(name="Balai")
    assert make_certificate(organization=home).number_sequence == 1
    award = make_award(organization=home)
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "_register", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            issuing.issue(award.pk, keys=signing_keys(), at=AT)
    award.refresh_from_db()
    assert award.state == Award.State.READY
    certificate = issuing.issue(award.pk, keys=signing_keys(), at=AT)
    assert certificate is not None
    assert certificate.number_sequence == 2


def test_each_organization_kind_and_year_counts_for_itself() -> None:
    one, other = make_organization(name="Satu"), make_organization(name="Dua")
    numbers = [make_certificate(organization=home).number_sequence for home in (one, other, one)]
    assert numbers == [1, 1, 2]


def test_what_changed_since_the_award_was_queued_gives_the_claim_back() -> None:
    award = make_award()
    User.objects.filter(pk=award.enrolment.user_id).update(name_confirmed_at=None)
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    award.refresh_from_db()
    assert award.state == Award.State.WAITING_NAME
    assert Certificate.objects.count() == 0


def test_a_name_that_cannot_be_printed_is_held_up_for_a_person_to_look_at() -> None:
    award = make_award(person=make_person(name="A" * 81))
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    award.refresh_from_db()
    assert award.state == Award.State.BLOCKED
    assert "holder.name" in award.reason or "holder" in award.reason


def test_outside_the_demonstration_a_certificate_needs_a_public_https_address() -> None:
    award = make_award()
    keys = signing_keys(demo=False)
    bare = override_settings(SULUH_DEMO=False, PUBLIC_BASE_URL="http://127.0.0.1:8000")
    with bare, pytest.raises(errors.NoPublicAddress):
        issuing.issue(award.pk, keys=keys, at=AT)
    award.refresh_from_db()
    assert award.state == Award.State.READY
    with override_settings(SULUH_DEMO=False, PUBLIC_BASE_URL="https://suluh.example.go.id"):
        certificate = issuing.issue(award.pk, keys=keys, at=AT)
    assert certificate is not None
    assert not certificate.is_demo


def test_a_demonstration_key_never_signs_outside_the_demonstration() -> None:
    award = make_award()
    real = override_settings(SULUH_DEMO=False, PUBLIC_BASE_URL="https://suluh.example.go.id")
    with real, pytest.raises(errors.DemonstrationKey):
        issuing.issue(award.pk, keys=signing_keys(demo=True), at=AT)
    assert Certificate.objects.count() == 0


def test_the_file_is_stored_under_its_own_hash_and_named_once() -> None:
    certificate = make_certificate(with_file=True)
    path = filing.stored_path(certificate.file_sha256, "pdf")
    assert path.read_bytes().startswith(b"%PDF-1.7")
    before = certificate.file_sha256
    filing.make_file(certificate.pk, keys=signing_keys(), at=AT)
    certificate.refresh_from_db()
    assert certificate.file_sha256 == before
    assert not filing.name_file(certificate.pk, file_sha256="0" * 64, at=AT)


def test_a_repeated_rendering_makes_the_same_file() -> None:
    """So a worker killed between sealing and naming leaves no second genuine file behind."""
    certificate = make_certificate()
    filing.make_file(certificate.pk, keys=signing_keys(), at=AT)
    certificate.refresh_from_db()
    signed = filing.signed_record(certificate)
    company = accompanying.accompany(certificate, signed, keys=signing_keys())
    again = filing.seal(filing.paper_of(signed, company), certificate, keys=signing_keys())
    assert filing.store(again, "pdf") == certificate.file_sha256


def test_the_next_certificate_takes_few_statements_and_reads_nothing_of_the_teaching(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A frozen course weighs megabytes; a worker that took it apart for every person would do little else."""
    monkeypatch.setattr(sweeping, "signing_keys", signing_keys)
    home = make_organization(name="Balai")
    cohort = make_cohort(home)
    assert cohort.edition is not None
    make_part(cohort.edition, issuer=home)
    first, second = (make_enrolment(make_person(name=name), cohort) for name in ("Ani", "Budi"))
    sweeping.advance_enrolment(first.pk, at=AT)
    with CaptureQueriesContext(connection) as asked:
        sweeping.advance_enrolment(second.pk, at=AT)
    said = [query["sql"] for query in asked if not CONTROL.match(query["sql"])]
    assert Certificate.objects.exclude(file_sha256="").count() == 2
    assert [sql for sql in said if TEACHING.search(sql)] == []
    assert len(said) <= STATEMENTS, "\n".join(said)


def test_an_award_that_another_worker_opened_meanwhile_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_organization(name="Balai")
    cohort = make_cohort(home)
    assert cohort.edition is not None
    make_part(cohort.edition, issuer=home)
    enrolment, gather = make_enrolment(make_person(), cohort), awarding.gather
    faster: list[Award] = []

    def overtaken(award: Award, *, at: datetime) -> awarding.AwardFacts:
        monkeypatch.setattr(awarding, "gather", gather)
        faster.extend(awarding.evaluate(enrolment.pk, at=at))
        return gather(award, at=at)

    monkeypatch.setattr(awarding, "gather", overtaken)
    assert awarding.evaluate(enrolment.pk, at=AT) == faster == list(Award.objects.all())
    assert [award.state for award in faster] == [Award.State.READY]


def test_a_paper_never_says_that_the_training_lasted_beyond_its_own_completion() -> None:
    home = make_organization(name="Balai")
    for ends_on in (date(2027, 1, 6), None):
        cohort = make_cohort(home, ends_on=ends_on)
        assert cohort.edition is not None
        make_part(cohort.edition, issuer=home)
        [award] = awarding.evaluate(make_enrolment(make_person(), cohort).pk, at=AT)
        certificate = issuing.issue(award.pk, keys=signing_keys(), at=AT)
        assert certificate is not None
        assert json.loads(certificate.record_text)["held"]["ends_on"] == "2026-11-22"
