"""Checking a pasted list of codes: one answer a line, one statement for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from certificates import codes
from certificates.coverage import Checked, normal_codes
from certificates.models import Certificate, StatusChange
from certificates.registering import public_register
from certificates.verifying import assess


def check_codes(pasted: Sequence[str], *, at: datetime) -> list[Checked]:
    """The answer to each pasted code, in the order of the list.  Three statements."""
    problems = normal_codes(pasted)
    wanted = {text: codes.normalize(text) for text, problem in problems.items() if problem is None}
    changes = Prefetch("status_changes", StatusChange.objects.order_by("id"))
    rows = Certificate.objects.filter(code__in=set(wanted.values())).select_related("replaces", "replaced_by")
    found = {row.code: row for row in rows.prefetch_related(changes)}
    keys = public_register()
    answers = []
    for text in pasted:
        row = found.get(wanted.get(text, ""))
        if row is None:
            problem = problems[text] or _("Not recorded here")
            answers.append(Checked(text, None, "", None, problem))
            continue
        standing = assess(row, list(row.status_changes.all()), keys, at=at)
        if not standing.trustworthy:
            answers.append(Checked(text, None, "", None, _("The register's entry does not match its signature")))
            continue
        answers.append(Checked(text, row, standing.holder_name or "", standing.status, ""))
    return answers
