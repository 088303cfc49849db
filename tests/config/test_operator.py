"""What an operator sees: alive, ready, metrics, and logs that name nobody."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from celery.signals import task_failure
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from accounts.models import User
from certificates.models import Award
from certificates.tasks import issue_award
from config import logs, readiness
from tests.factories_certificates import make_award
from tests.servers import Valkey


def test_healthz_says_that_the_process_answers(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert client.post("/healthz").status_code == 405


def test_readyz_names_every_part(client: Client, db: None) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": "ok", "cache": "ok"}


def test_readyz_refuses_while_the_broker_is_away(client: Client, db: None, valkey: Valkey) -> None:
    valkey.stop()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": "ok", "cache": "away"}


def test_readyz_refuses_while_migrations_are_pending(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_migrated", False)
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("accounts", "0099")])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "migrations are pending"


def test_metrics_are_for_who_holds_the_token(client: Client, db: None, settings: Any, valkey: Valkey) -> None:
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "figures"
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    valkey.client().rpush("signing", "a message")
    shown = client.get("/metrics", headers={"Authorization": "Bearer figures"}).content.decode()
    assert 'suluh_queue_messages{queue="signing"} 1' in shown
    assert 'suluh_queue_messages{queue="default"} 0' in shown


def test_metrics_tell_the_age_of_what_waits_and_failures_by_kind(client: Client, db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = "figures"

    def shown() -> str:
        return client.get("/metrics", headers={"Authorization": "Bearer figures"}).content.decode()

    assert 'suluh_oldest_waiting_seconds{kind="certificate_to_issue"} 0\n' in shown()
    ready, blocked = make_award(), make_award()
    Award.objects.filter(pk=ready.pk).update(state="ready", since=timezone.now() - timedelta(minutes=5))
    Award.objects.filter(pk=blocked.pk).update(state="blocked", reason="no licence")
    task_failure.send(sender=issue_award, exception=ValueError("Nama Rahasia"))
    task_failure.send(sender=issue_award, exception=ValueError("Nama Rahasia"))
    age = re.search(r'suluh_oldest_waiting_seconds{kind="certificate_to_issue"} (\d+)', shown())
    assert age is not None
    assert 300 <= int(age[1]) < 400
    assert "suluh_certificates_held_up 1\n" in shown()
    assert 'suluh_failures_total{kind="certificates.tasks.issue_award"} 2\n' in shown()
    assert "Rahasia" not in shown()


def test_the_start_page_wants_a_sign_in(client: Client, db: None) -> None:
    response = client.get("/mulai/")
    assert response.status_code == 302
    assert response["Location"].startswith("/masuk/")


def formatted(record: logging.LogRecord) -> dict[str, Any]:
    """The line that ``record`` becomes in production."""
    described = logs.configure(as_json=True)
    formatter = described["formatters"]["line"]
    logs.WithoutPath().filter(record)
    made = formatter["()"](foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"])
    line: dict[str, Any] = json.loads(made.format(record))
    return line


def test_a_request_is_logged_by_route_and_id_never_by_path_or_name(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    person = User.objects.create_person(participant_number="RAHASIA-7", full_name="Nama Rahasia")
    client.force_login(person)
    with caplog.at_level(logging.INFO, logger="suluh.request"):
        client.get("/mulai/?kode=JANGAN-TERCATAT")
    said = [record for record in caplog.records if record.name == "suluh.request"]
    assert len(said) == 1
    text = str(said[0].msg)
    assert "'route': 'start'" in text
    assert f"'user_id': {person.pk}" in text
    for secret in ("JANGAN-TERCATAT", "Rahasia", "RAHASIA", "/mulai/"):
        assert secret not in text


def test_djangos_own_lines_lose_the_path(client: Client) -> None:
    request = client.get("/v/KODE-RAHASIA").wsgi_request
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "%s: %s", ("Error", request.path), None)
    record.request = request
    line = formatted(record)
    assert "KODE-RAHASIA" not in json.dumps(line)
    assert line["event"].startswith("Error: ")
