"""The wording of a message: placeholders in braces, checked when a text is saved, filled when a message is made."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Organization
from cms.messaging.kinds import Kind, known
from cms.models import MessageText

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_BRACE = re.compile(r"[{}]")


def check(slug: str, subject: str, text: str) -> None:
    """Raise ValidationError, per field, unless every placeholder is one that the kind knows."""
    kind = known(slug)
    if kind is None:
        raise ValidationError({"kind": _("This kind of message is not known.")})
    check_against(kind.examples, subject, text)


def check_against(examples: Mapping[str, str], subject: str, text: str) -> None:
    """As ``check``, against the placeholders of ``examples``."""
    problems = {}
    for field, wording in (("subject", subject), ("text", text)):
        problem = _problem(wording, examples)
        if problem:
            problems[field] = problem
    if problems:
        raise ValidationError(problems)


def _problem(wording: str, examples: Mapping[str, str]) -> str:
    unknown = sorted(set(_PLACEHOLDER.findall(wording)) - set(examples))
    offered = ", ".join(f"{{{name}}}" for name in examples)
    if unknown:
        named = ", ".join(f"{{{name}}}" for name in unknown)
        return _("%(unknown)s is not known here. You can use: %(offered)s.") % {"unknown": named, "offered": offered}
    if _BRACE.search(_PLACEHOLDER.sub("", wording)):
        return _("A brace { or } stands alone. You can use: %(offered)s.") % {"offered": offered}
    if not wording.strip():
        return _("Please write a text.")
    return ""


def fill(wording: str, values: Mapping[str, str]) -> str:
    """Pure.  ``wording`` with its placeholders replaced once; what a value holds is never read as a placeholder.

    Raises KeyError for a placeholder without a value.
    """
    return _PLACEHOLDER.sub(lambda match: _plain(values[match[1]]), wording)


def example(slug: str, subject: str, text: str) -> tuple[str, str]:
    """Subject and text as a person would read them; a wording that is not right yet stays as it is."""
    kind = known(slug)
    if kind is None or _problem(subject + text, kind.examples):
        return subject, text
    return one_line(fill(subject, kind.examples)), fill(text, kind.examples)


def one_line(wording: str) -> str:
    """Pure.  Without line ends or other control characters: fit for a header."""
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in wording).split())


def _plain(value: str) -> str:
    """Pure.  A value stays on one line: nobody's name begins a paragraph of its own."""
    return one_line(value)


class Wordings:
    """The texts in force for some kinds, read in one statement."""

    def __init__(self, slugs: Iterable[str]) -> None:
        rows = MessageText.objects.filter(kind__in=set(slugs)).select_related("organization")
        self._rows = {(row.kind, row.organization.path if row.organization else ""): row for row in rows}

    def wording(self, kind: Kind, organization: Organization | None) -> tuple[str, str]:
        """Subject and text: the nearest organization's own, else the one for everybody, else the default.

        A stored text whose placeholders the kind no longer knows gives way to the default.
        """
        paths = organization.own_and_ancestor_paths if organization else []
        for path in [*reversed(paths), ""]:
            row = self._rows.get((kind.slug, path))
            if row is not None and not _problem(row.subject + row.text, kind.examples):
                return row.subject, row.text
        return kind.default_subject, kind.default_text
