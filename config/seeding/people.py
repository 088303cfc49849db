"""Units, people, roles and entrusted persons of the demonstration."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import names, people, reference
from accounts.models import Membership, Organization, Supervision, User
from accounts.people_lists.cells import read_phone
from config.seeding.reading import read

# Memberships of the demonstration hold from here on, so that every date in it is covered.
SINCE = date(2026, 1, 1)


@transaction.atomic
def load(*, at: datetime) -> str:
    """Load units and people that are not there yet.  Returns what was loaded, "" for nothing."""
    content = read("people")
    numbers = [entry["nomor"] for entry in content["orang"]]
    if User.objects.filter(participant_number__in=numbers).count() == len(numbers):
        return ""
    reference.load()
    reference.load_units(content["unit"], is_demo=True)
    made = [_person(entry, content["kata_sandi"], at) for entry in content["orang"]]
    for entry in content["pendampingan"]:
        _supervision(entry)
    return f"{sum(made)} people loaded"


def _person(entry: dict[str, Any], password: str, at: datetime) -> bool:
    """Make the person and do what a person does at the first sign-in; False when already there."""
    if User.objects.filter(participant_number=entry["nomor"]).exists():
        return False
    person = User.objects.create_person(
        participant_number=entry["nomor"],
        full_name=entry["nama"],
        phone=read_phone(entry["hp"]),
        is_demo=True,
        must_change_password=True,
    )
    unit = Organization.objects.get(external_id=entry["unit"])
    for role in entry["peran"]:
        Membership.objects.create(user=person, organization=unit, role=role, starts_on=SINCE)
    people.read_privacy(person, at=at)
    people.set_own_password(person, password, at=at)
    if not entry.get("nama_belum"):
        names.confirm_name(person, at=at)
    return True


def _supervision(entry: dict[str, Any]) -> None:
    supervisor, person = (User.objects.get(participant_number=entry[key]) for key in ("supervisor", "orang"))
    Supervision.objects.get_or_create(
        supervisor=supervisor,
        supervisee=person,
        ends_on=None,
        defaults={"qualification": entry["kualifikasi"], "starts_on": SINCE},
    )
