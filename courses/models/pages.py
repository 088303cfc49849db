"""The course and its modules as Wagtail pages: drafts, preview, history and workflow are Wagtail's own.

What participants read is never these pages but the edition frozen from them (``courses.editions``).
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, StreamBlock, StructBlock
from wagtail.models import Page, PageManager
from wagtail.search import index
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.blocks import BodyBlock
from cms.fields import BlocksField
from courses.page_access import CataloguePageTester, CourseForm, ModuleForm, OrganizationPageTester
from courses.querysets import CoursePageQuerySet

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models.evaluations import EvaluationForm

MODULE_KEY = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]{0,19}$", _("Use letters, digits and hyphens, at most 20."))


def validate_half_hours(value: Decimal) -> None:
    """JP are counted in halves (1 JP = 45 minutes)."""
    if value < 0 or (value * 2) % 1:
        raise ValidationError(_("Enter JP in halves, for example 1.5."))


def lines(text: str) -> list[str]:
    """The non-empty lines of a field that holds one item a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class ReferencesBlock(StreamBlock):  # type: ignore[misc]
    """Where the facts of a module come from, and the law it stands on."""

    source = StructBlock(
        [
            ("source", SnippetChooserBlock("cms.Source", label=_("source"))),
            ("place", CharBlock(required=False, max_length=120, label=_("place in the source"))),
        ],
        label=_("source"),
        icon="doc-full",
    )
    provision = StructBlock([("provision", SnippetChooserBlock("cms.Provision", label=_("provision")))], icon="list-ol")


class CatalogueIndexPage(Page):  # type: ignore[misc]
    """The public catalogue at /pelatihan/."""

    intro = models.TextField(_("introduction"), blank=True)

    belongs_to_house = True
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["courses.CoursePage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("course catalogue")

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        courses = (
            CoursePage.objects.child_of(self).live().select_related("organization").with_totals().order_by("title")
        )
        return {**super().get_context(request, *args, **kwargs), "courses": courses}

    def permissions_for_user(self, user: User) -> CataloguePageTester:
        return CataloguePageTester(user, self)


class CoursePage(Page):  # type: ignore[misc]
    """A training of one organization; its public page shows the syllabus only."""

    class Evaluation(models.TextChoices):
        """Whether participants are asked for their opinion at the end."""

        NONE = "none", _("not asked for")
        OFFERED = "offered", _("offered, answering is voluntary")
        REQUIRED = "required", _("needed before the certificate")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    code = models.CharField(_("code"), max_length=40)
    summary = models.TextField(_("summary"), blank=True)
    audience = models.TextField(_("for whom"), blank=True, help_text=_("One group a line."))
    jp_proposed = models.BooleanField(
        _("JP are a proposal"), default=True, help_text=_("Shown as “proposed” until somebody in charge has set them.")
    )
    legal_basis = models.TextField(_("legal basis"), blank=True, help_text=_("One regulation a line."))
    self_enrol_allowed = models.BooleanField(_("people may enrol themselves"), default=False)
    attendance_percent = models.PositiveSmallIntegerField(
        _("live sessions needed, in percent of JP"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("0: attendance is recorded but not needed to complete the course."),
    )
    evaluation = models.CharField(
        _("evaluation by participants"), max_length=8, choices=Evaluation.choices, default=Evaluation.NONE
    )
    evaluation_form: models.ForeignKey[EvaluationForm | None, EvaluationForm | None] = models.ForeignKey(
        "courses.EvaluationForm",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("evaluation form"),
        help_text=_("Empty: the standard form of the organization."),
    )

    objects = PageManager.from_queryset(CoursePageQuerySet)()

    parent_page_types = ["courses.CatalogueIndexPage"]
    subpage_types = ["courses.ModulePage"]
    base_form_class = CourseForm
    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("organization"), FieldPanel("code")]),
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("legal_basis"),
        MultiFieldPanel(
            [FieldPanel("jp_proposed"), FieldPanel("self_enrol_allowed"), FieldPanel("attendance_percent")],
            heading=_("Rules"),
        ),
        FieldRowPanel([FieldPanel("evaluation"), FieldPanel("evaluation_form")], heading=_("Evaluation")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("code")]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        modules = list(ModulePage.objects.child_of(self).live().prefetch_related("units"))
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"modules": modules, "jp": sum((module.jp for module in modules), Decimal(0))}

    def permissions_for_user(self, user: User) -> OrganizationPageTester:
        return OrganizationPageTester(user, self, self.organization_id)

    def get_admin_default_ordering(self) -> str:
        """Modules stand in the explorer in the order in which they are read."""
        return "ord"

    @property
    def audience_list(self) -> list[str]:
        return lines(self.audience)

    @property
    def legal_basis_list(self) -> list[str]:
        return lines(self.legal_basis)


class ModulePage(Page):  # type: ignore[misc]
    """One module; its public page shows objectives and units, its body is read from an edition."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(
        _("key"),
        max_length=20,
        validators=[MODULE_KEY],
        help_text=_("Short and lasting, for example M1.  It stays the same when the title changes."),
    )
    objectives = models.TextField(_("learning objectives"), blank=True, help_text=_("One objective a line."))
    minutes = models.PositiveSmallIntegerField(
        _("reading time in minutes"), default=15, validators=[MinValueValidator(1)]
    )
    jp_async = models.DecimalField(
        _("JP on one's own"), max_digits=5, decimal_places=1, default=Decimal("1.0"), validators=[validate_half_hours]
    )
    jp_sync = models.DecimalField(
        _("JP live"), max_digits=5, decimal_places=1, default=Decimal("0.0"), validators=[validate_half_hours]
    )
    units = ParentalManyToManyField("courses.CompetencyUnit", blank=True, verbose_name=_("competency units"))
    body = BlocksField(BodyBlock(), blank=True, verbose_name=_("body"))
    references = BlocksField(ReferencesBlock(), blank=True, verbose_name=_("sources and legal basis"))

    # The public page shows the syllabus: what the body holds is served to staff, and frozen for participants.
    media_is_public = False

    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    base_form_class = ModuleForm
    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("key"), FieldPanel("minutes"), FieldPanel("jp_async"), FieldPanel("jp_sync")]),
        FieldPanel("objectives"),
        FieldPanel("units", widget=forms.CheckboxSelectMultiple),
        FieldPanel("body"),
        FieldPanel("references"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("objectives")]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        constraints = [
            models.CheckConstraint(condition=models.Q(jp_async__gte=0, jp_sync__gte=0), name="module_jp_not_negative"),
        ]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"course": self.course, "show_body": getattr(request, "is_preview", False)}

    def permissions_for_user(self, user: User) -> OrganizationPageTester:
        return OrganizationPageTester(user, self, self.course.organization_id if self.pk else None)

    @property
    def course(self) -> CoursePage:
        parent: CoursePage = self.get_parent().specific
        return parent

    @property
    def jp(self) -> Decimal:
        """JP of this module (1 JP = 45 minutes), in halves."""
        return self.jp_async + self.jp_sync

    @property
    def objective_list(self) -> list[str]:
        return lines(self.objectives)
