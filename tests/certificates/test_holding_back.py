"""What must not be issued or sealed is held back with a reason, and never tried again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organization, Role
from certificates import awarding, filing, issuing, sweeping
from certificates.holding import activities
from certificates.keys import load_signing_keys
from certificates.keys.making import Owner, make_keys
from certificates.models import Award, AwardRule, Certificate, NumberSequence, Signatory, SigningKey
from courses.completing import fulfil, withdraw
from courses.models import EditionPart, Enrolment, Requirement
from courses.parts import problems_of
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import (
    PASSPHRASE,
    make_award,
    make_certificate,
    make_cohort,
    make_course,
    make_decided,
    make_enrolment,
    make_licence,
    make_part,
    signing_keys,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
RULES = "wagtailsnippets_certificates_awardrule"
ONE_FOR_ALL = "{urut:04d}/{kode_unit}/{tahun}"


@pytest.fixture(autouse=True)
def _keys_of_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "signing_keys", signing_keys)


def test_two_kinds_that_print_one_number_are_held_up_and_not_tried_for_ever() -> None:
    home = make_organization(name="LSP", kind="lsp")
    make_licence(home)
    first = make_certificate(organization=home, number_template=ONE_FOR_ALL, with_file=True)
    award = make_decided(home, number_template=ONE_FOR_ALL)
    assert award.state == Award.State.READY
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    award.refresh_from_db()
    assert award.state == Award.State.BLOCKED
    assert first.number in award.reason
    assert not NumberSequence.objects.filter(kind="competence").exists()
    assert sweeping.sweep(at=AT) == 0
    assert Certificate.objects.count() == 1


def test_a_frozen_template_that_prints_no_number_is_held_up() -> None:
    award = make_award(number_template="{urut}")
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    award.refresh_from_db()
    assert award.state == Award.State.BLOCKED


def blocking(rule: AwardRule) -> list[str]:
    """What keeps an angkatan of the rule's course from opening, as far as the rule is to blame."""
    assert rule.course is not None
    texts = [str(problem.text) for problem in problems_of(rule.course) if problem.blocking]
    return [text for text in texts if "Aturan sertifikat" in text]


def make_rule(*, organization: Organization | None = None, **fields: Any) -> AwardRule:
    home = organization or make_organization(name="Balai")
    signatory = Signatory.objects.create(organization=home, name="Rahmat", position="Kepala", place="Serang")
    return AwardRule.objects.create(organization=home, course=make_course(home), signatory=signatory, **fields)


def posted(rule: AwardRule, **fields: object) -> dict[str, object]:
    return {
        "organization": rule.organization_id,
        "course": rule.course_id,
        "kind": rule.kind,
        "mode": "automatic",
        "is_active": "on",
        "result_label": "Lulus",
        "signatory": rule.signatory_id,
        "legal_basis": "",
        "number_template": rule.number_template,
        "classification": "",
        "scheme_code": rule.scheme_code,
        "scheme_title": rule.scheme_title,
        **fields,
    }


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("number_template", ONE_FOR_ALL, "{jenis}"),
        ("legal_basis", "\n".join(f"Peraturan {n}" for n in range(9)), "8 baris"),
        ("legal_basis", "P" * 256, "255 karakter"),
        ("legal_basis", "NIP 198501012010012001", "8 baris"),
    ],
)
def test_a_rule_that_no_paper_can_say_is_not_saved(client: Client, field: str, value: str, said: str) -> None:
    other = make_rule(
        kind="competence", number_template=ONE_FOR_ALL, scheme_code="S", scheme_title="Skema", is_active=False
    )
    rule = make_rule(organization=other.organization)
    client.force_login(make_person(name="Citra", role=Role.ADMINISTRATOR, organization=rule.organization))
    address = reverse(f"{RULES}:edit", args=[rule.pk])
    refused = client.post(address, posted(rule, **{field: value}))
    assert said in refused.content.decode()
    rule.refresh_from_db()
    assert getattr(rule, field) != value
    assert client.post(address, posted(rule, legal_basis="Permensos 7/2021")).status_code == 302


def test_one_kind_alone_may_leave_out_the_word_for_the_kind(client: Client) -> None:
    rule = make_rule()
    client.force_login(make_person(name="Citra", role=Role.ADMINISTRATOR, organization=rule.organization))
    address = reverse(f"{RULES}:edit", args=[rule.pk])
    assert client.post(address, posted(rule, number_template=ONE_FOR_ALL)).status_code == 302


