"""What a person has done already, or what somebody did for them: anything in any table that points at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import FirstCode, Membership, PeopleListRow, User
from accounts.people_lists.reach import NEVER_OPENED
from accounts.people_lists.registry import removables, trace_sources

# Rows that go with the person: the membership the list gave, codes nobody used, rows of lists.
_OURS = (Membership, FirstCode, PeopleListRow)
Exempt = Callable[[type[models.Model]], Sequence[int]]


def traces_of(ids: Sequence[int], *, exempt: Exempt) -> dict[int, str]:
    """Person -> why they cannot be taken out again; ``exempt(model)`` gives keys of rows that the undo takes back.

    Registered sources speak first.  Then every foreign key of the product is asked, so that a table nobody thought of
    stands in the way instead of losing something.
    """
    found: dict[int, str] = {}
    for source in trace_sources:
        for person, said in source(ids).items():
            found.setdefault(person, said)
    for person, said in _own(ids):
        found.setdefault(person, said)
    going = {removable.model: removable for removable in (each(ids) for each in removables)}
    for model, name in references_to(User):
        if model in _OURS:
            continue
        rows = model._base_manager.filter(**{f"{name}__in": ids}).exclude(pk__in=exempt(model))
        if model in going:
            rows = rows.exclude(pk__in=going[model].values("pk"))
        for person in rows.order_by().values_list(name, flat=True).distinct():
            found.setdefault(person, _("is named in: %(what)s") % {"what": model._meta.verbose_name_plural})
    return found


def _own(ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    people = User.objects.filter(pk__in=ids)
    for person in people.exclude(NEVER_OPENED).values_list("pk", flat=True):
        yield person, _("has opened the account")
    used = FirstCode.objects.filter(user__in=ids).exclude(used_at=None)
    for person in used.values_list("user", flat=True):
        yield person, _("has used a first code")
    several = people.annotate(held=models.Count("memberships")).filter(held__gt=1)
    for person in several.values_list("pk", flat=True):
        yield person, _("was given another role")
    elsewhere = PeopleListRow.objects.filter(person__in=ids, created=False).exclude(changes={})
    for person in elsewhere.exclude(done_at=None).values_list("person", flat=True):
        yield person, _("was corrected by a later list")


def references_to(target: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Every (model, field) whose foreign key points at ``target``, hidden ones and those of join tables included."""
    found = []
    for relation in target._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            field: Any = relation.field  # type: ignore[union-attr]
            if field.model._meta.managed and not field.model._meta.proxy:
                found.append((field.model, field.name))
    return sorted(found, key=lambda pair: (pair[0]._meta.label, pair[1]))
