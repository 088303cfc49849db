from __future__ import annotations

import json
import re
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts import exporting, first_codes, names, viewers
from accounts.models import NameCorrection, Organization, Role, User
from accounts.viewers import Viewer
from tests.accounts.quartet import assert_asks_to_sign_in, assert_refuses_method, everything
from tests.factories_accounts import (
    AT,
    make_membership,
    make_organization,
    make_person,
    make_region,
    make_supervision,
    make_working_area,
)

pytestmark = pytest.mark.django_db
PASSWORD = "rahasia-yang-panjang"
NEW = {"password1": "kalimat baru yang panjang", "password2": "kalimat baru yang panjang"}
PAGES = [
    ("/akun/", "post"),
    ("/akun/sandi/", "put"),
    ("/akun/privasi/", "put"),
    ("/akun/data-saya/", "post"),
    ("/akun/nama/", "put"),
    ("/akun/nama/usul/", "put"),
    ("/akun/nama/usulan/", "post"),
    ("/akun/langkah-kedua/", "post"),
]
POSTS = ["/akun/sesi/akhiri/", "/akun/nama/nanti/"]


@pytest.fixture
def dinas() -> Organization:
    return make_organization(name="Dinas Contoh")


@pytest.fixture
def ani(dinas: Organization) -> User:
    return make_person(
        name="Ani Lestari",
        number="PST-1",
        password=PASSWORD,
        role=Role.PARTICIPANT,
        organization=dinas,
        phone="081234567890",
    )


@pytest.fixture
def budi(dinas: Organization) -> User:
    return make_person(name="Budi", role=Role.TRAINER, organization=dinas)


@pytest.fixture
def client(client: Client, ani: User) -> Client:
    client.post("/masuk/", {"login": "PST-1", "password": PASSWORD})
    return client


