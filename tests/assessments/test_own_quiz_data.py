"""A person's own export holds what this app keeps about that person, and tells no key."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from accounts import exporting
from assessments import assessing, granting, saving, submitting
from assessments.accommodating import accommodate
from assessments.deadlines import Allowance
from courses.models import CompetencyUnit
from tests.factories_accounts import AT, Role, make_person
from tests.factories_attempts import answer_all, make_attempt, make_enrolment, row, token_of
from tests.factories_kinds import attempt_at

pytestmark = pytest.mark.django_db


def export(user):
    return json.loads(json.dumps(exporting.own_data(user, on=AT.date()), cls=DjangoJSONEncoder))["assessments"]


def test_attempts_grants_and_recommendations_are_in_the_export_and_nobody_elses():
    trainer = make_person(name="Sri")
    attempt = make_attempt(enrolment=make_enrolment(trainer=trainer), version={"units": ("U-X",)})
    enrolment = attempt.enrolment
    answer_all(attempt, at=AT, right=2)
    submitting.submit(attempt, actor=enrolment.user, at=AT + timedelta(minutes=1))
    granting.grant(enrolment, attempt.part, extra_attempts=1, reason="Sakit", actor=trainer, at=AT)
    more = Allowance(extra_percent=25)
    accommodate(enrolment.cohort, more, enrolment=enrolment, reason="Pembaca layar", actor=trainer, at=AT)
    budi = make_person(name="Budi", role=Role.ASSESSOR, organization=enrolment.cohort.organization)
    unit = CompetencyUnit.objects.create(code="U-X", title="Asesmen")
    assessing.recommend(enrolment, unit, result="not_yet", reason="Belum terlihat", actor=budi, at=AT)
    found = export(enrolment.user)
    (one,) = found["attempts"]
    assert (one["score"], one["answered_questions"], one["units"]) == ("50.00", [1, 2, 3, 4], {"U-X": "50.00"})
    assert found["grants"][0]["reason"] == "Sakit"
    assert found["recommendations"][0]["reason"] == "Belum terlihat"
    (given,) = found["accommodations"]
    assert (given["extra_percent"], given["reason"], given["ended_at"]) == (25, "Pembaca layar", None)
    assert export(trainer) == {
        "accommodations": [],
        "answers_i_marked": [],
        "assignments": [],
        "attempts": [],
        "grants": [],
        "recommendations": [],
    }


def test_the_export_of_a_running_attempt_tells_nothing_of_the_key():
    attempt = make_attempt()
    answer_all(attempt, at=AT, right=1)
    words = json.dumps(export(attempt.enrolment.user))
    assert "slots" not in words
    assert '"score": null' in words


def test_what_one_wrote_is_ones_own_also_while_it_waits_for_a_mark():
    attempt = attempt_at("essay", "single")
    saving.save_rows(attempt.public_id, token_of(attempt), [row(1, 1, "=Saya mulai dari asesmen.")], at=AT)
    submitting.submit(attempt, actor=attempt.enrolment.user, at=AT + timedelta(minutes=1))
    (one,) = export(attempt.enrolment.user)["attempts"]
    assert one["written_answers"] == {"1": "Saya mulai dari asesmen."}
    assert (one["answers_waiting_for_a_mark"], one["score"]) == (1, None)
