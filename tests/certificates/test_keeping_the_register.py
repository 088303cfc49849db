"""The screens of whoever keeps the register: find, read, suspend, lift, ask, answer, erase; and what a holder sees."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Event, Role, User
from certificates import revocations, revoking
from certificates.models import Certificate
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_certificate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
REGISTER = "/sertifikat/kelola/"


def signed_in(user: User | None) -> Client:
    client = Client()
    assert user is not None
    client.force_login(user)
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return str(answer.content.decode())


def test_one_person_suspends_and_asks_another_agrees_and_everybody_reads_why() -> None:
    home = make_organization(name="Balai")
    certificate = make_certificate(organization=home, person=make_person(name="Ani Lestari"))
    citra = signed_in(make_person(name="Citra Admin", role=Role.ADMINISTRATOR, organization=home))
    wati = signed_in(make_person(name="Wati Kepala", role=Role.PIMPINAN, organization=home))
    stranger = signed_in(make_person(name="Dewi", role=Role.ADMINISTRATOR, organization=make_organization(name="Lain")))
    here = reverse("certificates:manage", args=[certificate.public_id])

    # Found by number, by code however it is typed, and by name; not by two letters, and not by a stranger.
    for words in (certificate.number[:8], certificate.code.lower().replace("-", " "), "ani lest"):
        assert here in page(citra, f"{REGISTER}?q={words}")
        assert here not in page(stranger, f"{REGISTER}?q={words}")
    assert "Tidak ditemukan" in page(citra, f"{REGISTER}?q=tidak ada")
    assert here not in page(citra, f"{REGISTER}?q=an")
    page(stranger, here, 404)

    # A pimpinan reads and answers; the steps are the administrator's.
    assert "tangguhkan/" in page(citra, here)
    assert "tangguhkan/" not in page(wati, here)
    assert wati.post(here + "tangguhkan/", {"reason": "x"}).status_code == 404
    assert "Tangguhkan" in page(citra, here + "tangguhkan/")
    assert citra.post(here + "tangguhkan/", {"reason": " "}).status_code == 200
    named = citra.post(here + "tangguhkan/", {"reason": "Ani Lestari diperiksa"})
    assert "Jangan tulis nama" in named.content.decode()
    assert not certificate.status_changes.exists()
    assert citra.post(here + "tangguhkan/", {"reason": "Sedang diperiksa"}).status_code == 302
    assert "Pulihkan" in page(citra, here)

    mine = page(signed_in(certificate.user), "/sertifikat/")
    for words in ("Ditangguhkan", "Sedang diperiksa", "Tanyakan kepada Balai"):
        assert words in mine

    # Asked for; nothing changes before the second person's word, who finds it at the start.
    assert citra.post(here + "cabut/", {"reason": "Terdaftar dua kali"}).status_code == 302
    assert revoking.last_status(certificate) == "suspended"
    assert "cabut/" not in page(citra, here), "asked for once"
    asked = certificate.revocation_requests.get()
    answer = reverse("certificates:answer_revocation", args=[asked.public_id])
    assert answer not in page(citra, REGISTER), "whoever asked does not answer"
    page(citra, answer, 404)
    page(stranger, answer, 404)
    assert "1 pencabutan sertifikat menunggu orang kedua" in page(wati, "/tim/")
    assert answer in page(wati, REGISTER)
    assert "Terdaftar dua kali" in page(wati, answer)
    assert wati.post(answer, {"agreed": "no", "answer": ""}).status_code == 200
    assert wati.post(answer, {"agreed": "yes"}).status_code == 302
    assert revoking.last_status(certificate) == "revoked"
    page(wati, answer, 404)

    # The keepers read who did it; everybody else what and why.
    kept, public = page(wati, here), page(Client(), certificate.get_absolute_url())
    for words in ("Sedang diperiksa", "Terdaftar dua kali", "Dicabut"):
        assert words in kept
        assert words in public
    assert "Citra Admin" in kept
    assert "Wati Kepala" in kept
    assert "Citra Admin" not in public
    assert "Wati Kepala" not in public
    facts = Client().get(certificate.get_absolute_url(), headers={"accept": "application/json"}).json()
    assert [(line["event"], line["reason"]) for line in facts["history"]] == [
        ("issued", ""),
        ("suspended", "Sedang diperiksa"),
        ("revoked", "Terdaftar dua kali"),
    ]
    assert "Dicabut" in page(signed_in(certificate.user), "/sertifikat/")
    event = Event.objects.about(certificate).get(verb="certificate_revoked")
    assert event.actor is not None
    assert (event.actor.full_name, event.reason) == ("Wati Kepala", "Terdaftar dua kali")


def test_a_declined_revocation_is_answered_and_an_erasure_is_confirmed() -> None:
    home = make_organization(name="Balai")
    person = make_person(name="Ani Lestari", role=Role.PARTICIPANT, organization=home)
    certificate = make_certificate(organization=home, person=person, with_file=True)
    citra = make_person(name="Citra Admin", role=Role.ADMINISTRATOR, organization=home)
    wati = make_person(name="Wati Kepala", role=Role.PIMPINAN, organization=home)
    here = reverse("certificates:manage", args=[certificate.public_id])
    asked = revocations.request(certificate, reason="Terdaftar dua kali", actor=citra, at=AT)
    answer = reverse("certificates:answer_revocation", args=[asked.public_id])
    assert signed_in(wati).post(answer, {"agreed": "no", "answer": "Orangnya berbeda"}).status_code == 302
    assert "Orangnya berbeda" in page(signed_in(citra), here)
    erase = here + "hapus-nama/"
    assert "tidak dapat dibatalkan" in page(signed_in(citra), erase)
    assert signed_in(wati).post(erase, {"reason": "Surat 12"}).status_code == 404
    assert signed_in(citra).post(erase, {"reason": "Surat 12"}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.name_member == ""
    after = page(signed_in(citra), here)
    assert "hapus-nama/" not in after
    assert "Surat 12" in after
    public = page(Client(), certificate.get_absolute_url())
    assert "Surat 12" not in public
    assert "Nama dihapus" in public
    assert here not in page(signed_in(citra), f"{REGISTER}?q=Ani Lestari"), "not found by a name that was erased"


def test_a_suspended_certificate_of_a_person_counts_no_more_in_the_team() -> None:
    home = make_organization(name="Balai")
    person = make_person(name="Ani Lestari", role=Role.PARTICIPANT, organization=home)
    certificate = make_certificate(organization=home, person=person)
    citra = make_person(name="Citra Admin", role=Role.ADMINISTRATOR, organization=home)
    wati = signed_in(make_person(name="Wati Kepala", role=Role.PIMPINAN, organization=home))
    holding = [f"/tim/?saring={chosen}" for chosen in ("bersertifikat", "belum")]
    assert ["Ani Lestari" in page(wati, address) for address in holding] == [True, False]
    revoking.suspend(certificate, reason="Diperiksa", actor=citra, at=AT)
    assert ["Ani Lestari" in page(wati, address) for address in holding] == [False, True]
    revoking.reinstate(certificate, reason="Benar", actor=citra, at=AT)
    assert ["Ani Lestari" in page(wati, address) for address in holding] == [True, False]
    assert Certificate.objects.count() == 1