@pytest.mark.parametrize(("address", "wrong_method"), PAGES)
def test_every_page_opens_for_its_person_only(client: Client, address: str, wrong_method: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    if "json" not in page.headers["Content-Type"]:
        assert len(re.findall("<h1", page.content.decode())) == 1
    assert_asks_to_sign_in(address)
    assert_refuses_method(client, address, wrong_method)


@pytest.mark.parametrize("address", POSTS)
def test_every_action_wants_a_post_of_somebody_signed_in(client: Client, address: str) -> None:
    assert client.post(address).status_code == 302
    assert_asks_to_sign_in(address, "post")
    assert_refuses_method(client, address, "get")


def test_the_account_shows_person_unit_and_who_sees_what(
    client: Client, budi: User, ani: User, dinas: Organization
) -> None:
    supervisor = make_person(name="Sari", role=Role.SUPERVISOR, organization=dinas)
    make_supervision(supervisor, ani)
    page = client.get("/akun/").content.decode()
    for word in ("Ani Lestari", "PST-1", "Dinas Contoh", "Budi", "Sari", "dipercayakan kepada supervisor"):
        assert word in page


def test_viewers_are_exactly_those_whose_list_holds_the_person(dinas: Organization, ani: User, budi: User) -> None:
    """The page and the rule agree: whoever is named sees Ani, whoever is not named does not."""
    banten = make_region(code="36", name="Banten")
    dinas.region = make_region(code="36.04", name="Serang", parent=banten)
    dinas.save()
    above = make_organization(name="Provinsi", kind=Organization.Kind.DINAS_PROVINSI, region=banten)
    sentra = make_organization(name="Sentra")
    make_working_area(sentra, banten)
    supervisor = make_person(name="Sari", role=Role.SUPERVISOR, organization=sentra)
    make_supervision(supervisor, ani)
    for role in Role:
        for place in (dinas, above, sentra, make_organization(name="Lain")):
            make_person(name=f"{role} {place}", role=role, organization=place)
    named = {viewer.name for viewer in viewers.viewers_of(ani, on=AT.date())}
    seeing = {p.full_name for p in User.objects.exclude(pk=ani.pk) if User.objects.visible_to(p).filter(pk=ani.pk)}
    assert named == seeing
    assert {"Budi", "Sari", "pimpinan Provinsi", "pimpinan Sentra", "trainer Dinas Contoh"} <= named
    assert not named & {"trainer Sentra", "administrator Provinsi", "pimpinan Lain"}


def test_an_upper_app_names_the_viewers_it_added(client: Client) -> None:
    def source(person: User) -> list[Viewer]:
        return [Viewer("Citra", "Pelatih", "pelatih angkatan Anda")]

    viewers.register_viewer_source(source)
    try:
        assert "pelatih angkatan Anda" in client.get("/akun/").content.decode()
    finally:
        viewers._sources.remove(source)


def test_the_person_reads_who_made_a_code_for_the_account(client: Client, ani: User, budi: User) -> None:
    first_codes.issue([ani], actor=budi, at=AT)
    Organization.objects.update(time_zone="Asia/Jayapura")
    moment = f"{AT.astimezone(ZoneInfo('Asia/Jayapura')):%H.%M} WIT"
    assert f"{moment}: Budi membuat kode untuk akun Anda" in client.get("/akun/").content.decode()


def test_own_data_is_a_json_file_without_password_or_code(
    client: Client, ani: User, budi: User, dinas: Organization
) -> None:
    [(_ani, code)] = first_codes.issue([ani], actor=budi, at=AT)
    exporting.register_own_data("contoh", lambda user: {"nomor": user.participant_number})
    try:
        answer = client.get("/akun/data-saya/")
    finally:
        del exporting._sources["contoh"]
    own = json.loads(answer.content)
    assert own["person"]["full_name"] == "Ani Lestari"
    assert own["memberships"] == [
        {"organization": "Dinas Contoh", "role": "participant", "starts_on": "2020-01-01", "ends_on": None}
    ]
    assert own["contoh"] == {"nomor": "PST-1"}
    assert "attachment" in answer.headers["Content-Disposition"]
    ani.refresh_from_db()
    assert ani.password not in answer.content.decode()
    assert code not in answer.content.decode()


def test_a_new_password_needs_the_present_one_and_ends_other_sessions(client: Client, ani: User) -> None:
    elsewhere = Client()
    elsewhere.post("/masuk/", {"login": "PST-1", "password": PASSWORD})
    assert client.post("/akun/sandi/", {"present": "salah", **NEW}).status_code == 200
    assert User.objects.get(pk=ani.pk).check_password(PASSWORD)
    assert client.post("/akun/sandi/", {"present": PASSWORD, **NEW}).status_code == 302
    assert User.objects.get(pk=ani.pk).check_password(NEW["password1"])
    assert client.get("/akun/").status_code == 200
    assert elsewhere.get("/akun/").status_code == 302


def test_guessing_the_present_password_is_stopped(client: Client, ani: User) -> None:
    for _try in range(5):
        client.post("/akun/sandi/", {"present": "salah", **NEW})
    assert "lima menit" in client.post("/akun/sandi/", {"present": PASSWORD, **NEW}).content.decode()
    assert User.objects.get(pk=ani.pk).check_password(PASSWORD)


def test_signing_out_everywhere_else_leaves_this_session(client: Client) -> None:
    elsewhere = Client()
    elsewhere.post("/masuk/", {"login": "PST-1", "password": PASSWORD})
    client.post("/akun/sesi/akhiri/")
    assert SESSION_KEY not in elsewhere.session
    assert client.get("/akun/").content.decode().count("<tr>") == 2


def test_the_name_page_shows_the_name_as_printed_and_confirms_what_was_shown(client: Client, ani: User) -> None:
    User.objects.filter(pk=ani.pk).update(name_confirmed_at=None, full_name="Ani O’Lestari, S.Tr.Sos.")
    page = client.get("/akun/nama/").content.decode()
    assert '<p class="card person">Ani O’Lestari, S.Tr.Sos.</p>' in page
    client.post("/akun/nama/", {"seen": "Ani Lestari"})
    assert User.objects.get(pk=ani.pk).name_confirmed_at is None
    client.post("/akun/nama/", {"seen": "Ani O’Lestari, S.Tr.Sos."})
    assert User.objects.get(pk=ani.pk).name_confirmed_at is not None


def test_a_proposal_travels_from_the_person_to_the_trainer_and_back(client: Client, ani: User, budi: User) -> None:
    User.objects.filter(pk=ani.pk).update(name_confirmed_at=None)
    client.post("/akun/nama/usul/", {"proposed_name": "Ani Lestari, S.Tr.Sos.", "reason": "gelar baru"})
    assert "Menunggu keputusan" in client.get("/akun/nama/").content.decode()
    trainer = Client()
    trainer.force_login(budi)
    page = trainer.get("/akun/nama/usulan/").content.decode()
    assert "gelar baru" in page
    proposal = NameCorrection.objects.get()
    trainer.post(f"/akun/nama/usulan/{proposal.public_id}/tolak/", {"reason": ""})
    assert NameCorrection.objects.get().status == "pending"
    trainer.post(f"/akun/nama/usulan/{proposal.public_id}/tolak/", {"reason": "ijazah belum ada"})
    assert "ijazah belum ada" in client.get("/akun/nama/").content.decode()


@pytest.mark.parametrize("action", ["setujui", "tolak"])
def test_a_proposal_is_decided_by_its_trainer_and_hidden_from_the_rest(
    client: Client, ani: User, budi: User, action: str
) -> None:
    proposal = names.propose_correction(ani, "Ani L.", "x", AT)
    address = f"/akun/nama/usulan/{proposal.public_id}/{action}/"
    before = everything()
    outsider = Client()
    outsider.force_login(make_person(name="Dewi", role=Role.TRAINER, organization=make_organization(name="Lain")))
    before = everything()
    assert outsider.post(address, {"reason": "x"}).status_code == 404
    assert client.post(address, {"reason": "x"}).status_code == 404
    assert "Ani L." not in outsider.get("/akun/nama/usulan/").content.decode()
    assert everything() == before
    assert_asks_to_sign_in(address, "post")
    trainer = Client()
    trainer.force_login(budi)
    assert_refuses_method(trainer, address, "get")
    assert trainer.post(address, {"reason": "x"}).status_code == 302
    assert NameCorrection.objects.get().decided_by == budi


def test_the_profile_costs_the_same_for_one_and_for_many_viewers(  # type: ignore[no-untyped-def]
    client: Client, dinas: Organization, django_assert_max_num_queries
) -> None:
    for number in range(20):
        make_person(name=f"Pelatih {number}", role=Role.TRAINER, organization=dinas)
    with django_assert_max_num_queries(19):
        client.get("/akun/")


def test_memberships_that_ended_are_not_shown(client: Client, ani: User) -> None:
    make_membership(ani, make_organization(name="Sentra Lama"), ends_on=AT.date().replace(year=2021))
    assert "Sentra Lama" not in client.get("/akun/").content.decode()
