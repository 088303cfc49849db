"""A whole angkatan: the list is decided on once and frozen, issuing can be paused, and each person's reason is said."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Event, Role, User
from certificates import awarding, errors, graduating, graduation_paper, issuing, pausing, sweeping, tasks
from certificates.holding import held_by, waiting_for
from certificates.issue_progress import Group, progress_of
from certificates.log import sequencing
from certificates.models import Award, Certificate, Decision, Graduation, IssueHold, LogEntry
from certificates.numbers import roman_month
from certificates.record import canonical
from courses.models import Cohort, EditionPart
from tests.certificates.test_graduation_format import frozen, shape
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import key_folder, make_award, make_cohort, make_enrolment, make_part, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
LATER = AT + timedelta(hours=2)
NAMES = ("Ani", "Beni", "Citra", "Dodi", "Eka")


class World:
    """Five people under one rule: four have met it (one without a confirmed name), one has not."""

    def __init__(self, mode: str) -> None:
        self.home = make_organization(name="Balai Contoh")
        self.head = make_person(name="Kepala", role=Role.PIMPINAN, organization=self.home)
        self.trainer = make_person(name="Pelatih", role=Role.TRAINER, organization=self.home)
        self.cohort: Cohort = make_cohort(self.home)
        assert self.cohort.edition is not None
        self.part: EditionPart = make_part(self.cohort.edition, issuer=self.home, mode=mode)
        self.awards: dict[str, Award] = {}
        for name in NAMES:
            fields: dict[str, Any] = {"name_confirmed_at": None} if name == "Dodi" else {}
            person = make_person(name=name, **fields)
            done = make_enrolment(person, self.cohort, completed_at=None if name == "Eka" else AT)
            for award in awarding.evaluate(done.pk, at=AT):
                self.awards[name] = award

    def ids(self, *names: str) -> list[Any]:
        return [self.awards[name].public_id for name in names]

    def states(self) -> dict[str, str]:
        rows = Award.objects.values_list("enrolment__user__full_name", "state")
        return {name: str(state) for name, state in rows}

    def progress(self, actor: User, wanted: str = "") -> Any:
        return progress_of(self.cohort, self.part, actor=actor, wanted=wanted, page=1)


@pytest.fixture
def keys(settings: Any) -> None:
    settings.SULUH_KEY_DIR = key_folder()


def test_a_list_is_decided_on_as_a_whole_and_its_protocol_is_frozen(client: Client) -> None:
    world = World("approval")
    address = reverse("certificates:graduate", args=[world.cohort.public_id, world.part.key])
    shown = [str(one) for one in world.ids("Ani", "Beni", "Citra", "Dodi")]
    client.force_login(world.head)
    awards = client.get(reverse("certificates:awards")).content.decode()
    assert address in awards  # the whole list comes first
    page = client.get(address).content.decode()
    assert page.count("checked") == 4
    ticked = {"shown": shown, "award": shown[:2] + shown[3:]}
    refused = client.post(address, ticked)
    assert refused.status_code == 400
    assert "Citra" in refused.content.decode()
    assert (Decision.objects.count(), Graduation.objects.count()) == (0, 0)  # all or nothing
    reason = "Belum mengumpulkan tugas akhir."
    answer = client.post(address, ticked | {f"reason-{shown[2]}": reason})
    made = Graduation.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert made.number == f"001/PK/{world.home.code}/{roman_month(made.decided_at.month)}/{made.year}"
    assert world.states() == {"Ani": "ready", "Beni": "ready", "Citra": "refused", "Dodi": "waiting_name"}
    facts = json.loads(made.text)
    assert [one["name"] for one in facts["approved"]] == ["Ani", "Beni", "Dodi"]
    assert facts["excepted"] == [{"name": "Citra", "unit": "", "completed_on": "2026-11-22", "reason": reason}]
    assert (facts["decided_by"], facts["enrolled"]) == ("Kepala", 5)
    assert shape(facts) == shape(json.loads(frozen()))  # version 1 has these members and no other
    assert canonical(facts).decode() == made.text
    assert set(made.decisions.values_list("accepted", flat=True)) == {True, False}
    assert Event.objects.filter(verb="award_decided").count() == 4
    # What people are called afterwards changes no protocol, and no row of it can be changed.
    User.objects.filter(full_name="Ani").update(full_name="Ani Baru")
    pdf = client.get(reverse("certificates:graduation_paper", args=[made.public_id]))
    assert pdf.content == graduation_paper.pdf_of(made)
    assert pdf.content.startswith(b"%PDF-1.7")
    read = client.get(made.get_absolute_url()).content.decode()
    assert "Ani Baru" not in read
    assert reason in read
    with pytest.raises(Error, match="kept"), transaction.atomic():
        Graduation.objects.update(number="x")
    # Whoever waits reads when it was decided; with nobody to tick there is no button.
    [line] = waiting_for(world.awards["Dodi"].enrolment.user)
    assert line.graduation is not None
    assert line.graduation.decided_at == made.decided_at
    empty = client.get(address).content.decode()
    assert "checkbox" not in empty
    assert made.number in empty
    client.force_login(world.trainer)
    assert client.get(address).status_code == 404
    assert made.number in client.get(reverse("certificates:graduations")).content.decode()


def test_a_list_refuses_whoever_decided_meanwhile_whoever_takes_part_and_nobody() -> None:
    world = World("approval")

    def decide(*names: str, actor: User = world.head, reasons: Any = None) -> Graduation:
        ids = world.ids(*names)
        return graduating.decide_list(
            world.cohort, world.part, shown=ids, approved=ids, reasons=reasons or {}, actor=actor, at=LATER
        )

    with pytest.raises(errors.NobodyChosen):
        decide()
    with pytest.raises(errors.NotAllowed):
        decide("Ani", actor=world.trainer)
    first = decide("Ani")
    with pytest.raises(errors.AlreadyDecided):
        decide("Ani", "Beni")
    assert world.states()["Beni"] == "waiting_approval"
    own = make_person(name="Fajar", role=Role.PIMPINAN, organization=world.home)
    [world.awards["Fajar"]] = awarding.evaluate(make_enrolment(own, world.cohort).pk, at=AT)
    with pytest.raises(errors.TookPart):
        decide("Fajar", actor=own)
    assert own not in [row.enrolment.user for row in graduating.candidates(world.cohort, world.part, actor=own)]
    second = graduating.decide_one(world.awards["Beni"], actor=world.head, at=LATER)
    assert (first.sequence, second.sequence) == (1, 2)


def test_a_list_of_one_by_one_shows_no_button_when_nothing_can_be_ticked(client: Client) -> None:
    world = World("approval")
    client.force_login(world.head)
    button = "Tetapkan yang dicentang"
    address = reverse("certificates:awards")
    assert button in client.get(address).content.decode()
    client.post(reverse("certificates:approve"), {"award": [str(one) for one in world.ids("Ani", "Beni", "Dodi")]})
    assert Graduation.objects.get().approved == 3  # ticked on the common list, one protocol for the angkatan
    client.post(reverse("certificates:approve"), {"award": [str(one) for one in world.ids("Citra")]})
    make_award(organization=world.home, kind="competence", person=make_person(name="Gita"))
    text = client.get(address).content.decode()
    assert "Gita" in text
    assert button not in text


@pytest.mark.usefixtures("keys")
def test_a_paused_angkatan_is_skipped_by_the_signing_worker_until_it_goes_on(client: Client) -> None:
    world = World("automatic")
    assert world.states() == {"Ani": "ready", "Beni": "ready", "Citra": "ready", "Dodi": "waiting_name"}
    address = reverse("certificates:angkatan", args=[world.cohort.public_id])
    verbs = {
        name: reverse(f"certificates:{name}", args=[world.cohort.public_id, world.part.key])
        for name in ("pause", "resume")
    }
    sweeping.advance_award(world.awards["Ani"].pk, at=AT)
    client.force_login(world.trainer)
    client.post(verbs["pause"], {"reason": "Nama belum diperiksa."})
    assert not IssueHold.objects.exists()  # looking on is no right to halt
    client.force_login(world.head)
    client.post(verbs["pause"], {"reason": " "})
    assert not IssueHold.objects.exists()
    client.post(verbs["pause"], {"reason": "Nama belum diperiksa."})
    assert world.states() == {"Ani": "issued", "Beni": "paused", "Citra": "paused", "Dodi": "waiting_name"}
    with pytest.raises(errors.AlreadyPaused):
        pausing.pause(world.cohort, world.part, reason="Lagi", actor=world.head, at=LATER)
    # Messages, the sweep, a name confirmed now, and a worker that still thinks the row is ready: nobody issues.
    User.objects.filter(full_name="Dodi").update(name_confirmed_at=LATER)
    sweeping.advance_person(world.awards["Dodi"].enrolment.user_id, at=LATER)
    for _twice in range(2):
        sweeping.advance_award(world.awards["Beni"].pk, at=LATER)
        sweeping.sweep(at=LATER)
    Award.objects.filter(pk=world.awards["Citra"].pk).update(state="ready")
    assert issuing.issue(world.awards["Citra"].pk, keys=signing_keys(), at=LATER) is None
    assert world.states() == {"Ani": "issued", "Beni": "paused", "Citra": "paused", "Dodi": "paused"}
    assert list(Certificate.objects.values_list("number_sequence", flat=True)) == [1]
    text = client.get(address).content.decode()
    assert "Nama belum diperiksa." in text
    assert "Kepala" in text
    assert "http-equiv" not in text  # nothing moves, so nothing is looked at again
    pausing.resume(world.cohort, world.part, reason="Sudah diperiksa", actor=world.head, at=LATER)
    with pytest.raises(errors.NotPaused):
        pausing.resume(world.cohort, world.part, reason="Lagi", actor=world.head, at=LATER)
    sweeping.sweep(at=LATER)  # the messages of the resumption are lost; the sweep finds every row
    sweeping.sweep(at=LATER)
    assert set(world.states().values()) == {"issued"}
    assert sorted(Certificate.objects.values_list("number_sequence", flat=True)) == [1, 2, 3, 4]
    assert not Certificate.objects.without_file().exists()
    told = Event.objects.filter(verb__in=["issuing_paused", "issuing_resumed"]).order_by("pk")
    assert [(event.verb, event.reason) for event in told] == [
        ("issuing_paused", "Nama belum diperiksa."),
        ("issuing_resumed", "Sudah diperiksa"),
    ]
    with pytest.raises(Error, match="kept"), transaction.atomic():
        IssueHold.objects.update(reason="x")


@pytest.mark.usefixtures("keys")
def test_a_long_queue_costs_few_statements_for_each_and_the_log_keeps_up(
    django_assert_max_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World("automatic")
    monkeypatch.setattr(sequencing, "_last_run", 0.0)  # long ago
    monkeypatch.setattr(sequencing, "publish", lambda: 0)
    tasks.evaluate_enrolment.run(world.awards["Ani"].enrolment_id)
    assert LogEntry.objects.exists()
    assert not LogEntry.objects.filter(position=None).exists()
    with django_assert_max_num_queries(32):
        tasks.evaluate_enrolment.run(world.awards["Beni"].enrolment_id)
    with django_assert_max_num_queries(3):  # a message too many
        tasks.evaluate_enrolment.run(world.awards["Beni"].enrolment_id)
    assert sorted(Certificate.objects.exclude(file_sha256="").values_list("number_sequence", flat=True)) == [1, 2]
    assert LogEntry.objects.filter(position=None).count() == 2  # a moment later the log waits for more


@pytest.mark.usefixtures("keys")
def test_each_person_reads_where_the_certificate_stands_and_the_sums_agree(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    world = World("approval")
    graduating.decide_list(
        world.cohort,
        world.part,
        shown=world.ids("Ani", "Beni", "Dodi"),
        approved=world.ids("Ani", "Dodi"),
        reasons={world.ids("Beni")[0]: "Tugas kurang."},
        actor=world.head,
        at=AT,
    )
    progress = world.progress(world.head)
    assert progress.moves
    sweeping.advance_award(world.awards["Ani"].pk, at=AT)
    with django_assert_max_num_queries(14):
        progress = world.progress(world.head)
    assert not progress.moves
    assert {group: number for group, number in progress.counted.items() if number} == {
        Group.ALL: 5,
        Group.ISSUED: 1,
        Group.WAITING: 2,
        Group.HELD_UP: 1,
        Group.INCOMPLETE: 1,
    }
    lines = {line.enrolment.user.full_name: line for line in progress.lines}
    certificate = Certificate.objects.get()
    assert lines["Ani"].certificate == certificate
    assert "Tugas kurang." in lines["Beni"].why
    assert all(line.why or line.certificate for line in lines.values())
    assert [line.enrolment.user.full_name for line in world.progress(world.head, "menunggu").lines] == ["Citra", "Dodi"]
    client.force_login(world.trainer)
    angkatan = client.get(world.cohort.get_absolute_url()).content.decode()
    address = reverse("certificates:angkatan", args=[world.cohort.public_id])
    assert address in angkatan
    text = client.get(address).content.decode()
    for words in (certificate.number, "Tugas kurang.", "belum menyetujui nama", "1 dari 5 sudah terbit"):
        assert words in text
    assert "Jeda penerbitan" not in text  # a trainer looks on
    client.force_login(make_person(name="Orang luar"))
    assert client.get(address).status_code == 404
    [held] = held_by(certificate.user, at=AT) if certificate.user else []
    assert held.graduation is not None
    assert held.graduation.graduation == Graduation.objects.get()
