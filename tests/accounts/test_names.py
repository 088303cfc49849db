from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import names, people
from accounts.errors import NotAllowed
from accounts.models import Event, NameCorrection, Organization, Role, User
from accounts.signals import name_confirmed
from tests.factories_accounts import AT, make_organization, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Ani Lestari", "ANI  LESTARI"),
        ("Ani Lestari", "Ani Lestari, S.Tr.Sos., M.Si."),
        ("Ani Lestari", "Ani Lestari S.Sos"),
        ("Dr. Hj. Siti Nurhaliza", "siti nur haliza"),
        ("Drs. Muhammad Ma'ruf", "Muhammad Maruf"),
        ("M.Yusuf", "M. Yusuf"),
        ("Drs. H. Ahmad-Fauzi, MM", "Ahmad Fauzi"),
        ("I Gusti Ayu", "i gusti ayu, SH"),
    ],
)
def test_spellings_of_one_name_are_one_person(a: str, b: str) -> None:
    assert names.same_person_name(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Ani Lestari", "Ani Lestary"),
        ("Ani", "Ani Lestari"),
        ("Budi", "Ani"),
        ("", ""),
        ("...", "!"),
        ("José", "Joseph"),
    ],
)
def test_other_names_are_other_people(a: str, b: str) -> None:
    assert not names.same_person_name(a, b)


def test_a_name_is_tidied_without_losing_a_letter() -> None:
    assert names.tidy("  N\u0303ia \t O\u2019Hara\n") == "Ñia O’Hara"
    assert names.tidy("\u202eAh\u200bmad\u202c Nur\u00adhadi") == "Ahmad Nurhadi"


@pytest.fixture
def dinas() -> Organization:
    return make_organization()


@pytest.fixture
def ani(dinas: Organization) -> User:
    return make_person(name="Ani Lestari", role=Role.PARTICIPANT, organization=dinas, settled=False)


@pytest.fixture
def budi(dinas: Organization) -> User:
    return make_person(name="Budi", role=Role.TRAINER, organization=dinas)


@pytest.fixture
def announced():  # type: ignore[no-untyped-def]
    heard: list[int] = []

    def listen(user_id: int, **_kwargs: object) -> None:
        heard.append(user_id)

    name_confirmed.connect(listen)
    yield heard
    name_confirmed.disconnect(listen)


