"""Signals of a quiz: what each is made of, what is innocent, and who sees them."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client

from assessments import saving, submitting
from assessments.models import Attempt
from assessments.noticing import devices, likeness, pace
from assessments.noticing.devices import Stay
from courses.models import Enrolment
from tests.factories_accounts import AT, Role, make_organization, make_person
from tests.factories_attempts import LAPTOP, PHONE, any_token, make_enrolment, make_quiz, row, start, token_of

MINUTE = timedelta(minutes=1)


@pytest.mark.once
def test_pace_looks_at_the_whole_paper():
    body = {"stem": "x" * 200, "options": [{"text": "y" * 50}] * 4, "explanation": "z" * 900}
    assert pace.characters(body) == 400
    lengths = dict.fromkeys(range(1, 7), 400)

    def seen(slots, seconds):
        state = {str(slot): {"d": [slot, 1000 * seconds * slot // slots, ["a"]]} for slot in range(1, slots + 1)}
        return pace.pace(state, lengths, opened_ms=0)

    assert seen(6, 47).is_faster_than_reading  # 2,400 letters: 48 seconds at 50 a second
    assert not seen(6, 48).is_faster_than_reading
    assert not seen(4, 1).is_faster_than_reading  # too few answers tell nothing
    assert seen(6, 0).is_faster_than_reading
    assert not pace.pace({}, lengths, opened_ms=0).is_faster_than_reading
    # Reading first and answering all at the end is slow reading, not fast answering.
    late = {str(slot): {"d": [slot, 600_000 + slot, ["a"]]} for slot in range(1, 7)}
    assert not pace.pace(late, lengths, opened_ms=0).is_faster_than_reading


@pytest.mark.once
def test_two_devices_at_once_are_not_one_after_the_other():
    minute = 60_000
    found = devices.overlap([Stay(0, 10 * minute, 5), Stay(4 * minute, 12 * minute, 3)])
    assert found is not None
    assert (found.minutes, found.answers) == (6, (5, 3))
    for innocent in ([Stay(0, 10, 5)], [Stay(0, 10, 5), Stay(10, 20, 5)], [Stay(0, 100, 9), Stay(50, 50, 1)], []):
        assert devices.overlap(innocent) is None


@pytest.mark.once
def test_the_tail_is_exact():
    assert likeness.tail([0.5] * 10, 10) == pytest.approx(0.5**10)
    assert likeness.tail([0.3, 0.6], 1) == pytest.approx(1 - 0.7 * 0.4)
    assert likeness.tail([0.2, 0.7, 0.4], 0) == pytest.approx(1)
    assert likeness.tail([], 0) == 1
    assert likeness.tail([0.9], 2) == 0


def classroom(seed, people=40, items=30):
    """Wrong answers of people who do not know each other: three wrong options of unlike attraction."""
    rng = random.Random(seed)
    return [
        {f"i{item}": rng.choices("bcd", (6, 3, 1))[0] for item in range(items) if rng.random() < 0.4}
        for _ in range(people)
    ]


@pytest.mark.once
def test_a_pair_that_copied_is_shown_and_a_class_that_did_not_shows_nothing():
    honest = sum(len(likeness.pairs(classroom(seed))) for seed in range(20))
    assert honest <= 1  # 0.05 in each class is the bound
    copied = classroom(7)
    copied[5] = {f"i{item}": "d" if item % 2 else "c" for item in range(14)}
    copied[21] = dict(copied[5])
    (first, *_rest) = likeness.pairs(copied)
    assert (first.one, first.other, first.same, first.both) == (5, 21, 14, 14)
    assert first.expected < 0.001
    # A wrong answer that everybody gives is worth nothing, and neither are the only two who are wrong.
    assert likeness.pairs([{f"i{item}": "b" for item in range(30)}] * 40) == []
    alone = [{f"i{item}": "b" for item in range(10)}] * 2 + [{} for _ in range(30)]
    assert likeness.pairs(alone) == []
    assert likeness.pairs(copied[:9]) == []
    # The order of people changes nothing.
    turned = likeness.pairs(copied[::-1])
    assert [pair.same for pair in turned] == [pair.same for pair in likeness.pairs(copied)]
    assert all(a.expected <= b.expected for a, b in pairwise(turned))


@pytest.mark.django_db
def test_the_page_says_what_was_seen_to_those_who_see_attempts_in_few_statements(django_assert_max_num_queries):
    trainer = make_person(name="Sri Wahyuni")
    house = make_organization()
    enrolment, part = make_quiz(
        questions=12, enrolment=make_enrolment(trainer=trainer, organization=house), required=True
    )
    cohort = enrolment.cohort
    address = f"/angkatan/{cohort.public_id}/tanda/"
    client = Client()
    client.force_login(trainer)
    assert "Tidak ada yang perlu ditelusuri" in client.get(address).content.decode()

    def sit(name, chosen, *, second=None, minutes=20):
        """Answers ``chosen`` (place of an option per question) evenly over the minutes."""
        one = (
            enrolment
            if name is None
            else Enrolment.objects.create(cohort=cohort, user=make_person(name=name), enrolled_at=AT)
        )
        attempt = start(one, part)
        for number, slot in enumerate(attempt.paper["slots"], start=1):
            at = AT + minutes * MINUTE * number / 12
            options = {option["option_id"]: option["token"] for option in slot["options"]}
            device = second if second and number % 2 else PHONE
            place = sorted(part.json["pool"][n]["version"] for n in range(12)).index(slot["version"])
            answer = row(number, number, options[f"o{chosen[place]}"], device=device, at=at)
            saving.save_rows(attempt.public_id, token_of(attempt), [answer], at=at)
        submitting.submit(attempt, actor=one.user, at=AT + 30 * MINUTE)
        return attempt

    rng = random.Random(3)
    for number in range(20):
        sit(f"Peserta {number}", rng.choices((1, 2, 3), (5, 4, 1), k=12))
    copied = [3, 3, 3, 3, 3, 3, 3, 3, 1, 1, 2, 2]
    sit("Ani Salin", copied)
    sit("Budi Salin", copied, second=LAPTOP)
    sit(None, [1] * 12, minutes=0)
    with django_assert_max_num_queries(22):
        page = client.get(address).content.decode()
    assert "Tanda, bukan vonis" in page
    fast, together, alike = (page.index(words) for words in (
        "Lebih cepat dari membaca", "Dua perangkat sekaligus", "Jawaban salah yang sama"
    ))  # fmt: skip
    assert enrolment.user.full_name in page[fast:together]
    assert "Peserta 1," not in page[fast:together]
    assert "Budi Salin" in page[together:alike]
    assert "Ani Salin" not in page[together:alike]
    assert "Ani Salin" in page[alike:]
    assert "Budi Salin" in page[alike:]
    assert "10 dari 10" in page[alike:]
    # Nothing of what was asked or answered stands there, and nothing was changed by looking.
    assert "langkah pertama pendampingan" not in page
    assert any_token(Attempt.objects.latest("pk"), 1) not in page
    assessor = make_person(name="Cici", role=Role.ASSESSOR, organization=house)
    stranger = make_person(name="Eko", role=Role.TRAINER, organization=make_organization())
    for person, status in ((assessor, 200), (enrolment.user, 404), (make_person(name="Dewi"), 404), (stranger, 404)):
        other = Client()
        other.force_login(person)
        assert other.get(address).status_code == status, person
    assert client.get(address, {"kuis": "lain"}).status_code == 404
    assert client.post(address).status_code == 405
