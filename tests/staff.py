"""A signed-in client for somebody who works in the Wagtail admin (memberships put people into its groups)."""

from __future__ import annotations

from django.test import Client

from accounts.models import User


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
