from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, models, transaction

from accounts import events
from accounts.models import Event, User
from tests.factories_accounts import AT, make_organization, make_person

pytestmark = pytest.mark.django_db


def test_an_event_names_actor_object_organization_reason_and_time() -> None:
    citra, ani, dinas = make_person(name="Citra"), make_person(name="Ani"), make_organization()
    event = events.record("person.archived", ani, actor=citra, at=AT, organization=dinas, reason="pindah")
    assert (event.actor, event.organization, event.reason, event.at) == (citra, dinas, "pindah", AT)
    assert list(Event.objects.about(ani)) == [event]


@pytest.mark.parametrize("statement", ["UPDATE accounts_event SET verb = 'x'", "DELETE FROM accounts_event"])
def test_the_database_refuses_to_change_an_event(statement: str) -> None:
    event = events.record("person.archived", make_person(), actor=None, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.get(pk=event.pk).verb == "person.archived"


def test_people_are_not_deleted_by_model_queryset_or_statement() -> None:
    ani = make_person()
    with pytest.raises(models.ProtectedError):
        ani.delete()
    with pytest.raises(models.ProtectedError):
        User.objects.filter(pk=ani.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_user")
    User.objects.filter(pk=ani.pk).update(full_name="Ani")
    assert User.objects.get(pk=ani.pk).full_name == "Ani"


def _record_and_fail(person: User) -> None:
    with transaction.atomic():
        events.record("person.archived", person, actor=None, at=AT)
        raise ZeroDivisionError


def test_an_event_belongs_to_the_transaction_of_its_change() -> None:
    ani = make_person()
    with pytest.raises(ZeroDivisionError):
        _record_and_fail(ani)
    assert not Event.objects.exists()
