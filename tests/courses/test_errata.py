"""A mistake in a frozen text is put right by a dated note beside it, in every running angkatan."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Event, Role, User
from courses import activities, parts
from courses.cohorts import open_cohort
from courses.correcting import publish_erratum, spots_of
from courses.errors import NotAllowed, UnknownModule
from courses.models import Cohort, Edition, EditionModule, Erratum
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


def correct(cohort: Cohort, words: str, *, block: str = "", actor: User | None = None, days: int = 1) -> Erratum:
    return publish_erratum(
        edition_of(cohort),
        module_key="M1",
        block=block,
        text=words,
        actor=actor or publisher_of(cohort),
        at=AT + timedelta(days=days),
    )


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
    first = correct(cohort, "Keliru.", actor=citra)
    assert correct(cohort, " Keliru. ", actor=citra, days=2) == first
    assert Event.objects.filter(verb="erratum.published").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Erratum.objects.filter(pk=first.pk).update(text="Lain")
    with pytest.raises(IntegrityError), transaction.atomic():
        first.delete()


def test_only_publishers_of_the_course_correct_and_only_what_is_there(cohort: Cohort) -> None:
    dewi = make_person(name="Dewi", role=Role.PUBLISHER, organization=make_organization())
    for actor in (dewi, cohort.trainer_links.get().user):
        with pytest.raises(NotAllowed):
            correct(cohort, "Keliru.", actor=actor)
    with pytest.raises(UnknownModule):
        correct(cohort, "Keliru.", block="00000000")
    assert not Erratum.objects.exists()


def test_the_screen_is_read_by_trainers_and_used_by_publishers(client: Client, cohort: Cohort) -> None:
    address = f"/angkatan/{cohort.public_id}/ralat/"
    assert client.get(address).status_code == 302
    ani = make_enrolment(cohort=cohort).user
    dewi = make_person(name="Dewi", role=Role.PUBLISHER, organization=make_organization())
    data = {"spot": "M1:", "text": "Seharusnya tujuh."}
    trainer = cohort.trainer_links.get().user
    for person, seen, sent in ((ani, 404, 404), (dewi, 404, 404), (trainer, 200, 403)):
        client.force_login(person)
        assert (client.get(address).status_code, client.post(address, data).status_code) == (seen, sent)
    assert not Erratum.objects.exists()
    client.force_login(publisher_of(cohort))
    assert client.post(address, data | {"spot": "M9:"}).status_code == 200
    assert client.post(address, data).status_code == 302
    assert "Seharusnya tujuh." in client.get(address).content.decode()
    assert client.put(address).status_code == 405
    prepared = make_cohort(course=cohort.course, is_open=False)
    assert client.get(f"/angkatan/{prepared.public_id}/ralat/").status_code == 404
