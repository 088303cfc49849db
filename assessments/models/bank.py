"""The question bank: drafts that people edit; what attempts point at is ``models.versions``."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.actions.publish_revision import PublishPermissionError
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from accounts import roles
from accounts.roles import Action
from assessments import content
from assessments.content import Option
from assessments.errors import QuestionInUse
from assessments.kinds import case, numeric, ordering
from assessments.models.blocks import (
    ORDERING_RULES,
    TOLERANCE_KINDS,
    AcceptedBlock,
    OptionsBlock,
    PairsBlock,
    PartsBlock,
    PicturesBlock,
    RubricBlock,
    StepsBlock,
)
from assessments.question_form import QuestionForm
from cms.indexing import indexed_once
from courses.fields import BlocksField
from courses.models.pages import ReferencesBlock

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models import CoursePage


class Usage(models.TextChoices):
    """Where a question may be drawn; a final one appears in a post-test and nowhere else."""

    PRACTICE = "practice", _("practice")
    FINAL = "final", _("final (post-test only)")


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User) -> Self:
        """Questions of the organizations whose bank the person writes or publishes; nobody else reads a bank."""
        return self.filter(organization__in=roles.organizations_where(user, Action.EDIT_BANK))

    def in_use(self) -> Self:
        """Published at least once: somebody's paper may hold them, so they are kept."""
        return self.filter(versions__isnull=False).distinct()

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises QuestionInUse, and deletes nothing, when one of them was ever published."""
        if self.in_use().exists():
            raise QuestionInUse
        return super().delete()


class Question(
    WorkflowMixin,  # type: ignore[misc]
    DraftStateMixin,  # type: ignore[misc]
    LockableMixin,  # type: ignore[misc]
    RevisionMixin,  # type: ignore[misc]
    PreviewableMixin,  # type: ignore[misc]
    index.Indexed,  # type: ignore[misc]
    ClusterableModel,  # type: ignore[misc]
):
    """One question as its authors see it.  Publishing writes a QuestionVersion (``assessments.publishing``)."""

    class Kind(models.TextChoices):
        SINGLE = content.SINGLE, _("single choice")
        MULTIPLE = content.MULTIPLE, _("multiple answers")
        TRUEFALSE = content.TRUEFALSE, _("true or false")
        MATCHING = "matching", _("matching")
        ORDERING = "ordering", _("ordering")
        SHORT = "short", _("short answer")
        NUMERIC = "numeric", _("number")
        ESSAY = "essay", _("essay")
        CASE = "case", _("case study")

    class Currency(models.TextChoices):
        """Whether the fact asked for still holds (berlaku) or belongs to one year (historis)."""

        BERLAKU = "berlaku", _("in force")
        HISTORIS = "historis", _("historical")

    class Difficulty(models.TextChoices):
        EASY = "easy", _("easy")
        MEDIUM = "medium", _("medium")
        HARD = "hard", _("hard")

    Usage = Usage

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        "accounts.Organization",
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("organization"),
    )
    course: models.ForeignKey[CoursePage | None, CoursePage | None] = models.ForeignKey(
        "courses.CoursePage", models.SET_NULL, null=True, related_name="questions", verbose_name=_("course")
    )
    module = models.CharField(_("module"), max_length=20, blank=True, help_text=_("Key of the module, such as M1."))
    units = ParentalManyToManyField("courses.CompetencyUnit", blank=True, verbose_name=_("competency units"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.SINGLE)
    stem = models.TextField(_("question"), max_length=content.MAX_STEM)
    options = BlocksField(OptionsBlock(), blank=True, verbose_name=_("options"))
    vignette = models.TextField(
        _("case"),
        blank=True,
        max_length=case.MAX_VIGNETTE,
        help_text=_("What happened. It stands above the questions of the case; names and places are invented."),
    )
    parts = BlocksField(PartsBlock(), blank=True, verbose_name=_("questions of the case"))
    pairs = BlocksField(
        PairsBlock(),
        blank=True,
        verbose_name=_("pairs"),
        help_text=_("Two pairs may have the same answer. A further answer makes guessing harder."),
    )
    steps = BlocksField(
        StepsBlock(),
        blank=True,
        verbose_name=_("steps"),
        help_text=_("Write them in the right order; participants see them shuffled."),
    )
    ordering_rule = models.CharField(
        _("marking"), max_length=6, choices=ORDERING_RULES, default=ordering.PLACES, blank=True
    )
    accepted = BlocksField(
        AcceptedBlock(),
        blank=True,
        verbose_name=_("accepted answers"),
        help_text=_("Compared letter by letter; only spaces are forgiven. * stands for any text, \\* for a star."),
    )
    match_case = models.BooleanField(_("capital letters matter"), default=False)
    value = models.CharField(
        _("right value"),
        max_length=numeric.MAX_LENGTH,
        blank=True,
        help_text=_("With a decimal comma: 2,5. A dot between groups of three is read as thousands: 5.836."),
    )
    tolerance = models.CharField(_("tolerance"), max_length=numeric.MAX_LENGTH, blank=True, default="0")
    tolerance_kind = models.CharField(
        _("kind of tolerance"), max_length=8, choices=TOLERANCE_KINDS, default=numeric.ABSOLUTE, blank=True
    )
    number_unit = models.CharField(
        _("unit"), max_length=numeric.MAX_UNIT, blank=True, help_text=_("Shown behind the answer, such as JP or kg.")
    )
    rubric = BlocksField(RubricBlock(), blank=True, verbose_name=_("rubric"))
    least_words = models.PositiveSmallIntegerField(_("least words"), null=True, blank=True)
    most_words = models.PositiveSmallIntegerField(_("most words"), null=True, blank=True)
    images = BlocksField(PicturesBlock(), blank=True, verbose_name=_("images of the question"))
    points = models.DecimalField(
        _("points"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(1),
        help_text=_("What a right answer is worth beside the other questions. A rubric and a case bring their own."),
    )
    tags = models.CharField(
        _("tags"),
        max_length=200,
        blank=True,
        help_text=_("Separated by commas. The blueprint of a quiz can ask for a tag."),
    )
    explanation = models.TextField(
        _("explanation"),
        blank=True,
        max_length=content.MAX_EXPLANATION,
        help_text=_("Shown to participants when the quiz may be reviewed."),
    )
    references = BlocksField(ReferencesBlock(), blank=True, verbose_name=_("sources and legal basis"))
    usage = models.CharField(_("usage"), max_length=8, choices=Usage.choices, default=Usage.PRACTICE)
    currency = models.CharField(
        _("state of the fact"), max_length=8, choices=Currency.choices, default=Currency.BERLAKU
    )
    difficulty = models.CharField(_("difficulty"), max_length=6, choices=Difficulty.choices, default=Difficulty.MEDIUM)
    external_id = models.CharField(_("code"), max_length=60, blank=True, default="")
    # Number of the version whose wording the author declared to mean something else now; see publishing.series_for.
    new_meaning_after = models.PositiveIntegerField(null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = QuestionQuerySet.as_manager()

    search_fields = [
        index.SearchField("stem"),
        index.SearchField("external_id"),
        index.AutocompleteField("stem"),
        index.FilterField("id"),  # choosers narrow by it
        index.FilterField("module"),
        index.FilterField("usage"),
        index.FilterField("kind"),
        index.FilterField("currency"),
        index.FilterField("difficulty"),
        index.FilterField("live"),
    ]
    base_form_class = QuestionForm
    default_preview_mode = "candidate"

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["course", "module", "external_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "external_id"], condition=~Q(external_id=""), name="question_code_once_per_course"
            ),
        ]

    def __str__(self) -> str:
        return Truncator(self.stem.replace("\n", " ")).chars(80) or str(_("(empty question)"))

    def clean(self) -> None:
        super().clean()
        if self.course is not None:
            self.organization = self.course.organization
        if not self.organization_id:
            raise ValidationError({"course": _("Choose the course that this question belongs to.")})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises QuestionInUse when the question was ever published: it is archived instead."""
        if self.pk and self.versions.exists():
            raise QuestionInUse
        result: tuple[int, dict[str, int]] = super().delete(*args, **kwargs)
        return result

    @transaction.atomic
    @indexed_once()
    def publish(self, revision: Any, user: User | None = None, **kwargs: Any) -> None:
        """Every way to publish comes through here: the editor, a schedule, a workflow.

        Content and version are written together or not at all.  Raises QuestionIncomplete, and PublishPermissionError
        for a person who may not publish in this question's own organization (Wagtail asks per model only).
        """
        from assessments import publishing  # the verb needs this model

        checked = None if kwargs.get("skip_permission_checks") else user
        if checked and not (checked.is_superuser or roles.may(checked, Action.PUBLISH_BANK, self.organization)):
            raise PublishPermissionError
        publishing.check_complete(revision.as_object())
        super().publish(revision, user=user, **kwargs)
        published = Question.objects.get(pk=self.pk)
        if published.live and published.live_revision_id == revision.pk:
            publishing.write_version(published, actor=user, at=timezone.now())

    def with_content_json(self, stored: dict[str, Any]) -> Question:
        """A revision never brings an archived question back."""
        question: Question = super().with_content_json(stored)
        question.archived_at = self.archived_at
        return question

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("candidate", _("As participants see it")), ("key", _("With key and explanation"))]

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "assessments/question_preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """The key enters the context only in the mode that shows it, for people who may write this bank."""
        from assessments import previewing  # the page needs this model

        known = self.organization_id is not None
        with_key = mode_name == "key" and known and roles.may(request.user, Action.EDIT_BANK, self.organization)
        return {"request": request, "with_key": with_key, **previewing.shown(self, with_key=with_key)}

    def field(self, name: str) -> Any:
        """What the author wrote in the field of this name (assessments.composing)."""
        return getattr(self, name)

    @property
    def option_list(self) -> list[Option]:
        """The options in the author's order."""
        return [
            Option(text=block.value["text"] or "", correct=bool(block.value["correct"]), id=block.id or "")
            for block in self.options
        ]

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None
