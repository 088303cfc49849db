"""Exactly one certificate, whatever is killed, lost or delivered twice; real workers, beat and broker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from accounts.models import Event, User
from certificates import issuing, numbering, registering
from certificates.models import Award, Certificate, LogEntry, NumberSequence
from certificates.offline.token import read_token
from certificates.record import decode_signature
from certificates.tasks import evaluate_enrolment, issue_award
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import (
    PASSPHRASE,
    key_folder,
    make_award,
    make_cohort,
    make_enrolment,
    make_part,
    signing_keys,
)
from tests.processes import Processes, eventually
from tests.servers import Valkey

pytestmark = pytest.mark.usefixtures("demonstration")
STALLING = "tests.certificates.stalling"
STEPS = (
    "before_commit",
    "between_commit_and_noting_the_number",
    "after_commit",
    "between_credential_and_token",
    "between_naming_and_jwt",
    "rendering",
    "sealing",
    "between_sealing_and_storing",
    "between_storing_and_naming",
    "log_entry",
)
# What is committed when the worker dies there: nothing, the record, or also what goes with the paper.
NOTHING, RECORD = STEPS[:1], STEPS[1:4]


@pytest.fixture
def signing_env() -> dict[str, str]:
    """What the signing worker alone has in its environment."""
    return {
        "SULUH_DEMO": "1",
        "SULUH_KEY_DIR": str(key_folder()),
        "SULUH_KEY_PASSPHRASE": PASSPHRASE,
        "SULUH_SWEEP_SECONDS": "2",
    }


def stored(kind: str) -> list[str]:
    folder = Path(settings.CERTIFICATE_DIR)
    return sorted(path.stem for path in folder.glob(f"*.{kind}")) if folder.exists() else []


@pytest.fixture
def _empty_store() -> None:
    for kind in ("pdf", "json", "jwt"):
        for name in stored(kind):
            (Path(settings.CERTIFICATE_DIR) / f"{name}.{kind}").unlink()


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_empty_store")
def test_a_worker_killed_at_any_step_leaves_one_certificate_once_the_sweep_has_run(
    processes: Processes, signing_env: dict[str, str], tmp_path: Path
) -> None:
    """One award and one worker for each step; the message died with the worker, so only the sweep can finish it."""
    home = make_organization(name="Balai")
    awards = {}
    for step in STEPS:
        awards[step] = make_award(organization=home)
        stalled = tmp_path / step
        env = signing_env | {"SULUH_TEST_STALL": step, "SULUH_TEST_STALLED": str(stalled)}
        processes.start_worker("signing", name=step, app=STALLING, env=env)
        issue_award.enqueue(awards[step].pk)
        eventually(stalled.exists, seconds=60, what=f"the step {step}")
        processes.kill(step)
        held = Certificate.objects.filter(award=awards[step]).values_list("credential_sha256", flat=True)
        assert [bool(name) for name in held] == ([] if step in NOTHING else [step not in RECORD]), step
    assert not Certificate.objects.exclude(file_sha256="").exists()
    processes.start_worker("signing", env=signing_env)
    processes.start_beat(env=signing_env)
    finished = Certificate.objects.exclude(file_sha256="")
    eventually(lambda: finished.count() == len(STEPS), seconds=90, what="every certificate's file")
    assert sorted(Certificate.objects.values_list("award_id", flat=True)) == sorted(a.pk for a in awards.values())
    assert sorted(Certificate.objects.values_list("number_sequence", flat=True)) == list(range(1, len(STEPS) + 1))
    assert NumberSequence.objects.get().last == len(STEPS)
    # Whoever repeated a step made the same bytes again: nothing lies in the store that the register does not name.
    assert stored("pdf") == sorted(Certificate.objects.values_list("file_sha256", flat=True))
    assert stored("json") == stored("jwt") == sorted(Certificate.objects.values_list("credential_sha256", flat=True))
    assert {read_token(decode_signature(one.token)).code for one in Certificate.objects.all()} == {
        one.code for one in Certificate.objects.all()
    }
    for kind in ("issued", "filed"):
        entries = LogEntry.objects.filter(kind=kind).values_list("certificate", flat=True)
        assert sorted(entries) == sorted(Certificate.objects.values_list("pk", flat=True))
    assert Event.objects.filter(verb="certificate_issued").count() == len(STEPS)


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_nothing_but_a_little_time(
    processes: Processes, valkey: Valkey, signing_env: dict[str, str]
) -> None:
    home = make_organization(name="Balai")
    cohort = make_cohort(home)
    assert cohort.edition is not None
    make_part(cohort.edition, issuer=home)
    valkey.stop()
    enrolment = make_enrolment(make_person(), cohort)
    evaluate_enrolment.enqueue(enrolment.pk)  # raises nothing: the row is the queue
    assert Award.objects.count() == 0
    valkey.start()
    processes.start_worker("signing", env=signing_env)
    processes.start_beat(env=signing_env)
    eventually(Certificate.objects.exclude(file_sha256="").exists, seconds=60, what="the certificate")
    assert Certificate.objects.get().enrolment == enrolment


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_message_delivered_many_times_issues_once(processes: Processes, signing_env: dict[str, str]) -> None:
    award = make_award()
    for _delivery in range(5):
        issue_award.enqueue(award.pk)
    for name in ("one", "two"):
        processes.start_worker("signing", name=name, env=signing_env)
    eventually(Certificate.objects.exclude(file_sha256="").exists, seconds=60, what="the certificate")
    eventually(lambda: sum(processes.log(name).count("succeeded in") for name in ("one", "two")) >= 5, seconds=60)
    assert Certificate.objects.count() == 1


def _unguarded(meet: threading.Barrier) -> Callable[..., bool]:
    """The claim as somebody might write it: look, then write."""

    def claim(award_id: int, *, at: datetime) -> bool:
        award = Award.objects.get(pk=award_id)
        meet.wait(timeout=20)
        if award.state != Award.State.READY:
            return False
        Award.objects.filter(pk=award_id).update(state=Award.State.ISSUED, since=at)
        return True

    return claim


def _guarded(meet: threading.Barrier) -> Callable[..., bool]:
    def claim(award_id: int, *, at: datetime) -> bool:
        meet.wait(timeout=20)
        return CLAIM(award_id, at=at)

    return claim


CLAIM = issuing.claim


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("make_claim", "certificates"), [(_guarded, 1), (_unguarded, 2)])
def test_two_workers_at_the_same_moment_and_the_fault_without_the_guard(
    make_claim: Callable[[threading.Barrier], Callable[..., bool]], certificates: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register's unique constraint is a second line; it is taken away here so that the first one shows."""
    award, keys = make_award(), signing_keys()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'certificates_certificate'::regclass"
            " AND contype = 'u' AND conkey = ARRAY[(SELECT attnum FROM pg_attribute"
            " WHERE attrelid = 'certificates_certificate'::regclass AND attname = 'award_id')]"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER TABLE certificates_certificate DROP CONSTRAINT "{name}"')
    monkeypatch.setattr(issuing, "claim", make_claim(threading.Barrier(2)))
    faults: list[BaseException] = []

    def work() -> None:
        try:
            issuing.issue(award.pk, keys=keys, at=AT)
        except BaseException as fault:  # noqa: BLE001 - handed to the test's own thread
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert Certificate.objects.filter(enrolment=award.enrolment).count() == certificates


