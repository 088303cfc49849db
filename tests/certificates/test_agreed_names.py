"""The name on a replacement: agreed to by a second person and seen by the holder before it is printed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import names, people
from accounts.models import Event, NameCorrection, Role, User
from accounts.signals import name_confirmed
from certificates import awarding, errors, issuing, replacing, sweeping
from certificates.models import Award, Certificate, ReplacementRequest
from tests.factories_accounts import AT, make_membership, make_organization, make_person
from tests.factories_certificates import make_certificate, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
State = Award.State
LATER = AT + timedelta(hours=1)
RIGHT = "Ani Lestari, S.Tr.Sos."


@pytest.fixture
def certificate() -> Certificate:
    home = make_organization(name="Balai")
    return make_certificate(organization=home, person=make_person(name="Ani Lestary"))


@pytest.fixture
def holder(certificate: Certificate) -> User:
    assert certificate.user is not None
    return certificate.user


@pytest.fixture
def head(certificate: Certificate) -> User:
    return make_person(name="Kepala", role=Role.PIMPINAN, organization=certificate.issuer)


@pytest.fixture
def trainer(certificate: Certificate) -> User:
    return make_person(name="Tono", role=Role.TRAINER, organization=certificate.issuer)


def asked_by(actor: User, certificate: Certificate, *, name: str = RIGHT) -> ReplacementRequest:
    return replacing.request(certificate, proposed_name=name, reason="Salah ketik", actor=actor, at=AT)


def test_a_name_that_another_asked_for_waits_until_the_holder_has_confirmed_it(
    certificate: Certificate, holder: User, head: User, trainer: User
) -> None:
    award = replacing.agree(asked_by(trainer, certificate), actor=head, at=AT)
    assert award.state == State.WAITING_NAME
    holder.refresh_from_db()
    assert (holder.full_name, holder.name_confirmed_at) == (RIGHT, None)
    assert awarding.movable(10, at=AT) == []
    assert awarding.move(award, at=AT).state == State.WAITING_NAME
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    names.confirm_name(holder, at=LATER, seen=RIGHT)
    assert awarding.movable(10, at=LATER) == [award.pk]
    assert awarding.move(award, at=LATER).state == State.READY
    new = issuing.issue(award.pk, keys=signing_keys(), at=LATER)
    assert new is not None
    assert json.loads(new.name_member)["name"] == RIGHT
    assert json.loads(new.record_text)["name_confirmed_at"] == LATER.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_name_that_the_holder_asked_for_is_confirmed_by_asking(
    certificate: Certificate, holder: User, head: User
) -> None:
    award = replacing.agree(asked_by(holder, certificate), actor=head, at=LATER)
    assert award.state == State.READY
    holder.refresh_from_db()
    assert (holder.full_name, holder.name_confirmed_at) == (RIGHT, LATER)
    User.objects.filter(pk=holder.pk).update(full_name="Ani L.", name_confirmed_at=None)
    new = issuing.issue(award.pk, keys=signing_keys(), at=LATER)
    assert new is not None
    assert json.loads(new.record_text)["name_confirmed_at"] == AT.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_lost_certificate_with_the_confirmed_name_waits_for_nobody(
    certificate: Certificate, holder: User, head: User, trainer: User
) -> None:
    award = replacing.agree(asked_by(trainer, certificate, name=holder.full_name), actor=head, at=AT)
    assert award.state == State.READY
    before = holder.name_confirmed_at
    holder.refresh_from_db()
    assert holder.name_confirmed_at == before


def test_a_holder_who_confirms_another_name_is_never_printed_with_the_agreed_one(
    certificate: Certificate, holder: User, head: User, trainer: User
) -> None:
    """The agreement lapses, and the replacement can be asked for again with the name that is right."""
    award = replacing.agree(asked_by(trainer, certificate), actor=head, at=AT)
    administrator = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=certificate.issuer)
    assert certificate.issuer is not None
    make_membership(holder, certificate.issuer)
    people.rename(holder, "Ani Lestari", actor=administrator, at=AT, reason="Tanpa gelar")
    assert awarding.move(award, at=AT).state == State.WAITING_NAME
    names.confirm_name(holder, at=LATER, seen="Ani Lestari")
    assert awarding.move(award, at=LATER).state == State.REFUSED
    assert "Ani Lestari" not in award.reason
    assert awarding.move(award, at=LATER).state == State.REFUSED
    assert ReplacementRequest.objects.get().state == ReplacementRequest.State.DECLINED
    again = replacing.agree(asked_by(trainer, certificate, name="Ani Lestari"), actor=head, at=LATER)
    assert (again.pk, again.state) == (award.pk, State.READY)
    new = issuing.issue(again.pk, keys=signing_keys(), at=LATER)
    assert new is not None
    assert json.loads(new.name_member)["name"] == "Ani Lestari"


def test_an_older_proposal_of_the_holder_is_answered_with_the_agreement(
    certificate: Certificate, holder: User, head: User, trainer: User
) -> None:
    proposal = names.propose_correction(holder, "Ani Lestari", "Keliru", AT)
    award = replacing.agree(asked_by(trainer, certificate), actor=head, at=AT)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by) == (NameCorrection.Status.REFUSED, head)
    assert RIGHT in proposal.decision_reason
    names.confirm_name(holder, at=LATER, seen=RIGHT)
    assert awarding.move(award, at=LATER).state == State.READY


def test_the_same_name_proposed_by_the_holder_before_counts_as_the_holders_word(
    certificate: Certificate, holder: User, head: User, trainer: User
) -> None:
    proposal = names.propose_correction(holder, RIGHT, "Keliru", AT)
    award = replacing.agree(asked_by(trainer, certificate), actor=head, at=AT)
    proposal.refresh_from_db()
    assert (proposal.status, award.state) == (NameCorrection.Status.APPROVED, State.READY)


@pytest.mark.parametrize("name", ["A" * 81, "Ani 李", "Ani 3604011505900002", " \t "])
def test_a_name_that_no_record_can_say_is_refused_when_it_is_asked_for(
    certificate: Certificate, holder: User, name: str
) -> None:
    with pytest.raises((errors.NameNotPrintable, errors.ReasonMissing)):
        asked_by(holder, certificate, name=name)
    assert ReplacementRequest.objects.count() == 0


def test_a_pasted_name_is_tidied_like_every_other(certificate: Certificate, holder: User) -> None:
    assert asked_by(holder, certificate, name=" N\u0303ia\u200b  Lestari\n").proposed_name == "Ñia Lestari"


def test_an_agreed_name_wakes_the_other_certificates_that_wait_for_it(
    certificate: Certificate, holder: User, head: User, django_capture_on_commit_callbacks: object
) -> None:
    heard = []

    def hear(user_id: int, **_sender: object) -> None:
        heard.append(user_id)

    name_confirmed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            replacing.agree(asked_by(holder, certificate), actor=head, at=AT)
    finally:
        name_confirmed.disconnect(hear)
    assert heard == [holder.pk]
    assert Event.objects.about(holder).filter(verb="name.approved").count() == 1


def test_the_holder_reads_that_the_new_certificate_waits_for_the_name(
    client: Client,
    certificate: Certificate,
    holder: User,
    head: User,
    trainer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = asked_by(trainer, certificate)
    client.force_login(head)
    said = client.post(reverse("certificates:agree_replacement", args=[asked.public_id]), follow=True)
    assert "setelah pemegangnya mengonfirmasi nama" in said.content.decode()
    client.force_login(holder)
    text = client.get(reverse("certificates:mine")).content.decode()
    assert "menunggu Anda mengonfirmasi nama" in text
    assert "Sertifikat baru sedang dibuat" not in text
    assert RIGHT in client.get("/akun/nama/").content.decode()
    client.post("/akun/nama/", {"seen": RIGHT})
    monkeypatch.setattr(sweeping, "signing_keys", signing_keys)
    sweeping.sweep(at=LATER)
    assert Certificate.objects.filter(replaces=certificate).exists()
