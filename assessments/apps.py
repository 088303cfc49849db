from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Quizzes freeze into editions and stand in the pages of courses."""
        # Imported here: models exist only now.
        from accounts.exporting import register_own_data
        from accounts.roles import Action
        from assessments import activities as lines
        from assessments import class_results, columns, own_data, quizzes, written
        from assessments.models import Question
        from assessments.reminders import QUIZ_CLOSES, quizzes_closing
        from cms.messaging import register_kind, register_reminder
        from cms.workflows import register_model
        from courses import activities
        from courses.columns import register_column_source, register_life_source
        from courses.parts import register_part_writer, register_readiness_check
        from courses.reporting.sections import register_section
        from courses.teaching import register_teaching_source

        register_model(Question, publish=Action.PUBLISH_BANK)
        register_part_writer(quizzes.write_parts)
        register_readiness_check(quizzes.check_readiness)
        activities.register_activity_source(lines.quiz_activities)
        register_section(class_results.section)
        register_teaching_source(written.questions_written)
        activities.register_cohort_links(lines.comparison_link)
        activities.register_cohort_links(lines.item_links)
        register_column_source(columns.mark_columns)
        register_life_source(columns.last_answers)
        register_own_data("assessments", own_data.own_data)
        register_kind(QUIZ_CLOSES)
        register_reminder(quizzes_closing)
        _scripts_join()
        _grants_join()
        _assignments_join()
        _practice_joins()
        _corrections_join()
        _marking_joins()


def _scripts_join() -> None:
    """What a device keeps of attempts is looked after on pages of other apps too."""
    from accounts.views.signing_out import register_sign_out_script
    from cms.worker import register_worker_script
    from courses.activities import register_learning_script

    register_learning_script("assessments/waiting.js")
    register_sign_out_script("assessments/waiting.js")
    register_worker_script("assessments/device.js")
    register_worker_script("assessments/paper_worker.js")


def _grants_join() -> None:
    """Grants and accommodations are given to people, to selections and to an angkatan."""
    from assessments import activities as lines
    from assessments.accommodating_many import AccommodateMany
    from assessments.granting_many import GrantMany
    from courses import activities
    from courses.bulk import register_bulk

    register_bulk(GrantMany())
    register_bulk(AccommodateMany())
    activities.register_cohort_links(lines.grant_pages)
    activities.register_trainer_links(lines.grant_links)


def _assignments_join() -> None:
    """Assignments and practice evidence freeze, stand in pages, columns and reports, and are told about."""
    from accounts.people_lists import register_trace_source
    from assessments.assignments import parts, reporting, telling
    from assessments.evidence import lines
    from cms.messaging import register_kind, register_reminder
    from courses import activities
    from courses.columns import register_column_source, register_life_source
    from courses.parts import register_part_writer, register_readiness_check
    from courses.reporting.sections import register_section

    register_part_writer(parts.write_parts)
    register_readiness_check(parts.check_readiness)
    activities.register_activity_source(lines.work_activities)
    activities.register_cohort_links(reporting.queue_link)
    activities.register_trainer_links(reporting.work_links)
    register_column_source(lines.work_columns)
    register_life_source(reporting.last_work)
    register_section(reporting.section)
    register_trace_source(reporting.traces)
    register_kind(telling.MARKED)
    register_kind(telling.DUE)
    register_reminder(telling.assignments_due)


def _practice_joins() -> None:
    """Practice evidence freezes, is told about and waits in the menu."""
    from assessments.evidence import lines, parts, queue, telling
    from cms.messaging import register_kind, register_reminder
    from cms.navigation import register_waiting
    from courses.parts import register_part_writer, register_readiness_check
    from courses.reporting.sections import register_section

    register_part_writer(parts.write_parts)
    register_readiness_check(parts.check_readiness)
    for kind in telling.KINDS:
        register_kind(kind)
    register_section(lines.section)
    register_reminder(telling.evidence_waiting)
    register_reminder(telling.evidence_lacking)
    register_waiting("assessments:evidence_queue", queue.waiting_for)


def _corrections_join() -> None:
    """Participants are told of a corrected score."""
    from assessments.correcting import telling
    from cms.messaging import register_kind

    register_kind(telling.CORRECTED)


def _marking_joins() -> None:
    """Participants are told when their written answers are marked; trainers find the release."""
    from assessments.activities import marking_link
    from assessments.grading import telling
    from cms.messaging import register_kind
    from courses.activities import register_cohort_links

    register_cohort_links(marking_link)
    register_kind(telling.RELEASED)
    register_kind(telling.CORRECTED)
