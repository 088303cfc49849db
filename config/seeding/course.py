"""The demonstration's courses: pages, questions, quizzes and what is promised at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Organization, User
from assessments import loading, loading_kinds
from assessments.models import Assignment, Practice
from certificates.models import AwardKind, AwardMode, AwardRule, LspLicence, Signatory
from cms.indexing import indexed_once
from cms.models import Source
from config.seeding.course_body import blocks
from config.seeding.reading import read
from courses.models import CatalogueIndexPage, CompetencyUnit, CoursePage, ModulePage

# What fits on one paper (record v1).
MOST_LAWS = 4
# What a module teaches: the seven components stand in M3, the seven stages in M4.
COMPETENCE_UNITS = ("ATENSI-T2", "ATENSI-T3", "ATENSI-T4")
ASSIGNMENT = """Tuliskan rencana Anda untuk tiga bulan setelah pelatihan ini.

Sebutkan tahap ATENSI yang akan Anda perbaiki, siapa yang Anda ajak bekerja sama, dan bagaimana hasilnya diukur.
Gunakan contoh yang disamarkan: tanpa nama, alamat, NIK, dan wajah penerima manfaat."""
PRACTICE = """Pilih satu pendampingan nyata. Untuk tahap ini tuliskan apa yang Anda lakukan, mengapa, dan apa hasilnya.

