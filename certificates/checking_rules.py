"""Whether the papers of an award rule can be printed and numbered, asked before anything is promised by the rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments.evidence.parts import practice_of
from certificates.errors import NumbersShared
from certificates.frozen_rules import FrozenRule, freeze
from certificates.models import AwardRule
from certificates.numbers import BadNumberTemplate, Numbering, collide
from certificates.record_schema import LONGEST_LAW, MOST_LAWS, MalformedRecord, check_legal_basis, check_rule
from courses.parts import Problem

SAME_NUMBERS = NumbersShared.message
LAWS = format_lazy(
    _("At most {most} lines of {longest} characters, in Latin letters and without long numbers such as a NIP."),
    most=MOST_LAWS,
    longest=LONGEST_LAW,
)
NO_PRACTICE = _("it needs signed practice evidence, but the training asks for none (question bank, practice evidence).")
# Where the administrator mends what the record refuses.
FIELDS: dict[str, str | Promise] = {
    "result": _("Result on the certificate"),
    "legal_basis": _("Legal basis"),
    "signatory": _("Signatory"),
    "place": _("Place of signing"),
    "scheme": _("Scheme title"),
    "units": _("Competency units"),
    "number": _("Number template"),
}


def laws_fit(legal_basis: str) -> bool:
    """Whether a record can hold the legal bases typed here, one a line."""
    try:
        check_legal_basis([line.strip() for line in legal_basis.splitlines() if line.strip()])
    except MalformedRecord:
        return False
    return True


def shares_numbers(numbering: Numbering, *, organization_id: int, rule_id: int | None) -> bool:
    """Whether another rule of the organization, also one out of use, comes to the same numbers."""
    others = AwardRule.objects.filter(organization_id=organization_id).exclude(pk=rule_id)
    rows = others.values_list("number_template", "kind", "classification")
    return any(collide(numbering, Numbering(*row)) for row in rows)


def unprintable(rule: AwardRule) -> str | Promise | None:
    """The field of the rule that no record can hold, by its label; None when all can be printed."""
    frozen = FrozenRule.from_json(freeze(rule))
    try:
        check_rule(_members(frozen))
    except MalformedRecord as error:
        return FIELDS[error.member.partition(".")[0].partition("[")[0]]
    except BadNumberTemplate:
        return FIELDS["number"]
    return None


def _members(rule: FrozenRule) -> dict[str, Any]:
    signs = rule.signatory
    return {
        "result": rule.result_label,
        "legal_basis": list(rule.legal_basis),
        "signatory": {name: signs[name] for name in ("name", "position", "acting")},
        "place": signs["place"],
        "scheme": {"code": rule.scheme_code, "title": rule.scheme_title},
        "units": [{**unit, "result": "Kompeten"} for unit in rule.units],
        "number": Numbering(rule.number_template, rule.kind, rule.classification).specimen(rule.issuer["code"]),
    }


def readiness(course: Any) -> Iterator[Problem]:
    """What a trainer should know before a cohort opens: without a rule nobody gets a certificate, and with one that
    cannot be printed or numbered nobody gets it either, only later."""
    rules = list(AwardRule.objects.filter(course_id=course.pk, is_active=True).select_related("signatory"))
    if not rules:
        yield Problem(_("This training has no award rule, so nobody will get a certificate."), blocking=False)
    for rule in rules:
        field = unprintable(rule)
        if field is not None:
            yield _problem(rule, _("“%(field)s” cannot be printed as it stands.") % {"field": field})
        numbering = Numbering(rule.number_template, rule.kind, rule.classification)
        if shares_numbers(numbering, organization_id=rule.organization_id, rule_id=rule.pk):
            yield _problem(rule, SAME_NUMBERS)
        if rule.needs_practice and practice_of(course) is None:
            yield _problem(rule, NO_PRACTICE)


def _problem(rule: AwardRule, why: str | Promise) -> Problem:
    return Problem(_("The award rule “%(rule)s”: %(why)s") % {"rule": rule.get_kind_display(), "why": why})
