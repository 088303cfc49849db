"""Lists and editors of questions and quizzes."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, Panel, PublishingPanel
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, UpdatedAtColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSetGroup

from accounts import roles
from accounts.roles import Action
from assessments import composing, quiz_problems, quizzes
from assessments.archiving import Banked
from assessments.bank_admin.correcting import CorrectionsPanel
from assessments.bank_admin.scope import BankViewSet
from assessments.models import Assignment, Practice, Question, Quiz
from courses.models import CoursePage


def own_courses(request: HttpRequest | None) -> QuerySet[CoursePage]:
    """Courses whose bank the person may write."""
    courses: QuerySet[CoursePage] = CoursePage.objects.all()
    if request is None:
        return courses.none()
    return courses.filter(organization__in=roles.organizations_where(request.user, Action.EDIT_BANK))


def archived_word(obj: Banked) -> str:
    """A word where there is something to say; a column of red crosses would shout that nothing is wrong."""
    return "" if obj.archived_at is None else str(_("archived"))


def required_word(thing: Quiz | Assignment | Practice) -> str:
    return str(_("required")) if thing.is_required else ""


class QuestionFilters(WagtailFilterSet):  # type: ignore[misc]
    """Filters of the list; only own courses are offered."""

    course = django_filters.ModelChoiceFilter(queryset=own_courses, label=_("course"))
    archived = django_filters.BooleanFilter(
        field_name="archived_at", lookup_expr="isnull", exclude=True, label=_("archived")
    )

    class Meta:
        model = Question
        fields = ["course", "module", "kind", "usage", "currency", "difficulty", "live"]


class QuestionIndexView(IndexView):  # type: ignore[misc]
    """The bank, with the ways in and out of it."""

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            *super().header_buttons,
            HeaderButton(_("Paste or upload questions"), url=reverse("bank_import"), icon_name="upload"),
            HeaderButton(_("Export questions"), url=reverse("bank_export"), icon_name="download"),
            HeaderButton(_("Earlier imports"), url=reverse("bank_imports"), icon_name="history"),
        ]


#: The fields that not every kind has, each once, in the order of the kinds.
KIND_FIELDS = list(dict.fromkeys(name for names in composing.FIELDS.values() for name in names if name != "points"))
KIND_FIELDS.append("points")


def kinds_attribute(name: str) -> dict[str, str]:
    """For the script of the editor, which shows the fields of the chosen kind only."""
    return {"data-question-kinds": " ".join(kind for kind, names in composing.FIELDS.items() if name in names)}


class QuestionViewSet(BankViewSet):
    model = Question
    icon = "help"
    menu_label = _("Questions")
    base_url_path = "soal"
    index_view_class = QuestionIndexView
    search_fields = ["stem", "external_id"]
    list_display = [
        "__str__",
        Column("external_id", label=_("Code"), sort_key="external_id"),
        Column("module", label=_("Module"), sort_key="module"),
        Column("get_kind_display", label=_("Kind")),
        Column("get_usage_display", label=_("Usage")),
        LiveStatusTagColumn(),
        Column("archived", label=_("Archived"), accessor=archived_word),
        UpdatedAtColumn(),
    ]
    filterset_class = QuestionFilters
    list_per_page = 50
    panels = [
        FieldRowPanel([FieldPanel("course"), FieldPanel("module"), FieldPanel("external_id")]),
        FieldPanel("kind"),
        FieldPanel("stem"),
        FieldPanel("images"),
        *(FieldPanel(name, attrs=kinds_attribute(name)) for name in KIND_FIELDS),
        FieldPanel("explanation"),
        FieldPanel("meaning_changed"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("usage"), FieldPanel("currency"), FieldPanel("difficulty")]),
                FieldPanel("tags"),
                FieldPanel("units"),
                FieldPanel("references"),
            ],
            heading=_("Use and sources"),
        ),
        CorrectionsPanel(heading=_("Corrections of scores")),
        PublishingPanel(),
    ]


class PoolPanel(Panel):  # type: ignore[misc]
    """How well the published questions fill the saved blueprint."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "assessments/bank/pool.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            saved = Quiz.objects.filter(pk=self.instance.pk).select_related("course").first()
            if saved is None:
                return context
            bank = quizzes.bank_state(saved)
            problems = quiz_problems.problems_of(saved, bank)
            return context | {"states": bank.rows, "repeats": bank.repeats, "problems": problems}


class _WarnsAboutPools:
    """After saving, the editor says what the pool lacks or how thin it is."""

    object: Quiz
    request: HttpRequest

    def run_after_hook(self) -> Any:
        saved = Quiz.objects.select_related("course").get(pk=self.object.pk)
        for problem in quiz_problems.problems_of(saved, quizzes.bank_state(saved)):
            messages.warning(self.request, str(problem.text))
        return super().run_after_hook()  # type: ignore[misc]


