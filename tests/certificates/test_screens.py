"""The holder's page, decisions, the team: who sees what, and nothing changed on refusal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role, User
from certificates import awarding, coverage, filing, issuing, picturing
from certificates.checking_lists import check_codes
from certificates.codes import new_code
from certificates.holding import activities, waiting_for
from certificates.models import Award, Certificate, Decision, ReplacementRequest, StatusChange
from certificates.record import SignedRecord
from certificates.rendering import render_picture
from courses.models import Enrolment, Requirement
from tests.factories_accounts import AT, make_membership, make_organization, make_person, make_supervision
from tests.factories_certificates import (
    make_award,
    make_certificate,
    make_cohort,
    make_enrolment,
    make_part,
    revoke,
    signing_keys,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def names() -> list[tuple[str, str, list[str]]]:
    """Every address of this app behind the door, with the method that is wrong for it."""
    return [
        ("certificates:mine", "post", []),
        ("certificates:awards", "post", []),
        ("certificates:approve", "get", []),
        ("certificates:decide", "put", ["award"]),
        ("certificates:replacements", "post", []),
        ("certificates:agree_replacement", "get", ["request"]),
        ("certificates:decline_replacement", "get", ["request"]),
        ("certificates:download", "post", ["certificate"]),
        ("certificates:picture", "post", ["certificate"]),
        ("certificates:request_replacement", "put", ["certificate"]),
        ("certificates:team", "post", []),
        ("certificates:team_sheet", "post", []),
        ("certificates:check_list", "put", []),
    ]


@pytest.fixture
def things() -> dict[str, str]:
    home = make_organization(name="Balai")
    award = make_award(organization=home, mode="approval")
    certificate = make_certificate(organization=home, with_file=True)
    assert certificate.user is not None
    asked = ReplacementRequest.objects.create(
        certificate=certificate, proposed_name="X", reason="Y", requested_by=certificate.user, requested_at=AT
    )
    return {
        "award": str(award.public_id),
        "request": str(asked.public_id),
        "certificate": str(certificate.public_id),
    }


@pytest.mark.parametrize(("name", "wrong_method", "args"), names())
def test_every_address_asks_anonymous_to_sign_in_and_refuses_outsiders_and_wrong_methods(
    client: Client, things: dict[str, str], name: str, wrong_method: str, args: list[str]
) -> None:
    address = reverse(name, args=[things[arg] for arg in args])
    before = _counts()
    for method in ("get", "post"):
        answer = getattr(client, method)(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/masuk/")
    dewi = make_person(name="Dewi", role=Role.PARTICIPANT, organization=make_organization(name="Lain"))
    client.force_login(dewi)
    assert getattr(client, wrong_method)(address).status_code == 405
    right = client.post(address) if wrong_method == "get" else client.get(address)
    assert right.status_code == (200 if name == "certificates:mine" else 404)
    assert _counts() == before


def _counts() -> tuple[int, ...]:
    return (
        Decision.objects.count(),
        Certificate.objects.count(),
        StatusChange.objects.count(),
        ReplacementRequest.objects.filter(state="open").count(),
        Award.objects.filter(state="waiting_approval").count(),
    )


def test_the_holder_sees_what_is_held_and_downloads_the_stored_bytes(client: Client) -> None:
    certificate = make_certificate(with_file=True)
    assert certificate.user is not None
    client.force_login(certificate.user)
    text = client.get(reverse("certificates:mine")).content.decode()
    assert certificate.number in text
    assert certificate.get_absolute_url() in text
    pdf = client.get(reverse("certificates:download", args=[certificate.public_id]))
    content = b"".join(pdf.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"%PDF-1.7")
    assert f"sertifikat-{certificate.code}.pdf" in pdf["Content-Disposition"]


def test_the_picture_is_drawn_at_the_first_request_kept_and_asked_for_again_each_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(with_file=True)
    address = reverse("certificates:picture", args=[certificate.public_id])
    assert certificate.picture_sha256 == ""
    assert certificate.user is not None
    client.force_login(certificate.user)
    first = client.get(address)
    content = b"".join(first.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\x89PNG")
    assert "private" in first["Cache-Control"]
    certificate.refresh_from_db()
    assert first["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"' == f'"{certificate.picture_sha256}"'
    drawings: list[object] = []

    def draw(signed: SignedRecord, **how: Any) -> bytes:
        drawings.append(signed)
        return render_picture(signed, **how)

    monkeypatch.setattr(picturing, "render_picture", draw)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert b"".join(client.get(address).streaming_content) == content  # type: ignore[attr-defined]
    assert drawings == []
    filing.stored_path(certificate.picture_sha256, "png").unlink()
    assert b"".join(client.get(address).streaming_content) == content  # type: ignore[attr-defined]
    assert len(drawings) == 1
    client.force_login(make_person(name="Dewi", organization=make_organization(name="Lain")))
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 404


def test_two_first_requests_at_once_keep_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = make_certificate(with_file=True)
    other = Certificate.objects.get(pk=certificate.pk)
    found: list[str] = []

    def draw(signed: SignedRecord, **how: Any) -> bytes:
        monkeypatch.undo()
        found.append(picturing.picture_of(other))  # the second request comes and goes while the first one draws
        return render_picture(signed, **how)

    monkeypatch.setattr(picturing, "render_picture", draw)
    found.append(picturing.picture_of(certificate))
    certificate.refresh_from_db()
    assert found == [certificate.picture_sha256] * 2


def test_there_is_no_picture_before_the_paper_none_of_an_erased_name_and_none_when_it_does_not_count(
    client: Client,
) -> None:
    unfiled = make_certificate()
    erased = make_certificate(with_file=True, person=unfiled.user)
    Certificate.objects.filter(pk=erased.pk).update(name_member="")
    assert unfiled.user is not None
    client.force_login(unfiled.user)
    gone = make_certificate(with_file=True, person=unfiled.user)
    address = reverse("certificates:picture", args=[gone.public_id])
    offered = client.get("/sertifikat/").content.decode()
    assert [offered.count(what) for what in (address, "wa.me")] == [1, 1]
    revoke(gone)
    offered = client.get("/sertifikat/").content.decode()
    assert [offered.count(what) for what in (address, "wa.me", "Salin alamat")] == [0, 0, 1]
    for certificate in (unfiled, erased, gone):
        assert client.get(reverse("certificates:picture", args=[certificate.public_id])).status_code == 404


def test_the_holder_reads_what_is_still_missing(client: Client) -> None:
    home = make_organization(name="Balai")
    cohort = make_cohort(home)
    assert cohort.edition is not None
    make_part(cohort.edition, issuer=home)
    Requirement.objects.create(edition=cohort.edition, kind="module", key="M1", label="Modul pertama", position=100)
    person = make_person(name="Ani", name_confirmed_at=None)
    make_enrolment(person, cohort, completed_at=None)
    [line] = waiting_for(person)
    assert line.missing == ["Modul pertama"]
    assert line.needs_name
    User.objects.filter(pk=person.pk).update(name_confirmed_at=AT)
    client.force_login(User.objects.get(pk=person.pk))
    page = client.get(reverse("certificates:mine")).content.decode()
    assert "Modul pertama" in page
    assert "Sertifikat pelatihan" in page, "one training may lead to a certificate of each kind"


def test_a_waiting_name_is_said_in_words(client: Client) -> None:
    person = make_person(name="Ani", name_confirmed_at=None)
    make_award(person=person)
    [line] = waiting_for(person)
    assert line.needs_name
    client.force_login(person)
    client.post("/akun/nama/nanti/")  # the page after sign-in may be postponed
    text = client.get(reverse("certificates:mine")).content.decode()
    assert "Konfirmasi nama Anda" in text


def test_the_own_page_takes_the_same_statements_for_one_and_for_many(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    home, person = make_organization(name="Balai"), make_person(name="Ani")
    for _number in range(6):
        make_certificate(person=person, organization=home)
    client.force_login(person)
    with django_assert_max_num_queries(19):
        client.get(reverse("certificates:mine"))


def test_a_head_approves_the_ticked_and_only_those(client: Client) -> None:
    home = make_organization(name="Balai")
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
    one, two = (make_award(organization=home, mode="approval") for _award in range(2))
    client.force_login(head)
    assert "Penetapan kelulusan" in client.get(reverse("certificates:awards")).content.decode()
    client.post(reverse("certificates:approve"), {"award": [str(one.public_id), "nonsense"]})
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == (Award.State.READY, Award.State.WAITING_APPROVAL)


def test_a_refusal_without_a_reason_changes_nothing(client: Client) -> None:
    home = make_organization(name="Balai")
    client.force_login(make_person(name="Kepala", role=Role.PIMPINAN, organization=home))
    award = make_award(organization=home, mode="approval")
    address = reverse("certificates:decide", args=[award.public_id])
    text = client.post(address, {"accepted": "no", "reason": ""}).content.decode()
    assert "Tuliskan alasannya" in text
    assert Decision.objects.count() == 0
    assert client.post(address, {"accepted": "no", "reason": "Belum lengkap"}).status_code == 302
    award.refresh_from_db()
    assert award.state == Award.State.REFUSED


@pytest.fixture
def unit() -> Callable[..., User]:
    """Makes the head of a unit with certified, lapsing and uncertified people."""

    def make(people: int = 1) -> User:
        home = make_organization(name="Dinas Sosial")
        head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
        for number in range(people):
            held = make_person(name=f"Ani {number}", role=Role.PARTICIPANT, organization=home)
            make_certificate(person=held, organization=home, at=timezone.now(), validity_months=2)
            make_person(name=f"Eko {number}", role=Role.PARTICIPANT, organization=home)
        return head

    return make


def test_the_team_page_lists_people_in_scope_only(client: Client, unit: Callable[..., User]) -> None:
    head = unit()
    make_person(name="Dewi Luar", role=Role.PARTICIPANT, organization=make_organization(name="Lain"))
    client.force_login(head)
    text = client.get(reverse("certificates:team")).content.decode()
    assert "Ani 0" in text
    assert "Eko 0" in text
    assert "Dewi Luar" not in text


def test_filters_count_and_cut(client: Client, unit: Callable[..., User]) -> None:
    client.force_login(unit())
    lapsing = client.get(reverse("certificates:team"), {"saring": "segera-berakhir"}).content.decode()
    assert "Ani 0" in lapsing
    assert "Eko 0" not in lapsing
    without = client.get(reverse("certificates:team"), {"saring": "belum"}).content.decode()
    assert "Ani 0" not in without
    assert "Eko 0" in without
    assert client.get(reverse("certificates:team"), {"saring": "apa saja"}).status_code == 200


def test_the_team_page_says_what_to_look_at_next(client: Client, unit: Callable[..., User]) -> None:
    client.force_login(unit())
    shown = client.get(reverse("certificates:team")).content.decode()
    assert 'class="next-step"' in shown
    assert 'href="?saring=segera-berakhir"' in shown.split('class="next-step"')[1].split("</section>")[0]
    filtered = client.get(reverse("certificates:team"), {"saring": "segera-berakhir"}).content.decode()
    assert 'class="next-step"' not in filtered


def test_the_team_page_takes_the_same_statements_however_many_people(
    client: Client, unit: Callable[..., User], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(unit(people=8))
    with django_assert_max_num_queries(23) as counted:
        client.get(reverse("certificates:team"))
    assert len(counted.captured_queries) < 24


def test_a_training_shows_what_is_held_and_each_award_that_still_waits(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    home = make_organization(name="Dinas")
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)

    def person_with_three_awards(name: str) -> Certificate:
        cohort = make_cohort(home)
        assert cohort.edition is not None
        make_part(cohort.edition, issuer=home)
        make_part(cohort.edition, issuer=home, mode="approval")
        make_part(cohort.edition, issuer=home, kind="competence", units=[{"code": "U-1", "title": "Unit"}])
        ani = make_person(name=name, role=Role.PARTICIPANT, organization=home)
        awards = awarding.evaluate(make_enrolment(ani, cohort).pk, at=AT)
        [ready] = [award for award in awards if award.state == Award.State.READY]
        certificate = issuing.issue(ready.pk, keys=signing_keys(), at=AT)
        assert certificate is not None
        return certificate

    certificate = person_with_three_awards("Ani")
    people = coverage.people_in_scope(head).filter(full_name__startswith="Ani")
    with django_assert_num_queries(5):
        table = coverage.lines(list(people), at=AT)
    states = {Award.State.WAITING_APPROVAL.label, Award.State.WAITING_DECISION.label}
    assert [line.certificate for line in table] == [certificate, None, None]
    assert {line.state for line in table[1:]} == states
    assert [line.first for line in table] == [True, False, False]
    person_with_three_awards("Ani Dua")
    with django_assert_num_queries(5):
        assert len(coverage.lines(list(people.all()), at=AT)) == 6
    client.force_login(head)
    text = client.get(reverse("certificates:team")).content.decode()
    assert all(str(state) in text for state in states)


def test_a_supervisor_sees_the_people_entrusted_and_nobody_else(client: Client) -> None:
    home = make_organization(name="Dinas")
    sari = make_person(name="Sari", role=Role.SUPERVISOR, organization=home)
    ani = make_person(name="Ani", role=Role.PARTICIPANT, organization=home)
    make_person(name="Eko Prasetyo", role=Role.PARTICIPANT, organization=home)
    make_supervision(sari, ani)
    client.force_login(sari)
    text = client.get(reverse("certificates:team")).content.decode()
    assert "Ani" in text
    assert "Eko Prasetyo" not in text
    assert client.get(reverse("certificates:check_list")).status_code == 404


def test_the_spreadsheet_holds_text_and_never_a_formula(client: Client) -> None:
    home = make_organization(name="=cmd|' /C calc'!A0")
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
    make_person(name='=HYPERLINK("http://x","y")', role=Role.PARTICIPANT, organization=home)
    client.force_login(head)
    answer = client.get(reverse("certificates:team_sheet"))
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "d"}


def test_a_pasted_list_is_answered_line_by_line(client: Client) -> None:
    home = make_organization(name="Dinas")
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
    good, revoked = make_certificate(organization=home), make_certificate(organization=home)
    revoke(revoked, reason="Keliru", at=AT)
    client.force_login(head)
    pasted = "\n".join([good.code.lower(), "", f"{revoked.code}\tAni", new_code(), "123"])
    text = client.post(reverse("certificates:check_list"), {"codes": pasted}).content.decode()
    positions = [text.index(words) for words in (good.code, revoked.code, "Tidak tercatat di sini", ">123<")]
    assert positions == sorted(positions)
    assert "4 kode diperiksa" in text
    too_many = client.post(reverse("certificates:check_list"), {"codes": "\n".join(["x"] * 301)}).content.decode()
    assert "301" in too_many
    assert "kode diperiksa" not in too_many


def test_a_list_of_300_codes_takes_a_constant_number_of_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    codes = [make_certificate().code for _certificate in range(3)]
    with django_assert_max_num_queries(3):
        assert len(check_codes(codes * 100, at=AT)) == 300


def test_a_participant_is_no_leader() -> None:
    ani = make_person(name="Ani", role=Role.PARTICIPANT, organization=make_organization(name="Dinas"))
    assert list(coverage.people_in_scope(ani)) == []


def test_memberships_that_ended_no_longer_show_the_person() -> None:
    home = make_organization(name="Dinas")
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
    ani = make_person(name="Ani")
    make_membership(ani, home, ends_on=date.today() - timedelta(days=1))  # noqa: DTZ011 - memberships are dated by day
    assert ani not in coverage.people_in_scope(head)


def test_a_name_that_cannot_be_printed_is_shown_to_those_who_decide(client: Client) -> None:
    home = make_organization(name="Balai")
    award = make_award(organization=home, person=make_person(name="A" * 90))
    issuing.issue(award.pk, keys=signing_keys(), at=AT)
    client.force_login(make_person(name="Kepala", role=Role.PIMPINAN, organization=home))
    text = client.get(reverse("certificates:awards")).content.decode()
    assert "Tertahan" in text
    assert "A" * 90 in text


def test_the_learning_page_leads_to_the_certificate(client: Client) -> None:
    certificate = make_certificate()
    assert certificate.enrolment is not None
    [line] = activities([certificate.enrolment])
    assert (line.state, line.url) == ("done", certificate.get_absolute_url())
    waiting = make_award(mode="approval").enrolment
    assert [line.state for line in activities([waiting])] == ["waiting"]


def test_the_learning_page_takes_three_statements_for_the_certificates_of_many(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(4):
        make_certificate()
    enrolments = list(Enrolment.objects.select_related("cohort"))  # as the page reads them
    with django_assert_max_num_queries(3):
        assert len(activities(enrolments)) == 4
