"""Workers killed half-way through the check of a list, its minutes, or an erasure: whoever comes next ends it once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Event, Role
from certificates import erasing, judging
from certificates.checking import examine
from certificates.judging import Answer
from certificates.keeping import kept_path
from certificates.models import CheckedList, LogEntry, NameErasure
from certificates.registering import public_register
from certificates.tasks import check_list, make_minutes
from certificates.verifying_lists import running
from certificates.verifying_lists.reading import Asked
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import PASSPHRASE, key_folder, make_certificate
from tests.processes import Processes, eventually

SIGNING = {"SULUH_DEMO": "1", "SULUH_KEY_PASSPHRASE": PASSPHRASE, "SULUH_SWEEP_SECONDS": "2"}
COUNTS = {"match": 4, "other_name": 1, "not_recorded": 2}


def kept(kind: str) -> set[str]:
    return {path.stem for path in (Path(settings.CERTIFICATE_DIR) / "lists").glob(f"*.{kind}")}


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demonstration")
def test_a_list_its_minutes_and_an_erasure_are_finished_once_wherever_the_worker_died(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = SIGNING | {"SULUH_KEY_DIR": str(key_folder())}
    home = make_organization(name="Balai")
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    held = make_certificate(organization=home, person=make_person(name="Ani Lestari"))
    gone = make_certificate(organization=home, person=make_person(name="Nurul"), with_file=True)
    before = kept("xlsx") | kept("pdf")
    monkeypatch.setattr(running, "BATCH", 3)

    def asked() -> CheckedList:
        rows = [Asked(line, held.code, "") for line in range(1, 5)]
        rows += [Asked(5, held.number, "Orang Lain"), Asked(6, "8/X", "Budi"), Asked(7, "9/X", "Budi")]
        return running.ask(rows, organization=home, actor=head, at=AT)

    def killed(step: str, queue: str, wake: Callable[[], Any]) -> None:
        stalled = tmp_path / step
        stalling = {"SULUH_TEST_STALL": step, "SULUH_TEST_STALLED": str(stalled)}
        processes.start_worker(queue, name=step, app="tests.certificates.stalling", env=env | stalling)
        wake()
        eventually(stalled.exists, seconds=60, what=f"the step {step}")
        processes.kill(step)

    half, counted, sealed = asked(), asked(), asked()
    killed("second_batch", "default", lambda: check_list.enqueue(half.pk))
    answered = [batch.answers is not None for batch in half.batches.order_by("position")]
    assert answered == [True, False, False], "one batch is kept, the one in hand is not"
    killed("between_sheet_and_counts", "default", lambda: check_list.enqueue(counted.pk))
    running.run(sealed.pk, at=AT)
    killed("between_minutes_and_naming", "signing", lambda: make_minutes.enqueue(sealed.pk))
    assert sorted(CheckedList.objects.values_list("state", flat=True)) == ["checked", "running", "running"]
    paths = [path for path in erasing.files_of(gone) if path.exists()]
    killed(
        "first_file_removed",
        "signing",
        lambda: erasing.erase_name(gone, reason="Surat 12/2026", actor=citra, at=AT),
    )
    assert 0 < len([path for path in paths if path.exists()]) < len(paths)
    assert gone.erasure.files_removed_at is None

    with processes.together():
        processes.start_worker("default", env=env)
        processes.start_worker("signing", env=env)
        processes.start_beat(env=env)
    done = CheckedList.objects.filter(state=CheckedList.State.MADE)
    eventually(lambda: done.count() == 3, seconds=90, what="the minutes of every list")
    gone.erasure.refresh_from_db()
    eventually(lambda: NameErasure.objects.exclude(files_removed_at=None).exists(), what="the erasure")
    processes.stop_all()
    assert [path for path in paths if path.exists()] == []
    assert LogEntry.objects.filter(kind="erased", certificate=gone).count() == 1
    register = public_register()
    for checked in done:
        assert checked.counts == COUNTS
        assert [len(batch.answers or ()) for batch in checked.batches.order_by("position")] == [3, 3, 1]
        verbs = sorted(Event.objects.about(checked).values_list("verb", flat=True))
        assert verbs == ["list_check_asked", "list_checked", "list_minutes_made"]
        made = kept_path(checked.minutes_sha256, "lists", "pdf").read_bytes()
        assert judging.judge(examine(made, register), at=AT).answer is Answer.MINUTES
    # Whoever repeated the sealing made the same bytes.  A workbook holds the time at which it was written, so the one
    # that the killed worker had stored is left behind; no row names it.
    assert kept("pdf") - before == set(done.values_list("minutes_sha256", flat=True))
    sheets = set(done.values_list("sheet_sha256", flat=True))
    assert sheets <= kept("xlsx") - before
