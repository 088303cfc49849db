"""An assessor's list: what waits and for how long, what is in hand, what has been marked.  Nobody's name is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assessments import kinds, marking
from assessments.grading.taking import in_hand, on_offer
from assessments.models import MarkingTask, QuestionVersion
from assessments.querysets import MarkingTaskQuerySet
from assessments.results import two_places
from courses.roll import Filter

if TYPE_CHECKING:
    from accounts.models import User

PAGE_SIZE = 50
WAITING, IN_HAND, MARKED = "menunggu", "dipegang", "dinilai"
FILTERS: dict[str, str | Promise] = {
    WAITING: _("Waiting for an assessor"),
    IN_HAND: _("In your hand"),
    MARKED: _("Marked by you"),
}
SHOWN_OF_A_QUESTION = 90


@dataclass(frozen=True)
class Line:
    """One answer in the list: its code, what was asked, and how long its person has waited."""

    task: MarkingTask
    quiz: str
    question: str
    waits: str
    points: str = ""


@dataclass(frozen=True)
class QuizOnOffer:
    """A quiz with answers that this assessor may take."""

    key: str
    title: str
    count: int


@dataclass(frozen=True)
class Queue:
    filters: list[Filter]
    current: str
    quizzes: list[QuizOnOffer]
    quiz: str
    lines: list[Line]
    page: Page[Any]

    @property
    def query(self) -> str:
        """What links to other pages repeat of this one's address."""
        return f"saring={self.current}&{self.rest[1:]}{'&' if self.rest else ''}"

    @property
    def rest(self) -> str:
        """The same for the links of the filters."""
        return f"&kuis={self.quiz}" if self.quiz else ""

    @property
    def oldest(self) -> Line | None:
        """Whoever has waited longest, while that is what is shown."""
        return self.lines[0] if self.lines and self.current == WAITING and self.page.number == 1 else None


def queue_of(user: User, *, wanted: str, quiz: str, page: str | int, at: datetime) -> Queue:
    """The list as ``user`` may see it; a constant number of statements."""
    offered = on_offer(user, at=at)
    by_quiz = offered.order_by().values_list("attempt__part__key", "attempt__part__json__title")
    counted = by_quiz.annotate(number=Count("pk")).order_by("attempt__part__json__title")
    quizzes = [QuizOnOffer(*row) for row in counted]
    quiz = quiz if quiz in {one.key for one in quizzes} else ""
    mine = MarkingTask.objects.markable_by(user).filter(marker=user)
    held = mine.aggregate(held=Count("pk", filter=Q(state="taken")), done=Count("pk", filter=Q(state="done")))
    waiting = sum(one.count for one in quizzes if quiz in ("", one.key))
    numbers = {WAITING: waiting, IN_HAND: held["held"], MARKED: held["done"]}
    current = wanted if wanted in FILTERS else WAITING
    filters = [Filter(name, label, numbers[name], name == current) for name, label in FILTERS.items()]
    rows: MarkingTaskQuerySet = {
        WAITING: offered.filter(attempt__part__key=quiz) if quiz else offered,
        IN_HAND: in_hand(user),
        MARKED: mine.filter(state="done").order_by("-done_at", "pk"),
    }[current]
    found = Paginator(rows.annotate(quiz=F("attempt__part__json__title")).select_related("attempt"), PAGE_SIZE)
    shown = found.get_page(page)
    return Queue(filters, current, quizzes, quiz, lines_of(shown, at=at), shown)


def with_quiz(task: MarkingTask) -> Any:
    """A single task as ``lines_of`` reads it."""
    row: Any = task
    row.quiz = task.attempt.part.json["title"]
    return row


def lines_of(tasks: Iterable[Any], *, at: datetime) -> list[Line]:
    """One statement for the questions."""
    shown = list(tasks)
    slots = [marking.slots_of(task.attempt.paper)[task.slot] for task in shown]
    named = {slot["version"] for slot in slots}
    bodies = {str(one.public_id): one.body for one in QuestionVersion.objects.filter(public_id__in=named)}
    return [
        Line(
            task,
            task.quiz,
            Truncator(kinds.asked(slot, bodies[slot["version"]])["stem"]).chars(SHOWN_OF_A_QUESTION),
            waits_words(task.waits_since, at=at),
            two_places(Fraction(task.points)) if task.points else "",
        )
        for task, slot in zip(shown, slots, strict=True)
    ]


def waits_words(since: datetime, *, at: datetime) -> str:
    """How long somebody has waited, in days or hours.  No moment: the second of an end would name its person."""
    hours = int((at - since).total_seconds() // 3600)
    if hours >= 24:
        return ngettext("%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}
    return ngettext("%(count)s hour", "%(count)s hours", max(1, hours)) % {"count": max(1, hours)}


def waiting_for(user: User, *, at: datetime) -> int:
    """How many answers this assessor has in hand or may take; two statements."""
    return on_offer(user, at=at).count() + in_hand(user).count()