ISSUERS = 20
TAKE = numbering.take


class Numbers:
    """Hands out numbers to issuers that all arrive at the same moment, and remembers them; ``guarded`` or as somebody
    might write it: look, then write."""

    def __init__(self, *, guarded: bool) -> None:
        self.guarded, self.meet, self.given = guarded, threading.Barrier(ISSUERS), list[int]()

    def take(self, organization_id: int, kind: str, year: int) -> int:
        if self.guarded:
            self.meet.wait(timeout=60)
            number = TAKE(organization_id, kind, year)
        else:
            number = NumberSequence.objects.values_list("last", flat=True).get(organization=organization_id) + 1
            self.meet.wait(timeout=60)
            NumberSequence.objects.filter(organization=organization_id).update(last=number)
        self.given.append(number)
        return number


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_twenty_issuers_at_once_leave_neither_gap_nor_twin_and_without_the_guard_twins(
    guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the twenty gives its number back: the name cannot be printed.  Real connections, one a thread."""
    home, keys = make_organization(name="Balai"), signing_keys()
    awards = [make_award(organization=home) for _award in range(ISSUERS)]
    # What the first certificate of an installation writes besides would make the others wait before they meet.
    registering.publish(keys.register, at=AT)
    NumberSequence.objects.create(organization=home, kind="training", year=AT.year)
    User.objects.filter(pk=awards[7].enrolment.user_id).update(full_name="A" * 81)
    handed = Numbers(guarded=guarded)
    monkeypatch.setattr(numbering, "take", handed.take)
    faults: list[BaseException] = []

    def work(award_id: int) -> None:
        try:
            issuing.issue(award_id, keys=keys, at=AT)
        except BaseException as fault:  # noqa: BLE001 - handed to the test's own thread
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(award.pk,)) for award in awards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    numbers = sorted(Certificate.objects.values_list("number_sequence", flat=True))
    if guarded:
        assert faults == []
        assert numbers == list(range(1, ISSUERS))
        assert NumberSequence.objects.get().last == ISSUERS - 1
        assert Award.objects.get(pk=awards[7].pk).state == Award.State.BLOCKED
    else:
        assert len(set(handed.given)) < len(handed.given)  # twins were handed out
        assert numbers == sorted(set(numbers))  # and the register's own constraint let none in
        assert len(numbers) < ISSUERS - 1
