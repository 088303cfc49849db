"""Registers the admin screens of people and organizations."""

from __future__ import annotations

from wagtail import hooks

from accounts.admin_screens import PeopleGroup


@hooks.register("register_admin_viewset")  # type: ignore[untyped-decorator]
def people_screens() -> PeopleGroup:
    return PeopleGroup()
