"""Real workers, beat, gateway and mail server, killed at any point: nothing is lost, nothing is created twice.

Between the other side's yes and our record a crash may repeat one hand-over; it then carries the same name, and the
gateway drops it.  Each guard has its negative control: without it the same test shows the fault.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Count
from django.utils import timezone

from accounts.models import Role, User
from cms.messaging import notify
from cms.models import Delivery, Message
from cms.tasks import make_reminders, send_messages
from courses.models import Cohort, LiveSession
from tests.cms.outside import Outside
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import make_cohort, make_enrolment
from tests.processes import Processes, eventually

# Killed workers and two workers at once are PostgreSQL's matter: SQLite lets one write at a time.
pytestmark = [pytest.mark.worker, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
State = Delivery.State
PEOPLE = 12
UNGUARDED = "tests.cms.unguarded"
# A minute after midnight somewhere must not decide a test: these kinds are sent at any hour.
AWAKE = {"quiet": False}


@pytest.fixture
def leads_to(gateway: Outside, mail_server: Outside) -> dict[str, str]:
    """The environment in which a worker finds the fake gateway and the fake mail server."""
    return {
        "GATEWAY_URL": f"http://127.0.0.1:{gateway.port}/pesan",
        "GATEWAY_TIMEOUT": "60",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}",
        "EMAIL_TIMEOUT": "60",
        "SULUH_SWEEP_SECONDS": "0.2",
    }


@pytest.fixture
def ani() -> User:
    return awake(make_person(role=Role.PARTICIPANT, organization=make_organization(), phone="0812 3456 7890"))


def awake(person: User) -> User:
    from cms.models import MessagePreference

    MessagePreference.objects.create(user=person, **AWAKE)
    return person


def say(user: User) -> Delivery:
    said = notify("certificate-ready", user, key="1", context={"pelatihan": "B", "tanggal": "C"}, at=timezone.now())
    return Delivery.objects.get(message=said)


def ten_minutes_pass() -> None:
    """Every lease is over, every wait is done."""
    long_ago = timezone.now() - timedelta(minutes=1)
    Delivery.objects.filter(lease__isnull=False).update(leased_until=long_ago)
    Delivery.objects.waiting().update(next_try_at=long_ago)


def all_sent() -> bool:
    return Delivery.objects.exists() and not Delivery.objects.exclude(state=State.SENT).exists()


@pytest.mark.parametrize(("step", "reached"), [("", 1), ("forget_the_name", 2)], ids=["guarded", "control"])
def test_a_worker_killed_after_the_gateway_accepted_repeats_under_the_same_key(
    ani: User, gateway: Outside, processes: Processes, leads_to: dict[str, str], step: str, reached: int
) -> None:
    app = UNGUARDED if step else "config"
    env = leads_to | {"SULUH_TEST_STEP": step}
    gateway.mode("accept-and-hang")
    delivery = say(ani)
    processes.start_worker("default", app=app, env=env)
    eventually(lambda: gateway.accepted, what="the gateway's yes")
    processes.kill("default")
    delivery.refresh_from_db()
    assert delivery.state == State.WAITING
    gateway.mode("ok")
    ten_minutes_pass()
    processes.start_worker("default", app=app, env=env)
    processes.start_beat(env=leads_to)
    eventually(all_sent, what="the second hand-over")
    assert len(gateway.accepted) == 2
    assert len(gateway.sent) == reached
    if not step:
        assert {row["key"] for row in gateway.accepted} == {str(delivery.public_id)}


@pytest.mark.parametrize(("step", "names"), [("", 1), ("forget_the_name", 2)], ids=["guarded", "control"])
def test_a_worker_killed_after_the_mail_server_accepted_repeats_the_same_message_id(
    ani: User, mail_server: Outside, processes: Processes, leads_to: dict[str, str], step: str, names: int
) -> None:
    app = UNGUARDED if step else "config"
    env = leads_to | {"SULUH_TEST_STEP": step}
    User.objects.filter(pk=ani.pk).update(email="ani@contoh.id", phone="")
    ani.refresh_from_db()
    mail_server.mode("accept-and-hang")
    say(ani)
    processes.start_worker("default", app=app, env=env)
    eventually(lambda: mail_server.mails, what="the mail server's yes")
    processes.kill("default")
    # The mail server goes down as well, and comes back.
    mail_server.kill()
    mail_server.mode("ok")
    mail_server.start()
    ten_minutes_pass()
    processes.start_worker("default", app=app, env=env)
    processes.start_beat(env=leads_to)
    eventually(all_sent, what="the second hand-over")
    assert len(mail_server.mails) == 2
    assert len({mail["message-id"] for mail in mail_server.mails}) == names


@pytest.mark.parametrize(("step", "asked"), [("", 1), ("claim_without_holding", 2)], ids=["guarded", "control"])
def test_two_workers_never_hand_over_one_row(
    ani: User, gateway: Outside, processes: Processes, leads_to: dict[str, str], step: str, asked: int
) -> None:
    app = UNGUARDED if step else "config"
    env = leads_to | {"SULUH_TEST_STEP": step}
    gateway.mode("hold")
    say(ani)
    processes.start_worker("default", name="one", app=app, env=env)
    eventually(lambda: gateway.asked == 1, what="the first worker's hand-over")
    processes.start_worker("default", name="two", app=app, env=env)
    send_messages.apply_async()
    if step:
        eventually(lambda: gateway.asked == 2, what="the second worker's hand-over")
    else:
        eventually(lambda: "succeeded" in processes.log("two"), what="the second worker's run")
    (gateway.folder / "go").touch()
    eventually(lambda: len(gateway.accepted) == asked, what="the gateway's yes")
    eventually(all_sent, what="the record")
    assert gateway.asked == asked


@pytest.fixture
def cohort() -> Cohort:
    """An angkatan with a session tomorrow and a dozen people, every one with a phone."""
    now = timezone.now()
    made = make_cohort()
    trainer = made.trainer_links.get().user
    LiveSession.objects.create(
        cohort=made,
        title="Sesi 1",
        starts_at=now + timedelta(hours=20),
        ends_at=now + timedelta(hours=22),
        jp=Decimal(2),
        created_by=trainer,
        created_at=now,
        changed_at=now,
    )
    for number in range(PEOPLE):
        person = make_person(role=Role.PARTICIPANT, organization=made.organization, phone=f"081200000{number:03d}")
        make_enrolment(cohort=made, user=awake(person))
    return made


@pytest.mark.parametrize("step", ["stall_before_commit", "stall_after_commit", "stall_before_sending"])
def test_reminders_survive_a_worker_and_a_beat_killed_at_any_point(
    cohort: Cohort, gateway: Outside, processes: Processes, leads_to: dict[str, str], tmp_path: Path, step: str
) -> None:
    there = tmp_path / "reached"
    env = leads_to | {"SULUH_TEST_STEP": step, "SULUH_TEST_REACHED": str(there)}
    processes.start_worker("default", app=UNGUARDED, env=env)
    processes.start_beat(env=leads_to)
    eventually(there.exists, seconds=60, what=step)
    processes.kill("beat")
    processes.kill("default")
    half = Message.objects.count()
    assert half == {"stall_before_commit": 0, "stall_after_commit": 10, "stall_before_sending": PEOPLE}[step]
    ten_minutes_pass()
    processes.start_worker("default", env=leads_to)
    processes.start_beat(env=leads_to)
    eventually(lambda: Message.objects.count() == PEOPLE and all_sent(), seconds=60, what="every reminder")
    # Another tick, and another: said is said.
    for _tick in range(2):
        make_reminders.apply_async()
    eventually(lambda: processes.log("default").count("make_reminders") >= 4, what="more ticks")
    assert Message.objects.count() == PEOPLE
    assert max(Message.objects.values("user").annotate(n=Count("pk")).values_list("n", flat=True)) == 1
    assert len(gateway.sent) == len({row["body"]["to"] for row in gateway.sent}) == PEOPLE  # type: ignore[index]


def test_without_its_key_the_same_reminder_is_said_at_every_tick(
    cohort: Cohort, processes: Processes, leads_to: dict[str, str]
) -> None:
    """The negative control of the test above."""
    processes.start_worker("default", app=UNGUARDED, env=leads_to | {"SULUH_TEST_STEP": "remind_without_key"})
    for _tick in range(2):
        make_reminders.apply_async()
    eventually(lambda: Message.objects.count() == 2 * PEOPLE, what="the fault")


def test_a_gateway_and_a_mail_server_that_are_down_lose_nothing(
    ani: User, gateway: Outside, mail_server: Outside, processes: Processes, leads_to: dict[str, str]
) -> None:
    User.objects.filter(pk=ani.pk).update(email="ani@contoh.id")
    ani.refresh_from_db()
    gateway.kill()
    mail_server.kill()
    notify("certificate-ready", ani, key="1", context={"pelatihan": "B", "tanggal": "C"}, at=timezone.now())
    processes.start_worker("default", env=leads_to)
    processes.start_beat(env=leads_to)
    eventually(lambda: not Delivery.objects.filter(attempts=0).exists(), what="a try on both ways")
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.WAITING}
    gateway.start()
    mail_server.start()
    eventually(lambda: _once_more() and all_sent(), what="both, once they are back")
    assert len(gateway.sent) == len(mail_server.mails) == 1


def _once_more() -> bool:
    Delivery.objects.waiting().filter(lease=None).update(next_try_at=timezone.now())
    return True
