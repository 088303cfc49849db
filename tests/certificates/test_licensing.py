"""No certificate of competence, new or replaced, without a licence in force; a licence wakes what waited for it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from accounts.models import Organization, Role, User
from certificates import awarding, issuing, licensing, replacing, sweeping
from certificates.models import Award, Certificate, LspLicence
from certificates.tasks import evaluate_licence
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_decided, make_licence, signing_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
State = Award.State
FAR = AT.replace(year=2031)


@pytest.fixture
def lsp() -> Organization:
    return make_organization(name="LSP Contoh", kind="lsp")


@pytest.fixture
def head(lsp: Organization) -> User:
    return make_person(name="Direktur", role=Role.PIMPINAN, organization=lsp)


@pytest.fixture
def certificate(lsp: Organization) -> Certificate:
    make_licence(lsp)
    issued = issuing.issue(make_decided(lsp).pk, keys=signing_keys(), at=AT)
    assert issued is not None
    return issued


def test_a_replacement_of_competence_waits_for_a_licence_in_force(
    certificate: Certificate, lsp: Organization, head: User
) -> None:
    assert certificate.user is not None
    asked = replacing.request(certificate, proposed_name="Ani", reason="Keliru", actor=certificate.user, at=FAR)
    award = replacing.agree(asked, actor=head, at=FAR)
    assert award.state == State.WAITING_LICENCE
    Award.objects.filter(pk=award.pk).update(state=State.READY)
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT + timedelta(days=1)) is not None


def test_a_licence_that_ran_out_after_the_agreement_holds_the_replacement_back(
    certificate: Certificate, head: User
) -> None:
    assert certificate.user is not None
    asked = replacing.request(certificate, proposed_name="Ani", reason="Keliru", actor=certificate.user, at=AT)
    award = replacing.agree(asked, actor=head, at=AT)
    assert award.state == State.READY
    LspLicence.objects.update(valid_until=date(2026, 11, 20))
    assert issuing.issue(award.pk, keys=signing_keys(), at=AT) is None
    award.refresh_from_db()
    assert award.state == State.WAITING_LICENCE


def test_a_replacement_names_the_licence_of_its_own_day(
    certificate: Certificate, lsp: Organization, head: User
) -> None:
    assert certificate.user is not None
    LspLicence.objects.update(valid_until=date(2026, 11, 20))
    renewed = make_licence(lsp, number="BNSP-LSP-BARU")
    asked = replacing.request(certificate, proposed_name="Ani", reason="Keliru", actor=certificate.user, at=AT)
    new = issuing.issue(replacing.agree(asked, actor=head, at=AT).pk, keys=signing_keys(), at=AT)
    assert new is not None
    assert json.loads(new.record_text)["issuer"]["licence"] == renewed.number
    assert json.loads(certificate.record_text)["issuer"]["licence"] != renewed.number


def test_awards_without_a_licence_never_keep_a_licensed_one_from_its_turn(lsp: Organization) -> None:
    licence = make_licence(lsp, schemes="SKM-1\nSKM-9")
    starving = [make_decided(lsp, scheme="SKM-9").pk for _row in range(3)]
    fed = make_decided(lsp)
    Award.objects.update(state=State.WAITING_LICENCE)
    LspLicence.objects.filter(pk=licence.pk).update(schemes="SKM-1")
    assert awarding.movable(2, at=AT) == [fed.pk]
    LspLicence.objects.filter(pk=licence.pk).update(schemes="SKM-9")
    assert awarding.movable(2, at=AT) == starving[:2]


def test_the_oldest_waiting_award_moves_first(lsp: Organization) -> None:
    make_licence(lsp)
    waiting = [make_decided(lsp).pk for _row in range(3)]
    Award.objects.update(state=State.WAITING_LICENCE)
    for age, pk in enumerate(waiting):
        Award.objects.filter(pk=pk).update(since=AT - timedelta(days=age))
    assert awarding.movable(2, at=AT) == [waiting[2], waiting[1]]


def test_approving_a_licence_queues_what_waited_for_it(lsp: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    make_licence(lsp)
    award = make_decided(lsp)
    LspLicence.objects.all().delete()
    assert awarding.move(award, at=AT).state == State.WAITING_LICENCE
    proposed = make_licence(lsp, approved_by=None, approved_at=None)
    queued: list[int] = []
    monkeypatch.setattr(evaluate_licence, "enqueue", queued.append)
    eko = make_person(name="Eko", role=Role.ADMINISTRATOR, organization=lsp)
    licensing.approve(proposed, actor=eko, at=AT)
    assert queued == [proposed.pk]
    monkeypatch.setattr(sweeping, "signing_keys", signing_keys)
    sweeping.advance_licence(proposed.pk, at=AT)
    assert Certificate.objects.get().award == award
