"""A wrong name on paper: two persons, a new certificate, both linked, nothing edited."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role, User
from certificates import awarding, erasing, errors, issuing, replacing, revocations, revoking
from certificates.judging import Answer, answer_of
from certificates.looking_up import look_up
from certificates.models import Award, Certificate, ReplacementRequest
from tests.certificates.test_requests_with_evidence import photo
from tests.factories_accounts import AT, make_membership, make_organization, make_person
from tests.factories_certificates import make_certificate, revoke, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


@pytest.fixture
def certificate() -> Certificate:
    home = make_organization(name="Balai")
    return make_certificate(organization=home, person=make_person(name="Ani Lestary"))


@pytest.fixture
def head(certificate: Certificate) -> User:
    return make_person(name="Kepala", role=Role.PIMPINAN, organization=certificate.issuer)


def ask(certificate: Certificate) -> ReplacementRequest:
    assert certificate.user is not None
    return replacing.request(
        certificate, proposed_name="Ani Lestari, S.Tr.Sos.", reason="Salah ketik", actor=certificate.user, at=AT
    )


def test_the_new_certificate_replaces_the_old_one_and_both_say_so(certificate: Certificate, head: User) -> None:
    before = certificate.record_text
    award = replacing.agree(ask(certificate), actor=head, at=AT)
    new = issuing.issue(award.pk, keys=signing_keys(), at=AT)
    assert new is not None
    record = json.loads(new.record_text)
    assert json.loads(new.name_member)["name"] == "Ani Lestari, S.Tr.Sos."
    assert record["replaces"] == certificate.number
    assert new.number != certificate.number
    assert new.code != certificate.code
    old_standing, new_standing = look_up(certificate.code, at=AT), look_up(new.code, at=AT)
    assert old_standing is not None
    assert new_standing is not None
    assert answer_of(old_standing) == Answer.REPLACED
    assert old_standing.replaced_by == new
    assert old_standing.holder_name == "Ani Lestary"
    assert answer_of(new_standing) == Answer.VALID
    assert new_standing.replaces == certificate
    certificate.refresh_from_db()
    assert certificate.record_text == before


def test_everything_but_name_number_code_and_day_is_word_for_word_the_same(
    certificate: Certificate, head: User
) -> None:
    award = replacing.agree(ask(certificate), actor=head, at=AT)
    new = issuing.issue(award.pk, keys=signing_keys(), at=AT)
    assert new is not None
    old_record, record = json.loads(certificate.record_text), json.loads(new.record_text)
    changed = {name for name in record if record[name] != old_record[name]}
    new_members = {"salt", "code", "number", "holder", "name_confirmed_at", "replaces", "replacement", "status"}
    assert changed == new_members
    assert record["replacement"]["kind"] == "correction"


def test_the_printed_name_is_the_one_agreed_to_whatever_the_account_says_since(
    certificate: Certificate, head: User
) -> None:
    award = replacing.agree(ask(certificate), actor=head, at=AT)
    User.objects.filter(pk=certificate.user_id).update(full_name="Ani Lestarie")
    new = issuing.issue(award.pk, keys=signing_keys(), at=AT)
    assert new is not None
    assert json.loads(new.name_member)["name"] == "Ani Lestari, S.Tr.Sos."


def test_a_suspended_certificate_is_not_replaced_by_a_valid_one(certificate: Certificate, head: User) -> None:
    administrator = make_person(name="Citra Admin", role=Role.ADMINISTRATOR, organization=certificate.issuer)
    asked = ask(certificate)
    revoking.suspend(certificate, reason="Sedang diperiksa", actor=administrator, at=AT)
    with pytest.raises(errors.NotInForce):
        replacing.agree(asked, actor=head, at=AT)
    with pytest.raises(errors.NotInForce):
        ask(certificate)
    assert not Award.objects.filter(replaces=certificate).exists()


def test_an_expired_certificate_is_not_replaced_and_its_request_says_so(
    client: Client, certificate: Certificate, head: User
) -> None:
    person = make_person(name="Eko")
    expiring = make_certificate(organization=certificate.issuer, person=person, validity_months=1)
    assert expiring.valid_until == date(2026, 12, 22)
    last_day, after = AT + timedelta(days=30), AT + timedelta(days=31)
    asked = replacing.request(expiring, proposed_name="Eko P", reason="Kurang huruf", actor=person, at=last_day)
    with pytest.raises(errors.HasExpired):
        replacing.agree(asked, actor=head, at=after)
    asked.refresh_from_db()
    assert asked.state == "open"
    replacing.decline(asked, answer="Sudah kedaluwarsa", actor=head, at=after)
    with time_machine.travel(after, tick=False):
        client.force_login(person)
        address = reverse("certificates:request_replacement", args=[expiring.public_id])
        assert address not in client.get(reverse("certificates:mine")).content.decode()
        answer = client.post(
            address, {"proposed_name": "Eko P", "reason": "Kurang huruf", "uploads": [photo()]}
        ).content.decode()
    assert "sertifikat yang kedaluwarsa tidak diganti" in answer
    assert ReplacementRequest.objects.count() == 1
    assert not Award.objects.exclude(replaces=None).exists()


def test_a_replacement_is_issued_on_the_last_day_and_refused_the_day_after(
    certificate: Certificate, head: User
) -> None:
    outcomes = []
    for days in (30, 31):
        expiring = make_certificate(organization=certificate.issuer, validity_months=1)
        award = replacing.agree(ask(expiring), actor=head, at=AT)
        new = issuing.issue(award.pk, keys=signing_keys(), at=AT + timedelta(days=days))
        award.refresh_from_db()
        outcomes.append((new is not None, award.state))
    assert outcomes == [(True, Award.State.ISSUED), (False, Award.State.REFUSED)]
    assert "kedaluwarsa" in award.reason
    assert revoking.last_status(expiring) == "valid"


def test_whoever_asked_or_holds_it_cannot_agree(certificate: Certificate) -> None:
    holder = certificate.user
    assert holder is not None
    assert certificate.issuer is not None
    make_membership(holder, certificate.issuer, Role.PIMPINAN)
    asked = ask(certificate)
    with pytest.raises(errors.SamePerson):
        replacing.agree(asked, actor=holder, at=AT)
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=certificate.issuer)
    second = make_certificate(organization=certificate.issuer)
    by_citra = replacing.request(second, proposed_name="X", reason="Y", actor=citra, at=AT)
    with pytest.raises(errors.SamePerson):
        replacing.agree(by_citra, actor=citra, at=AT)
    assert Award.objects.exclude(replaces=None).count() == 0


def test_outsiders_neither_ask_nor_agree(certificate: Certificate) -> None:
    dewi = make_person(name="Dewi", role=Role.PIMPINAN, organization=make_organization(name="Lain"))
    with pytest.raises(errors.NotAllowed):
        replacing.request(certificate, proposed_name="X", reason="Y", actor=dewi, at=AT)
    with pytest.raises(errors.NotAllowed):
        replacing.agree(ask(certificate), actor=dewi, at=AT)


def test_one_request_at_a_time_and_a_refusal_leaves_all_as_it_was(certificate: Certificate, head: User) -> None:
    asked = ask(certificate)
    with pytest.raises(errors.RequestPending):
        ask(certificate)
    with pytest.raises(errors.ReasonMissing):
        replacing.decline(asked, answer="", actor=head, at=AT)
    replacing.decline(asked, answer="Nama sudah benar", actor=head, at=AT)
    with pytest.raises(errors.AlreadyDecided):
        replacing.agree(asked, actor=head, at=AT)
    assert revoking.last_status(certificate) == "valid"
    assert User.objects.get(pk=certificate.user_id).full_name == "Ani Lestary"
    ask(certificate)


def test_a_revoked_certificate_is_not_replaced_even_when_it_was_agreed(certificate: Certificate, head: User) -> None:
    award = replacing.agree(ask(certificate), actor=head, at=AT)
    revoke(certificate, reason="Keliru", at=AT)
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    assert Certificate.objects.count() == 1
    award.refresh_from_db()
    assert award.state == Award.State.REFUSED


def test_an_agreement_that_cannot_be_kept_is_closed_and_hinders_nothing_later(
    certificate: Certificate, head: User, tmp_path: Path, settings: Any
) -> None:
    settings.CERTIFICATE_DIR = tmp_path
    administrator = make_person(name="Citra Admin", role=Role.ADMINISTRATOR, organization=certificate.issuer)
    award = replacing.agree(ask(certificate), actor=head, at=AT)
    revoking.suspend(certificate, reason="Sedang diperiksa", actor=administrator, at=AT)
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    closed = ReplacementRequest.objects.get()
    assert (closed.state, "ditangguhkan" in closed.answer) == ("declined", True)
    revoking.reinstate(certificate, reason="Benar", actor=administrator, at=AT)
    again = replacing.agree(ask(certificate), actor=head, at=AT)
    assert (again.pk, again.state) == (award.pk, Award.State.READY)
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is not None
    # What was kept stays kept, whoever looks again.
    awarding.move(again, at=AT)
    assert ReplacementRequest.objects.latest("pk").state == "agreed"

    lost = make_certificate(organization=certificate.issuer, with_file=True)
    replacing.agree(ask(lost), actor=head, at=AT)
    with pytest.raises(errors.CorrectionPending):
        erasing.erase_name(lost, reason="Surat 12/2026", actor=administrator, at=AT)
    revoke(lost, at=AT)
    erasing.erase_name(lost, reason="Surat 12/2026", actor=administrator, at=AT)
    assert ReplacementRequest.objects.filter(certificate=lost).values_list("state", "proposed_name").get() == (
        "declined",
        "",
    )


def test_a_revocation_that_waits_is_not_evaded_by_a_newer_paper(certificate: Certificate, head: User) -> None:
    administrator = make_person(name="Citra Admin", role=Role.ADMINISTRATOR, organization=certificate.issuer)
    holder = certificate.user
    assert holder is not None
    award = replacing.agree(ask(certificate), actor=head, at=AT)
    asked = revocations.request(certificate, reason="Ijazah palsu", actor=administrator, at=AT)
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    for verb in (lambda: ask(certificate), lambda: lost_paper(certificate, holder)):
        with pytest.raises(errors.RevocationPending):
            verb()
    revocations.decline(asked, answer="Ijazah benar", actor=head, at=AT)
    waiting = lost_paper(certificate, holder)
    asked = revocations.request(certificate, reason="Ijazah palsu", actor=administrator, at=AT)
    with pytest.raises(errors.RevocationPending):
        replacing.agree(waiting, actor=head, at=AT)
    revocations.agree(asked, actor=head, at=AT)
    assert (revoking.last_status(certificate), Certificate.objects.count()) == ("revoked", 1)


def lost_paper(certificate: Certificate, holder: User) -> ReplacementRequest:
    return replacing.request_duplicate(certificate, reason="Hilang", actor=holder, at=AT)


def test_the_screens_of_a_correction(client: Client, certificate: Certificate, head: User) -> None:
    assert certificate.user is not None
    client.force_login(certificate.user)
    address = reverse("certificates:request_replacement", args=[certificate.public_id])
    assert client.get(address).status_code == 200
    assert client.post(address, {"proposed_name": "", "reason": ""}).status_code == 200
    assert ReplacementRequest.objects.count() == 0
    client.post(address, {"proposed_name": "Ani Lestari", "reason": "Salah ketik", "uploads": [photo()]})
    asked = ReplacementRequest.objects.get()
    agree = reverse("certificates:agree_replacement", args=[asked.public_id])
    assert client.post(agree).status_code == 404
    client.force_login(head)
    assert "Ani Lestari" in client.get(reverse("certificates:replacements")).content.decode()
    assert client.post(agree).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "agreed"
    assert Award.objects.exclude(replaces=None).get().state == Award.State.READY


def test_a_trainer_finds_a_participants_certificate_by_its_code(client: Client, certificate: Certificate) -> None:
    client.force_login(make_person(name="Tono", role=Role.TRAINER, organization=certificate.issuer))
    address = reverse("certificates:replacements")
    found = client.get(address, {"kode": certificate.code.lower()})
    assert found["Location"] == reverse("certificates:request_replacement", args=[certificate.public_id])
    foreign = make_certificate(organization=make_organization(name="Lain"))
    assert "Tidak ada sertifikat" in client.get(address, {"kode": foreign.code}).content.decode()


def _mine(client: Client, certificate: Certificate) -> str:
    assert certificate.user is not None
    client.force_login(certificate.user)
    return client.get(reverse("certificates:mine")).content.decode()


def test_the_holder_reads_how_the_request_stands_who_decided_and_why(
    client: Client, certificate: Certificate, head: User
) -> None:
    link = reverse("certificates:request_replacement", args=[certificate.public_id])
    assert link in _mine(client, certificate)
    asked = ask(certificate)
    text = _mine(client, certificate)
    assert "Menunggu orang kedua" in text
    assert link not in text
    replacing.decline(asked, answer="Nama di KTP berbeda", actor=head, at=AT)
    text = _mine(client, certificate)
    for said in ("Ditolak", "Nama di KTP berbeda", "Kepala, ", link):
        assert said in text
    award = replacing.agree(ask(certificate), actor=head, at=AT)
    text = _mine(client, certificate)
    assert "Sertifikat baru" in text
    assert "Disetujui dan diterbitkan" not in text
    assert "Nama di KTP berbeda" not in text
    new = issuing.issue(award.pk, keys=signing_keys(), at=AT)
    assert new is not None
    text = _mine(client, certificate)
    assert "Disetujui dan diterbitkan" in text
    assert new.number in text


def test_the_asker_finds_each_request_and_its_answer_on_the_page_of_corrections(
    client: Client, certificate: Certificate, head: User
) -> None:
    trainer = make_person(name="Budi", role=Role.TRAINER, organization=certificate.issuer)
    asked = replacing.request(certificate, proposed_name="Ani L", reason="Salah", actor=trainer, at=AT)
    client.force_login(trainer)
    address = reverse("certificates:replacements")
    assert "Menunggu orang kedua" in client.get(address).content.decode()
    replacing.decline(asked, answer="Belum ada bukti", actor=head, at=AT)
    for reader in (trainer, head):
        client.force_login(reader)
        text = client.get(address).content.decode()
        for said in ("Ditolak", "Belum ada bukti", "Kepala, "):
            assert said in text
    client.force_login(make_person(name="Lain", role=Role.TRAINER, organization=make_organization(name="Lain")))
    assert "Belum ada bukti" not in client.get(address).content.decode()


def test_a_suspended_certificate_offers_no_correction(client: Client, certificate: Certificate) -> None:
    link = reverse("certificates:request_replacement", args=[certificate.public_id])
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=certificate.issuer)
    revoking.suspend(certificate, reason="Sedang diperiksa", actor=citra, at=AT)
    assert link not in _mine(client, certificate)
    revoking.reinstate(certificate, reason="Sudah diperiksa", actor=citra, at=AT)
    assert link in _mine(client, certificate)


def test_the_menu_leads_to_corrections_and_counts_those_that_wait_for_oneself(
    client: Client, certificate: Certificate, head: User
) -> None:
    link = f'href="{reverse("certificates:replacements")}"'
    trainer = make_person(name="Budi", role=Role.TRAINER, organization=certificate.issuer)
    assert replacing.waiting_for(head) == 0
    ask(certificate)
    assert (replacing.waiting_for(head), replacing.waiting_for(trainer)) == (1, 0)
    assert certificate.user is not None
    assert certificate.issuer is not None
    make_membership(certificate.user, certificate.issuer, Role.PIMPINAN)  # one's own request is another's business
    assert replacing.waiting_for(certificate.user) == 0
    for person, counted in ((head, True), (trainer, False)):
        client.force_login(person)
        text = client.get(reverse("certificates:replacements")).content.decode()
        assert text.count('aria-current="page"') == 1
        assert link in text
        assert ('class="count num">1<' in text) is counted


def test_the_page_of_corrections_takes_the_same_statements_for_one_and_for_many(
    client: Client, head: User, certificate: Certificate, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        one = make_certificate(organization=certificate.issuer, person=make_person(name=f"Orang {number}"))
        asked = ask(one)
        if number % 2:
            replacing.decline(asked, answer="Tidak", actor=head, at=AT)
    client.force_login(head)
    with django_assert_max_num_queries(16):
        client.get(reverse("certificates:replacements"))
