"""A page that has nothing to show says so and what comes next; a page that is not for somebody says that plainly."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organization, Role
from cms.provisioning import provision
from tests.factories_accounts import make_organization, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# What each role opens on its first day, before anything is there.
FIRST_DAY = {
    Role.PARTICIPANT: ("/belajar/", "/sertifikat/", "/sesi/", "/pemberitahuan/", "/akun/jp/2026/", "/pelatihan/"),
    Role.TRAINER: ("/angkatan/", "/gelombang/", "/mengajar/2026/", "/akun/nama/usulan/", "/pemberitahuan/salin/"),
    Role.ASSESSOR: ("/penilaian/", "/angkatan/"),
    Role.SUPERVISOR: ("/tim/",),
    Role.PIMPINAN: ("/sertifikat/penetapan/", "/angkatan/"),
    Role.PUBLISHER: ("/angkatan/",),
}


@pytest.fixture
def house() -> Organization:
    house = make_organization(name="Balai")
    provision(on=timezone.localdate())
    return house


@pytest.mark.parametrize("role", FIRST_DAY)
def test_on_the_first_day_every_page_says_that_it_is_empty_and_why(house: Organization, role: Role) -> None:
    client = Client()
    client.force_login(make_person(role=role, organization=house))
    silent = []
    for address in FIRST_DAY[role]:
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 200, address
        assert page.count("<h1") == 1, address
        said = re.search(r'<div class="empty">.*?<h2>[^<]+</h2>.*?<p[^>]*>[^<]{20,}', page, flags=re.DOTALL)
        if said is None:
            silent.append(address)
    assert silent == []


@pytest.mark.parametrize("address", ["/angkatan/baru/", "/gelombang/baru/", "/penilaian/", "/pemberitahuan/salin/"])
def test_what_a_role_does_not_include_is_refused_in_plain_words_with_a_way_back(
    house: Organization, address: str
) -> None:
    client = Client()
    client.force_login(make_person(role=Role.PARTICIPANT, organization=house))
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Peran Anda" in page
    assert "administrator" in page
    assert 'href="/mulai/"' in page
    assert page.count("<h1") == 1
