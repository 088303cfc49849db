"""What a browser says about itself, in two words a person recognises."""

from __future__ import annotations

from django.utils.translation import gettext as _

# Order matters: Edge, Opera and Samsung's browser also call themselves Chrome, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def describe(user_agent: str) -> str:
    """'Chrome, Android' from a User-Agent header; what is not recognised is said so."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), _("another browser"))
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser}, {system}" if system else browser
