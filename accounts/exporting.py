"""A person's own data as JSON: what this product keeps about them, from every app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from accounts import viewers
from accounts.models import Event, FirstCode, Membership, NameCorrection, PeopleListRow, SignIn, User

OwnDataSource = Callable[[User], Any]
_sources: dict[str, OwnDataSource] = {}


def register_own_data(name: str, source: OwnDataSource) -> None:
    """Let an upper app add what it keeps about a person under ``name``; ``source(user)`` answers JSON-ready data."""
    _sources[name] = source


def own_data(user: User, *, on: date) -> dict[str, Any]:
    """Everything kept about ``user``, ready for DjangoJSONEncoder; schema 1."""
    return {
        "schema": 1,
        "person": _person(user),
        "memberships": [
            {
                "organization": m.organization.name,
                "role": m.role,
                "starts_on": m.starts_on,
                "ends_on": m.ends_on,
            }
            for m in Membership.objects.filter(user=user).select_related("organization")
        ],
        "supervised_by": _supervisions(user),
        "people_lists": list(
            PeopleListRow.objects.filter(person=user, done_at__isnull=False)
            .order_by("done_at")
            .values("done_at", "outcome", "values", "people_list__file_name", "people_list__organization__name")
        ),
        "name_corrections": list(
            NameCorrection.objects.filter(user=user).values(
                "previous_name", "proposed_name", "reason", "status", "proposed_at", "decided_at", "decision_reason"
            )
        ),
        "seen_by": [
            {"name": viewer.name, "role": viewer.role, "reason": str(viewer.reason)}
            for viewer in viewers.viewers_of(user, on=on)
        ],
        "first_codes": list(
            FirstCode.objects.filter(user=user).values(
                "issued_at", "issued_by__full_name", "expires_at", "used_at", "voided_at"
            )
        ),
        "sign_ins": list(SignIn.objects.visible_to(user).values("at", "device")),
        "events": list(Event.objects.about(user).values("at", "verb", "reason", "details")),
        **{name: source(user) for name, source in _sources.items()},
    }


def _person(user: User) -> dict[str, Any]:
    fields = ("participant_number", "full_name", "email", "nip", "phone", "joined_at", "last_login")
    dates = ("name_confirmed_at", "privacy_seen_at")
    return {"public_id": user.public_id} | {name: getattr(user, name) for name in (*fields, *dates)}


def _supervisions(user: User) -> list[dict[str, Any]]:
    received = user.supervisions_received.select_related("supervisor")
    return [
        {"supervisor": s.supervisor.full_name, "starts_on": s.starts_on, "ends_on": s.ends_on, "as": s.qualification}
        for s in received
    ]
