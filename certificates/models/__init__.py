"""What is promised to the outside world: rules, awards (the queue), the register and its history."""

from certificates.models.awards import Award, Decision
from certificates.models.checked_lists import CheckedBatch, CheckedList
from certificates.models.designs import PaperAsset, PaperDesign
from certificates.models.graduations import Graduation
from certificates.models.holds import IssueHold
from certificates.models.log import LogCheckpoint, LogEntry, NumberGap, Reconciliation, WitnessMail
from certificates.models.offline import TrustBundleIssue
from certificates.models.recorded import RecordedBatch, RecordedCertificate
from certificates.models.register import Certificate, NumberSequence, SigningKey, StatusChange
from certificates.models.replacements import ReplacementEvidence, ReplacementRequest
from certificates.models.rules import AwardKind, AwardMode, AwardRule, LspLicence, NumberCorrection, Signatory
from certificates.models.seals import LiftedFile, SealEvidence, SealRequest
from certificates.models.status import NameErasure, RevocationRequest, StatusList, StatusListIssue

__all__ = [
    "Award",
    "AwardKind",
    "AwardMode",
    "AwardRule",
    "Certificate",
    "CheckedBatch",
    "CheckedList",
    "Decision",
    "Graduation",
    "IssueHold",
    "LiftedFile",
    "LogCheckpoint",
    "LogEntry",
    "LspLicence",
    "NameErasure",
    "NumberCorrection",
    "NumberGap",
    "NumberSequence",
    "PaperAsset",
    "PaperDesign",
    "Reconciliation",
    "RecordedBatch",
    "RecordedCertificate",
    "ReplacementEvidence",
    "ReplacementRequest",
    "RevocationRequest",
    "SealEvidence",
    "SealRequest",
    "Signatory",
    "SigningKey",
    "StatusChange",
    "StatusList",
    "StatusListIssue",
    "TrustBundleIssue",
    "WitnessMail",
]
