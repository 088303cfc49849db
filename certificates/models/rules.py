"""Who promises what, and on whose word: signatories, award rules, LSP licences."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.numbers import DEFAULT_TEMPLATE, BadNumberTemplate, check_template
from certificates.querysets import LspLicenceQuerySet, OwnedQuerySet


def valid_template(template: str) -> None:
    """A validator of the number template."""
    try:
        check_template(template)
    except BadNumberTemplate as error:
        raise ValidationError(error.message) from error


class AwardKind(models.TextChoices):
    """ "Sertifikat Kompetensi" is a term of Law 14/2019: only a licensed LSP may use it."""

    TRAINING = "training", _("Training certificate")
    COMPETENCE = "competence", _("Competence certificate")


class AwardMode(models.TextChoices):
    AUTOMATIC = "automatic", _("Automatic")
    APPROVAL = "approval", _("After the graduation is approved")


class Signatory(models.Model):
    """The official whose name stands under a certificate; the printed words are frozen into each record."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("Organization")
    )
    name = models.CharField(_("Name, with titles"), max_length=120)
    position = models.CharField(_("Position"), max_length=160)
    acting = models.CharField(
        _("Line above the position"),
        max_length=160,
        blank=True,
        help_text=_("For example a.n. Kepala Pusat, Plt. or Plh.; usually empty."),
    )
    place = models.CharField(_("Place of signing"), max_length=80, blank=True)
    is_active = models.BooleanField(_("In use"), default=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Signatory")
        verbose_name_plural = _("Signatories")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.position}"


class AwardRule(models.Model):
    """What a course promises.  It is frozen into the edition when a cohort opens; later edits reach later editions."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Issuing organization"),
    )
    course = models.ForeignKey(
        "courses.CoursePage",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("Training"),
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=AwardKind.choices, default=AwardKind.TRAINING)
    mode = models.CharField(_("Issued"), max_length=10, choices=AwardMode.choices, default=AwardMode.AUTOMATIC)
    result_label = models.CharField(_("Result on the certificate"), max_length=60, default="Lulus")
    legal_basis = models.TextField(_("Legal basis"), blank=True, help_text=_("One regulation a line."))
    validity_months = models.PositiveSmallIntegerField(
        _("Valid for, in months"), null=True, blank=True, help_text=_("Empty: no end date.")
    )
    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="+", verbose_name=_("Signatory"))
    units = models.ManyToManyField(
        "courses.CompetencyUnit", blank=True, related_name="+", verbose_name=_("Competency units")
    )
    needs_practice = models.BooleanField(
        _("Needs signed practice evidence"),
        default=False,
        db_default=False,
        help_text=_(
            "Nobody is decided on before a supervisor has signed the evidence of every ATENSI stage. The training asks "
            "for the evidence in the question bank."
        ),
    )
    classification = models.CharField(_("Filing classification"), max_length=20, blank=True)
    scheme_code = models.CharField(_("Scheme code"), max_length=40, blank=True)
    scheme_title = models.CharField(_("Scheme title"), max_length=200, blank=True)
    number_template = models.CharField(
        _("Number template"), max_length=120, default=DEFAULT_TEMPLATE, validators=[valid_template]
    )
    is_active = models.BooleanField(_("In use"), default=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Award rule")
        verbose_name_plural = _("Award rules")
        ordering = ["course_id", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "kind"], condition=Q(is_active=True), name="award_rule_one_per_course_and_kind"
            ),
            models.CheckConstraint(
                condition=~Q(kind=AwardKind.COMPETENCE) | ~Q(scheme_code="") & ~Q(scheme_title=""),
                name="award_rule_competence_has_scheme",
            ),
            models.CheckConstraint(
                condition=Q(needs_practice=False) | Q(kind=AwardKind.COMPETENCE),
                name="award_rule_practice_for_competence",
            ),
            models.CheckConstraint(
                condition=Q(validity_months=None) | Q(validity_months__gt=0), name="award_rule_validity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.course}"


class LspLicence(models.Model):
    """A licence by which an organization may certify competence.  Proposed by one administrator, in force only
    once a different one has approved it; an approved licence is never edited."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("Organization")
    )
    number = models.CharField(_("Licence number"), max_length=100)
    valid_from = models.DateField(_("Valid from"))
    valid_until = models.DateField(_("Valid until"))
    schemes = models.TextField(_("Scheme codes"), help_text=_("One scheme code a line."))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Proposed by")
    )
    proposed_at = models.DateTimeField(_("Proposed at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Approved by"),
    )
    approved_at = models.DateTimeField(_("Approved at"), null=True, blank=True)

    objects = LspLicenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("LSP licence")
        verbose_name_plural = _("LSP licences")
        ordering = ["organization_id", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="lsp_licence_number_once"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="lsp_licence_dates_in_order"),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | (Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("proposed_by"))),
                name="lsp_licence_two_administrators",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def scheme_codes(self) -> frozenset[str]:
        return frozenset(line.strip() for line in self.schemes.splitlines() if line.strip())


class NumberCorrection(models.Model):
    """A number template in the place of a frozen one whose numbers another kind already gives out, or that prints
    none.  Append-only; the last row of a part counts, for certificates that are not issued yet."""

    part = models.ForeignKey("courses.EditionPart", on_delete=models.PROTECT, related_name="+")
    template = models.CharField(_("Number template"), max_length=120, validators=[valid_template])
    reason = models.CharField(_("Reason"), max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Number correction")
        verbose_name_plural = _("Number corrections")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="number_correction_has_reason")]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.template}"
