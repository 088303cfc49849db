"""Earlier paper certificates: two persons, nothing edited, never called signed, and seen by those who may."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Organization, Role, User
from accounts.spreadsheets import read_pasted
from certificates import errors, issuing
from certificates.models import RecordedBatch, RecordedCertificate
from certificates.recorded import entering
from certificates.recorded.entering import Paper
from certificates.recorded.reading import read_day, read_papers
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_award, make_certificate, signing_keys

DAY = AT.date()


@pytest.mark.once
def test_days_are_read_as_people_write_them_and_rows_say_what_is_wrong() -> None:
    for text in ("2019-07-21", "21/07/2019", "21-7-2019", "21.07.2019", "21 Juli 2019", "2019-07-21 00:00:00"):
        assert str(read_day(text)) == "2019-07-21"
    for text in ("", "21/13/2019", "Juli 2019", "07-2019", "21 july 2019"):
        assert read_day(text) is None
    table = read_pasted(
        "Nomor Sertifikat\tNama\tTanggal\tPelatihan\n"
        "12/DIKLAT/2015\tAni Lestari\t3 Mei 2015\tBimtek\n"
        "12/diklat/2015\tBudi\t3 Mei 2015\t\n"
        "13/DIKLAT/2015\t\t3 Mei 2015\t\n"
        "14/DIKLAT/2015\tDewi\tkapan\t\n"
        "15/DIKLAT/2015\tDewi 198501012010012001\t3 Mei 2015\t\n"
        "16/DIKLAT/2015\tEka\t3 Mei 2099\t\n"
        "17/DIKLAT/2015\tFajar\t3 Mei 2015\t\n"
    )
    judged = read_papers(table, known={"17/DIKLAT/2015"}, today=DAY)
    assert [row.paper is not None for row in judged] == [True] + [False] * 6
    assert [row.line for row in judged] == [2, 3, 4, 5, 6, 7, 8]
    assert judged[0].paper == Paper("12/DIKLAT/2015", "Ani Lestari", read_day("2015-05-03") or DAY, "Bimtek")
    assert len({str(row.problem) for row in judged[1:]}) == 5
    bare = read_papers(read_pasted("1/A\tAni\t2015-05-03"), known=set(), today=DAY)
    assert bare[0].paper is not None


@pytest.fixture
def house() -> tuple[Organization, User, User]:
    home = make_organization(name="Balai Lama")
    trainer = make_person(name="Tuti", role=Role.TRAINER, organization=home)
    return home, trainer, make_person(name="Kepala", role=Role.PIMPINAN, organization=home)


def ask(client: Client, number: str, name: str) -> tuple[int, str]:
    answer = client.post(reverse("certificates:verify_number"), {"number": number, "name": name}, follow=True)
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
def test_a_paper_is_told_after_two_persons_and_corrected_by_new_rows(
    client: Client, house: tuple[Organization, User, User]
) -> None:
    home, trainer, head = house
    paper = Paper("0007/DIKLAT/2015", "Ani Lestari", DAY, "Bimtek lama", b"%PDF-1.4 pindaian", "pdf")
    batch = entering.enter([paper], organization=home, source="Buku induk 2015, hlm. 3", actor=trainer, at=AT)
    assert ask(client, paper.number, paper.name)[0] == 404
    with pytest.raises(errors.NotAllowed):
        entering.agree(batch, actor=trainer, at=AT)
    both = make_person(name="Admin", role=Role.ADMINISTRATOR, organization=home)
    own = entering.enter([Paper("8/A", "B", DAY)], organization=home, source="x", actor=both, at=AT)
    with pytest.raises(errors.SamePerson):
        entering.agree(own, actor=both, at=AT)
    with pytest.raises(errors.NumberEntered):
        entering.enter([paper], organization=home, source="lagi", actor=trainer, at=AT)
    entering.agree(batch, actor=head, at=AT)
    with pytest.raises(errors.AlreadyDecided):
        entering.decline(batch, answer="tidak", actor=head, at=AT)

    status, text = ask(client, " 0007/diklat/2015 ", "ANI  LESTARI, S.Sos.")
    assert status == 200
    assert "Tercatat kemudian, tidak ditandatangani secara elektronik" in text
    for promise in ("Tercatat dan berlaku", "Berkas asli", 'class="verdict good"'):
        assert promise not in text
    for shown in ("Ani Lestari", "Balai Lama", "Buku induk 2015, hlm. 3", "Bimtek lama"):
        assert shown in text
    assert ask(client, paper.number, "Budi")[0] == 404
    row = RecordedCertificate.objects.get(batch=batch)
    facts = client.get(row.get_absolute_url(), headers={"accept": "application/json"}).json()
    assert (facts["answer"], facts["signed"], facts["name"]) == ("recorded_afterwards", False, "Ani Lestari")

    with pytest.raises(Error, match="kept"), transaction.atomic():
        RecordedCertificate.objects.filter(pk=row.pk).update(name="Orang Lain")
    mended = Paper("0007/DIKLAT/2015", "Ani Lestari Putri", DAY)
    correction = entering.enter(
        [mended], organization=home, source="Buku induk, dibaca lagi", actor=trainer, at=AT, corrects=row
    )
    assert ask(client, paper.number, "Ani Lestari")[0] == 200
    entering.agree(correction, actor=head, at=AT)
    assert ask(client, paper.number, "Ani Lestari")[0] == 404
    assert ask(client, paper.number, "Ani Lestari Putri")[0] == 200
    assert client.get(row.get_absolute_url()).status_code == 404
    newer = RecordedCertificate.objects.get(batch=correction)
    late = entering.enter([mended], organization=home, source="Lagi", actor=trainer, at=AT, corrects=newer)
    entering.agree(entering.strike(newer, reason="Bukan milik kami", actor=trainer, at=AT), actor=head, at=AT)
    assert ask(client, paper.number, "Ani Lestari Putri")[0] == 404
    # What was struck out does not come back by a correction that waited meanwhile.
    with pytest.raises(errors.NotInForce):
        entering.agree(late, actor=head, at=AT)
    assert ask(client, paper.number, "Ani Lestari Putri")[0] == 404
    entering.decline(late, answer="Sudah dicoret", actor=head, at=AT)
    verbs = Event.objects.filter(object_type="certificates.recordedbatch").values_list("verb", flat=True)
    assert {"papers_entered", "papers_agreed", "paper_strike_asked"} <= set(verbs)


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_a_number_that_was_issued_here_cannot_be_entered_as_an_earlier_paper() -> None:
    home = make_organization(name="Balai")
    trainer = make_person(name="Tuti", role=Role.TRAINER, organization=home)
    certificate = make_certificate(organization=home)
    paper = Paper(certificate.number.lower(), "Orang Lain", DAY)
    with pytest.raises(errors.NumberEntered):
        entering.enter([paper], organization=home, source="buku", actor=trainer, at=AT)


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_a_number_is_one_number_however_it_is_spelled_and_is_given_out_once(
    client: Client, house: tuple[Organization, User, User]
) -> None:
    home, trainer, head = house
    papers = {name: Paper(number, name, DAY) for number, name in (("0001\u2013A 2026", "Ani"), ("0002-2026", "Budi"))}
    for paper in papers.values():
        entered = entering.enter([paper], organization=home, source="Buku", actor=trainer, at=AT)
    first, second = RecordedBatch.objects.order_by("pk")
    entering.agree(first, actor=head, at=AT)
    assert first.papers.get().number == "0001-A 2026"
    for number in ("0001-a 2026", "0001\u2013A 2026", "0001\u2011A\u00a02026", "\uff10001-\u200bA\u00a02026"):
        assert ask(client, number, "Ani")[0] == 200
        again = Paper(number, "Cici", DAY)
        with pytest.raises(errors.NumberEntered):
            entering.enter([again], organization=home, source="Buku", actor=trainer, at=AT)
        judged = read_papers(read_pasted(f"{number}\tCici\t2015-05-03"), known={"0001-A 2026"}, today=DAY)
        assert judged[0].paper is None
    # An old row keeps what was typed; it is found, too.
    RecordedCertificate.objects.bulk_create(
        [RecordedCertificate(batch=first, organization=home, number="3\u20132015", name="Eka", issued_on=DAY)]
    )
    assert ask(client, "3\u20132015", "Eka")[0] == 200

    template = "{urut:04d}-{tahun}"
    issued = make_certificate(organization=home, number_template=template, person=make_person(name="Dewi"))
    assert issued.number == "0001-2026"
    assert entered == second
    entering.agree(second, actor=head, at=AT)
    held_up = make_award(organization=home, number_template=template, person=make_person(name="Eka"))
    assert issuing.issue(held_up.pk, keys=signing_keys(), at=AT) is None
    held_up.refresh_from_db()
    assert (held_up.state, held_up.about_number) == ("blocked", True)
    assert "0002-2026" in held_up.reason
    late = entering.enter([Paper("0003-2026", "Fajar", DAY)], organization=home, source="Buku", actor=trainer, at=AT)
    RecordedCertificate.objects.bulk_create(
        [RecordedCertificate(batch=late, organization=home, number="0001-2026", name="Gita", issued_on=DAY)]
    )
    with pytest.raises(errors.NumberEntered):  # issued between entering and agreeing
        entering.agree(late, actor=head, at=AT)


@pytest.mark.django_db
def test_the_screens_enter_judge_first_and_show_a_scan_only_by_right(
    client: Client, house: tuple[Organization, User, User]
) -> None:
    home, trainer, head = house
    client.force_login(trainer)
    start = reverse("certificates:recorded_papers")
    assert "Belum ada sertifikat kertas lama" in client.get(start).content.decode()
    scan = SimpleUploadedFile("p.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    said = {"organization": home.pk, "number": "9/A/2016", "name": "Citra", "issued_on": "2016-02-03"}
    said |= {"source": "Arsip <b>lama</b>", "training": ""}
    assert client.post(reverse("certificates:recorded_enter"), {**said, "source": ""}).status_code == 400
    bad = SimpleUploadedFile("p.svg", b"<svg/>", content_type="image/svg+xml")
    assert client.post(reverse("certificates:recorded_enter"), {**said, "scan": bad}).status_code == 400
    kept = client.post(reverse("certificates:recorded_enter"), {**said, "scan": scan}, follow=True)
    assert "Arsip &lt;b&gt;lama&lt;/b&gt;" in kept.content.decode()
    batch = RecordedBatch.objects.get()
    paper = batch.papers.get()

    rows = "10/A/2016\tDewi\t1/2/2016\n9/a/2016\tGanda\t1/2/2016\n11/A/2016\tEka\tbesok"
    listed = {"organization": home.pk, "source": "Buku", "rows": rows}
    dry = client.post(reverse("certificates:recorded_list"), listed)
    text = dry.content.decode()
    assert "Belum ada yang disimpan" in text
    assert RecordedCertificate.objects.count() == 1
    entered = client.post(
        reverse("certificates:recorded_list"), {**listed, "rows": dry.context["rows"], "enter": "1"}, follow=True
    )
    assert "Dewi" in entered.content.decode()
    assert list(RecordedCertificate.objects.values_list("name", flat=True).order_by("pk")) == ["Citra", "Dewi"]

    pages = [reverse("certificates:recorded_scan", args=[paper.public_id])]
    pages += [reverse("certificates:recorded_batch", args=[batch.public_id])]
    stranger = make_person(name="Lain", role=Role.TRAINER, organization=make_organization(name="Dinas Lain"))
    client.force_login(stranger)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert client.post(reverse("certificates:recorded_agree", args=[batch.public_id])).status_code == 404
    client.force_login(head)
    answer = client.get(pages[0])
    assert b"".join(answer) == b"%PDF-1.4 x"  # type: ignore[arg-type]
    assert answer["Content-Disposition"].startswith("attachment")
    client.post(reverse("certificates:recorded_decline", args=[batch.public_id]), {"reason": "Tidak ada di buku"})
    batch.refresh_from_db()
    assert (batch.state, batch.answer) == ("declined", "Tidak ada di buku")
    client.force_login(trainer)
    assert client.get(reverse("certificates:recorded_correct", args=[paper.public_id])).status_code == 404
    other = RecordedBatch.objects.exclude(pk=batch.pk).get()
    entering.agree(other, actor=head, at=timezone.now())
    page = reverse("certificates:recorded_correct", args=[other.papers.get().public_id])
    assert "Dewi" in client.get(page).content.decode()
    assert client.post(page, {"strike": "1", "reason": "Salah"}).status_code == 302