@pytest.mark.parametrize(
    "fields",
    [
        {"legal_basis": "\n".join(f"Peraturan {n}" for n in range(9))},
        {"legal_basis": "P" * 256},
        {"result_label": "Lulus 李"},
        {"number_template": "{urut:09d}/" + "A" * 80 + "/{tahun}"},
    ],
)
def test_an_angkatan_does_not_open_with_a_rule_that_no_paper_can_say(fields: dict[str, Any]) -> None:
    rule = make_rule(**fields)
    assert len(blocking(rule)) == 1
    AwardRule.objects.filter(pk=rule.pk).update(
        legal_basis="Permensos 7/2021", result_label="Lulus", number_template="{urut}/{jenis}/{tahun}"
    )
    assert blocking(rule) == []


def test_an_angkatan_does_not_open_with_two_kinds_that_count_to_one_number() -> None:
    rule = make_rule(number_template=ONE_FOR_ALL)
    assert blocking(rule) == []
    make_rule(
        organization=rule.organization,
        kind="competence",
        number_template=ONE_FOR_ALL,
        scheme_code="S",
        scheme_title="Skema",
    )
    [text] = blocking(rule)
    assert "{jenis}" in text


def test_the_key_that_seals_is_published_before_the_file_is_stored(tmp_path: Path) -> None:
    """The seal's key may be younger than the record's signature: made after the issue, before the file."""
    certificate = make_certificate()
    make_keys(tmp_path, passphrase=PASSPHRASE.encode(), owner=Owner(name="Balai", demo=True), at=AT)
    keys = load_signing_keys(tmp_path)
    assert not SigningKey.objects.filter(key_id=keys.seal.entry.key_id).exists()
    filing.make_file(certificate.pk, keys=keys, at=AT)
    certificate.refresh_from_db()
    assert certificate.file_sha256
    assert SigningKey.objects.filter(key_id=keys.seal.entry.key_id, purpose="seal").exists()


def test_a_specimen_is_sealed_by_a_demonstration_key_and_no_other() -> None:
    certificate = make_certificate()
    with pytest.raises(filing.FileNotMade):
        filing.make_file(certificate.pk, keys=signing_keys(demo=False), at=AT)
    certificate.refresh_from_db()
    assert not certificate.file_sha256
    assert not SigningKey.objects.filter(is_demo=False).exists()


def test_two_certificates_of_one_enrolment_are_linked_each_by_its_own_line() -> None:
    lsp = make_organization(name="LSP", kind="lsp")
    make_licence(lsp)
    training = make_award(organization=lsp)
    competence = make_decided(lsp, enrolment=training.enrolment)
    codes = {}
    for award in (training, competence):
        certificate = issuing.issue(award.pk, keys=signing_keys(), at=AT)
        assert certificate is not None
        codes[award.part.key] = certificate.code
    lines = {line.key: line.url for line in activities([Enrolment.objects.get(pk=training.enrolment_id)])}
    assert lines == {key: reverse("certificates:show", args=[code]) for key, code in codes.items()}


@pytest.mark.parametrize("state", [Award.State.READY, Award.State.WAITING_NAME])
def test_a_fulfilment_withdrawn_before_the_issue_stops_the_award(state: str) -> None:
    home = make_organization(name="Balai")
    cohort = make_cohort(home)
    assert cohort.edition is not None
    make_part(cohort.edition, issuer=home)
    quiz = EditionPart.objects.create(edition=cohort.edition, kind="quiz", key="Q-1", sha256="0" * 64, json={})
    Requirement.objects.create(edition=cohort.edition, kind="quiz", key=quiz.key, label="Kuis akhir", position=1)
    settled = state == Award.State.READY
    enrolment = make_enrolment(make_person(name="Ani", settled=settled), cohort, completed_at=None)
    fulfil(enrolment.pk, "quiz", "Q-1", at=AT, evidence={})
    [award] = awarding.evaluate(enrolment.pk, at=AT)
    assert award.state == state
    assert withdraw(enrolment.pk, "quiz", "Q-1", at=AT, reason="Nilai diubah")
    sweeping.sweep(at=AT)
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    assert Certificate.objects.count() == 0
    award = Award.objects.get(pk=award.pk)
    assert awarding.move(award, at=AT).state == Award.State.WAITING_REQUIREMENTS
    fulfil(enrolment.pk, "quiz", "Q-1", at=AT, evidence={})
    sweeping.sweep(at=AT)
    assert Certificate.objects.count() == (1 if settled else 0)
