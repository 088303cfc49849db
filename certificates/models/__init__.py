"""What is promised to the outside world: rules, awards (the queue), the register and its history."""

from certificates.models.awards import Award, Decision
from certificates.models.log import LogCheckpoint, LogEntry, NumberGap, Reconciliation
from certificates.models.register import Certificate, NumberSequence, SigningKey, StatusChange
from certificates.models.replacements import ReplacementRequest
from certificates.models.rules import AwardKind, AwardMode, AwardRule, LspLicence, NumberCorrection, Signatory

__all__ = [
    "Award",
    "AwardKind",
    "AwardMode",
    "AwardRule",
    "Certificate",
    "Decision",
    "LogCheckpoint",
    "LogEntry",
    "LspLicence",
    "NumberCorrection",
    "NumberGap",
    "NumberSequence",
    "Reconciliation",
    "ReplacementRequest",
    "Signatory",
    "SigningKey",
    "StatusChange",
]
