"""A mistake in a frozen text is put right by a dated note beside it, in every running angkatan."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Event, Role, User
from cms.models import Message
from courses import activities, parts
from courses.cohorts import open_cohort
from courses.correcting import approve, propose, refuse, spots_of, withdraw
from courses.errors import NotAllowed, ProposalDecided, ReasonMissing, SecondPersonNeeded, UnknownModule
from courses.models import Cohort, Edition, EditionModule, Erratum, ErratumProposal
from courses.progress import mark_read
from tests.factories_accounts import make_organization, make_person
from tests.factories_cms import make_body
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fixed(monkeypatch: pytest.MonkeyPatch) -> Any:
    for registry in ("_writers", "_checks"):
        monkeypatch.setattr(parts, registry, [])
    monkeypatch.setattr(activities, "_sources", [])
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        yield


@pytest.fixture
def cohort() -> Cohort:
    course = make_course(modules=0)
    sentences = [("text", {"text": f"<p>Kalimat {word}.</p>", "sources": []}) for word in ("pertama", "kedua")]
    make_module(course, key="M1", body=make_body(*sentences))
    return make_cohort(course=course)


def publisher_of(cohort: Cohort) -> User:
    return make_person(name="Citra", role=Role.PUBLISHER, organization=cohort.organization)


def edition_of(cohort: Cohort) -> Edition:
    assert cohort.edition is not None
    return cohort.edition


def proposed(
    cohort: Cohort, words: str, *, block: str = "", actor: User | None = None, days: int = 1
) -> ErratumProposal:
    return propose(
        edition_of(cohort),
        module_key="M1",
        block=block,
        text=words,
        actor=actor or cohort.trainer_links.get().user,
        at=AT + timedelta(days=days),
    )


def correct(cohort: Cohort, words: str, *, block: str = "", actor: User | None = None, days: int = 1) -> Erratum:
    """Worded by the trainer, approved by a publisher."""
    proposal = proposed(cohort, words, block=block, days=days)
    return approve(proposal, actor=actor or publisher_of(cohort), at=AT + timedelta(days=days))


def test_a_correction_stands_at_its_block_and_the_frozen_text_stays(client: Client, cohort: Cohort) -> None:
    frozen = EditionModule.objects.get(edition=cohort.edition)
    before = (frozen.html, frozen.sha256)
    second = next(spot for spot in spots_of(edition_of(cohort)) if "kedua" in spot.label)
    correct(cohort, "Seharusnya <tujuh> tahap.", block=second.block)
    client.force_login(make_enrolment(cohort=cohort).user)
    page = client.get(f"/belajar/{cohort.public_id}/M1/").content.decode()
    assert "Ralat 23 November 2026, 10.00 WIB" in page
    assert "Seharusnya &lt;tujuh&gt; tahap." in page
    assert page.index("Kalimat pertama") < page.index("Seharusnya") < page.index("Kalimat kedua")
    frozen.refresh_from_db()
    assert (frozen.html, frozen.sha256) == before


def test_every_running_angkatan_of_the_course_shows_it_and_a_later_edition_does_not(cohort: Cohort) -> None:
    twin = make_cohort(course=cohort.course)
    correct(cohort, "Keliru.")
    assert Erratum.objects.for_edition(edition_of(twin)).count() == 1
    assert cohort.course is not None
    make_module(cohort.course, key="M2")
    later = make_cohort(course=cohort.course, is_open=False)
    later = open_cohort(later, actor=later.trainer_links.get().user, at=AT + timedelta(days=2))
    assert not Erratum.objects.for_edition(edition_of(later)).exists()
    assert not Erratum.objects.for_edition(edition_of(make_cohort())).exists()


def test_the_same_correction_is_published_once_and_never_changed(cohort: Cohort) -> None:
    citra = publisher_of(cohort)
    proposal = proposed(cohort, "Keliru.")
    assert proposed(cohort, " Keliru. ", days=2) == proposal
    first = approve(proposal, actor=citra, at=AT + timedelta(days=1))
    assert approve(proposal, actor=citra, at=AT + timedelta(days=2)) == first
    with pytest.raises(ProposalDecided):
        correct(cohort, " Keliru. ", actor=citra, days=2)
    assert Event.objects.filter(verb="erratum.published").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Erratum.objects.filter(pk=first.pk).update(text="Lain")
    with pytest.raises(IntegrityError), transaction.atomic():
        first.delete()


def test_only_publishers_approve_and_only_what_is_there_is_proposed(cohort: Cohort) -> None:
    dewi = make_person(name="Dewi", role=Role.PUBLISHER, organization=make_organization())
    ani = make_enrolment(cohort=cohort).user
    for actor in (dewi, ani):
        with pytest.raises(NotAllowed):
            proposed(cohort, "Keliru.", actor=actor)
    with pytest.raises(UnknownModule):
        proposed(cohort, "Keliru.", block="00000000")
    waiting = proposed(cohort, "Keliru.")
    for actor in (dewi, ani, cohort.trainer_links.get().user):
        with pytest.raises(NotAllowed):
            approve(waiting, actor=actor, at=AT)
        with pytest.raises(NotAllowed):
            refuse(waiting, reason="Tidak.", actor=actor, at=AT)
    assert not Erratum.objects.exists()


def test_a_second_person_approves_and_the_database_refuses_one_alone(cohort: Cohort) -> None:
    citra = publisher_of(cohort)
    own = proposed(cohort, "Keliru.", actor=citra)
    with pytest.raises(SecondPersonNeeded):
        approve(own, actor=citra, at=AT)
    with pytest.raises(SecondPersonNeeded):
        refuse(own, reason="Tidak.", actor=citra, at=AT)
    erratum = approve(own, actor=publisher_of(cohort), at=AT + timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ErratumProposal.objects.filter(erratum=erratum).update(decided_by=citra)


def test_a_refusal_says_why_and_ends_the_proposal(cohort: Cohort) -> None:
    citra, proposal = publisher_of(cohort), proposed(cohort, "Keliru.")
    with pytest.raises(ReasonMissing):
        refuse(proposal, reason=" ", actor=citra, at=AT)
    assert refuse(proposal, reason="Teksnya sudah benar.", actor=citra, at=AT)
    assert not refuse(proposal, reason="Lagi.", actor=citra, at=AT)
    with pytest.raises(ProposalDecided):
        approve(proposal, actor=citra, at=AT)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == ("refused", "Teksnya sudah benar.")
    mine = proposed(cohort, "Lain.")
    with pytest.raises(NotAllowed):
        withdraw(mine, actor=citra, at=AT)
    assert withdraw(mine, actor=mine.proposed_by, at=AT)
    assert not Erratum.objects.exists()


def test_who_has_read_the_module_is_told_once_and_sees_it_on_both_pages(client: Client, cohort: Cohort) -> None:
    reader, other = make_enrolment(cohort=cohort), make_enrolment(cohort=cohort)
    mark_read(reader, "M1", at=AT)
    erratum = correct(cohort, "Seharusnya tujuh.")
    assert list(Message.objects.filter(kind="erratum-published").values_list("user", flat=True)) == [reader.user_id]
    client.force_login(reader.user)
    home = client.get(f"/belajar/{cohort.public_id}/").content.decode()
    module = client.get(f"/belajar/{cohort.public_id}/M1/").content.decode()
    assert "Diralat setelah Anda membacanya" in home
    assert f'href="#ralat-{erratum.public_id}"' in module
    client.force_login(other.user)
    assert "Diralat setelah" not in client.get(f"/belajar/{cohort.public_id}/").content.decode()
    assert "diralat setelah" not in client.get(f"/belajar/{cohort.public_id}/M1/").content.decode()


def test_the_screen_is_used_by_trainers_to_propose_and_by_publishers_to_approve(client: Client, cohort: Cohort) -> None:
    address = f"/angkatan/{cohort.public_id}/ralat/"
    assert client.get(address).status_code == 302
    ani = make_enrolment(cohort=cohort).user
    dewi = make_person(name="Dewi", role=Role.PUBLISHER, organization=make_organization())
    data = {"spot": "M1:", "text": "Seharusnya tujuh."}
    for person in (ani, dewi):
        client.force_login(person)
        assert (client.get(address).status_code, client.post(address, data).status_code) == (404, 404)
    client.force_login(cohort.trainer_links.get().user)
    assert client.post(address, data | {"spot": "M9:"}).status_code == 200
    assert not ErratumProposal.objects.exists()
    assert client.post(address, data).status_code == 302
    decide = f"{address}{ErratumProposal.objects.get().public_id}/putusan/"
    client.post(decide, {"setujui": "1"})
    assert not Erratum.objects.exists()
    client.force_login(dewi)
    assert client.post(decide, {"setujui": "1"}).status_code == 404
    client.force_login(publisher_of(cohort))
    assert "Seharusnya tujuh." in client.get(address).content.decode()
    client.post(decide, {"setujui": "1"})
    assert Erratum.objects.get().text == "Seharusnya tujuh."
    assert client.put(address).status_code == 405
    prepared = make_cohort(course=cohort.course, is_open=False)
    assert client.get(f"/angkatan/{prepared.public_id}/ralat/").status_code == 404