def test_confirming_is_recorded_and_announced_once_after_the_commit(  # type: ignore[no-untyped-def]
    ani: User, announced: list[int], django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        names.confirm_name(ani, at=AT)
        assert announced == []
        names.confirm_name(ani, at=AT + timedelta(days=1))
    assert announced == [ani.pk]
    assert ani.name_confirmed_at == AT
    assert Event.objects.about(ani).filter(verb="name.confirmed").count() == 1


def test_a_stale_twin_does_not_confirm_a_name_that_changed_meanwhile(ani: User) -> None:
    stale = User.objects.get(pk=ani.pk)
    User.objects.filter(pk=ani.pk).update(full_name="Ani Lestari, S.Tr.Sos.")
    with pytest.raises(names.NameChanged):
        names.confirm_name(stale, at=AT)
    assert User.objects.get(pk=ani.pk).name_confirmed_at is None


def test_an_approved_correction_becomes_the_confirmed_name(  # type: ignore[no-untyped-def]
    ani: User, budi: User, announced: list[int], django_capture_on_commit_callbacks
) -> None:
    proposal = names.propose_correction(ani, "Ani Lestari, S.Tr.Sos.", "gelar baru", AT)
    with pytest.raises(names.CorrectionPending):
        names.confirm_name(ani, at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        names.approve_correction(proposal, actor=budi, at=AT)
    ani.refresh_from_db()
    assert (ani.full_name, ani.name_confirmed_at) == ("Ani Lestari, S.Tr.Sos.", AT)
    assert announced == [ani.pk]
    assert Event.objects.about(ani).get(verb="name.approved").actor == budi


def test_a_refused_correction_keeps_the_name_unconfirmed_and_says_why(ani: User, budi: User) -> None:
    proposal = names.propose_correction(ani, "Ani Lestari, Ph.D.", "gelar baru", AT)
    with pytest.raises(names.NameRefused):
        names.refuse_correction(proposal, actor=budi, at=AT, reason=" ")
    names.refuse_correction(proposal, actor=budi, at=AT, reason="ijazah belum ada")
    ani.refresh_from_db()
    assert (ani.full_name, ani.name_confirmed_at) == ("Ani Lestari", None)
    assert proposal.decision_reason == "ijazah belum ada"
    names.confirm_name(ani, at=AT)


def test_two_trainers_decide_once(dinas: Organization, ani: User, budi: User) -> None:
    other = make_person(name="Bayu", role=Role.TRAINER, organization=dinas)
    names.propose_correction(ani, "Ani Lestari, S.Tr.Sos.", "gelar", AT)
    first, second, third = (NameCorrection.objects.get() for _reader in range(3))
    names.approve_correction(first, actor=budi, at=AT)
    names.approve_correction(second, actor=other, at=AT)
    with pytest.raises(names.AlreadyDecided):
        names.refuse_correction(third, actor=other, at=AT, reason="tidak")
    assert NameCorrection.objects.get().decided_by == budi
    assert Event.objects.filter(verb__in=["name.approved", "name.refused"]).count() == 1


def test_nobody_decides_on_the_own_name_nor_an_outsider_on_another(dinas: Organization, ani: User) -> None:
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    self_trainer = make_person(name="Bayu", role=Role.TRAINER, organization=dinas)
    for person, actor in ((ani, dewi), (self_trainer, self_trainer)):
        proposal = names.propose_correction(person, "Nama Lain", "sebab", AT)
        with pytest.raises(NotAllowed):
            names.approve_correction(proposal, actor=actor, at=AT)
    assert set(NameCorrection.objects.values_list("status", flat=True)) == {"pending"}
    with pytest.raises(IntegrityError), transaction.atomic():
        NameCorrection.objects.filter(user=ani).update(status="approved", decided_by=ani, decided_at=AT)


@pytest.mark.parametrize(
    ("proposed", "reason"), [("", "x"), ("Ani L.", " "), ("Ani Lestari", "sama"), ("A" * 201, "x")]
)
def test_a_proposal_needs_another_name_and_a_reason(ani: User, proposed: str, reason: str) -> None:
    with pytest.raises(names.NameRefused):
        names.propose_correction(ani, proposed, reason, AT)


@pytest.mark.parametrize("unprintable", ["A" * 81, "Budi 😀", "王小明", "Budi 197801012006041001", "\u064bAni"])
def test_a_name_that_no_certificate_can_print_is_neither_confirmed_nor_proposed(ani: User, unprintable: str) -> None:
    User.objects.filter(pk=ani.pk).update(full_name=unprintable)
    ani.refresh_from_db()
    with pytest.raises(names.NameNotPrintable):
        names.confirm_name(ani, at=AT)
    User.objects.filter(pk=ani.pk).update(full_name="Ani")
    ani.refresh_from_db()
    with pytest.raises(names.NameNotPrintable):
        names.propose_correction(ani, unprintable, "Begitu tertulis", AT)
    assert not NameCorrection.objects.exists()


def test_one_proposal_waits_at_a_time(ani: User) -> None:
    names.propose_correction(ani, "Ani L.", "x", AT)
    with pytest.raises(names.CorrectionPending):
        names.propose_correction(ani, "Ani Les.", "y", AT)


def test_a_name_changed_by_an_administrator_must_be_confirmed_again(dinas: Organization, ani: User) -> None:
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=dinas)
    names.confirm_name(ani, at=AT)
    people.rename(ani, "Ani Lestari, M.Si.", actor=citra, at=AT, reason="gelar baru")
    assert ani.name_confirmed_at is None
    with pytest.raises(NotAllowed):
        people.rename(ani, "Nama Lain", actor=make_person(name="Dewi"), at=AT, reason="x")


def test_archiving_ends_account_and_memberships_and_deletes_nothing(dinas: Organization, ani: User) -> None:
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=dinas)
    people.archive(ani, actor=citra, at=AT, reason="pindah")
    people.archive(ani, actor=citra, at=AT, reason="pindah")
    assert (ani.is_active, ani.archived_at, ani.memberships.get().ends_on) == (False, AT, AT.date())
    people.restore(ani, actor=citra, at=AT, reason="kembali")
    assert ani.is_active
    assert Event.objects.about(ani).filter(verb="person.archived").count() == 1
