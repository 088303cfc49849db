"""Lists of certificates: answered in batches whatever happens to the worker, with a sheet and sealed minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Event, Role
from accounts.spreadsheets import read_pasted
from certificates import codes, judging
from certificates.checking import examine
from certificates.judging import Answer
from certificates.keeping import kept_path
from certificates.models import Certificate, CheckedList, SigningKey
from certificates.recorded import entering
from certificates.recorded.entering import Paper
from certificates.registering import public_register
from certificates.verifying_lists import minutes, running
from certificates.verifying_lists.reading import Asked, read_rows
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_certificate, revoke, signing_keys


@pytest.mark.once
def test_rows_are_read_with_and_without_headings() -> None:
    code = codes.new_code()
    named = read_rows(read_pasted(f"No\tNama Peserta\tNomor Sertifikat\n1\tAni\t7/SP\n2\tBudi\t{code}"))
    assert named == [Asked(2, "7/SP", "Ani"), Asked(3, code, "Budi")]
    assert read_rows(read_pasted(f"Ani\t{code.lower()}\nBudi\t9"))[0].key == code.lower()
    assert read_rows(read_pasted("7/SP\tAni")) == [Asked(1, "7/SP", "Ani")]
    broken = read_rows(read_pasted(f"{code[:12]}\n{code[12:]}\n{code}"))
    assert [codes.normalize(row.key) for row in broken] == [code, code]


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_a_list_is_answered_once_and_its_minutes_are_checked_as_what_they_are(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_organization(name="Dinas Sosial Banten")
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
    trainer = make_person(name="Tuti", role=Role.TRAINER, organization=home)
    ani = make_certificate(organization=home, person=make_person(name="Ani Lestari, S.Sos."))
    gone = make_certificate(organization=home, person=make_person(name="Budi"))
    revoke(gone, reason="Syarat tidak terpenuhi", at=timezone.now())
    erased = make_certificate(organization=home, person=make_person(name="Fajar"))
    Certificate.objects.filter(pk=erased.pk).update(name_member="", token="")
    paper = Paper("5/DIKLAT–2015", "Dewi", AT.date())
    entered = entering.enter([paper], organization=home, source="Buku", actor=trainer, at=AT)
    entering.agree(entered, actor=head, at=AT)
    pasted = "\n".join(
        [
            "kode atau nomor\tnama\tnomor",
            f"x\tani lestari\t{ani.number.lower()}",
            f"x\t\t{ani.code}",
            f"x\tOrang Lain\t{ani.number}",
            f"x\t\t{gone.code}",
            "x\tDewi\t５/diklat\u2011\u200b2015",
            f"x\t\t{codes.new_code()}",
            "x\tEka\t404/X",
            f"x\t\t{ani.number}",
            # Nothing is left to compare a name with: whoever's stands there is neither right nor wrong.
            f"x\tOrang Lain\t{erased.code}",
            f"x\tFajar\t{erased.number}",
            f"x\t\t{erased.code}",
        ]
    )
    monkeypatch.setattr(running, "BATCH", 3)
    client.force_login(head)
    sent = client.post(reverse("certificates:check_list"), {"list": "1", "rows": pasted})
    checked = CheckedList.objects.get()
    assert sent["Location"] == reverse("certificates:checked_list", args=[checked.public_id])
    assert "data-progress" in client.get(sent["Location"]).content.decode()
    assert (checked.total, checked.batches.count()) == (11, 4)

    # A worker that died after the first batch: the next one goes on there.
    running.answer_batch(checked.pk, at=AT)
    before = [batch.answers for batch in checked.batches.order_by("position")]
    assert [answers is None for answers in before] == [False, True, True, True]
    assert running.run(checked.pk, at=timezone.now())
    assert running.run(checked.pk, at=timezone.now())
    checked.refresh_from_db()
    expected = {"match": 3, "revoked": 1, "recorded_afterwards": 1, "other_name": 1, "name_erased": 2}
    expected |= {"not_recorded": 2, "unreadable": 1}
    assert (checked.state, checked.counts) == ("checked", expected)
    sheet = load_workbook(kept_path(checked.sheet_sha256, "lists", "xlsx")).active
    assert sheet is not None
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert [row[0] for row in rows[1:]] == list(range(2, 13))
    assert rows[1][6] == "Ani Lestari, S.Sos."
    # A number under another name tells nothing else, as on the public page.
    assert rows[3][3] == "Nomor ada, tetapi namanya berbeda"
    assert rows[3][4:] == [""] * 6

    minutes.make(checked.pk, keys=signing_keys(), at=timezone.now())
    checked.refresh_from_db()
    made = kept_path(checked.minutes_sha256, "lists", "pdf").read_bytes()
    minutes.make(checked.pk, keys=signing_keys(), at=timezone.now())
    assert checked.state == "made"
    facts = examine(made, public_register())
    assert facts.genuine
    assert facts.list_check is not None
    assert (facts.list_check.total, facts.list_check.sheet) == (11, checked.sheet_sha256)
    assert facts.list_check.counts == expected
    verdict = judging.judge(facts, at=timezone.now())
    assert (verdict.answer, verdict.standing, judging.tone(verdict.answer)) == (Answer.MINUTES, None, "wait")
    upload = SimpleUploadedFile("berita.pdf", made, content_type="application/pdf")
    page = client.post(reverse("certificates:verify_file"), {"file": upload}).content.decode()
    assert "Berita acara pemeriksaan daftar, bukan sertifikat" in page
    assert "Dinas Sosial Banten" in page
    for promise in ("Berkas asli, tercatat dan berlaku", 'class="verdict good"'):
        assert promise not in page
    assert judging.judge(examine(made + b" ", public_register()), at=AT).answer == Answer.ALTERED
    again = minutes.pdf_of(checked, demo=True)
    assert judging.judge(examine(again, public_register()), at=AT).answer == Answer.UNSIGNED

    text = client.get(sent["Location"]).content.decode()
    for shown in ("Nomor ada, tetapi namanya berbeda", "Berita acara (PDF, bersegel)", "404/X"):
        assert shown in text
    for what, start in (("lembar", b"PK"), ("berita-acara", b"%PDF")):
        answer = client.get(reverse("certificates:checked_list_file", args=[checked.public_id, what]))
        assert b"".join(answer).startswith(start)  # type: ignore[arg-type]
    verbs = Event.objects.filter(object_type="certificates.checkedlist").values_list("verb", flat=True)
    assert set(verbs) == {"list_check_asked", "list_checked", "list_minutes_made"}
    stranger = make_person(name="Lain", role=Role.PIMPINAN, organization=make_organization(name="Lain"))
    client.force_login(stranger)
    assert client.get(sent["Location"]).status_code == 404
    assert client.get(reverse("certificates:checked_list_file", args=[checked.public_id, "lembar"])).status_code == 404

    # Who answers for no list any more reads none, not even the own ones.
    stopped = running.ask([Asked(1, "8/X", "Budi")], organization=home, actor=head, at=AT)
    head.memberships.update(role=Role.PARTICIPANT)
    client.force_login(head)
    assert client.get(sent["Location"]).status_code == 404

    CheckedList.objects.filter(pk=stopped.pk).update(state="failed")
    running.forget(at=timezone.now() + timedelta(days=running.KEPT_DAYS + 1))
    assert (stopped.batches.count(), running.go_on(stopped)) == (0, False)
    assert not kept_path(checked.sheet_sha256, "lists", "xlsx").exists()
    assert kept_path(checked.minutes_sha256, "lists", "pdf").exists()
    checked.refresh_from_db()
    assert checked.batches.count() == 0
    assert (checked.counts, bool(checked.minutes_sha256), checked.emptied_at is not None) == (expected, True, True)


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_a_batch_takes_the_same_statements_however_long_and_a_person_may_ask_so_often() -> None:
    home = make_organization(name="Dinas")
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
    held = make_certificate(organization=home, person=make_person(name="Ani"))

    def statements(number: int) -> int:
        asked = [Asked(line, held.code if line % 2 else held.number, "Ani") for line in range(1, number + 1)]
        asked[0] = Asked(1, "8/X", "Budi")
        made = running.ask(asked, organization=home, actor=head, at=AT)
        with CaptureQueriesContext(connection) as caught:
            running.answer_batch(made.pk, at=AT)
        return len([one for one in caught if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])

    few = statements(4)
    assert statements(400) == few <= 12
    SigningKey.objects.filter(key_id=held.key_id).update(retired_at=timezone.now())
    assert statements(400) == few
    with pytest.raises(running.TooManyRows):
        running.ask([Asked(1, "a", "b")] * 10_001, organization=home, actor=head, at=AT)
    with pytest.raises(running.NothingAsked):
        running.ask([], organization=home, actor=head, at=AT)
    for _again in range(running.MOST_LISTS - 3):
        running.ask([Asked(1, "a", "b")], organization=home, actor=head, at=AT)
    with pytest.raises(running.TooManyLists):
        running.ask([Asked(1, "a", "b")], organization=home, actor=head, at=AT)
