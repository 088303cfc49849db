"""What anyone sees at /v/<code>: the register's answer, its reasons, and nothing that must stay private."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role
from certificates import codes, revoking
from certificates.looking_up import look_up
from certificates.models import Certificate, SigningKey
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_certificate, revoke, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def page(client: Client, code: str, status: int = 200) -> str:
    response = client.get(reverse("certificates:show", args=[code]))
    assert response.status_code == status
    return response.content.decode()


def test_a_valid_certificate_shows_the_holder_first_and_the_facts(client: Client) -> None:
    certificate = make_certificate(person=make_person(name="Ani Lestari, S.Tr.Sos."))
    text = page(client, certificate.code)
    assert "Tercatat dan berlaku" in text
    assert text.index('class="person">Ani Lestari, S.Tr.Sos.') < text.index(certificate.number)
    assert "Bimtek ATENSI Dasar" in text
    assert "CONTOH" in text


def test_the_page_keeps_private_what_is_private(client: Client) -> None:
    person = make_person(name="Ani", nip="198501012010012001", email="ani@example.go.id", phone="081234567890")
    text = page(client, make_certificate(person=person).code)
    for secret in (person.nip, person.email, person.phone, person.participant_number):
        assert str(secret) not in text


def test_a_code_typed_in_another_shape_leads_to_the_same_address(client: Client) -> None:
    certificate = make_certificate()
    typed = certificate.code.lower().replace("-", " ")
    response = client.get(reverse("certificates:show", args=[typed]))
    assert response.status_code == 302
    assert response["Location"] == certificate.get_absolute_url()


def test_an_unknown_code_is_not_recorded_here_and_never_called_false(client: Client) -> None:
    text = page(client, codes.new_code(), 404)
    assert "Tidak tercatat di sini" in text
    assert "palsu" not in text.lower()


def test_a_typing_mistake_is_told_apart_from_an_unknown_code(client: Client) -> None:
    certificate = make_certificate()
    first = certificate.code[0]
    wrong = ("A" if first != "A" else "C") + certificate.code[1:]
    text = page(client, wrong, 404)
    assert "salah ketik" in text.lower()
    assert "Tercatat dan berlaku" not in text


def test_each_status_has_an_answer_of_its_own(client: Client) -> None:
    home = make_organization(name="Balai")
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    now = timezone.now()
    revoked, suspended = make_certificate(organization=home), make_certificate(organization=home)
    revoke(revoked, reason="Syarat ternyata tidak terpenuhi", at=now)
    revoking.suspend(suspended, reason="Sedang diperiksa", actor=citra, at=now)
    expired = make_certificate(organization=home, at=AT - timedelta(days=390), validity_months=12)
    answers = {
        revoked: ("sudah dicabut", "Syarat ternyata tidak terpenuhi"),
        suspended: ("ditangguhkan", "Sedang diperiksa"),
        expired: ("kedaluwarsa", "kedaluwarsa"),
    }
    for certificate, (words, reason) in answers.items():
        text = page(client, certificate.code)
        assert words in text
        assert reason in text
        assert "Tercatat dan berlaku" not in text
    assert "Masa berlakunya juga sudah lewat" not in page(client, revoked.code) + page(client, expired.code)
    revoke(expired, reason="Palsu", at=now)  # revoked and past its end: one answer, both facts
    text = page(client, expired.code)
    assert "sudah dicabut" in text
    assert "Masa berlakunya juga sudah lewat" in text
    facts = client.get(expired.get_absolute_url(), headers={"Accept": "application/json"}).json()
    assert (facts["answer"], facts["status"], facts["expired"]) == ("revoked", "revoked", True)
    revoking.reinstate(suspended, reason="Sudah diperiksa", actor=citra, at=now)
    assert "Tercatat dan berlaku" in page(client, suspended.code)


def test_an_erased_name_leaves_the_certificate_standing(client: Client) -> None:
    certificate = make_certificate(person=make_person(name="Ani Lestari"))
    Certificate.objects.filter(pk=certificate.pk).update(name_member="")
    text = page(client, certificate.code)
    assert "Ani Lestari" not in text
    assert "Tercatat dan berlaku" in text


def _tamper(certificate: Certificate, column: str, value: str | date) -> None:
    """Edit the row as a database administrator could who switches the triggers off."""
    table = Certificate._meta.db_table
    update = f"UPDATE {table} SET {column} = %s WHERE id = %s"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(update, [value, certificate.pk])
            cursor.execute("SET LOCAL session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(update, [value, certificate.pk])
        for _name, sql in triggers:
            cursor.execute(sql)


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("record_text", lambda c: c.record_text.replace("Bimtek ATENSI Dasar", "Bimtek ATENSI Lanjut")),
        ("record_text", lambda c: "{}"),
        ("record_sha256", lambda c: "0" * 64),
        ("signature", lambda c: "A" + c.signature[1:] if c.signature[0] != "A" else "B" + c.signature[1:]),
        ("key_id", lambda c: "k1-0000000000000000"),
        ("name_member", lambda c: c.name_member.replace("Ani", "Oni")),
        ("number", lambda c: "9999/SP/X/I/2026"),
        ("valid_until", lambda c: date(2099, 1, 1)),
        ("issued_on", lambda c: date(2020, 1, 1)),
        ("kind", lambda c: "competence"),
    ],
)  # fmt: skip
def test_a_register_row_that_somebody_edited_is_not_believed(client: Client, column: str, change: object) -> None:
    certificate = make_certificate(person=make_person(name="Ani Lestari"))
    assert callable(change)
    _tamper(certificate, column, change(certificate))
    text = page(client, certificate.code)
    assert "Tercatat dan berlaku" not in text
    assert "tidak cocok dengan tanda tangannya" in text


def test_a_signature_by_an_unregistered_key_is_not_believed(client: Client) -> None:
    stranger = signing_keys(demo=False)
    certificate = make_certificate()
    _tamper(certificate, "signature", stranger.record.sign(certificate.record_text.encode()))
    assert "Tercatat dan berlaku" not in page(client, certificate.code)


def test_verification_takes_one_statement_however_long_the_history(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    home = make_organization(name="Balai")
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    certificate = make_certificate(organization=home)
    for _round in range(5):
        revoking.suspend(certificate, reason="Diperiksa", actor=citra, at=timezone.now())
        revoking.reinstate(certificate, reason="Selesai", actor=citra, at=timezone.now())
    page(client, certificate.code)
    with django_assert_num_queries(1):
        assert page(client, certificate.code).count("Ditangguhkan") == 5
    for nothing in (codes.new_code(), f"{certificate.code[:-1]}{'A' if certificate.code[-1] != 'A' else 'C'}"):
        with django_assert_num_queries(int(codes.is_normal(nothing))):
            assert look_up(nothing, at=AT) is None
    # A key that ended: the log is asked when it took the certificate up.
    SigningKey.objects.filter(key_id=certificate.key_id).update(retired_at=timezone.now())
    with django_assert_num_queries(2):
        page(client, certificate.code)


def test_programs_get_the_same_facts_as_json(client: Client) -> None:
    certificate = make_certificate()
    response = client.get(certificate.get_absolute_url(), headers={"accept": "application/json"})
    facts = response.json()
    assert (facts["answer"], facts["intact"], facts["registered"]) == ("valid", True, True)
    assert facts["record"]["number"] == certificate.number
    asked = {
        "application/json, text/plain, */*": True,  # what scripts send
        "text/html;q=0.2, application/json": True,
        "application/json, text/html;q=0": True,
        "application/json;q=0.9, text/html": False,
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": False,  # what browsers send
        "application/json;q=0, */*": False,
        "*/*": False,
        "": False,
    }
    for accept, in_json in asked.items():
        said = client.get(certificate.get_absolute_url(), headers={"accept": accept})["Content-Type"]
        assert (accept, said == "application/json") == (accept, in_json)
    for code, problem in ((codes.new_code(), False), (certificate.code[:-1], True)):
        unknown = client.get(reverse("certificates:show", args=[code]), headers={"accept": "application/json"})
        assert (unknown.status_code, unknown["Content-Type"]) == (404, "application/json")
        said = unknown.json()
        assert (said["answer"], said["registered"], bool(said["problem"])) == ("not_recorded", False, problem)


def test_the_page_cannot_be_posted_to_and_answers_who_only_asks_for_its_head(client: Client) -> None:
    address = make_certificate().get_absolute_url()
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200
    assert client.head(reverse("certificates:show", args=[codes.new_code()])).status_code == 404


def test_a_code_typed_on_the_verification_page_leads_to_the_certificate(client: Client) -> None:
    certificate = make_certificate()
    response = client.get(reverse("certificates:verify"), {"kode": f" {certificate.code.lower()} "})
    assert response["Location"] == certificate.get_absolute_url()
    wrong = client.get(reverse("certificates:verify"), {"kode": "123"})
    assert wrong.status_code == 400
    assert "18" in wrong.content.decode()


def test_a_number_is_answered_only_together_with_the_name(client: Client) -> None:
    certificate = make_certificate(person=make_person(name="Ani Lestari, S.Tr.Sos."))
    address = reverse("certificates:verify_number")
    found = client.post(address, {"number": certificate.number.lower(), "name": "ANI  LESTARI"})
    assert found["Location"] == certificate.get_absolute_url()
    for number, name in ((certificate.number, "Dewi"), ("1/SP/X/I/2026", "Ani Lestari")):
        assert client.post(address, {"number": number, "name": name}).status_code == 404
    assert client.post(address, {"number": certificate.number}).status_code == 400


def test_look_ups_by_number_are_limited_per_address(client: Client) -> None:
    address = reverse("certificates:verify_number")
    answers = [client.post(address, {"number": str(n), "name": "x"}).status_code for n in range(125)]
    assert answers[:120] == [404] * 120
    assert set(answers[120:]) == {429}


def test_public_keys_stand_under_well_known(client: Client) -> None:
    certificate = make_certificate()
    kids = [key["kid"] for key in client.get(reverse("certificates:jwks")).json()["keys"]]
    assert sorted(kid.split("-")[0] for kid in kids) == ["k1", "k2", "k4"]
    assert certificate.key_id in kids
    did = client.get(reverse("certificates:did")).json()
    assert did["id"].startswith("did:web:")
    assert sorted(name.split("#")[1] for name in did["assertionMethod"]) == sorted(kids)
    assert {method["type"] for method in did["verificationMethod"]} == {"Multikey", "JsonWebKey"}
    assert len(did["verificationMethod"]) == 4
    assert client.get(reverse("certificates:key_chain")).content.count(b"BEGIN CERTIFICATE") >= 1
    assert len(client.get(reverse("certificates:key_register")).json()["keys"]) == 4
