"""The demonstration: loaded through the product's verbs, repeatable, on this machine only, never among real people."""

from __future__ import annotations

import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from assessments.models import Attempt
from certificates.keys.material import forget_keys
from certificates.models import Award, Certificate
from certificates.revoking import last_status
from config import checks
from config.seeding import people, reading
from courses.models import Cohort, CoursePage, Enrolment


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demonstration's settings in a folder of its own; returns the folder."""
    settings.SULUH_DEMO = True
    settings.VAR_DIR = tmp_path
    settings.SULUH_KEY_DIR = tmp_path / "keys"
    settings.CERTIFICATE_DIR = tmp_path / "certificates"
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", "a passphrase for this test alone")
    forget_keys()
    return tmp_path


def counts() -> dict[str, int]:
    models: tuple[Any, ...] = (User, CoursePage, Cohort, Enrolment, Attempt, Award, Certificate)
    return {model.__name__: model.objects.count() for model in models}


def test_loading_twice_loads_nothing_twice_and_shows_every_state(
    loaded_demonstration: dict[str, str], settings: Any
) -> None:
    """The first loading is the one that this run's tests of the demonstration stand on."""
    first = counts()
    assert all(first.values())
    said = StringIO()
    call_command("seed_demo", stdout=said)
    assert said.getvalue() == ""
    assert counts() == first
    papers = {c.user.participant_number: c for c in Certificate.objects.select_related("user") if c.user}
    assert {number: last_status(c) for number, c in papers.items()} == {"PDP-002": "valid", "PDP-003": "revoked"}
    waiting = Award.objects.exclude(state=Award.State.ISSUED)
    assert {(a.enrolment.user.participant_number, a.kind, a.state) for a in waiting} == {
        ("PDP-006", "training", "waiting_name"),
        ("PDP-002", "competence", "waiting_decision"),
        ("PDP-003", "competence", "waiting_decision"),
        ("PDP-006", "competence", "waiting_decision"),
    }
    for certificate in papers.values():
        assert (settings.CERTIFICATE_DIR / f"{certificate.file_sha256}.pdf").is_file()
        assert certificate.is_demo
    assert sorted(path.name for path in (settings.VAR_DIR / "demo").iterdir()) == [
        "asli.pdf",
        "diubah.pdf",
        "palsu.pdf",
    ]


@pytest.mark.oracle
@pytest.mark.once
def test_the_forged_file_is_well_signed_by_somebody_else(loaded_demonstration: dict[str, str], settings: Any) -> None:
    said = {
        name: subprocess.run(
            ["pdfsig", settings.VAR_DIR / "demo" / f"{name}.pdf"], capture_output=True, text=True, check=False
        ).stdout
        for name in ("asli", "diubah", "palsu")
    }
    assert "Signature is Valid" in said["asli"]
    assert "Signature is Valid" not in said["diubah"]
    assert "Signature is Valid" in said["palsu"], "a forgery worth trying has a sound signature"


def test_every_printed_sign_in_works(demo: Path) -> None:
    people.load(at=timezone.now())
    assert {role for role, _number, _password in reading.sign_ins()} == {
        "participant", "trainer", "assessor", "supervisor", "pimpinan", "publisher", "administrator"
    }  # fmt: skip
    for _role, number, password in reading.sign_ins():
        person = User.objects.get(participant_number=number)
        assert person.is_demo
        assert person.check_password(password)


def test_seed_demo_refuses_other_people(demo: Path) -> None:
    User.objects.create_person(participant_number="N-1", full_name="Orang Sungguhan")
    with pytest.raises(CommandError, match="not of the demonstration"):
        call_command("seed_demo", stdout=StringIO())
    assert User.objects.count() == 1


def test_seed_demo_needs_the_demonstration(db: None, settings: Any) -> None:
    settings.SULUH_DEMO = False
    with pytest.raises(CommandError, match="SULUH_DEMO=1"):
        call_command("seed_demo", stdout=StringIO())
    assert User.objects.count() == 0


def test_a_check_names_demonstration_people_that_are_left(db: None, settings: Any) -> None:
    settings.SULUH_DEMO = False
    User.objects.create_person(participant_number="PDP-9", full_name="Peraga", is_demo=True)
    assert [(found.id, "PDP-9" in found.msg) for found in checks.no_demonstration_is_left()] == [("suluh.E002", True)]
    settings.SULUH_DEMO = True
    assert checks.no_demonstration_is_left() == []


@pytest.mark.parametrize(
    ("hosts", "address", "wrong"),
    [
        (["127.0.0.1", "localhost"], "http://127.0.0.1:8000", 0),
        (["*"], "http://127.0.0.1:8000", 1),
        (["suluh.example.id"], "https://suluh.example.id", 2),
    ],
)
def test_a_check_keeps_the_demonstration_on_this_machine(
    settings: Any, hosts: list[str], address: str, wrong: int
) -> None:
    settings.SULUH_DEMO, settings.ALLOWED_HOSTS, settings.PUBLIC_BASE_URL = True, hosts, address
    assert [found.id for found in checks.demonstration_stays_on_this_machine()] == ["suluh.E001"] * wrong


def test_the_demonstration_answers_no_other_machine(settings: Any) -> None:
    settings.SULUH_DEMO = True
    assert Client(REMOTE_ADDR="192.0.2.7").get("/healthz").status_code == 403
    assert Client(REMOTE_ADDR="127.0.0.1").get("/healthz").status_code == 200
    settings.SULUH_DEMO = False
    assert Client(REMOTE_ADDR="192.0.2.7").get("/healthz").status_code == 200
