"""Wagtail's users app with our screen of people in it.

Its own screen edits fields our people do not have and hands out groups, which here follow memberships; its bulk
actions would delete people.  So the model's registered policy lets nobody do anything, and our screen brings its own.
"""

from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class PeopleAdminConfig(WagtailUsersAppConfig):  # type: ignore[misc]
    user_viewset = "accounts.admin_screens.PersonScreen"

    def ready(self) -> None:
        from django.contrib.auth.models import Group  # models are loaded only now
        from wagtail.permissions import register_permission_policy

        from accounts.admin_scope import NobodyPolicy
        from accounts.models import User

        register_permission_policy(User, NobodyPolicy(User))
        register_permission_policy(Group, NobodyPolicy(Group))
