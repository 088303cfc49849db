"""Issued certificates whose requirement a correction takes away: listed to be reviewed, and never changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from assessments.models import Attempt, CorrectionTouch
from certificates import awarding, issuing
from certificates.models import Award, Certificate, StatusChange
from tests.factories_certificates import make_part, revoke, signing_keys
from tests.factories_corrections import LATER, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def certified(attempt: Attempt) -> Certificate:
    """What the person has because this attempt passed."""
    (award,) = awarding.evaluate(attempt.enrolment_id, at=LATER)
    made = issuing.issue(award.pk, keys=signing_keys(), at=LATER)
    assert made is not None
    return made


def stored() -> list[dict[str, Any]]:
    """Everything that certificates are made of."""
    certificates, changes = Certificate.objects.order_by("pk"), StatusChange.objects.order_by("pk")
    return [*map(dict, certificates.values()), *map(dict, changes.values())]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_certificates_of_lost_passes_are_listed_for_their_issuer_reviewed_by_hand_and_never_changed() -> None:
    scene = Scene()
    make_part(scene.edition, issuer=scene.organization)
    head = scene.staff(Role.PIMPINAN)
    lost, kept, gone = (certified(scene.sit(chosen)) for chosen in ("1113", "2111", "1112"))
    revoke(gone, reason="Terbit ganda", at=LATER)
    before = stored()
    correction = scene.check(scene.propose())
    assert [one.label for one in correction.touches.all()] == [lost.number]
    scene.carry_out(correction)
    assert stored() == before
    assert Award.objects.filter(state=Award.State.ISSUED).count() == 3
    touch = CorrectionTouch.objects.get()
    assert (touch.key, touch.issuer, touch.found_at) == (str(lost.public_id), scene.organization, LATER)
    client = signed_in(head)
    listed = client.get(reverse("assessments:touched")).content.decode()
    assert lost.number in listed
    assert f'href="{lost.get_absolute_url()}"' in listed
    assert kept.number not in listed
    assert gone.number not in listed
    assert "Berlaku" in Client().get(f"/v/{lost.code}").content.decode(), "anyone still reads what was promised"
    # Nobody issues it again, whatever is evaluated anew: the person has it.
    awarding.evaluate(touch.enrolment_id, at=LATER + timedelta(hours=1))
    assert stored() == before
    client.post(reverse("assessments:touched"), {"sertifikat": str(touch.public_id), "note": "Dicabut setelah sidang."})
    assert stored() == before, "the review notes a decision; revoking is a decision of its own"
    revoke(lost, reason="Koreksi kunci", at=LATER + timedelta(days=1))
    assert Certificate.objects.with_status().get(pk=lost.pk).last_status == StatusChange.Status.REVOKED
