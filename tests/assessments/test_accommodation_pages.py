"""The pages of accommodations: an angkatan's, a person's, the end of one, a selection, and what the person reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from assessments.models import Accommodation
from courses import bulk
from courses.models import BulkAction, Enrolment
from tests.factories_accounts import AT, make_person
from tests.factories_attempts import make_enrolment, make_quiz, start

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


def test_a_trainer_gives_and_ends_it_and_the_person_reads_what_they_have():
    trainer = make_person(name="Sri Wahyuni")
    enrolment, part = make_quiz(
        enrolment=make_enrolment(trainer=trainer, closes_at=AT + timedelta(days=1)), time_limit_minutes=40
    )
    attempt = start(enrolment, part)
    cohort, client = enrolment.cohort, client_of(trainer)
    of_cohort, of_person = f"/angkatan/{cohort.public_id}/penyesuaian/", f"/kuis/penyesuaian/{enrolment.public_id}/"
    with time_machine.travel(AT + MINUTE, tick=False):
        assert "Belum ada yang diberikan" in text_of(client.get(of_cohort))
        assert "Belum ada yang diberikan" in text_of(client.get(of_person))
        # What is wrong is said, nothing is kept and what was written stands there still.
        for fields in ({"reason": "ada"}, {"extra_percent": 25, "reason": ""}, {"extra_minutes": -1, "reason": "ada"},
                       {"extra_minutes": 5, "quiz": "lain", "reason": "ada"},
                       {"closes_later_on": "2020-01-01", "reason": "Banjir"}):  # fmt: skip
            for address in (of_cohort, of_person):
                answer = text_of(client.post(address, fields))
                assert "form-errors" in answer
                assert fields["reason"] in answer
        assert not Accommodation.objects.exists()

        given = {"extra_percent": 25, "quiz": part.key, "reason": "Pembaca layar"}
        answer = text_of(client.post(of_person, given, follow=True))
        assert "25 persen waktu tambahan" in answer
        assert "Latihan modul 1" in answer
        given = {"extra_minutes": 5, "closes_later_on": f"{AT.date() + timedelta(days=9)}", "reason": "Banjir"}
        answer = text_of(client.post(of_cohort, given, follow=True))
        assert "Semua peserta angkatan" in answer
        assert "tambahan 5 menit, boleh mulai sampai" in answer
        assert enrolment.user.full_name in answer  # the person's own stands beside it
        attempt.refresh_from_db()
        assert attempt.due_at == AT + 55 * MINUTE
        assert "23.59" in text_of(client.get(of_person))
        # The person reads what, not why: others look over the shoulder.
        own = text_of(client_of(enrolment.user).get(f"/kuis/mulai/{enrolment.public_id}/{part.key}/"))
        assert "25 persen waktu tambahan, tambahan 5 menit" in own
        assert "Pembaca layar" not in own
        assert "55 menit" in own

        row = Accommodation.objects.get(enrolment=enrolment)
        ending = f"/kuis/penyesuaian/akhiri/{row.public_id}/"
        assert "tetap memiliki waktu" in text_of(client.get(ending))
        assert "form-errors" in text_of(client.post(ending, {"reason": " "}))
        answer = text_of(client.post(ending, {"reason": "Keliru orang"}, follow=True))
        assert "Keliru orang" in answer
        assert "Tidak ada lagi yang perlu dilakukan" in text_of(client.get(ending))
        attempt.refresh_from_db()
        assert attempt.due_at == AT + 55 * MINUTE
        assert of_cohort in text_of(client.get(cohort.get_absolute_url()))
        assert client_of(enrolment.user).get(ending).status_code == 404
        assert client_of(make_person(name="Dewi")).post(of_cohort, given).status_code == 404
        assert Accommodation.objects.count() == 2


def test_a_selection_gets_the_same_and_undoing_it_ends_it():
    trainer = make_person(name="Sri Wahyuni")
    enrolment, part = make_quiz(enrolment=make_enrolment(trainer=trainer), time_limit_minutes=40)
    cohort = enrolment.cohort
    Enrolment.objects.create(cohort=cohort, user=make_person(name="Tini"), enrolled_at=AT)
    left = Enrolment.objects.create(
        cohort=cohort, user=make_person(name="Umar"), enrolled_at=AT, status="dropped", dropped_at=AT
    )
    attempt = start(enrolment, part)
    kind = bulk.kind_of("penyesuaian")
    assert kind is not None
    assert kind in bulk.offered(cohort, trainer)
    wrong = kind.form(cohort, {"reason": "ada"})
    assert not wrong.is_valid()
    form = kind.form(cohort, {"extra_percent": 50, "extra_attempts": 1, "reason": "Tunanetra"})
    assert form.is_valid(), form.errors
    people = list(Enrolment.objects.order_by("pk").select_related("user", "cohort__organization"))
    token = attempt.public_id
    action = bulk.act(kind, cohort, people, form.cleaned_data, token=token, actor=trainer, at=AT + MINUTE)
    assert Accommodation.objects.in_force().count() == 2
    assert not Accommodation.objects.filter(enrolment=left).exists()
    assert set(action.outcomes.filter(is_done=True).values_list("said", flat=True)) == {
        "50 persen waktu tambahan, 1 kesempatan lagi"
    }
    attempt.refresh_from_db()
    assert attempt.due_at == AT + 60 * MINUTE
    assert bulk.undo(BulkAction.objects.get(), actor=trainer, at=AT + 2 * MINUTE) == 2
    assert not Accommodation.objects.in_force().exists()
    attempt.refresh_from_db()
    assert attempt.due_at == AT + 60 * MINUTE
