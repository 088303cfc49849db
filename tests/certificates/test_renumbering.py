"""A number that is taken holds nobody up for good: an administrator sets another template, with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Event, Role, User
from certificates import errors, issuing, renumbering
from certificates.models import Award, Certificate, NumberCorrection
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_award, make_certificate, make_decided, make_licence, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
ONE_FOR_ALL = "{urut:04d}/{kode_unit}/{tahun}"
APART = "{urut:04d}/{jenis}/{kode_unit}/{tahun}"


@pytest.fixture
def held_up() -> Award:
    """A certificate of competence whose frozen template gives the number that a training certificate already has."""
    home = make_organization(name="LSP", kind="lsp")
    make_licence(home)
    make_certificate(organization=home, number_template=ONE_FOR_ALL, with_file=True)
    award = make_decided(home, number_template=ONE_FOR_ALL)
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    award.refresh_from_db()
    assert (award.state, award.about_number) == (Award.State.BLOCKED, True)
    return award


@pytest.fixture
def citra(held_up: Award) -> User:
    return make_person(name="Citra", role=Role.ADMINISTRATOR, organization=held_up.issuer)


def test_an_administrator_sets_another_template_and_the_certificate_is_issued(
    client: Client, held_up: Award, citra: User, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(citra)
    address = reverse("certificates:renumber", args=[held_up.public_id])
    assert address in client.get(reverse("certificates:awards")).content.decode()
    assert client.get(address).context["form"].initial["template"] != ONE_FOR_ALL
    assert client.post(address, {"template": APART, "reason": "Nomor berimpit."}).status_code == 302
    held_up.refresh_from_db()
    assert held_up.state == Award.State.READY
    issued = issuing.issue(held_up.pk, keys=signing_keys(), at=AT)
    assert issued is not None
    assert "/SK/" in issued.number
    assert Certificate.objects.filter(number_sequence=1).count() == 2, "each kind counts from one, without a gap"
    event = Event.objects.get(verb="number_corrected")
    assert (event.actor, event.reason, event.details["template"]) == (citra, "Nomor berimpit.", APART)
    assert client.get(address).status_code == 404, "there is nothing left to put right"


@pytest.mark.parametrize(
    ("template", "reason"),
    [(ONE_FOR_ALL, "Nomor berimpit."), ("{urut}", "Nomor berimpit."), (APART, " "), ("", "Nomor berimpit.")],
)
def test_a_template_that_would_not_help_or_no_reason_changes_nothing(
    client: Client, held_up: Award, citra: User, template: str, reason: str
) -> None:
    client.force_login(citra)
    answer = client.post(
        reverse("certificates:renumber", args=[held_up.public_id]), {"template": template, "reason": reason}
    )
    assert answer.status_code == 200
    held_up.refresh_from_db()
    assert held_up.state == Award.State.BLOCKED
    assert not NumberCorrection.objects.exists()


def test_only_who_keeps_the_issuers_rules_finds_the_door(client: Client, held_up: Award) -> None:
    address = reverse("certificates:renumber", args=[held_up.public_id])
    strangers = [
        make_person(role=Role.PIMPINAN, organization=held_up.issuer),
        make_person(role=Role.ADMINISTRATOR, organization=make_organization(name="Lain")),
    ]
    for person in strangers:
        client.force_login(person)
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
        with pytest.raises(errors.NotAllowed):
            renumbering.renumber(held_up, template=APART, reason="x", actor=person, at=AT)
    held_up.refresh_from_db()
    assert held_up.state == Award.State.BLOCKED


def test_two_administrators_at_once_are_one_correction(held_up: Award, citra: User) -> None:
    twin = Award.objects.get(pk=held_up.pk)
    assert renumbering.renumber(held_up, template=APART, reason="Berimpit.", actor=citra, at=AT) == [held_up.pk]
    with pytest.raises(errors.AlreadyDecided), transaction.atomic():
        renumbering.renumber(twin, template=APART, reason="Berimpit.", actor=citra, at=AT)
    assert NumberCorrection.objects.count() == 1


def test_a_name_that_cannot_be_printed_is_no_matter_of_numbers(client: Client) -> None:
    award = make_award(person=make_person(name="A" * 81))
    issuing.issue(award.pk, keys=signing_keys(), at=AT)
    client.force_login(make_person(role=Role.ADMINISTRATOR, organization=award.issuer))
    assert client.get(reverse("certificates:renumber", args=[award.public_id])).status_code == 404


def test_the_database_keeps_a_correction_and_what_an_award_is_for(held_up: Award, citra: User) -> None:
    renumbering.renumber(held_up, template=APART, reason="Berimpit.", actor=citra, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        NumberCorrection.objects.update(template=ONE_FOR_ALL)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.update(kind="training")
