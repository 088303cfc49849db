"""What is taught (pages, units, editions) and who follows it (cohorts, enrolments, progress)."""

from courses.models.attendance import LateClaim, Objection, Presence, SessionReport, SessionResult
from courses.models.bulk import BulkAction, BulkOutcome
from courses.models.cohorts import Cohort, CohortTrainer, Enrolment
from courses.models.editions import Edition, EditionMedia, EditionModule, EditionPart, Requirement
from courses.models.errata import Erratum, ErratumProposal
from courses.models.evaluations import (
    EvaluationAnswer,
    EvaluationBox,
    EvaluationForm,
    EvaluationQuestion,
    EvaluationReceipt,
)
from courses.models.joining import EnrolmentMove, JoinRequest
from courses.models.pages import CatalogueIndexPage, CoursePage, ModulePage
from courses.models.progress import Fulfilment, ModuleReading
from courses.models.reports import CohortReport
from courses.models.sessions import CalendarFeed, LiveSession, SessionCode
from courses.models.units import CompetencyUnit
from courses.models.waves import Wave, WaveMember, WaveRun

__all__ = [
    "BulkAction",
    "BulkOutcome",
    "CalendarFeed",
    "CatalogueIndexPage",
    "Cohort",
    "CohortReport",
    "CohortTrainer",
    "CompetencyUnit",
    "CoursePage",
    "Edition",
    "EditionMedia",
    "EditionModule",
    "EditionPart",
    "Enrolment",
    "EnrolmentMove",
    "Erratum",
    "ErratumProposal",
    "EvaluationAnswer",
    "EvaluationBox",
    "EvaluationForm",
    "EvaluationQuestion",
    "EvaluationReceipt",
    "Fulfilment",
    "JoinRequest",
    "LateClaim",
    "LiveSession",
    "ModulePage",
    "ModuleReading",
    "Objection",
    "Presence",
    "Requirement",
    "SessionCode",
    "SessionReport",
    "SessionResult",
    "Wave",
    "WaveMember",
    "WaveRun",
]