Satu halaman sudah cukup. Gunakan contoh yang disamarkan: tanpa nama, alamat, NIK, dan wajah penerima manfaat."""
UNITS = {"M3": "ATENSI-K", "M4": "ATENSI-T"}


@dataclass(frozen=True)
class Plan:
    """One course of the demonstration: whose it is, which modules of the content file it takes, who signs."""

    code: str
    title: str
    unit: str
    trainer: str
    modules: tuple[str, ...]
    signatory: tuple[str, str, str]
    self_enrol: bool = False
    quiz: Mapping[str, int] | None = None
    every_kind: bool = False
    scheme: str = ""
    evaluation: str = CoursePage.Evaluation.OFFERED
    assignment: bool = False
    practice: bool = False


PLANS = (
    Plan(
        code="BIMTEK-ATENSI-01",
        title="Bimtek ATENSI bagi Pendamping Rehabilitasi Sosial",
        unit="bbppks-regional-v",
        trainer="WID-01",
        modules=("M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8"),
        signatory=("Drs. Muhammad Arsyad, M.M.", "Kepala BBPPKS Regional V", "Makassar"),
        scheme="SKEMA-PERAGAAN-01",
        every_kind=True,
        evaluation=CoursePage.Evaluation.REQUIRED,
        assignment=True,
        practice=True,
    ),
    Plan(
        code="PENGANTAR-ATENSI-BTN",
        title="Pengantar ATENSI bagi petugas dinas",
        unit="peragaan-dinsos-banten",
        trainer="WID-11",
        modules=("M1", "M2"),
        signatory=("Drs. H. Sulaiman Effendi", "Kepala Dinas Sosial Provinsi Banten", "Serang"),
        self_enrol=True,
        quiz={"prates_soal": 4, "pascates_soal": 6},
    ),
)


def load(*, at: datetime) -> str:
    """Load courses that are not there yet, each in one transaction."""
    made = [plan.title for plan in PLANS if not CoursePage.objects.filter(code=plan.code).exists()]
    for plan in PLANS:
        if plan.title in made:
            _load_course(plan, at)
    return f"{len(made)} courses loaded" if made else ""


@transaction.atomic
@indexed_once()
def _load_course(plan: Plan, at: datetime) -> None:
    content = read("bimtek-atensi")
    trainer = User.objects.get(participant_number=plan.trainer)
    sources = {source.external_id: source for source in Source.objects.exclude(external_id=None)}
    course = _course(plan, content["pelatihan"], trainer)
    _modules(course, plan, content["modul"], sources, trainer)
    questions = [entry for entry in content["soal"] if entry["modul"] in plan.modules]
    loading.load_questions(course, questions, trainer, at, source_of=sources.get)
    loading.load_quizzes(course, content["pelatihan"]["usulan"] | dict(plan.quiz or {}))
    if plan.assignment:
        _assignment(course)
    if plan.practice:
        _practice(course)
    if plan.every_kind:
        _every_kind(course, plan, content["pelatihan"]["usulan"], sources, trainer, at)
    _rule(course, plan, content["pelatihan"])
    if plan.scheme:
        _competence_rule(course, plan.scheme, at)


def _every_kind(
    course: CoursePage, plan: Plan, rules: Mapping[str, Any], sources: Mapping[Any, Source], trainer: User, at: datetime
) -> None:
    """One question of each kind beyond options, in practice quizzes of their own."""
    content = read("ragam-soal")
    loading_kinds.load_kinds(course, content["soal"], trainer, at, source_of=sources.get)
    pass_mark = rules["batas_lulus_persen"]
    loading_kinds.load_kind_quizzes(course, content["kuis"], module=plan.modules[-1], pass_mark=pass_mark)


def _course(plan: Plan, entry: Mapping[str, Any], trainer: User) -> CoursePage:
    course = CoursePage(
        title=plan.title,
        slug=plan.code.lower(),
        organization=Organization.objects.get(external_id=plan.unit),
        code=plan.code,
        summary=entry["ringkasan"],
        audience="\n".join(entry["sasaran_peserta"]),
        legal_basis="\n".join(f"{law['nama']} ({law['status']})" for law in entry["dasar_hukum"]),
        self_enrol_allowed=plan.self_enrol,
        jp_proposed=True,
        evaluation=plan.evaluation,
    )
    CatalogueIndexPage.objects.get().add_child(instance=course)
    course.save_revision(user=trainer).publish(user=trainer, skip_permission_checks=True)
    return course


def _modules(
    course: CoursePage, plan: Plan, entries: list[dict[str, Any]], sources: Mapping[Any, Source], trainer: User
) -> None:
    texts = {entry["kode"]: entry for entry in read("modules")["modul"]}
    for entry in entries:
        key = entry["kode"]
        if key not in plan.modules:
            continue
        page = ModulePage(
            title=entry["judul"],
            slug=key.lower(),
            key=key,
            objectives="\n".join(entry["tujuan_pembelajaran"]),
            minutes=texts[key]["menit"],
            jp_async=Decimal(entry["jp"]),
            body=blocks(texts[key]["isi"], sources),
        )
        page.units = list(CompetencyUnit.objects.filter(code__startswith=UNITS[key])) if key in UNITS else []
        course.add_child(instance=page)
        page.save_revision(user=trainer).publish(user=trainer, skip_permission_checks=True)


def _assignment(course: CoursePage) -> None:
    """A follow-up plan to hand in; the certificate does not wait for it here."""
    Assignment.objects.create(
        organization=course.organization,
        course=course,
        title="Rencana tindak lanjut (RTL)",
        instructions=ASSIGNMENT,
        is_required=False,
        grading=Assignment.Grading.SCORE,
        due_days=21,
        kinds=["pdf", "docx", "jpg"],
    )


def _practice(course: CoursePage) -> None:
    """Evidence for each of the seven stages, signed by the supervisor; completing the training does not wait for it."""
    Practice.objects.create(
        organization=course.organization, course=course, instructions=PRACTICE, kinds=["pdf", "docx", "jpg"]
    )


def _rule(course: CoursePage, plan: Plan, entry: Mapping[str, Any]) -> None:
    name, position, place = plan.signatory
    signatory, _made = Signatory.objects.get_or_create(
        organization=course.organization, name=name, defaults={"position": position, "place": place}
    )
    AwardRule.objects.create(
        organization=course.organization,
        course=course,
        signatory=signatory,
        legal_basis="\n".join(law["nama"] for law in entry["dasar_hukum"][:MOST_LAWS]),
    )


def _competence_rule(course: CoursePage, scheme: str, at: datetime) -> None:
    """The same course also leads to a certificate of competence, by an LSP whose licence two administrators set."""
    lsp = Organization.objects.get(external_id="peragaan-lsp-peragaan")
    proposer, approver = (User.objects.get(participant_number=number) for number in ("ADM-21", "ADM-22"))
    LspLicence.objects.create(
        organization=lsp,
        number="LISENSI-PERAGAAN-2026",
        valid_from=at.date() - timedelta(days=200),
        valid_until=at.date() + timedelta(days=900),
        schemes=scheme,
        proposed_by=proposer,
        proposed_at=at - timedelta(days=30),
        approved_by=approver,
        approved_at=at - timedelta(days=29),
    )
    signatory = Signatory.objects.create(
        organization=lsp, name="Dr. Lestari Wulandari, M.Si.", position="Ketua LSP (peragaan)", place="Jakarta"
    )
    rule = AwardRule.objects.create(
        organization=lsp,
        course=course,
        kind=AwardKind.COMPETENCE,
        mode=AwardMode.APPROVAL,
        result_label="Kompeten",
        legal_basis="Undang-Undang Nomor 14 Tahun 2019 tentang Pekerja Sosial",
        validity_months=36,
        signatory=signatory,
        scheme_code=scheme,
        scheme_title="Pendampingan rehabilitasi sosial (peragaan)",
    )
    rule.units.set(CompetencyUnit.objects.filter(code__in=COMPETENCE_UNITS))
