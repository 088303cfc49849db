"""The database itself refuses to change what was promised, on both databases."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.db import Error, IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.models import Role
from certificates.looking_up import look_up
from certificates.models import Award, Certificate, Decision, LspLicence, SigningKey, StatusChange
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_award, make_certificate, make_course, make_licence, revoke

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("record_text", "{}"),
        ("signature", "x"),
        ("number", "1"),
        ("code", "x"),
        ("issued_on", date(2020, 1, 1)),
        ("valid_until", date(2030, 1, 1)),
        ("is_demo", False),
        ("training", "Lain"),
        ("name_member", '{"name":"Lain","salt":"x"}'),
        ("file_sha256", "0" * 64),
    ],
)
def test_an_issued_fact_cannot_be_updated(column: str, value: object) -> None:
    certificate = make_certificate(with_file=column == "file_sha256")
    with pytest.raises(Error, match="kept"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**{column: value})


def test_credential_and_token_are_named_once_and_the_token_goes_with_the_name() -> None:
    certificate = make_certificate()
    row = Certificate.objects.filter(pk=certificate.pk)
    row.update(credential_sha256="1" * 64, token="dG9rZW4")
    for change in ({"credential_sha256": "2" * 64}, {"credential_sha256": ""}, {"token": "bGFpbg"}, {"token": ""}):
        with pytest.raises(Error, match="kept"), transaction.atomic():
            row.update(**change)
    with pytest.raises(Error, match="kept"), transaction.atomic():
        row.update(name_member="", credential_sha256="")
    row.update(name_member="", token="")
    with pytest.raises(Error, match="kept"), transaction.atomic():
        row.update(token="dG9rZW4")


def test_links_may_become_empty_but_never_point_elsewhere() -> None:
    certificate, other = make_certificate(), make_person(name="Dewi")
    with pytest.raises(Error, match="kept"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(user=other)
    Certificate.objects.filter(pk=certificate.pk).update(
        user=None, enrolment=None, course=None, award=None, issuer=None
    )
    with pytest.raises(Error, match="kept"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(user=other)


def test_a_certificate_cannot_be_deleted() -> None:
    certificate = make_certificate()
    with pytest.raises((Error, ProtectedError)), transaction.atomic():
        certificate.delete()


def test_history_decisions_and_keys_are_append_only() -> None:
    home = make_organization(name="Balai")
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    certificate = make_certificate(organization=home)
    revoke(certificate, reason="Keliru", at=AT)
    award = make_award(organization=home, mode="approval")
    Decision.objects.create(award=award, accepted=True, decided_by=citra, decided_at=AT)
    for rows in (StatusChange.objects.all(), Decision.objects.all(), SigningKey.objects.all()):
        assert rows.exists()
        field = {StatusChange: "reason", Decision: "reason", SigningKey: "algorithm"}[rows.model]
        with pytest.raises(Error, match="kept"), transaction.atomic():
            rows.update(**{field: "x"})
        with pytest.raises(Error, match="kept"), transaction.atomic():
            rows.model._base_manager.all()._raw_delete("default")


def test_one_award_gives_at_most_one_certificate() -> None:
    """The second line behind the conditional update."""
    certificate = make_certificate()
    values = {field.attname: getattr(certificate, field.attname) for field in Certificate._meta.concrete_fields}
    twin = values | {"id": None, "code": "other", "number": "other", "number_sequence": 99, "status_index": 131_071}
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(**twin | {"public_id": uuid.uuid4()})


def test_two_awards_for_one_enrolment_and_rule_are_impossible() -> None:
    award = make_award()
    fields = ("enrolment_id", "part_id", "rule_key", "issuer_id", "kind", "mode", "state", "since", "created_at")
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.create(**{name: getattr(award, name) for name in fields})


def test_deleting_the_course_leaves_certificate_and_answer() -> None:
    home = make_organization(name="Balai")
    course = make_course(home)
    certificate = make_certificate(organization=home, course=course)
    assert certificate.course_id == course.pk
    course.delete()
    certificate.refresh_from_db()
    assert certificate.course_id is None
    standing = look_up(certificate.code, at=AT)
    assert standing is not None
    assert standing.holds


def test_people_are_archived_not_deleted_and_the_certificate_stays() -> None:
    certificate = make_certificate()
    assert certificate.user is not None
    with pytest.raises(ProtectedError):
        certificate.user.delete()


def test_a_licence_needs_two_different_administrators() -> None:
    home = make_organization(name="LSP")
    citra = make_person(name="Citra")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_licence(home, proposed_by=citra, approved_by=citra)
    waiting = make_licence(home, number="L-2", approved_by=None, approved_at=None)
    assert list(LspLicence.objects.in_force(home.pk, on=AT.date())) == []
    assert waiting.scheme_codes == {"SKM-1", "SKM-2"}
