"""A signed-in client for somebody who works in the Wagtail admin."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User


def signed_in(user: User) -> Client:
    user.user_permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    client = Client()
    client.force_login(user)
    return client