class QuizCreateView(_WarnsAboutPools, CreateView):  # type: ignore[misc]
    """A new quiz."""


class QuizEditView(_WarnsAboutPools, EditView):  # type: ignore[misc]
    """A quiz and its blueprint."""


class QuizViewSet(BankViewSet):
    model = Quiz
    icon = "list-ol"
    menu_label = _("Quizzes")
    base_url_path = "kuis"
    add_view_class = QuizCreateView
    edit_view_class = QuizEditView
    search_fields = ["title"]
    list_display = [
        "title",
        Column("course", label=_("Course")),
        Column("get_kind_display", label=_("Kind")),
        Column("module", label=_("Module")),
        Column("required", label=_("Must be passed"), accessor=required_word),
        Column("archived", label=_("Archived"), accessor=archived_word),
    ]
    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("course"), FieldPanel("kind"), FieldPanel("module")]),
        FieldRowPanel([FieldPanel("is_required"), FieldPanel("pass_mark"), FieldPanel("max_attempts")]),
        FieldRowPanel([FieldPanel("time_limit_minutes"), FieldPanel("grace_seconds")]),
        FieldPanel("cuts_running"),
        FieldRowPanel([FieldPanel("review"), FieldPanel("shuffle")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("grade_of"), FieldPanel("delay_minutes")]),
                FieldRowPanel([FieldPanel("unit_minimum"), FieldPanel("exposure_percent")]),
                FieldPanel("access_code"),
            ],
            heading=_("Attempts, minimums, exposure, access"),
        ),
        InlinePanel(
            "sections",
            panels=[FieldRowPanel([FieldPanel("key"), FieldPanel("title"), FieldPanel("minimum")])],
            heading=_("Sections"),
            label=_("section"),
            help_text=_("Questions of a section stand together under its title. None: one list."),
        ),
        FieldRowPanel([FieldPanel("markers"), FieldPanel("third_beyond")], heading=_("Marking of essays")),
        InlinePanel(
            "blueprint",
            panels=[
                FieldRowPanel([FieldPanel("module"), FieldPanel("unit"), FieldPanel("usage"), FieldPanel("count")]),
                FieldRowPanel([FieldPanel("section"), FieldPanel("difficulty"), FieldPanel("tag")]),
            ],
            heading=_("Blueprint"),
            label=_("row"),
        ),
        PoolPanel(heading=_("Questions available")),
        CorrectionsPanel(heading=_("Corrections of scores")),
    ]


class AssignmentViewSet(BankViewSet):
    model = Assignment
    icon = "edit"
    menu_label = _("Assignments (RTL)")
    base_url_path = "tugas"
    search_fields = ["title"]
    list_display = [
        "title",
        Column("course", label=_("Course")),
        Column("module", label=_("Module")),
        Column("required", label=_("Needed to complete"), accessor=required_word),
        Column("archived", label=_("Archived"), accessor=archived_word),
    ]
    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("course"), FieldPanel("module")]),
        FieldPanel("instructions"),
        FieldRowPanel([FieldPanel("is_required"), FieldPanel("due_days")]),
        FieldRowPanel([FieldPanel("grading"), FieldPanel("pass_mark")]),
        MultiFieldPanel(
            [
                FieldPanel("takes_text"),
                FieldPanel("kinds"),
                FieldRowPanel([FieldPanel("most_files"), FieldPanel("most_megabytes")]),
            ],
            heading=_("What can be handed in"),
        ),
    ]


class PracticeViewSet(BankViewSet):
    model = Practice
    icon = "clipboard-list"
    menu_label = _("Practice evidence")
    base_url_path = "bukti-praktik"
    search_fields = ["instructions"]
    list_display = [
        "__str__",
        Column("required", label=_("Needed to complete"), accessor=required_word),
        Column("archived", label=_("Archived"), accessor=archived_word),
    ]
    panels = [
        FieldPanel("course"),
        FieldPanel("instructions"),
        FieldPanel("is_required"),
        MultiFieldPanel(
            [FieldPanel("kinds"), FieldRowPanel([FieldPanel("most_files"), FieldPanel("most_megabytes")])],
            heading=_("Files beside the text"),
        ),
    ]


class BankGroup(SnippetViewSetGroup):  # type: ignore[misc]
    items = (QuestionViewSet, QuizViewSet, AssignmentViewSet, PracticeViewSet)
    menu_icon = "help"
    menu_label = _("Question bank")
    menu_name = "question-bank"
    menu_order = 250
