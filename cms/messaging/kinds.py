"""Kinds of messages: each app registers its own in ``ready()``; the default wording is content, in Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise

#: Every text may use these without declaring them: the person's name, and the address that the message leads to.
NAME, LINK = "nama", "tautan"
EVERYWHERE = {NAME: "Ani Lestari, S.Tr.Sos.", LINK: "https://suluh.contoh.go.id/belajar/"}


@dataclass(frozen=True)
class Kind:
    """What can be said.  ``placeholders``: name -> example value that the editor's preview shows.

    ``urgent`` kinds ignore quiet hours, summaries and muting.  After ``useful_for`` the message is not sent any more.
    ``copyable`` ones stand on the trainer's page for WhatsApp; ``staff`` ones are choices of the staff alone.  No
    placeholder may hold a code, NIP, phone or score.
    """

    slug: str
    label: str | Promise
    placeholders: Mapping[str, str]
    default_subject: str
    default_text: str
    urgent: bool = False
    useful_for: timedelta | None = None
    copyable: bool = True
    staff: bool = False

    @property
    def examples(self) -> dict[str, str]:
        return {**EVERYWHERE, **self.placeholders}


class UnknownKind(LookupError):
    """No app has registered this kind: a mistake in code, not of a person."""


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Add a kind; called from ``AppConfig.ready()``.  Repeating is harmless, a wrong default text is refused."""
    from cms.messaging import texts  # texts knows kinds

    texts.check_against(kind.examples, kind.default_subject, kind.default_text)
    _kinds[kind.slug] = kind


def kind_of(slug: str) -> Kind:
    """Raises UnknownKind."""
    try:
        return _kinds[slug]
    except KeyError as error:
        raise UnknownKind(slug) from error


def known(slug: str) -> Kind | None:
    """The kind, or None for one that is no longer registered (its old messages stay)."""
    return _kinds.get(slug)


def all_kinds() -> list[Kind]:
    """In the order of registration: from the lowest app to the highest."""
    return list(_kinds.values())
