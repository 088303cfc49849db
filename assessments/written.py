"""Questions that a trainer wrote in a year (courses.teaching)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count
from django.utils.translation import gettext as _
from wagtail.models import Revision

from assessments.models import Question
from courses.teaching import TeachingPart

if TYPE_CHECKING:
    from accounts.models import User


def questions_written(user: User, start: datetime, end: datetime) -> list[TeachingPart]:
    """Questions this person saved in the year, by module; writing is what a revision records.  Two statements."""
    kind = ContentType.objects.get_for_model(Question)
    saved = Revision.objects.filter(content_type=kind, created_at__gte=start, created_at__lt=end)
    mine = saved.filter(user=user)
    written = {int(pk) for pk in mine.order_by().values_list("object_id", flat=True).distinct()}
    counted = Question.objects.filter(pk__in=written).order_by("module").values_list("module").annotate(Count("pk"))
    rows = [[module or _("without a module"), str(count)] for module, count in counted]
    total = _("%(count)s questions in all") % {"count": len(written)} if written else ""
    return [TeachingPart(_("Questions written"), [_("Module"), _("Questions")], "lr", rows, total)]
