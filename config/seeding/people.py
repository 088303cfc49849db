"""Units, people, roles and entrusted persons of the demonstration."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Membership, Organization, Region, Supervision, User
from config.seeding.reading import read

# Memberships of the demonstration hold from here on, so that every date in it is covered.
SINCE = date(2026, 1, 1)


@transaction.atomic
def load(*, at: datetime) -> str:
    """Load units and people that are not there yet.  Returns what was loaded, "" for nothing."""
    content = read("people")
    for unit in content["unit"]:
        _unit(unit)
    password = make_password(content["kata_sandi"])
    made = [_person(entry, password, at) for entry in content["orang"]]
    for entry in content["pendampingan"]:
        _supervision(entry)
    return f"{sum(made)} people loaded" if any(made) else ""


def _unit(entry: dict[str, Any]) -> None:
    if Organization.objects.filter(code=entry["kode"]).exists():
        return
    Organization.add_root(
        name=entry["nama"],
        kind=entry["jenis"],
        code=entry["kode"],
        region=Region.objects.filter(code=entry["wilayah"]).first(),
        time_zone=entry["zona"],
        is_demo=True,
    )


def _person(entry: dict[str, Any], password: str, at: datetime) -> bool:
    if User.objects.filter(participant_number=entry["nomor"]).exists():
        return False
    person = User.objects.create_person(
        participant_number=entry["nomor"], full_name=entry["nama"], is_demo=True, password=password, privacy_seen_at=at
    )
    User.objects.filter(pk=person.pk).update(
        password=password, name_confirmed_at=None if entry.get("nama_belum") else at
    )
    unit = find_unit(entry["unit"])
    for role in entry["peran"]:
        Membership.objects.create(user=person, organization=unit, role=role, starts_on=SINCE)
    return True


def find_unit(name: str) -> Organization:
    """A unit by its code or, for those of the reference list, its name."""
    unit: Organization = Organization.objects.filter(code=name).first() or Organization.objects.get(name=name)
    return unit


def _supervision(entry: dict[str, Any]) -> None:
    supervisor, person = (User.objects.get(participant_number=entry[key]) for key in ("supervisor", "orang"))
    Supervision.objects.get_or_create(
        supervisor=supervisor,
        supervisee=person,
        ends_on=None,
        defaults={"qualification": entry["kualifikasi"], "starts_on": SINCE},
    )
