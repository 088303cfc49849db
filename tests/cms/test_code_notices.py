"""Somebody made a code for one's account: those who can be reached hear it, and nobody reads the code there."""

from __future__ import annotations

import pytest

from accounts import first_codes
from accounts.models import Role, User
from accounts.people_lists import checking, running, undoing
from accounts.people_lists.checking import Purpose
from accounts.people_lists.errors import CannotUndo
from accounts.spreadsheets import read_pasted
from cms.models import Delivery, Message
from tests.factories_accounts import AT, make_organization, make_person

pytestmark = pytest.mark.django_db


def test_who_can_be_reached_hears_it_at_once_and_never_reads_the_code() -> None:
    dinas = make_organization()
    budi = make_person(name="Budi", role=Role.TRAINER, organization=dinas)
    known = {"role": Role.PARTICIPANT, "organization": dinas, "phone": "0812-3456-7890"}
    ani = make_person(name="Ani", email="ani@contoh.id", **known)  # type: ignore[arg-type]
    siti = make_person(name="Siti", **known)  # type: ignore[arg-type]
    codes = [code for _person, code in first_codes.issue([ani, siti], actor=budi, at=AT)]
    said = Message.objects.get(kind="code-issued")
    assert (said.user, said.urgent, said.url) == (ani, True, "/akun/")
    assert "Budi membuat kode masuk untuk akun Anda (22 November 2026 pukul 10.00 WIB)" in said.text
    for code in codes:
        assert code not in said.subject + said.text
        assert first_codes.grouped(code) not in said.subject + said.text
    first_codes.issue([ani], actor=budi, at=AT.replace(hour=5))
    assert Message.objects.filter(kind="code-issued").count() == 2


def test_a_notice_that_reached_nobody_goes_with_the_person_and_one_that_did_stands_in_the_way() -> None:
    dinas = make_organization()
    budi = make_person(name="Budi", role=Role.TRAINER, organization=dinas)
    text = "No. Peserta\tNama\tEmail\tNo. HP\nPST-1\tSiti\tsiti@contoh.id\t081234567890"
    made = checking.receive(read_pasted(text), Purpose(dinas), actor=budi, at=AT)
    running.start(made, actor=budi, at=AT)
    running.run(made.pk, at=AT)
    siti = User.objects.get(participant_number="PST-1")
    first_codes.issue([siti], actor=budi, at=AT)
    rows = Delivery.objects.filter(message__user=siti)
    rows.update(state="sent", settled_at=AT)
    with pytest.raises(CannotUndo):
        undoing.undo(made, actor=budi, at=AT)
    rows.update(state="waiting", settled_at=None)
    undoing.undo(made, actor=budi, at=AT)
    assert not User.objects.filter(participant_number="PST-1").exists()
    assert not Message.objects.exists()
