"""What a browser says about itself, in words a person recognises."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", _("Android phone or tablet")),
    ("Windows", _("Windows computer")),
    ("Mac OS X", _("Mac computer")),
    ("Linux", _("Linux computer")),
)


def describe(user_agent: str) -> str:
    """'Android phone or tablet, Chrome' from a User-Agent header; what is not recognised is said so."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), gettext("another browser"))
    system = next((str(name) for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{system}, {browser}" if system else browser
