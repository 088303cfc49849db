"""Private keys are the signing worker's alone: no request, no other queue ever loads one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from certificates import sweeping, tasks
from certificates.keys import material
from certificates.models import Award
from config.celery import app
from tests.elsewhere import parsed
from tests.factories_accounts import make_organization, make_person
from tests.factories_certificates import make_award, make_certificate

ROOT = Path(__file__).resolve().parents[2]


def test_every_task_of_the_certificates_runs_on_the_signing_queue() -> None:
    found = {str(getattr(value, "name", "")) for value in vars(tasks).values() if hasattr(value, "apply_async")}
    # Lists and evidence have names of their own: they need no key and go the way of everybody.
    names = {name for name in found if name.startswith("certificates.tasks.")}
    assert len(names) >= 9
    for name in names:
        assert app.amqp.router.route({}, name)["queue"].name == "signing"


def test_the_sweep_is_on_the_beat_and_follows_the_setting() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["sweep-awards"]
    assert entry["task"] == tasks.sweep_awards.name
    assert entry["schedule"].run_every.total_seconds() == settings.SWEEP_SECONDS


def test_only_the_sweep_and_the_demonstrations_seed_load_keys() -> None:
    callers = {
        path.relative_to(ROOT).as_posix()
        for app_name in ("accounts", "cms", "courses", "assessments", "certificates", "config")
        for path in (ROOT / app_name).rglob("*.py")
        if _calls(path, "load_signing_keys")
    }
    # material: whoever holds the keys of now may ask for those of an earlier moment.
    assert callers <= {"certificates/keys/material.py", "certificates/sweeping.py", "config/seeding/papers.py"}


def _calls(path: Path, function: str) -> bool:
    calls = (node.func for node in ast.walk(parsed(path)) if isinstance(node, ast.Call))
    return any(getattr(call, "id", getattr(call, "attr", "")) == function for call in calls)


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_requests_that_lead_to_a_certificate_load_no_key(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_organization(name="Balai")
    award = make_award(organization=home, mode="approval")
    certificate = make_certificate(organization=home)

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a request loaded the signing keys")

    monkeypatch.setattr(sweeping, "load_signing_keys", refuse)
    monkeypatch.setattr(material, "_unlock", refuse)
    client.get(certificate.get_absolute_url())
    client.force_login(make_person(name="Kepala", role=Role.PIMPINAN, organization=home))
    client.post(reverse("certificates:approve"), {"award": [str(award.public_id)]})
    award.refresh_from_db()
    assert award.state == Award.State.READY
