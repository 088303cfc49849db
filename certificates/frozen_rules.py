"""The award rule as it is frozen into an edition: edition part ``award``, schema 1, or 2 where it needs practice
evidence (docs/formats.md).  Reading it touches no live rule, so a course edited later changes nothing for a cohort
that is already open."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models import Organization
from assessments.evidence.parts import stages
from certificates.models import AwardRule
from certificates.models.rules import AwardKind
from courses.models import EditionPart
from courses.parts import PartDraft

SCHEMA, WITH_PRACTICE = 1, 2


@dataclass(frozen=True)
class FrozenRule:
    """What the edition promises.  ``issuer`` holds id (public_id), name, code and time_zone; ``signatory`` holds
    name, position, acting (a line above the position or "") and place; ``units`` hold code and title, ``practice`` key,
    code and title of the stages whose evidence must be signed (none in schema 1)."""

    kind: str
    mode: str
    result_label: str
    legal_basis: tuple[str, ...]
    validity_months: int | None
    issuer: dict[str, str]
    signatory: dict[str, str]
    units: tuple[dict[str, str], ...]
    scheme_code: str
    scheme_title: str
    number_template: str
    classification: str
    practice: tuple[dict[str, str], ...] = ()

    @classmethod
    def from_json(cls, part: dict[str, Any]) -> FrozenRule:
        """Read an edition part; another schema than ours is a ValueError."""
        if part["schema"] not in (SCHEMA, WITH_PRACTICE):
            msg = f"award part schema {part['schema']} is not known"
            raise ValueError(msg)
        return cls(
            kind=part["kind"],
            mode=part["mode"],
            result_label=part["result_label"],
            legal_basis=tuple(part["legal_basis"]),
            validity_months=part["validity_months"],
            issuer=part["issuer"],
            signatory=part["signatory"],
            units=tuple(part["units"]),
            scheme_code=part["scheme_code"],
            scheme_title=part["scheme_title"],
            number_template=part["number_template"],
            classification=part["classification"],
            practice=tuple(part["practice"]) if part["schema"] == WITH_PRACTICE else (),
        )

    @property
    def time_zone(self) -> str:
        return self.issuer["time_zone"]

    def issuer_row(self) -> int:
        """Primary key of the issuing organization; organizations are archived, never deleted."""
        return int(Organization.objects.values_list("pk", flat=True).get(public_id=self.issuer["id"]))


def write_parts(course: Any) -> Iterator[PartDraft]:
    """Part writer of the editions: the active award rules of a course, frozen."""
    rules = AwardRule.objects.filter(course_id=course.pk, is_active=True)
    for rule in rules.select_related("organization", "signatory").order_by("kind"):
        yield PartDraft(kind="award", key=str(rule.public_id), json=freeze(rule), requirement=None)


def freeze(rule: AwardRule) -> dict[str, Any]:
    """The JSON of one rule: strings, integers and null only (RFC 8785 canonical form keeps them exactly)."""
    organization, signatory = rule.organization, rule.signatory
    frozen = {
        "schema": SCHEMA,
        "kind": rule.kind,
        "mode": rule.mode,
        "result_label": rule.result_label,
        "legal_basis": [line.strip() for line in rule.legal_basis.splitlines() if line.strip()],
        "validity_months": rule.validity_months,
        "issuer": {
            "id": str(organization.public_id),
            "name": organization.name,
            "code": organization.code,
            "time_zone": organization.time_zone,
        },
        "signatory": {
            "name": signatory.name,
            "position": signatory.position,
            "acting": signatory.acting,
            "place": signatory.place,
        },
        "units": [{"code": unit.code, "title": unit.title} for unit in rule.units.order_by("code")],
        "scheme_code": rule.scheme_code,
        "scheme_title": rule.scheme_title,
        "number_template": rule.number_template,
        "classification": rule.classification,
    }
    return frozen | _practice() if rule.needs_practice else frozen


def _practice() -> dict[str, Any]:
    """What schema 2 says besides: every stage, by the key under which its evidence is fulfilled."""
    asked = [{"key": str(unit.public_id), "code": unit.code, "title": unit.title} for unit in stages()]
    return {"schema": WITH_PRACTICE, "practice": asked}


def units_to_recommend(edition_ids: Collection[int]) -> dict[int, list[str]]:
    """Codes of the units an assessor recommends, by edition: those of its rules of kind competence.  One statement."""
    found: dict[int, list[str]] = {}
    for part in EditionPart.objects.filter(edition__in=edition_ids, kind="award"):
        if part.json["kind"] == AwardKind.COMPETENCE:
            found.setdefault(part.edition_id, []).extend(unit["code"] for unit in part.json["units"])
    return found
