"""The log with real workers: numbered once, published by whoever comes next, within ten seconds of the change."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from certificates import log
from certificates.log import keeping, publishing
from certificates.log.audit import audit
from certificates.models import LogCheckpoint, LogEntry
from certificates.tasks import sequence_log
from tests.factories_certificates import PASSPHRASE, key_folder, make_award
from tests.processes import Processes, eventually


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demonstration")
def test_a_worker_killed_between_numbering_and_publishing_numbers_nothing_twice(
    processes: Processes, tmp_path: Path
) -> None:
    env = {
        "SULUH_DEMO": "1",
        "SULUH_KEY_DIR": str(key_folder()),
        "SULUH_KEY_PASSPHRASE": PASSPHRASE,
        "SULUH_SWEEP_SECONDS": "2",
    }
    now = timezone.now()
    with transaction.atomic():
        for number in range(300):
            log.append("key_compromised", at=now, key_id=f"k1-{number}")
    stalled = tmp_path / "stalled"
    stall = {"SULUH_TEST_STALL": "between_numbering_and_publishing", "SULUH_TEST_STALLED": str(stalled)}
    processes.start_worker("signing", name="killed", app="tests.certificates.stalling", env=env | stall)
    sequence_log.enqueue()
    eventually(stalled.exists, seconds=60, what="the step")
    processes.kill("killed")
    numbered = dict(LogEntry.objects.values_list("pk", "position"))
    assert set(numbered.values()) == set(range(300))
    signed = LogCheckpoint.objects.get()
    assert publishing.checkpoint() == keeping.checkpoint() == ""

    make_award()
    processes.start_worker("signing", env=env)
    processes.start_beat(env=env)
    eventually(lambda: LogEntry.objects.filter(kind="filed").exists(), seconds=90, what="a certificate and its file")
    since = time.monotonic()
    eventually(lambda: not LogEntry.objects.filter(position=None).exists(), what="a place for every entry")
    newest = LogCheckpoint.objects.order_by("-size")[:1]
    eventually(lambda: publishing.checkpoint() == newest.get().note, what="the newest checkpoint")
    assert time.monotonic() - since < 10, "ten seconds from the change to the signed tree"
    processes.stop_all()
    assert {pk: place for pk, place in LogEntry.objects.values_list("pk", "position") if pk in numbered} == numbered
    assert LogCheckpoint.objects.filter(pk=signed.pk, note=signed.note).exists()
    assert audit(at=timezone.now()).in_order() == []
