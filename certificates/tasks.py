"""Work of the signing queue.  Each task names one row, is repeatable, and is found again by the sweep; the last one
works in the default queue."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.tasks import CommitTask
from certificates import erasing, evidence, lasting, sweeping
from certificates.log import witnessing
from certificates.offline import publishing as trust_bundles
from certificates.status import publishing


@shared_task(base=CommitTask, name="certificates.tasks.evaluate_enrolment")  # type: ignore[untyped-decorator]
def evaluate_enrolment(enrolment_id: int) -> None:
    """The requirements of an enrolment are met: make its awards and what follows."""
    sweeping.advance_enrolment(enrolment_id, at=timezone.now())
    sweeping.keep_log_up()


@shared_task(base=CommitTask, name="certificates.tasks.evaluate_person")  # type: ignore[untyped-decorator]
def evaluate_person(user_id: int) -> None:
    """A person confirmed the name: move the awards that waited for it."""
    sweeping.advance_person(user_id, at=timezone.now())
    sweeping.keep_log_up()


@shared_task(base=CommitTask, name="certificates.tasks.evaluate_licence")  # type: ignore[untyped-decorator]
def evaluate_licence(licence_id: int) -> None:
    """A licence is in force: move the awards that waited for it."""
    sweeping.advance_licence(licence_id, at=timezone.now())


@shared_task(base=CommitTask, name="certificates.tasks.issue_award")  # type: ignore[untyped-decorator]
def issue_award(award_id: int) -> None:
    """An award may be ready: move it, issue it, make its file."""
    sweeping.advance_award(award_id, at=timezone.now())
    sweeping.keep_log_up()


@shared_task(base=CommitTask, name="certificates.tasks.sweep_awards")  # type: ignore[untyped-decorator]
def sweep_awards() -> None:
    """Find and finish by database state whatever a lost message or a killed worker left behind."""
    sweeping.sweep(at=timezone.now())


@shared_task(base=CommitTask, name="certificates.evidence.forget_old")  # type: ignore[untyped-decorator]
def forget_old_evidence() -> None:
    """Beat: remove scans some time after the decision.  A name of its own: this is no work for the signing queue."""
    evidence.forget_old(at=timezone.now())


@shared_task(base=CommitTask, name="certificates.tasks.sequence_log")  # type: ignore[untyped-decorator]
def sequence_log() -> None:
    """Beat: number what waits for the log, sign its root, publish."""
    sweeping.sequence_log(at=timezone.now())


@shared_task(base=CommitTask, name="certificates.lists.check_list")  # type: ignore[untyped-decorator]
def check_list(list_id: int) -> None:
    """Answer what is left of a list, then have its minutes made.  Twice is once: its batches are the queue."""
    from certificates.verifying_lists import running  # it reads tables, which the queue's start does not

    if running.run(list_id, at=timezone.now()):
        make_minutes.enqueue(list_id)


@shared_task(base=CommitTask, name="certificates.tasks.make_minutes")  # type: ignore[untyped-decorator]
def make_minutes(list_id: int) -> None:
    """Seal the minutes of a checked list; in the signing queue, where the keys are."""
    from certificates.verifying_lists import minutes  # as above

    minutes.make(list_id, keys=sweeping.signing_keys(), at=timezone.now())


@shared_task(base=CommitTask, name="certificates.lists.sweep_lists")  # type: ignore[untyped-decorator]
def sweep_lists() -> None:
    """Beat: wake the lists whose task was lost or killed, and forget the rows of old ones."""
    from certificates.models import CheckedList  # as above
    from certificates.verifying_lists import running  # as above

    for checked in CheckedList.objects.at_work()[:50]:
        wake = check_list if checked.state == CheckedList.State.RUNNING else make_minutes
        wake.enqueue(checked.pk)
    running.forget(at=timezone.now())


@shared_task(base=CommitTask, name="certificates.tasks.publish_status_lists")  # type: ignore[untyped-decorator]
def publish_status_lists() -> None:
    """Sign the status lists that changed or are a day old.  Beat asks too, so a lost message is made good."""
    publishing.publish(sweeping.signing_keys(), at=timezone.now())


@shared_task(base=CommitTask, name="certificates.tasks.remove_erased_files")  # type: ignore[untyped-decorator]
def remove_erased_files(erasure_id: int) -> None:
    """A name was erased: remove the files that bear it."""
    erasing.remove_files(erasure_id, at=timezone.now())


@shared_task(base=CommitTask, name="certificates.tasks.publish_trust_bundle")  # type: ignore[untyped-decorator]
def publish_trust_bundle() -> None:
    """Make the trust bundle anew if something in it changed or it is old."""
    trust_bundles.publish(keys=sweeping.signing_keys(), at=timezone.now())


@shared_task(base=CommitTask, name="certificates.witness.tell")  # type: ignore[untyped-decorator]
def tell_witness() -> None:
    """Beat: mail a checkpoint to the witness when one is due.  Its name keeps it out of the signing queue."""
    witnessing.tell(at=timezone.now())


@shared_task(base=CommitTask, name="certificates.tasks.lift_files")  # type: ignore[untyped-decorator]
def lift_files() -> None:
    """Add evidence for the decades to what was sealed since the last night."""
    lasting.lift_all(at=timezone.now())
