"""A competence rule that asks for practice evidence: nobody is decided on before every stage is signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from accounts.models import Organization, Role, User
from assessments.evidence import parts as practice_parts
from assessments.models import Practice, Recommendation
from certificates import awarding, checking_rules, deciding, errors, frozen_rules, holding, issuing
from certificates.frozen_rules import FrozenRule
from certificates.models import Award, AwardRule, Signatory
from courses import manifest
from courses.models import CompetencyUnit, Enrolment, Fulfilment, Requirement
from tests.factories_accounts import AT, make_membership, make_organization, make_person, make_supervision
from tests.factories_certificates import make_cohort as make_angkatan
from tests.factories_certificates import (
    make_course,
    make_edition,
    make_licence,
    make_part,
    make_unit,
    signing_keys,
)
from tests.factories_certificates import make_enrolment as enrol
from tests.factories_practice import World, freeze_stages, hand, judge, make_supervisor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
State = Award.State
VECTORS = Path(__file__).parent.parent / "vectors" / "award"
FIRST, SECOND = (json.loads((VECTORS / f"rule-v{number}.json").read_text("utf-8")) for number in (1, 2))


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def page(user: User, url: str) -> str:
    client = Client()
    client.force_login(user)
    return str(client.get(url).content.decode())


def test_a_rule_is_frozen_in_the_older_schema_unless_it_needs_practice_and_both_are_read() -> None:
    for vector in (FIRST, SECOND):
        assert manifest.canonical(vector["part"]).decode() == vector["canonical"]
        assert manifest.digest(vector["part"]) == vector["sha256"]
    assert FrozenRule.from_json(FIRST["part"]).practice == ()
    assert [stage["code"] for stage in FrozenRule.from_json(SECOND["part"]).practice][::6] == ["ATENSI-T1", "ATENSI-T7"]
    for stage in SECOND["part"]["practice"]:
        CompetencyUnit.objects.filter(code=stage["code"]).update(public_id=UUID(stage["key"]))
    said = FIRST["part"]
    lsp = make_organization(name="LSP Contoh", code="LSP-01", time_zone="Asia/Jakarta")
    Organization.objects.filter(pk=lsp.pk).update(public_id=UUID(said["issuer"]["id"]))
    lsp = Organization.objects.get(pk=lsp.pk)
    course = make_course(lsp)
    signs = Signatory.objects.create(
        organization=lsp, **{name: said["signatory"][name] for name in ("name", "position", "acting", "place")}
    )
    rule = AwardRule.objects.create(
        organization=lsp,
        course=course,
        kind="competence",
        mode="approval",
        result_label="Kompeten",
        legal_basis="\n".join(said["legal_basis"]),
        validity_months=36,
        signatory=signs,
        scheme_code="SKM-1",
        scheme_title=said["scheme_title"],
        number_template=said["number_template"],
    )
    rule.units.set(CompetencyUnit.objects.filter(code="ATENSI-T3"))
    assert frozen_rules.freeze(rule) == FIRST["part"]
    rule.needs_practice = True
    rule.save()
    assert frozen_rules.freeze(rule) == SECOND["part"]
    problems = [str(problem.text) for problem in checking_rules.readiness(course)]
    assert ["pelatihan ini tidak memintanya" in text for text in problems] == [True]
    Practice.objects.create(course=course, organization=lsp, instructions="Tulis.")
    assert list(checking_rules.readiness(course)) == []


def make_candidate() -> tuple[World, Award, Award]:
    """Somebody whose training is completed, before anything was handed over: the award of a rule that asks for
    evidence, and that of an older rule without it."""
    lsp = make_organization(name="LSP Contoh", kind="lsp")
    make_licence(lsp)
    edition = make_edition(lsp)
    stages = freeze_stages(edition)
    person = make_person(name="Ani", role=Role.PARTICIPANT, organization=lsp)
    enrolment = enrol(person, make_angkatan(lsp, edition=edition))
    Requirement.objects.create(edition=edition, kind="module", key="M1", label="Modul 1", position=100)
    Fulfilment.objects.create(enrolment=enrolment, kind="module", key="M1", fulfilled_at=AT)
    unit = make_unit("U-1")
    facts: dict[str, Any] = {"kind": "competence", "units": [{"code": "U-1", "title": unit.title}]}
    asked = [{"key": part.key, **{name: part.json["stage"][name] for name in ("code", "title")}} for part in stages]
    new = make_part(edition, issuer=lsp, schema=2, practice=asked, **facts)
    old = make_part(edition, issuer=lsp, **facts | {"scheme_code": "SKM-2"})
    awarding.evaluate(enrolment.pk, at=AT)
    supervisor = make_supervisor(enrolment, name="Bambang")
    world = World(enrolment, stages, supervisor, supervisor, make_supervision(supervisor, person))
    return world, Award.objects.get(part=new), Award.objects.get(part=old)


def test_an_award_waits_for_every_signature_and_a_withdrawn_one_holds_it_back_again() -> None:
    world, award, old = make_candidate()
    lsp, enrolment = award.issuer, world.enrolment
    assert (award.state, old.state) == (State.WAITING_EVIDENCE, State.WAITING_DECISION)
    budi = make_person(name="Budi", role=Role.ASSESSOR, organization=lsp)
    Recommendation.objects.create(
        enrolment=enrolment, unit=make_unit("U-1"), result="competent", reason="Bukti lengkap", assessor=budi, at=AT
    )
    head = make_person(name="Direktur", role=Role.PIMPINAN, organization=lsp)
    with pytest.raises(errors.EvidenceNotSigned):
        deciding.decide(award, accepted=True, reason="", actor=head, at=AT)
    words = [str(word) for one in holding.waiting_for(enrolment.user) for word in one.missing]
    assert any("belum menandatangani bukti praktik" in word for word in words)
    versions = [hand(world, number) for number in range(1, 8)]
    for made in versions[:6]:
        judge(made, "accepted", actor=world.supervisor)
    assert awarding.movable(10, at=AT) == []
    judge(versions[6], "accepted", actor=world.supervisor)
    assert awarding.movable(10, at=AT) == [award.pk]
    assert awarding.move(award, at=AT).state == State.WAITING_DECISION
    # Who signed has judged the candidate, and so does not decide.
    make_membership(world.supervisor, lsp, Role.PIMPINAN)
    with pytest.raises(errors.TookPart):
        deciding.decide(award, accepted=True, reason="", actor=world.supervisor, at=AT)
    shown = page(head, f"/sertifikat/penetapan/{award.public_id}/")
    assert shown.count("Bambang (Pekerja Sosial Ahli Madya)") == 7
    assert "Bukti praktik" not in page(head, f"/sertifikat/penetapan/{old.public_id}/")
    assert f"/bukti/versi/{versions[0].public_id}/" not in shown
    later = AT + timedelta(minutes=1)
    assert deciding.decide(award, accepted=True, reason="", actor=head, at=later).state == State.READY
    # A signature that is taken back before the issue opens the stage again; nothing is issued meanwhile.
    again: dict[str, Any] = {"seen": 1, "actor": world.supervisor, "reason": "Bukan praktiknya sendiri."}
    judge(versions[0], "returned", **again)
    assert issuing.issue(award.pk, keys=signing_keys(), at=later) is None
    award.refresh_from_db()
    assert award.state == State.WAITING_EVIDENCE
    judge(hand(world, 1, "Praktik saya sendiri."), "accepted", actor=world.supervisor)
    assert awarding.move(award, at=later).state == State.READY
    assert issuing.issue(award.pk, keys=signing_keys(), at=later) is not None
    # After the issue it stands, whatever becomes of the evidence.
    judge(versions[1], "returned", **again)
    award.refresh_from_db()
    assert awarding.move(award, at=later).state == State.ISSUED


def test_the_assessor_s_page_leads_to_what_is_signed() -> None:
    world, award, _old = make_candidate()
    budi = make_person(name="Budi", role=Role.ASSESSOR, organization=award.issuer)
    first = hand(world, 1)
    judge(first, "accepted", actor=world.supervisor)
    second = hand(world, 2)
    shown = page(budi, f"/penilaian/{world.enrolment.public_id}/U-1/")
    assert f"/bukti/versi/{first.public_id}/" in shown
    assert "ditandatangani Bambang (Pekerja Sosial Ahli Madya)" in shown
    assert str(second.public_id) not in shown
    assert len(practice_parts.stages()) == 7
    assert Enrolment.objects.get().status == Enrolment.Status.COMPLETED
