"""The closing of an angkatan never cuts a running attempt unless the quiz says so, and what people declare first."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Event
from assessments import auditing, closing, closing_words, deadlines, honesty, quizzes, submitting
from assessments.accommodating import accommodate
from assessments.deadlines import Allowance
from assessments.errors import NotAgreed, NotAllowed, StatementEmpty
from assessments.models import Attempt, HonestyStatement, Quiz
from assessments.own_data import own_data
from courses.models import Cohort
from tests.factories_accounts import AT, Role, make_organization, make_person
from tests.factories_attempts import answer_all, make_enrolment, make_quiz, start

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ENDS = AT + HOUR


@pytest.mark.once
def test_due_is_the_earlier_of_the_limit_with_everything_given_and_a_closing_that_cuts():
    more = Allowance(extra_percent=50)
    due = deadlines.due_within
    assert due(AT, limit_minutes=40, allowance=more, cut_at=None) == AT + HOUR
    assert due(AT, limit_minutes=40, allowance=more, cut_at=AT + 50 * MINUTE) == AT + 50 * MINUTE
    assert due(AT, limit_minutes=40, allowance=more, cut_at=AT + 2 * HOUR) == AT + HOUR
    assert due(AT, limit_minutes=None, allowance=more, cut_at=AT + HOUR) == AT + HOUR
    assert due(AT, limit_minutes=None, allowance=more, cut_at=None) is None
    # Older parts say nothing and mean no; a part says it only where it holds.
    assert not deadlines.cuts_running({})
    assert quizzes.closing_members(Quiz()) == {}
    assert deadlines.cuts_running(quizzes.closing_members(Quiz(cuts_running=True)))


@pytest.mark.django_db
def test_the_closing_cuts_only_where_the_quiz_says_so_and_the_person_is_told_which():
    trainer = make_person(name="Sri Wahyuni")
    enrolment, kept = make_quiz(enrolment=make_enrolment(trainer=trainer, closes_at=ENDS), time_limit_minutes=90)
    _, untimed = make_quiz(enrolment=enrolment)
    _, cut = make_quiz(enrolment=enrolment, time_limit_minutes=90, cuts_running=True)
    _, cut_untimed = make_quiz(enrolment=enrolment, cuts_running=True, title="Tanpa batas")
    attempts = [start(enrolment, part) for part in (kept, untimed, cut, cut_untimed)]
    assert [attempt.due_at for attempt in attempts] == [AT + 90 * MINUTE, None, ENDS, ENDS]
    assert [attempt.closes_at for attempt in attempts][2] == ENDS + MINUTE
    told = [closing_words.before(enrolment, part, Allowance()) for part in (kept, untimed, cut)]
    assert "memiliki seluruh waktunya" in told[0]
    assert "sampai fasilitator menutup angkatan" in told[1]
    assert "juga berakhir" in told[2]
    client = Client()
    client.force_login(enrolment.user)
    with time_machine.travel(AT + MINUTE, tick=False):
        for part, attempt, before, during in (
            (kept, attempts[0], "memiliki seluruh waktunya", "tidak mengakhiri kesempatan ini"),
            (cut, attempts[2], "juga berakhir", "juga mengakhiri kesempatan ini"),
        ):
            page = client.get(f"/kuis/mulai/{enrolment.public_id}/{part.key}/").content.decode()
            assert before in page
            assert during in client.get(attempt.get_absolute_url()).content.decode()

    # Somebody's later closing is theirs here too, at once.
    accommodate(
        enrolment.cohort, Allowance(closes_later_until=ENDS + 5 * MINUTE), enrolment=enrolment, part=cut_untimed,
        reason="Banjir", actor=trainer, at=AT + MINUTE,
    )  # fmt: skip
    assert Attempt.objects.get(part=cut_untimed).due_at == ENDS + 5 * MINUTE
    for attempt in Attempt.objects.all():
        found = auditing.audit(attempt.public_id)
        assert found is not None
        assert [each for each in found.findings if each.subject == "time"] == [], attempt

    # The closing is put off: whoever it would have cut runs on, whoever looks first.
    Cohort.objects.update(closes_at=ENDS + 10 * MINUTE)
    assert not submitting.close_overdue(attempts[2], at=ENDS + MINUTE)
    assert closing.close_overdue_attempts(at=ENDS + 2 * MINUTE) == 0
    dues = dict(Attempt.objects.values_list("part", "due_at"))
    assert dues == {kept.pk: AT + 90 * MINUTE, untimed.pk: None, cut.pk: ENDS + 10 * MINUTE,
                    cut_untimed.pk: ENDS + 10 * MINUTE}  # fmt: skip
    # It is brought forward: nobody who is sitting loses what was told.
    Cohort.objects.update(closes_at=ENDS + 3 * MINUTE)
    assert closing.close_overdue_attempts(at=ENDS + 10 * MINUTE) == 0
    assert closing.close_overdue_attempts(at=ENDS + 11 * MINUTE) == 2
    assert closing.close_overdue_attempts(at=AT + 91 * MINUTE) == 1
    # Without a limit it runs until a trainer closes the angkatan.
    assert closing.close_overdue_attempts(at=AT + 100 * HOUR) == 0
    assert Attempt.objects.get(part=untimed).is_open
    Cohort.objects.update(status="closed", closed_at=AT + 100 * HOUR)
    assert closing.close_overdue_attempts(at=AT + 101 * HOUR) == 1
    # A closing that was not the quiz's to cut is found.
    Attempt.objects.filter(part=kept).update(cut_at=AT + 90 * MINUTE)
    found = auditing.audit(attempts[0].public_id)
    assert found is not None
    assert "time" in [each.subject for each in found.findings]


@pytest.mark.django_db
def test_a_submission_right_after_a_closing_that_was_put_off_counts():
    enrolment, part = make_quiz(enrolment=make_enrolment(closes_at=ENDS), cuts_running=True, questions=1)
    attempt = start(enrolment, part, at=ENDS - 5 * MINUTE)
    answer_all(attempt, at=ENDS - 4 * MINUTE)
    Cohort.objects.update(closes_at=None)
    ended = submitting.submit(attempt, actor=enrolment.user, at=ENDS + 5 * MINUTE)
    assert (ended.status, ended.due_at, ended.cut_at, ended.score) == ("submitted", None, None, 100)


@pytest.mark.django_db
def test_what_counts_begins_with_a_declaration_whose_words_and_time_are_kept():
    house = make_organization()
    enrolment, part = make_quiz(enrolment=make_enrolment(organization=house), required=True, max_attempts=2)
    _, practice = make_quiz(enrolment=enrolment)
    _, final = make_quiz(enrolment=enrolment, kind="posttest", review="never")
    client = Client()
    client.force_login(enrolment.user)
    address = f"/kuis/mulai/{enrolment.public_id}/{part.key}/"
    assert honesty.asked_for(enrolment, practice) is None
    asked = honesty.asked_for(enrolment, final)
    assert asked is not None
    with time_machine.travel(AT, tick=False):
        page = client.get(address).content.decode()
        assert "Saya mengerjakan kuis ini sendiri" in page
        assert 'name="jujur"' in page
        assert 'name="jujur"' not in client.get(address.replace(part.key, practice.key)).content.decode()
        # Not ticked, or ticked below other words: nothing begins, and the page says why.
        for sent in ({}, {"jujur": "ya"}, {"jujur": str(part.pk)}):
            refused = client.post(address, sent)
            assert refused.status_code == 200
            assert "Belum ada kesempatan yang terpakai" in refused.content.decode()
        assert not Attempt.objects.exists()
        assert client.post(address, {"jujur": str(asked.public_id)}).status_code == 302
        attempt = Attempt.objects.get()
        assert (attempt.statement, attempt.agreed_at) == (asked, AT)
        # It goes on without being asked again, with the tick or without.
        assert client.post(address)["Location"] == attempt.get_absolute_url()
        assert 'name="jujur"' not in client.get(address).content.decode()
    assert "Pernyataan kejujuran disetujui" in client.get(f"{attempt.get_absolute_url()}linimasa/").content.decode()
    (kept,) = own_data(enrolment.user)["attempts"]
    assert kept["declared"].startswith("Saya mengerjakan kuis ini sendiri")
    for change in (lambda: Attempt.objects.update(agreed_at=AT + MINUTE), lambda: asked.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

    # An organization words it for itself; who has agreed has agreed to what stood there.
    publisher = make_person(name="Tuti", role=Role.PUBLISHER, organization=house)
    screen = f"/kuis/pernyataan/{house.public_id}/"
    writer = Client()
    writer.force_login(publisher)
    assert house.name in writer.get("/kuis/pernyataan/").content.decode()
    assert "Saya mengerjakan" in writer.get(screen).content.decode()
    assert "form-errors" in writer.post(screen, {"text": "  "}).content.decode()
    for _twice in range(2):
        writer.post(screen, {"text": "Saya jujur.\r\nSaya sendiri.  "})
    made = HonestyStatement.objects.get(organization=house)
    assert (made.text, made.written_by) == ("Saya jujur.\nSaya sendiri.", publisher)
    assert Event.objects.filter(verb="honesty.worded").count() == 1
    attempt.refresh_from_db()
    assert attempt.statement == asked
    submitting.submit(attempt, actor=enrolment.user, at=AT + MINUTE)
    with pytest.raises(NotAgreed):
        honesty.begin(enrolment, part, agreed_to=str(asked.public_id), at=AT, seed="a", nonce="0" * 64)
    again = honesty.begin(enrolment, part, agreed_to=str(made.public_id), at=AT + HOUR, seed="a", nonce="1" * 64)
    assert again.statement == made
    writer.post(screen, {"text": "Saya jujur."})
    assert "Saya sendiri." in writer.get(screen).content.decode()  # what was before
    assert honesty.in_force(make_organization()).organization is None
    for person in (enrolment.user, make_person(name="Eko", role=Role.PUBLISHER, organization=make_organization())):
        with pytest.raises(NotAllowed):
            honesty.word(house, "Lain", actor=person, at=AT)
    with pytest.raises(StatementEmpty):
        honesty.word(house, " \n ", actor=publisher, at=AT)
